package types

import (
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/datetime"
)

// fuzzed is every type that can be read.
func fuzzed() []Type {
	var ts []Type
	for _, f := range AllFacts() {
		if !f.Pseudo && !f.Unsupported {
			ts = append(ts, New(f.OID))
		}
	}
	return append(ts, NewNumeric(6, 2), NewNumeric(3, -2), Type{OID: VarcharOID, Typmod: 7}, Type{OID: BPCharOID, Typmod: 7},
		Type{OID: IntervalOID, Typmod: 3 | 0x7fff<<16}, Type{OID: TimestampOID, Typmod: 2})
}

// FuzzInput: no text makes any type panic, and what is read prints as text that
// reads back as the same.
func FuzzInput(f *testing.F) {
	for _, s := range []string{"", "1", "-1.5e10", "2001-02-03 04:05:06+07", "1 day -2:03", "P1Y2M", "{1,NULL,\"a\"}", `{"a":[1,{}]}`,
		"t", `\x00ff`, "550e8400-e29b-41d4-a716-446655440000", "infinity", "NaN", "(1,2)", "1/AB", "now", "12:34 PST", "[1:1]={a}"} {
		f.Add(s, 3)
	}
	all := fuzzed()
	f.Fuzz(func(t *testing.T, s string, which int) {
		if len(s) > 200 || ValidText([]byte(s)) != nil {
			return
		}
		typ := all[(which%len(all)+len(all))%len(all)]
		st := DefaultStyle()
		d, err := Input(s, typ, st)
		if err != nil {
			return
		}
		text := Output(d, typ, st)
		switch {
		case typ.OID == IntervalOID, strings.Contains(text, "infinity"), typ.OID == CharOID || typ.Elem().OID == CharOID:
			return // a rounded interval may lie beyond what can be read; a byte alone is no text
		case typ.OID == RegtypeOID || typ.Elem().OID == RegtypeOID:
			return // numbers of no type
		}
		again, err := Input(text, typ, st)
		if err != nil {
			t.Fatalf("%s: %q printed as %q, which is refused: %v", typ, s, text, err)
		}
		if second := Output(again, typ, st); second != text {
			t.Fatalf("%s: %q printed as %q and then %q", typ, s, text, second)
		}
	})
}

// FuzzBinaryInput: no bytes make any type panic, and what is read can be written.
func FuzzBinaryInput(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 7}, 40)
	f.Add([]byte{0, 1, 0, 0, 0, 0, 0, 2, 0, 5}, 12)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1}, 5)
	all := fuzzed()
	f.Fuzz(func(t *testing.T, b []byte, which int) {
		typ := all[(which%len(all)+len(all))%len(all)]
		d, err := BinaryInput(b, typ)
		if err != nil {
			return
		}
		AppendBinary(nil, typ, d.Column(1, typ.Elem().Kind()), 0)
		Output(d, typ, DefaultStyle())
	})
}

func TestNoAllocationOutput(t *testing.T) {
	st := DefaultStyle()
	var buf []byte
	for _, c := range []struct {
		typ  Type
		text string
	}{
		{New(Int4OID), "123456"}, {New(Int8OID), "-9223372036854775808"}, {New(Float8OID), "3.14159"}, {NewNumeric(15, 2), "12345.67"},
		{New(NumericOID), "123456789012345678901234567890.12345"}, {New(TextOID), "hello world, this is long"}, {New(DateOID), "2001-02-03"},
		{New(TimestampOID), "2001-02-03 04:05:06.789"}, {New(TimestamptzOID), "2001-02-03 04:05:06.789+00"}, {New(IntervalOID), "1 mon 02:00:00"},
		{New(UUIDOID), "550e8400-e29b-41d4-a716-446655440000"}, {New(BoolOID), "t"}, {New(ByteaOID), `\x0102`}, {New(TextArrayOID), `{a,"b c",NULL}`},
	} {
		d, err := Input(c.text, c.typ, st)
		if err != nil {
			t.Fatal(err)
		}
		col := d.Column(1, c.typ.Elem().Kind())
		text, wire := TextAppender(c.typ, st), BinaryAppender(c.typ)
		buf = text(buf[:0], col, 0)
		if string(buf) != c.text {
			t.Errorf("%s: %s, want %s", c.typ, buf, c.text)
		}
		if n := testing.AllocsPerRun(20, func() { buf = wire(text(buf[:0], col, 0), col, 0) }); n != 0 {
			t.Errorf("%s: %v allocations", c.typ, n)
		}
	}
}

func TestStyles(t *testing.T) {
	st := DefaultStyle()
	st.ByteaEscape = true
	st.ExtraFloatDigits = 0
	st.Format, st.Order, st.Interval = datetime.SQL, datetime.DMY, datetime.IntervalISO8601
	st.Location = datetime.FindZone("Europe/Berlin")
	for _, c := range []struct {
		oid      OID
		in, want string
	}{
		{ByteaOID, `\x00415c7f`, `\000A\\\177`},
		{Float8OID, "0.1", "0.1"},
		{Float8OID, "0.30000000000000004", "0.3"},
		{Float8OID, "1e20", "1e+20"},
		{Float4OID, "1234567", "1.23457e+06"},
		{DateOID, "31/12/2001", "31/12/2001"},
		{TimestamptzOID, "31/12/2001 12:00", "31/12/2001 12:00:00 CET"},
		{IntervalOID, "1 day 2 hours", "P1DT2H"},
	} {
		d, err := Input(c.in, New(c.oid), st)
		if err != nil {
			t.Errorf("%s %q: %v", New(c.oid), c.in, err)
			continue
		}
		if got := Output(d, New(c.oid), st); got != c.want {
			t.Errorf("%s %q: %s, want %s", New(c.oid), c.in, got, c.want)
		}
	}
}
