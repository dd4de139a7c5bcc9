package join_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	et "github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/join"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// The columns of both sides.
const (
	cDense  = iota // int4, close to each other
	cSparse        // int8, far apart
	cText
	cOther // int4
	cTag   // int8: names the row
	cDec   // numeric(8,2)
)

func side(n, step, spread int) *et.Table {
	t := &et.Table{}
	key := func(i int) int64 { return int64(i*step%spread) + 3 }
	t.Ints(et.Int4, n, key)
	t.Ints(et.Int8, n, func(i int) int64 { return key(i) * 1_000_003_000 })
	t.Texts(n, func(i int) string { return strings.Repeat("key ", int(key(i))%9) + fmt.Sprint(key(i)) })
	t.Ints(et.Int4, n, func(i int) int64 { return int64(i * 13 % 7) })
	t.Ints(et.Int8, n, func(i int) int64 { return int64(i) })
	t.Ints(types.NewNumeric(8, 2), n, func(i int) int64 { return key(i) * 100 })
	return t
}

// lessOther is the residual: the left side's cOther is below the right side's.
type lessOther struct{ left, right int }

func (p lessOther) Select(b *batch.Batch, sel []int32) ([]int32, error) {
	for k := range b.Rows() {
		i := k
		if b.Sel != nil {
			i = int(b.Sel[k])
		}
		l, r := b.Cols[p.left], b.Cols[p.right]
		if !l.IsNull(i) && !r.IsNull(i) && column.At[int32](l, i) < column.At[int32](r, i) {
			sel = append(sel, int32(i))
		}
	}
	return sel, nil
}

// shape is one join to test, seen from the left (input 0) and right (input 1).
type shape struct {
	kind      logical.JoinKind
	buildLeft bool
	keys      []int
	nullEqual []bool
	nullAware bool
	residual  bool
}

func (s shape) name() string {
	names := []string{"inner", "left", "right", "full", "semi", "anti", "mark", "single"}
	out := names[s.kind] + fmt.Sprint(s.keys)
	if s.buildLeft {
		out += " build left"
	}
	if s.nullEqual != nil {
		out += " null equal"
	}
	if s.nullAware {
		out += " null aware"
	}
	if s.residual {
		out += " residual"
	}
	return out
}

func (s shape) spec(l, r *et.Table) join.Spec {
	spec := join.Spec{Node: 1, Kind: s.kind, BuildLeft: s.buildLeft, NullEqual: s.nullEqual, NullAware: s.nullAware, Mark: s.kind == logical.Mark,
		BuildTypes: r.Types, ProbeTypes: l.Types, BuildKeys: s.keys, ProbeKeys: s.keys}
	if s.buildLeft {
		spec.BuildTypes, spec.ProbeTypes = l.Types, r.Types
	}
	right := s.kind != logical.Semi && s.kind != logical.Anti && s.kind != logical.Mark
	for _, c := range []int{cTag, cText} {
		spec.Out = append(spec.Out, join.Column{Build: s.buildLeft, At: c})
	}
	if right {
		for _, c := range []int{cTag, cText} {
			spec.Out = append(spec.Out, join.Column{Build: !s.buildLeft, At: c})
		}
	}
	if s.residual {
		spec.Pair = []join.Column{{Build: s.buildLeft, At: cOther}, {Build: !s.buildLeft, At: cOther}}
		spec.Residual = func(*pipeline.Worker) (eval.Predicate, error) { return lessOther{0, 1}, nil }
	}
	return spec
}

// keyed is a side's key values as text, "" where NULL, and its cOther.
type keyed struct {
	keys  [][]string
	other []int64
}

func (s shape) keyed(t *et.Table) keyed {
	k := keyed{}
	for i := range t.Rows() {
		var row []string
		for _, c := range s.keys {
			v := ""
			if !t.Cols[c].IsNull(i) {
				v = "=" + et.FormatValue(t.Cols[c], i, t.Types[c])
			}
			row = append(row, v)
		}
		k.keys = append(k.keys, row)
		o := types.FromColumn(t.Cols[cOther], i)
		if o.Null {
			o.I = -1
		}
		k.other = append(k.other, o.I)
	}
	return k
}

// matches says whether the condition is true (1), false (0) or unknown (-1).
func (s shape) matches(l *keyed, i int, r *keyed, j int) int {
	unknown := false
	for k, x := range l.keys[i] {
		y := r.keys[j][k]
		if (x == "" || y == "") && (s.nullEqual == nil || !s.nullEqual[k]) {
			unknown = true
			continue
		}
		if x != y {
			return 0
		}
	}
	if s.residual && (l.other[i] < 0 || r.other[j] < 0 || l.other[i] >= r.other[j]) {
		return 0
	}
	if unknown {
		if s.nullAware {
			return -1
		}
		return 0
	}
	return 1
}

func (s shape) reference(in []*et.Table) []string {
	l, r := in[0], in[1]
	show := func(t *et.Table, i int) string {
		if i < 0 {
			return "NULL|NULL"
		}
		return et.FormatValue(t.Cols[cTag], i, t.Types[cTag]) + "|" + et.FormatValue(t.Cols[cText], i, t.Types[cText])
	}
	out := []string{}
	hit := make([]bool, r.Rows())
	lk, rk := s.keyed(l), s.keyed(r)
	for i := range l.Rows() {
		found, unknown := false, false
		for j := range r.Rows() {
			switch s.matches(&lk, i, &rk, j) {
			case 1:
				found, hit[j] = true, true
				if s.kind <= logical.Full || s.kind == logical.Single {
					out = append(out, show(l, i)+"|"+show(r, j))
				}
			case -1:
				unknown = true
			}
		}
		switch s.kind {
		case logical.Left, logical.Full, logical.Single:
			if !found {
				out = append(out, show(l, i)+"|"+show(r, -1))
			}
		case logical.Semi:
			if found {
				out = append(out, show(l, i))
			}
		case logical.Anti:
			if !found && !unknown {
				out = append(out, show(l, i))
			}
		case logical.Mark:
			mark := "f"
			if found {
				mark = "t"
			} else if unknown {
				mark = "NULL"
			}
			out = append(out, show(l, i)+"|"+mark)
		}
	}
	if s.kind == logical.Right || s.kind == logical.Full {
		for j, h := range hit {
			if !h {
				out = append(out, show(l, -1)+"|"+show(r, j))
			}
		}
	}
	return out
}

func (s shape) build(env *et.Env, sink pipeline.Sink, l, r *et.Table) []*pipeline.Pipeline {
	h := join.NewHash(s.spec(l, r), env.Exec)
	env.Closes(h)
	b, p := 1, 0
	if s.buildLeft {
		b, p = 0, 1
	}
	return []*pipeline.Pipeline{
		{Source: env.Source(b), Sink: h},
		{Source: env.Source(p), Operators: []pipeline.Factory{h}, Sink: sink},
		{Source: &join.Leftovers{H: h}, Sink: sink},
	}
}

func (s shape) check(t *testing.T, l, r *et.Table, change func(c *et.Case)) {
	t.Helper()
	c := et.Case{Inputs: []*et.Table{l, r}, Reference: s.reference, Few: true,
		Build: func(env *et.Env, sink pipeline.Sink) []*pipeline.Pipeline { return s.build(env, sink, l, r) }}
	if change != nil {
		change(&c)
	}
	et.Check(t, c)
}

func TestKinds(t *testing.T) {
	l, r := side(150, 7, 61), side(170, 11, 47)
	one := side(40, 1, 1000) // each key once, for Single
	var shapes []shape
	for kind := logical.Inner; kind <= logical.Single; kind++ {
		for _, buildLeft := range []bool{false, true} {
			for _, residual := range []bool{false, true} {
				for _, keys := range [][]int{{cDense}, {cSparse}, {cText}, {cDec}, {cDense, cOther}, {cText, cSparse}} {
					shapes = append(shapes, shape{kind: kind, buildLeft: buildLeft, keys: keys, residual: residual})
				}
				shapes = append(shapes, shape{kind: kind, buildLeft: buildLeft, keys: []int{cText, cOther}, nullEqual: []bool{true, false}, residual: residual},
					shape{kind: kind, buildLeft: buildLeft, keys: []int{cSparse}, nullEqual: []bool{true}, residual: residual})
			}
			if kind == logical.Anti || kind == logical.Mark {
				shapes = append(shapes, shape{kind: kind, buildLeft: buildLeft, keys: []int{cDense}, nullAware: true}, shape{kind: kind, buildLeft: buildLeft, keys: []int{cText}, nullAware: true})
			}
		}
	}
	for _, s := range shapes {
		t.Run(s.name(), func(t *testing.T) {
			right := r
			if s.kind == logical.Single {
				right = one
			}
			// NULL keys equal to each other would break Single.
			noNulls := s.kind == logical.Single && s.nullEqual != nil
			s.check(t, l, right, func(c *et.Case) { c.NoNulls = noNulls })
			s.check(t, l, right, func(c *et.Case) { c.NoNulls, c.SomeNulls = noNulls, !noNulls })
		})
	}
}

func TestFull(t *testing.T) {
	l, r := side(300, 7, 61), side(150, 11, 47)
	for _, s := range []shape{
		{kind: logical.Inner, keys: []int{cText}, residual: true}, {kind: logical.Full, keys: []int{cSparse}}, {kind: logical.Mark, keys: []int{cDense}, nullAware: true},
	} {
		s.check(t, l, r, func(c *et.Case) { c.Few = false })
	}
}

func TestEmpty(t *testing.T) {
	l, none := side(30, 7, 61), side(0, 1, 1)
	for kind := logical.Inner; kind <= logical.Single; kind++ {
		for _, buildLeft := range []bool{false, true} {
			for _, aware := range []bool{false, true} {
				s := shape{kind: kind, buildLeft: buildLeft, keys: []int{cDense}, nullAware: aware && (kind == logical.Anti || kind == logical.Mark)}
				s.check(t, l, none, nil)
				s.check(t, none, l, nil)
			}
		}
	}
}

func TestSingleError(t *testing.T) {
	l, r := side(30, 1, 61), side(90, 1, 30)
	for _, buildLeft := range []bool{false, true} {
		s := shape{kind: logical.Single, buildLeft: buildLeft, keys: []int{cSparse}}
		s.check(t, l, r, func(c *et.Case) { c.WantError = "more than one row returned by a subquery used as an expression" })
	}
}

func TestSpill(t *testing.T) {
	l, r := side(3000, 7, 3001), side(4000, 11, 2003)
	small := side(1500, 1, 5000)
	for kind := logical.Inner; kind <= logical.Single; kind++ {
		for _, buildLeft := range []bool{false, true} {
			s := shape{kind: kind, buildLeft: buildLeft, keys: []int{cSparse}, residual: kind == logical.Left}
			right := r
			if kind == logical.Single {
				right = small
			}
			t.Run(s.name(), func(t *testing.T) {
				s.check(t, l, right, func(c *et.Case) {
					c.Few, c.OnlySpill, c.SpillMemory, c.MustSpill = false, true, 250<<10, kind != logical.Single
				})
			})
		}
	}
	for _, s := range []shape{{kind: logical.Full, keys: []int{cText, cDense}}, {kind: logical.Anti, keys: []int{cDense}, nullAware: true}, {kind: logical.Mark, keys: []int{cText}, nullAware: true, buildLeft: true}} {
		s.check(t, l, r, func(c *et.Case) { c.Few, c.OnlySpill, c.SpillMemory, c.MustSpill = false, true, 250<<10, true })
	}
}

// TestOneKey has all rows under few keys: parting does not part them.
func TestOneKey(t *testing.T) {
	l, r := side(20, 0, 1), side(4000, 0, 1)
	for _, kind := range []logical.JoinKind{logical.Inner, logical.Left, logical.Full, logical.Semi, logical.Anti, logical.Mark} {
		for _, buildLeft := range []bool{false, true} {
			s := shape{kind: kind, buildLeft: buildLeft, keys: []int{cText}, residual: true}
			t.Run(s.name(), func(t *testing.T) {
				a, b := l, r
				if buildLeft {
					a, b = r, l
				}
				s.check(t, a, b, func(c *et.Case) { c.Few, c.OnlySpill, c.SpillMemory, c.MustSpill = false, true, 250<<10, true })
			})
		}
	}
}
