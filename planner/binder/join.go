package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// fromJoin binds a join: the right side sees the left one only through
// LATERAL, ON sees both and nothing else of FROM but what is lateral.
func (b *binder) fromJoin(j *ast.Join, s *scope) (*source, error) {
	if j.Asof {
		return nil, b.errAt(j.Pos, sqlerr.FeatureNotSupported, "ASOF JOIN is not supported yet")
	}
	leftNullable := j.Kind == ast.JoinRight || j.Kind == ast.JoinFull
	rightNullable := j.Kind == ast.JoinLeft || j.Kind == ast.JoinFull
	left, err := b.joinSide(j.Left, s, leftNullable)
	if err != nil {
		return nil, err
	}
	lateralOK := j.Kind == ast.JoinInner || j.Kind == ast.JoinLeft || j.Kind == ast.JoinCross
	for _, it := range left.items {
		it.lateralOnly, it.lateralOK = true, lateralOK
	}
	mark := len(s.items)
	s.items = append(s.items, left.items...)
	right, err := b.joinSide(j.Right, s, rightNullable)
	s.items = s.items[:mark:mark]
	if err != nil {
		return nil, err
	}
	if err := b.nameConflicts(left.items, right.items); err != nil {
		return nil, err
	}
	for _, it := range left.items {
		it.lateralOnly, it.lateralOK = false, true
	}

	using, err := b.usingColumns(j, left.top, right.top)
	if err != nil {
		return nil, err
	}
	var on []scalar.Expr
	switch {
	case len(using) > 0:
		if on, err = b.usingCondition(using); err != nil {
			return nil, err
		}
	case j.On != nil:
		if on, err = b.joinCondition(j.On, s, left, right); err != nil {
			return nil, err
		}
	}
	kind := [...]logical.JoinKind{
		ast.JoinInner: logical.Inner, ast.JoinLeft: logical.Left, ast.JoinRight: logical.Right, ast.JoinFull: logical.Full,
		ast.JoinCross: logical.Inner, ast.JoinSemi: logical.Semi, ast.JoinAnti: logical.Anti,
	}[j.Kind]
	plan, err := b.joinPlans(s, kind, left.plan, right.plan, on)
	if err != nil {
		return nil, err
	}
	top := &item{colsVisible: true, isJoin: true}
	if plan, err = b.mergedColumns(j, using, top, plan, s); err != nil {
		return nil, err
	}
	appendUnmerged(top, left.top, using, true)
	if kind != logical.Semi && kind != logical.Anti {
		appendUnmerged(top, right.top, using, false)
	}
	out := &source{plan: plan, top: top}
	if j.UsingAlias.Name != "" {
		it := &item{name: j.UsingAlias.Name, alias: true, relVisible: true, isJoin: true, cols: top.cols[:len(using):len(using)]}
		if err := b.nameConflicts(append(left.items, right.items...), []*item{it}); err != nil {
			return nil, err
		}
		out.items = append(out.items, it)
	}
	if j.Alias != nil {
		top.relVisible = true
		if err := b.rename(top, j.Alias); err != nil {
			return nil, err
		}
		out.items = append(out.items, top)
		return out, nil
	}
	inner := left.items
	if kind != logical.Semi && kind != logical.Anti {
		inner = append(inner[:len(inner):len(inner)], right.items...)
	}
	for _, it := range inner {
		it.colsVisible = false
	}
	out.items = append(append(inner[:len(inner):len(inner)], out.items...), top)
	return out, nil
}

func (b *binder) joinSide(f ast.FromItem, s *scope, nullable bool) (*source, error) {
	if !nullable {
		return b.fromItem(f, s)
	}
	s.nullable++
	src, err := b.fromItem(f, s)
	s.nullable--
	return src, err
}

// joinCondition binds ON: it sees the two sides, and through LATERAL what
// stands before the join.
func (b *binder) joinCondition(e ast.Expr, s *scope, left, right *source) ([]scalar.Expr, error) {
	outerItems := s.items
	lateral := s.lateral
	s.items = append(append(s.items[:len(s.items):len(s.items)], left.items...), right.items...)
	// An ON clause does not see earlier items of the comma list: they stay
	// lateralOnly, and s.lateral is off.
	s.lateral = false
	x, err := b.exprKind(s, e, inJoinOn)
	if err == nil {
		x, err = b.coerceBool(x, "JOIN/ON", e)
	}
	s.items, s.lateral = outerItems, lateral
	if err != nil {
		return nil, err
	}
	return scalar.SplitAnd(nil, x), nil
}

// usingPair is a column that USING or NATURAL merges.
type usingPair struct {
	name        string
	left, right int // positions in the sides' columns
	l, r        *itemColumn
}

// usingColumns finds the columns that USING or NATURAL names.
func (b *binder) usingColumns(j *ast.Join, left, right *item) ([]usingPair, error) {
	var names []ast.Ident
	if j.Natural {
		for i := range left.cols {
			n := left.cols[i].name
			for k := range right.cols {
				if right.cols[k].name == n {
					names = append(names, ast.Ident{Name: n, Range: ast.Range{Pos: -1}})
					break
				}
			}
		}
	} else {
		names = j.Using
	}
	var out []usingPair
	for _, n := range names {
		for _, p := range out {
			if p.name == n.Name {
				return nil, sqlerr.New(sqlerr.DuplicateColumn, `column name %s appears more than once in USING clause`, sqlerr.Quote(n.Name))
			}
		}
		l, err := b.usingSide(left, n.Name, "left")
		if err != nil {
			return nil, err
		}
		r, err := b.usingSide(right, n.Name, "right")
		if err != nil {
			return nil, err
		}
		out = append(out, usingPair{name: n.Name, left: l, right: r, l: &left.cols[l], r: &right.cols[r]})
	}
	return out, nil
}

func (b *binder) usingSide(it *item, name, side string) (int, error) {
	found := -1
	for i := range it.cols {
		if it.cols[i].name != name {
			continue
		}
		if found >= 0 {
			return 0, sqlerr.New(sqlerr.AmbiguousColumn, `common column name %s appears more than once in %s table`, sqlerr.Quote(name), side)
		}
		found = i
	}
	if found < 0 {
		return 0, sqlerr.New(sqlerr.UndefinedColumn, `column %s specified in USING clause does not exist in %s table`, sqlerr.Quote(name), side)
	}
	return found, nil
}

func (b *binder) usingCondition(using []usingPair) ([]scalar.Expr, error) {
	on := make([]scalar.Expr, len(using))
	for i, p := range using {
		if _, err := b.commonType([]scalar.Expr{p.l.ref(-1), p.r.ref(-1)}, "JOIN/USING", nil); err != nil {
			return nil, err
		}
		e, err := b.operator("=", p.l.ref(-1), p.r.ref(-1), -1)
		if err != nil {
			return nil, err
		}
		on[i] = e
	}
	return on, nil
}

// mergedColumns adds the merged columns to top: the left side's, the right
// side's or, for FULL, the first that is not NULL, which a projection computes.
func (b *binder) mergedColumns(j *ast.Join, using []usingPair, top *item, plan logical.Node, s *scope) (logical.Node, error) {
	var computed *logical.Project
	for i := range using {
		p := &using[i]
		lt, rt := p.l.typ(), p.r.typ()
		t, err := b.commonType([]scalar.Expr{p.l.ref(-1), p.r.ref(-1)}, "JOIN/USING", nil)
		if err != nil {
			return nil, err
		}
		cast := func(c *itemColumn, from types.Type) (scalar.Expr, error) {
			e := c.ref(-1)
			if from.OID == t.OID {
				return e, nil
			}
			return b.coerce(e, t, implicit, -1)
		}
		l, err := cast(p.l, lt)
		if err != nil {
			return nil, err
		}
		r, err := cast(p.r, rt)
		if err != nil {
			return nil, err
		}
		var e scalar.Expr
		switch j.Kind {
		case ast.JoinRight:
			e = r
		case ast.JoinFull:
			both, typ, err := b.unify([]scalar.Expr{l, r}, t)
			if err != nil {
				return nil, err
			}
			if computed == nil {
				computed = &logical.Project{Input: plan}
				for _, c := range plan.Schema() {
					computed.Cols = append(computed.Cols, c)
					computed.Exprs = append(computed.Exprs, c.Ref())
				}
			}
			col := logical.Column{ID: b.ids.Column(), Name: p.name, Type: typ}
			computed.Cols = append(computed.Cols, col)
			computed.Exprs = append(computed.Exprs, &scalar.Coalesce{Args: both, Typ: typ})
			s.cols.Add(col.ID)
			top.cols = append(top.cols, itemColumn{name: p.name, col: col})
			continue
		default:
			e = l
			if lt.OID != t.OID && rt.OID == t.OID && j.Kind != ast.JoinLeft {
				e = r
			}
		}
		c := itemColumn{name: p.name, col: p.l.col}
		if x, ok := e.(*scalar.Column); ok {
			if x.ID == p.r.col.ID {
				c.col = p.r.col
			}
			if p.l.expr != nil || p.r.expr != nil {
				c.expr = e
			}
		} else {
			c.expr = e
		}
		top.cols = append(top.cols, c)
	}
	if computed != nil {
		return computed, nil
	}
	return plan, nil
}

// appendUnmerged adds a side's other columns to the join's.
func appendUnmerged(top, side *item, using []usingPair, left bool) {
next:
	for i := range side.cols {
		for _, p := range using {
			if left && p.left == i || !left && p.right == i {
				continue next
			}
		}
		top.cols = append(top.cols, side.cols[i])
	}
}
