package binder

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// aggregateCall binds a call of an aggregate. It belongs to the innermost
// query whose columns its arguments read, or to this one if they read none;
// there it is computed as a column, and the expression reads that column.
func (b *binder) aggregateCall(s *scope, c *boundCall) (scalar.Expr, error) {
	e := c.node
	a := &scalar.Aggregate{Fn: c.call.Fn, Distinct: e.Distinct, Pos: scalar.Pos(e.NamePos)}
	if err := b.aggregateParts(s, c, a); err != nil {
		return nil, err
	}
	return b.addAggregate(s, e, a)
}

// addAggregate makes a bound aggregate a column of the query that it belongs to.
func (b *binder) addAggregate(s *scope, e *ast.FuncCall, a *scalar.Aggregate) (scalar.Expr, error) {
	owner := b.aggregateOwner(s, a)
	if why := refuseAggregate(owner.kind, "aggregate functions"); why != "" {
		return nil, b.errAt(e.NamePos, sqlerr.GroupingError, "%s", why)
	}
	st := owner.sel
	switch {
	case st == nil:
		return nil, b.errAt(e.NamePos, sqlerr.GroupingError, "aggregate functions are not allowed here")
	case st.inAggregate:
		return nil, b.errAt(e.NamePos, sqlerr.GroupingError, "aggregate function calls cannot be nested")
	case nestedAggregate(a, st) != nil: // of an outer query both, from within a subquery
		return nil, b.errAt(int32(nestedAggregate(a, st).Pos), sqlerr.GroupingError, "aggregate function calls cannot be nested")
	case owner.selfRef:
		return nil, b.errAt(e.NamePos, sqlerr.InvalidRecursion, "aggregate functions are not allowed in a recursive query's recursive term")
	}
	if st.aggAt < 0 {
		st.aggAt = e.NamePos
	}
	for _, other := range st.aggs {
		if other.Agg.Equal(a) && b.stableAggregate(a) {
			return other.Col.Ref(), nil
		}
	}
	col := logical.Column{ID: b.ids.Column(), Name: a.Fn.Name, Type: a.Typ, NotNull: a.Fn.Name == "count"}
	st.aggs = append(st.aggs, logical.AggItem{Col: col, Agg: a})
	st.made.Add(col.ID)
	return &scalar.Column{ID: col.ID, Typ: col.Type, Name: col.Name, Pos: scalar.Pos(e.NamePos)}, nil
}

// nestedAggregate is an aggregate of st among a's operands; nil: there is none.
func nestedAggregate(a *scalar.Aggregate, st *selection) *scalar.Column {
	var found *scalar.Column
	a.Operands(func(e scalar.Expr) {
		scalar.Walk(e, func(e scalar.Expr) bool {
			if c, ok := e.(*scalar.Column); ok {
				for i := range st.aggs {
					if st.aggs[i].Col.ID == c.ID {
						found = c
					}
				}
			}
			return found == nil
		})
	})
	return found
}

// stableAggregate says whether a may be shared: it calls nothing volatile.
func (b *binder) stableAggregate(a *scalar.Aggregate) bool {
	ok := true
	a.Operands(func(e scalar.Expr) { ok = ok && scalar.Volatility(e) != function.Volatile })
	return ok
}

// aggregateOwner is the scope that an aggregate belongs to.
func (b *binder) aggregateOwner(s *scope, a *scalar.Aggregate) *scope {
	if s.parent == nil {
		return s
	}
	var cols scalar.ColSet
	a.Operands(func(e scalar.Expr) { scalar.AddColumns(e, &cols) })
	if cols.Empty() {
		return s
	}
	for lvl := s; lvl != nil; lvl = lvl.parent {
		if cols.Intersects(lvl.cols) || lvl.sel != nil && cols.Intersects(lvl.sel.made) {
			return lvl
		}
	}
	return s
}

// aggregateParts binds arguments, ORDER BY and FILTER of an aggregate, also of
// one used as a window function.
func (b *binder) aggregateParts(s *scope, c *boundCall, a *scalar.Aggregate) error {
	e := c.node
	args, err := b.coerceArgs(c.call, c.args, argNodes(e), e.NamePos)
	if err != nil {
		return err
	}
	a.Typ = c.call.ResultType(argTypes(args))
	a.Args = args
	if a.Fn.Class == function.OrderedSet {
		n := len(args) - len(e.OrderBy)
		a.Direct, a.Args = args[:n:n], args[n:]
		for i := range e.OrderBy {
			desc, nullsFirst, err := b.direction(&e.OrderBy[i], a.Args[i], loc(e.OrderBy[i].X))
			if err != nil {
				return err
			}
			a.OrderBy = append(a.OrderBy, scalar.SortKey{Expr: a.Args[i], Desc: desc, NullsFirst: nullsFirst})
		}
	} else if len(e.OrderBy) > 0 {
		restore := b.enterCall(s, e)
		a.OrderBy, err = b.sortList(s, e.OrderBy)
		restore()
		if err != nil {
			return err
		}
	}
	if a.Distinct {
		if err := b.aggregateDistinct(e, a); err != nil {
			return err
		}
	}
	if e.Filter != nil {
		restore := b.enterCall(s, e)
		a.Filter, err = b.condition(e.Filter, s, inFilter)
		restore()
		if err != nil {
			return err
		}
	}
	return nil
}

// aggregateDistinct checks DISTINCT against types and ORDER BY.
func (b *binder) aggregateDistinct(e *ast.FuncCall, a *scalar.Aggregate) error {
	if len(a.Args) == 0 {
		return b.errAt(e.NamePos, sqlerr.WrongObjectType, "DISTINCT specified, but %s has no argument", a.Fn.Name)
	}
	for i, x := range a.Args {
		if err := b.hashable(x.Type(), loc(e.Args[min(i, len(e.Args)-1)])); err != nil {
			return err
		}
	}
next:
	for i, k := range a.OrderBy {
		for _, x := range a.Args {
			if scalar.Equal(k.Expr, x) {
				continue next
			}
			if c, ok := x.(*scalar.Cast); ok && c.Context == implicit && scalar.Equal(k.Expr, c.Arg) {
				a.OrderBy[i].Expr = x // sorted as the aggregate sees it
				continue next
			}
		}
		return b.errAt(loc(e.OrderBy[i].X), sqlerr.InvalidColumnReference,
			"in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
	}
	return nil
}

// argNodes are the nodes of a call's arguments, those of WITHIN GROUP included.
func argNodes(e *ast.FuncCall) []ast.Expr {
	if !e.WithinGroup {
		return e.Args
	}
	nodes := e.Args[:len(e.Args):len(e.Args)]
	for i := range e.OrderBy {
		nodes = append(nodes, e.OrderBy[i].X)
	}
	return nodes
}

// sortList binds an ORDER BY that takes expressions only: of aggregates and windows.
func (b *binder) sortList(s *scope, items []ast.SortItem) ([]scalar.SortKey, error) {
	out := make([]scalar.SortKey, 0, len(items))
	for i := range items {
		it := &items[i]
		if it.All {
			return nil, b.errAt(it.Pos, sqlerr.SyntaxError, "ORDER BY ALL is not allowed here")
		}
		x, err := b.expr(s, it.X)
		if err != nil {
			return nil, err
		}
		if x, err = b.knownOrText(x, it.X); err != nil {
			return nil, err
		}
		desc, nullsFirst, err := b.direction(it, x, loc(it.X))
		if err != nil {
			return nil, err
		}
		out = append(out, scalar.SortKey{Expr: x, Desc: desc, NullsFirst: nullsFirst})
	}
	return out, nil
}

// knownOrText makes text of an expression whose type nothing tells.
func (b *binder) knownOrText(x scalar.Expr, n ast.Expr) (scalar.Expr, error) {
	if x.Type().OID != types.UnknownOID {
		return x, nil
	}
	return b.coerce(x, types.New(types.TextOID), implicit, loc(n))
}
