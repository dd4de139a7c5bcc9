package prune_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
	"github.com/inlaydb/inlay/storage/prune"
)

func ints(v ...int64) []parquet.Value {
	out := make([]parquet.Value, len(v))
	for i, x := range v {
		out[i] = parquet.Value{Kind: column.Int64, Int: x}
	}
	return out
}

func floats(v ...float64) []parquet.Value {
	out := make([]parquet.Value, len(v))
	for i, x := range v {
		out[i] = parquet.Value{Kind: column.Float64, Float: x}
	}
	return out
}

func texts(v ...string) []parquet.Value {
	out := make([]parquet.Value, len(v))
	for i, x := range v {
		out[i] = parquet.Value{Kind: column.Bytes, Bytes: []byte(x)}
	}
	return out
}

// holds evaluates one comparison as SQL does: NULL is not true, NaN is the
// greatest number.
func holds(op prune.Op, v *parquet.Value, c []parquet.Value) bool {
	switch op {
	case prune.IsNull:
		return v == nil
	case prune.IsNotNull:
		return v != nil
	}
	if v == nil {
		return false
	}
	cmp := parquet.CompareValues(*v, c[0])
	switch op {
	case prune.Equal:
		return cmp == 0
	case prune.NotEqual:
		return cmp != 0
	case prune.Less:
		return cmp < 0
	case prune.LessEq:
		return cmp <= 0
	case prune.Greater:
		return cmp > 0
	case prune.GreaterEq:
		return cmp >= 0
	case prune.Prefix:
		return bytes.HasPrefix(v.Bytes, c[0].Bytes)
	case prune.In:
		for _, x := range c {
			if parquet.CompareValues(*v, x) == 0 {
				return true
			}
		}
	}
	return false
}

var comparisons = []prune.Op{prune.Equal, prune.NotEqual, prune.Less, prune.LessEq, prune.Greater, prune.GreaterEq, prune.In, prune.Prefix, prune.IsNull, prune.IsNotNull}

// TestJudge tries all small sets of values against all constants: a verdict
// must never contradict the rows.
func TestJudge(t *testing.T) {
	nan := math.NaN()
	for name, domain := range map[string][]parquet.Value{
		"int":   ints(1, 2, 3, 4),
		"float": floats(-1, 0, 1, nan),
		"text":  texts("", "a", "ab", "b"),
	} {
		for mask := range 1 << (len(domain) + 1) {
			var rows []*parquet.Value
			s := parquet.Stats{NullCount: 0, HasMin: false}
			for i := range domain {
				if mask>>i&1 == 0 {
					continue
				}
				v := &domain[i]
				rows = append(rows, v)
				if v.Float != v.Float {
					s.MayHaveNaN = true
					continue
				}
				if !s.HasMin {
					s.HasMin, s.HasMax, s.Min, s.Max = true, true, *v, *v
				}
				s.Max = *v
			}
			if mask>>len(domain)&1 != 0 {
				rows = append(rows, nil)
				s.NullCount = 1
			}
			s.Rows = int64(len(rows))
			for variant := range 4 {
				st := s
				if variant&1 != 0 {
					st.NullCount = -1
				}
				if variant&2 != 0 {
					st.HasMin = false
				}
				for _, op := range comparisons {
					if op == prune.Prefix && name != "text" {
						continue
					}
					for i := range domain {
						c := domain[i : i+1]
						if op == prune.In {
							c = domain[i:]
						}
						p := &prune.Predicate{Op: op, Values: c}
						got := prune.Check(p, func(int) (parquet.Stats, bool) { return st, true })
						any, all := false, true
						for _, r := range rows {
							h := holds(op, r, c)
							any, all = any || h, all && h
						}
						if got == prune.Nothing && any || got == prune.All && !all {
							t.Fatalf("%s: rows %v, op %d, constant %v: verdict %d", name, mask, op, c, got)
						}
						if variant == 0 && !s.MayHaveNaN && op != prune.NotEqual && op != prune.In && op != prune.Prefix {
							if (op != prune.Equal) && (got == prune.Nothing) != !any {
								t.Errorf("%s: rows %v, op %d, constant %v: verdict %d could be sharper", name, mask, op, c, got)
							}
						}
					}
				}
			}
		}
	}
}

func TestLogic(t *testing.T) {
	stats := func(col int) (parquet.Stats, bool) {
		if col == 9 {
			return parquet.Stats{}, false
		}
		return parquet.Stats{Rows: 10, HasMin: true, HasMax: true, Min: ints(10)[0], Max: ints(20)[0]}, true
	}
	p := func(op prune.Op, v int64) prune.Predicate { return prune.Predicate{Op: op, Values: ints(v)} }
	unknown := prune.Predicate{Op: prune.Equal, Column: 9, Values: ints(1)}
	no, yes, maybe := p(prune.Less, 5), p(prune.Less, 50), p(prune.Less, 15)
	for i, c := range []struct {
		p    prune.Predicate
		want prune.Verdict
	}{
		{prune.Predicate{Op: prune.And, Of: []prune.Predicate{yes, maybe}}, prune.Some},
		{prune.Predicate{Op: prune.And, Of: []prune.Predicate{yes, no, unknown}}, prune.Nothing},
		{prune.Predicate{Op: prune.And, Of: []prune.Predicate{yes, yes}}, prune.All},
		{prune.Predicate{Op: prune.And}, prune.All},
		{prune.Predicate{Op: prune.Or, Of: []prune.Predicate{no, maybe}}, prune.Some},
		{prune.Predicate{Op: prune.Or, Of: []prune.Predicate{no, no}}, prune.Nothing},
		{prune.Predicate{Op: prune.Or, Of: []prune.Predicate{unknown, yes}}, prune.All},
		{unknown, prune.Some},
	} {
		if got := prune.Check(&c.p, stats); got != c.want {
			t.Errorf("%d: %d, want %d", i, got, c.want)
		}
	}
}

// TestRowGroup writes a sorted, a random and a float column and checks that no
// wanted row is dropped, and that something is.
func TestRowGroup(t *testing.T) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(3, 3))
	const rows = 20000
	fields := []parquet.Field{
		{Name: "seq", Kind: column.Int64},
		{Name: "id", Kind: column.Int64, Bloom: true, Nullable: true},
		{Name: "f", Kind: column.Float64},
		{Name: "s", Kind: column.Bytes, Nullable: true, Logical: parquet.LogicalType{Annotation: parquet.String}},
	}
	seq, id, f := column.NewFlat(column.Int64, rows), column.NewFlat(column.Int64, rows), column.NewFlat(column.Float64, rows)
	s := column.NewFlat(column.Bytes, rows)
	for i := range rows {
		column.Values[int64](seq)[i] = int64(i)
		column.Values[int64](id)[i] = rng.Int64N(1<<40) * 2
		column.Values[float64](f)[i] = float64(i / 100)
		if i%5000 == 17 {
			column.Values[float64](f)[i] = math.NaN()
		}
		column.Values[column.View](s)[i] = column.InlineView(fmt.Appendf(nil, "k%05d", i/3))
		if i%1000 < 500 && i > 10000 {
			s.SetNull(i)
			column.Values[column.View](s)[i] = column.View{}
		}
	}
	var buf bytes.Buffer
	w, err := parquet.NewWriter(&buf, fields, parquet.WriteOptions{Codec: parquet.Snappy, RowGroupRows: 8000, PageRows: 500})
	if err != nil {
		t.Fatal(err)
	}
	cols := []*column.Column{seq, id, f, s}
	if err := w.Write(cols, nil, rows); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m := object.NewMemory()
	o, err := object.Put(ctx, m, "f", buf.Bytes(), object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.Open(ctx, m, o, parquet.NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	one := func(op prune.Op, col int, v ...parquet.Value) prune.Predicate {
		return prune.Predicate{Op: op, Column: col, Values: v}
	}
	absent := ints(1<<40 + 1)[0] // odd, so not in id
	for i, c := range []struct {
		p     prune.Predicate
		least int64 // rows dropped
		check func(prune.Counts) bool
	}{
		{one(prune.Equal, 0, ints(9000)...), 19500, func(c prune.Counts) bool { return c.GroupsByStats == 2 && c.PagesDropped == 15 }},
		{one(prune.Less, 0, ints(100)...), 19500, nil},
		{one(prune.In, 0, ints(5, 19999)...), 19000, nil},
		{one(prune.Equal, 1, absent), 8000, func(c prune.Counts) bool { return c.GroupsByBloom >= 1 }},
		{one(prune.Greater, 2, floats(1000)...), 0, nil},
		{one(prune.Less, 2, floats(3)...), 19500, nil},
		{one(prune.Prefix, 3, texts("k0012")...), 19000, nil},
		{one(prune.IsNull, 3), 8000, nil},
		{one(prune.GreaterEq, 0, ints(0)...), 0, func(c prune.Counts) bool { return c.GroupsWhole == 3 }},
		{prune.Predicate{Op: prune.And, Of: []prune.Predicate{one(prune.Greater, 0, ints(1000)...), one(prune.Less, 3, texts("k00500")...)}}, 18500, nil},
		{prune.Predicate{Op: prune.Or, Of: []prune.Predicate{one(prune.Less, 0, ints(10)...), one(prune.Greater, 0, ints(19990)...)}}, 19000, nil},
		{one(prune.Equal, 7, ints(1)...), 0, nil},
	} {
		var total prune.Counts
		first := 0
		for g := range file.NumRowGroups() {
			r, err := prune.RowGroup(ctx, file, g, &c.p, file.Schema.Leaves, prune.Options{})
			if err != nil {
				t.Fatal(err)
			}
			total.Add(r.Counts)
			n := int(file.RowGroup(g).NumRows)
			kept := make([]bool, n)
			if r.Verdict != prune.Nothing && r.Ranges == nil {
				r.Ranges = []parquet.RowRange{{First: 0, Count: int64(n)}}
			}
			for _, x := range r.Ranges {
				for k := x.First; k < x.First+x.Count; k++ {
					kept[k] = true
				}
			}
			for k := range n {
				want := eval(&c.p, cols, first+k)
				if want && !kept[k] || r.Verdict == prune.All && !want {
					t.Fatalf("%d: row %d is wrongly judged", i, first+k)
				}
			}
			first += n
		}
		if total.RowsDropped < c.least || c.check != nil && !c.check(total) {
			t.Errorf("%d: %+v", i, total)
		}
	}
}

func eval(p *prune.Predicate, cols []*column.Column, row int) bool {
	switch p.Op {
	case prune.And:
		for i := range p.Of {
			if !eval(&p.Of[i], cols, row) {
				return false
			}
		}
		return true
	case prune.Or:
		for i := range p.Of {
			if eval(&p.Of[i], cols, row) {
				return true
			}
		}
		return false
	}
	if p.Column >= len(cols) {
		return false
	}
	c := cols[p.Column]
	if c.IsNull(row) {
		return holds(p.Op, nil, p.Values)
	}
	v := parquet.Value{Kind: c.Kind}
	switch c.Kind {
	case column.Int64:
		v.Int = column.At[int64](c, row)
	case column.Float64:
		v.Float = column.At[float64](c, row)
	default:
		v.Bytes = c.BytesAt(row)
	}
	return holds(p.Op, &v, p.Values)
}
