package function

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
)

// testdata/casts.txt holds for each type those that Postgres 15 casts it to
// where asked explicitly.
func TestExplicitCasts(t *testing.T) {
	text, err := os.ReadFile("testdata/casts.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(text)), "\n")
	var names []string
	for _, r := range rows {
		name, _, _ := strings.Cut(r, "\t")
		names = append(names, name)
	}
	for _, r := range rows {
		from, tos, _ := strings.Cut(r, "\t")
		allowed := strings.Split(tos, ",")
		for _, to := range names {
			_, ok := FindCast(types.FactsByName(from).OID, types.FactsByName(to).OID, Explicit)
			if want := slices.Contains(allowed, to); ok != want {
				t.Errorf("cast from %s to %s: %v, Postgres says %v", from, to, ok, want)
			}
		}
	}
}

// Every fact must hang together, since binder and engine trust them.
func TestTables(t *testing.T) {
	seen := map[types.OID]bool{}
	for _, f := range All() {
		if seen[f.OID] {
			t.Errorf("two functions have OID %d", f.OID)
		}
		seen[f.OID] = true
		if f.Kernel == "" {
			t.Errorf("%s has no kernel", f.Name)
		}
		for _, a := range append(f.Args, f.Result) {
			if types.FactsOf(a) == nil || types.FactsOf(a).Unsupported {
				t.Errorf("%s has a type that is not supported: %s", f.Name, types.FormatType(a, -1))
			}
		}
		if f.ArgNames != nil && len(f.ArgNames) != len(f.Args) {
			t.Errorf("%s has %d arguments and %d names", f.Name, len(f.Args), len(f.ArgNames))
		}
	}
	for _, o := range AllOperators() {
		args := []types.OID{o.Right}
		if o.Left != 0 {
			args = []types.OID{o.Left, o.Right}
		}
		if !slices.Equal(args, o.Fn.Args) || o.Result != o.Fn.Result {
			t.Errorf("operator %s (%d) and its function %s differ in types", o.Name, o.OID, o.Fn.Name)
		}
	}
}

func TestNamedVariadicDefault(t *testing.T) {
	i4, txt := types.New(types.Int4OID), types.New(types.TextOID)
	c, err := Resolve("", "make_interval", []types.Type{i4}, Want{Names: []string{"days"}})
	if err != nil || !slices.Equal(c.Slots, []int{-1, -1, -1, 0, -1, -1, -1}) || c.Args[0] != types.Int4OID {
		t.Errorf("make_interval(days => 1): %+v, %v", c, err)
	}
	c, err = Resolve("", "parse_ident", []types.Type{txt}, Want{})
	if err != nil || !slices.Equal(c.Slots, []int{0, -1}) || c.Fn.DefaultArgs[0] != "true" {
		t.Errorf("parse_ident: %+v, %v", c, err)
	}
	c, err = Resolve("", "concat", []types.Type{txt, i4, types.New(types.UnknownOID)}, Want{})
	if err != nil || !c.Spread || len(c.Args) != 3 || c.Args[1] != types.AnyOID {
		t.Errorf("concat: %+v, %v", c, err)
	}
	c, err = Resolve("", "concat", []types.Type{types.New(types.TextArrayOID)}, Want{Variadic: true})
	if err != nil || c.Spread {
		t.Errorf("concat(VARIADIC): %+v, %v", c, err)
	}
	c, err = Resolve("", "percentile_cont", []types.Type{types.New(types.NumericOID), i4}, Want{Within: 1})
	if err != nil || c.Fn.Class != OrderedSet || c.Args[0] != types.Float8OID || c.Args[1] != types.Float8OID {
		t.Errorf("percentile_cont: %+v, %v", c, err)
	}
	if _, err = Resolve("", "make_interval", []types.Type{i4}, Want{Names: []string{"dayz"}}); err == nil ||
		!strings.Contains(err.Error(), "function make_interval(dayz => integer) does not exist") {
		t.Errorf("make_interval(dayz => 1): %v", err)
	}
	c, err = Resolve("", "int4", []types.Type{txt}, Want{})
	if err != nil || c.Fn != nil || c.CastTo != types.Int4OID {
		t.Errorf("int4(text): %+v, %v", c, err)
	}
}

func TestCommonType(t *testing.T) {
	n := types.New
	for _, c := range []struct {
		in   []types.Type
		want string
	}{
		{[]types.Type{n(types.UnknownOID), n(types.UnknownOID)}, "text"},
		{[]types.Type{n(types.Int4OID), n(types.Int8OID), n(types.UnknownOID)}, "bigint"},
		{[]types.Type{n(types.Int4OID), n(types.NumericOID), n(types.Float8OID)}, "double precision"},
		{[]types.Type{n(types.DateOID), n(types.TimestamptzOID)}, "timestamp with time zone"},
		{[]types.Type{{OID: types.VarcharOID, Typmod: 14}, {OID: types.VarcharOID, Typmod: 14}}, "character varying(10)"},
		{[]types.Type{{OID: types.VarcharOID, Typmod: 14}, {OID: types.VarcharOID, Typmod: 15}}, "character varying"},
		{[]types.Type{n(types.Int4OID), n(types.TextOID)}, "ERROR 42804 CASE types integer and text cannot be matched"},
		{[]types.Type{types.NewNumeric(10, 2), types.NewNumeric(10, 2)}, "numeric(10,2)"},
	} {
		got, _, err := CommonType(c.in, "CASE")
		text := got.String()
		if err != nil {
			text = errorText(err)
		}
		if text != c.want {
			t.Errorf("%v: %s, want %s", c.in, text, c.want)
		}
	}
	if got, _, _ := CommonType([]types.Type{types.NewNumeric(10, 2), types.FixedNumeric(5, 2)}, ""); !got.Fixed() || got.Scale != 2 || got.Digits != 10 {
		t.Errorf("scales agree, yet %+v", got)
	}
	if got, _, _ := CommonType([]types.Type{types.NewNumeric(10, 2), n(types.Int4OID)}, ""); got.Fixed() {
		t.Errorf("scales differ, yet %+v", got)
	}
}

func TestFails(t *testing.T) {
	text := types.Text
	call := func(kernel string, args ...*types.Datum) bool {
		for _, f := range All() {
			if f.Kernel == kernel {
				return f.Fails(args)
			}
		}
		t.Fatalf("no kernel %s", kernel)
		return true
	}
	p := func(d types.Datum) *types.Datum { return &d }
	for _, c := range []struct {
		name string
		got  bool
		want bool
	}{
		{"like column", call("like", nil, nil), true},
		{"like %x%", call("like", nil, p(text("%x%"))), false},
		{`like x\`, call("like", nil, p(text(`x\`))), true},
		{`like x\\`, call("like", nil, p(text(`x\\`))), false},
		{"extract year", call("extract_date", p(text("YEAR")), nil), false},
		{"extract fortnight", call("extract_date", p(text("fortnight")), nil), true},
		{"div 2", call("div", nil, p(types.Int(3, 2))), false},
		{"div 0", call("div", nil, p(types.Int(3, 0))), true},
		{"div -1", call("div", nil, p(types.Int(3, -1))), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: can fail %v, want %v", c.name, c.got, c.want)
		}
	}
}
