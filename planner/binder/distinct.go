package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// distinctSpec is DISTINCT: on holds the targets of DISTINCT ON.
type distinctSpec struct{ on []int }

// distinct binds DISTINCT and DISTINCT ON against ORDER BY.
func (b *binder) distinct(sel *ast.Select, s *scope, st *selection, keys []sortRef) (*distinctSpec, []sortRef, error) {
	if !sel.Distinct {
		return nil, keys, nil
	}
	if sel.DistinctOn == nil {
		for _, k := range keys {
			if t := st.targets[k.target]; t.junk {
				return nil, nil, b.errAt(t.pos, sqlerr.InvalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
			}
		}
		for _, t := range st.targets {
			if t.junk {
				continue
			}
			if err := b.targetToText(t); err != nil {
				return nil, nil, err
			}
			if err := b.hashable(t.expr.Type(), t.pos); err != nil {
				return nil, nil, err
			}
		}
		return &distinctSpec{}, keys, nil
	}
	var on []int
	for _, e := range sel.DistinctOn {
		t, err := b.findTarget(e, s, st, inDistinctOn)
		if err != nil {
			return nil, nil, err
		}
		if err := b.targetToText(st.targets[t]); err != nil {
			return nil, nil, err
		}
		if err := b.hashable(st.targets[t].expr.Type(), loc(e)); err != nil {
			return nil, nil, err
		}
		if !contains(on, t) {
			on = append(on, t)
		}
	}
	// The leading ORDER BY keys must be the ON expressions, in any order.
	skipped := false
	matched := 0
	for _, k := range keys {
		if !contains(on, k.target) {
			skipped = true
			continue
		}
		if skipped {
			pos := int32(-1)
			for i, t := range on {
				if t == k.target {
					pos = loc(sel.DistinctOn[min(i, len(sel.DistinctOn)-1)])
				}
			}
			return nil, nil, b.errAt(pos, sqlerr.InvalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
		}
		matched++
	}
	if skipped && matched < len(on) {
		pos := int32(-1)
		for i, t := range on {
			if !hasKey(keys, t) {
				pos = loc(sel.DistinctOn[min(i, len(sel.DistinctOn)-1)])
				break
			}
		}
		return nil, nil, b.errAt(pos, sqlerr.InvalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
	}
	return &distinctSpec{on: on}, keys, nil
}

func hasKey(keys []sortRef, t int) bool {
	for _, k := range keys {
		if k.target == t {
			return true
		}
	}
	return false
}

func contains(list []int, v int) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
