package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// sortRef is a key of ORDER BY: a target and how it sorts.
type sortRef struct {
	target     int
	desc       bool
	nullsFirst bool
}

func sortKeys(keys []sortRef, targets []*target) []scalar.SortKey {
	out := make([]scalar.SortKey, len(keys))
	for i, k := range keys {
		out[i] = scalar.SortKey{Expr: targets[k.target].col.Ref(), Desc: k.desc, NullsFirst: k.nullsFirst}
	}
	return out
}

// orderBy binds ORDER BY: names and ordinals of the SELECT list, else
// expressions, which become hidden targets where the list has none equal.
func (b *binder) orderBy(items []ast.SortItem, s *scope, st *selection) ([]sortRef, error) {
	var out []sortRef
	for i := range items {
		it := &items[i]
		if it.All {
			for t := range st.targets {
				if st.targets[t].junk {
					continue
				}
				k, err := b.sortRef(it, t, st)
				if err != nil {
					return nil, err
				}
				out = addSort(out, k)
			}
			continue
		}
		t, err := b.findTarget(it.X, s, st, inOrderBy)
		if err != nil {
			return nil, err
		}
		k, err := b.sortRef(it, t, st)
		if err != nil {
			return nil, err
		}
		out = addSort(out, k)
	}
	return out, nil
}

// addSort adds a key unless its column is one already: it would decide nothing.
func addSort(out []sortRef, k sortRef) []sortRef {
	for _, o := range out {
		if o.target == k.target {
			return out
		}
	}
	return append(out, k)
}

func (b *binder) sortRef(it *ast.SortItem, t int, st *selection) (sortRef, error) {
	tg := st.targets[t]
	if err := b.targetToText(tg); err != nil {
		return sortRef{}, err
	}
	pos := tg.pos
	if it.X != nil {
		pos = loc(it.X)
	}
	desc, nullsFirst, err := b.direction(it, tg.expr, pos)
	return sortRef{target: t, desc: desc, nullsFirst: nullsFirst}, err
}

// direction tells how a key sorts, and refuses types without an order.
func (b *binder) direction(it *ast.SortItem, e scalar.Expr, pos int32) (desc, nullsFirst bool, err error) {
	desc = it.Direction == ast.SortDesc
	if it.Direction == ast.SortUsing {
		switch it.Using.Name {
		case "<":
		case ">":
			desc = true
		default:
			if _, err := b.operator(it.Using.Name, e, e, it.Using.Pos); err != nil {
				return false, false, err
			}
			return false, false, b.errAt(it.Using.Pos, sqlerr.WrongObjectType, "operator %s is not a valid ordering operator", it.Using.Name).
				WithHint(`Ordering operators must be "<" or ">" members of btree operator families.`)
		}
	}
	nullsFirst = desc
	switch it.Nulls {
	case ast.NullsFirst:
		nullsFirst = true
	case ast.NullsLast:
		nullsFirst = false
	}
	return desc, nullsFirst, b.sortable(e.Type(), pos)
}

// findTarget finds the target that an item of ORDER BY, GROUP BY or DISTINCT
// ON means, by the rules of SQL92 (names and ordinals) and then SQL99
// (expressions); a hidden one is added where there is none.
func (b *binder) findTarget(e ast.Expr, s *scope, st *selection, kind exprKind) (int, error) {
	if ref, ok := e.(*ast.ColumnRef); ok && len(ref.Parts) == 1 {
		name := ref.Parts[0].Name
		byName := true
		if kind == inGroupBy {
			x, err := b.localColumn(s, name, ref.Pos)
			if err != nil {
				return 0, err
			}
			byName = x == nil
		}
		if byName {
			found := -1
			for i, t := range st.targets {
				if t.junk || t.name != name {
					continue
				}
				if found >= 0 && !scalar.Equal(st.targets[found].expr, t.expr) {
					return 0, b.errAt(ref.Pos, sqlerr.AmbiguousColumn, `%s %s is ambiguous`, kind, sqlerr.Quote(name))
				}
				if found < 0 {
					found = i
				}
			}
			if found >= 0 {
				return found, b.checkTargetKind(st, found, kind)
			}
		}
	}
	if c, ok := e.(*ast.Const); ok {
		if c.Kind != ast.ConstInteger {
			return 0, b.errAt(c.Pos, sqlerr.SyntaxError, "non-integer constant in %s", kind)
		}
		n := int64(0)
		for i, t := range st.targets {
			if t.junk {
				continue
			}
			if n++; n == c.Int {
				return i, b.checkTargetKind(st, i, kind)
			}
		}
		return 0, b.errAt(c.Pos, sqlerr.InvalidColumnReference, "%s position %d is not in select list", kind, c.Int)
	}
	return b.findExprTarget(e, s, st, kind)
}

// findExprTarget finds or adds the target for an expression.
func (b *binder) findExprTarget(e ast.Expr, s *scope, st *selection, kind exprKind) (int, error) {
	x, err := b.exprKind(s, e, kind)
	if err != nil {
		return 0, err
	}
	for i, t := range st.targets {
		if scalar.Equal(t.expr, x) {
			return i, nil
		}
	}
	st.targets = append(st.targets, &target{expr: x, pos: loc(e), junk: true})
	return len(st.targets) - 1, nil
}

// checkTargetKind refuses a target in GROUP BY that has aggregates or windows.
func (b *binder) checkTargetKind(st *selection, i int, kind exprKind) error {
	if kind != inGroupBy {
		return nil
	}
	t := st.targets[i]
	used := scalar.Columns(t.expr)
	for _, a := range st.aggs {
		if used.Has(a.Col.ID) {
			return b.errAt(int32(a.Agg.Pos), sqlerr.GroupingError, "aggregate functions are not allowed in GROUP BY")
		}
	}
	for _, w := range st.wins {
		if used.Has(w.Col.ID) {
			return b.errAt(int32(w.Call.Agg.Pos), sqlerr.WindowingError, "window functions are not allowed in GROUP BY")
		}
	}
	return nil
}

// localColumn finds an unqualified column at this query level only.
func (b *binder) localColumn(s *scope, name string, pos int32) (scalar.Expr, error) {
	alone := *s
	alone.parent = nil
	return b.column(&alone, name, pos)
}
