package binder

import (
	"slices"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// groupKey is an expression of GROUP BY.
type groupKey struct {
	expr   scalar.Expr
	target int // the member of the SELECT list it is
}

// groupingCall is GROUPING(…): id stands for it until the keys are known.
type groupingCall struct {
	id   scalar.ColumnID
	args []scalar.Expr
	pos  []int32
}

// Postgres's limits.
const (
	maxGroupingSets = 4096
	maxCube         = 12
)

// groupBy binds GROUP BY into keys and, where it has them, grouping sets.
func (b *binder) groupBy(g *ast.GroupBy, s *scope, st *selection) error {
	if g == nil {
		return nil
	}
	st.grouped = true
	if g.All && len(g.Items) == 0 {
		return b.groupByAll(s, st)
	}
	hasSets := false
	product := [][]int{nil}
	for _, item := range g.Items {
		if _, ok := item.(*ast.GroupingSet); ok {
			hasSets = true
		}
		sets, err := b.groupItem(item, s, st)
		if err != nil {
			return err
		}
		if len(product)*len(sets) > maxGroupingSets {
			return b.errAt(g.Pos, sqlerr.StatementTooComplex, "too many grouping sets present (maximum %d)", maxGroupingSets)
		}
		next := make([][]int, 0, len(product)*len(sets))
		for _, p := range product {
			for _, q := range sets {
				next = append(next, union(p, q))
			}
		}
		product = next
	}
	if !hasSets {
		return nil
	}
	if g.Distinct {
		product = distinctSets(product)
	}
	st.sets = product
	return nil
}

// groupByAll groups by every member of the SELECT list without aggregates.
func (b *binder) groupByAll(s *scope, st *selection) error {
	for i, t := range st.targets {
		cols := scalar.Columns(t.expr)
		if t.junk || cols.Intersects(st.made) {
			continue
		}
		if _, ok := t.expr.(*scalar.Const); ok {
			continue
		}
		if _, err := b.addKey(st, i, t.pos); err != nil {
			return err
		}
	}
	return nil
}

// groupItem gives the grouping sets that one item of GROUP BY stands for; a
// plain expression is one set of one key.
func (b *binder) groupItem(item ast.Expr, s *scope, st *selection) ([][]int, error) {
	g, ok := item.(*ast.GroupingSet)
	if !ok {
		set, err := b.groupExprs(item, s, st)
		return [][]int{set}, err
	}
	switch g.Kind {
	case ast.GroupingEmpty:
		return [][]int{nil}, nil
	case ast.GroupingSets:
		var out [][]int
		for _, it := range g.Items {
			sets, err := b.groupItem(it, s, st)
			if err != nil {
				return nil, err
			}
			out = append(out, sets...)
		}
		return out, nil
	}
	parts := make([][]int, len(g.Items))
	for i, it := range g.Items {
		var err error
		if parts[i], err = b.groupExprs(it, s, st); err != nil {
			return nil, err
		}
	}
	if g.Kind == ast.GroupingRollup {
		out := make([][]int, 0, len(parts)+1)
		for n := len(parts); n >= 0; n-- {
			var set []int
			for _, p := range parts[:n] {
				set = union(set, p)
			}
			out = append(out, set)
		}
		return out, nil
	}
	if len(parts) > maxCube {
		return nil, b.errAt(g.Pos, sqlerr.TooManyColumns, "CUBE is limited to %d elements", maxCube)
	}
	var out [][]int
	for mask := 1<<len(parts) - 1; mask >= 0; mask-- {
		var set []int
		for i, p := range parts {
			if mask&(1<<(len(parts)-1-i)) != 0 {
				set = union(set, p)
			}
		}
		out = append(out, set)
	}
	return out, nil
}

// groupExprs binds an expression, or a parenthesised list of them, as keys.
func (b *binder) groupExprs(e ast.Expr, s *scope, st *selection) ([]int, error) {
	if r, ok := e.(*ast.Row); ok && !r.Explicit {
		var out []int
		for _, x := range r.Elems {
			keys, err := b.groupExprs(x, s, st)
			if err != nil {
				return nil, err
			}
			out = union(out, keys)
		}
		return out, nil
	}
	t, err := b.findTarget(e, s, st, inGroupBy)
	if err != nil {
		return nil, err
	}
	k, err := b.addKey(st, t, loc(e))
	return []int{k}, err
}

// addKey makes a target a key, unless an equal one is already.
func (b *binder) addKey(st *selection, t int, pos int32) (int, error) {
	if err := b.targetToText(st.targets[t]); err != nil {
		return 0, err
	}
	x := st.targets[t].expr
	if err := b.hashable(x.Type(), pos); err != nil {
		return 0, err
	}
	for i, k := range st.keys {
		if scalar.Equal(k.expr, x) {
			return i, nil
		}
	}
	st.keys = append(st.keys, groupKey{expr: x, target: t})
	return len(st.keys) - 1, nil
}

func union(a, b []int) []int {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func distinctSets(sets [][]int) [][]int {
	var out [][]int
next:
	for _, s := range sets {
		for _, o := range out {
			if len(o) == len(s) && len(union(o, s)) == len(s) {
				continue next
			}
		}
		out = append(out, s)
	}
	return out
}

// groupingExpr binds GROUPING(…).
func (b *binder) groupingExpr(s *scope, e *ast.Grouping) (scalar.Expr, error) {
	if why := refuseAggregate(s.kind, "grouping operations"); why != "" {
		return nil, b.errAt(e.Pos, sqlerr.GroupingError, "%s", why)
	}
	st := s.sel
	if st == nil {
		return nil, b.errAt(e.Pos, sqlerr.GroupingError, "grouping operations are not allowed here")
	}
	if len(e.Args) > 31 {
		return nil, b.errAt(e.Pos, sqlerr.TooManyArguments, "GROUPING must have fewer than 32 arguments")
	}
	g := &groupingCall{id: b.ids.Column()}
	for _, a := range e.Args {
		x, err := b.expr(s, a)
		if err != nil {
			return nil, err
		}
		g.args = append(g.args, x)
		g.pos = append(g.pos, loc(a))
	}
	st.groupings = append(st.groupings, g)
	st.made.Add(g.id)
	return &scalar.Column{ID: g.id, Typ: types.New(types.Int4OID), Name: "grouping", Pos: scalar.Pos(e.Pos)}, nil
}
