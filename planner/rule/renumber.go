package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// copyPlan is a copy of a plan in which every column and CTE that the plan
// itself makes has a new id, so that both can stand in one statement. The
// second result maps old ids to new.
func (c *Context) copyPlan(n logical.Node) (logical.Node, map[scalar.ColumnID]scalar.ColumnID) {
	r := &renumbering{c: c, cols: map[scalar.ColumnID]scalar.ColumnID{}, ctes: map[logical.CTEID]logical.CTEID{}}
	r.collect(n)
	return r.node(n), r.cols
}

// copyAs is copyPlan with the new ids of some columns given.
func (c *Context) copyAs(n logical.Node, ids map[scalar.ColumnID]scalar.ColumnID) logical.Node {
	r := &renumbering{c: c, cols: ids, ctes: map[logical.CTEID]logical.CTEID{}}
	r.collect(n)
	return r.node(n)
}

type renumbering struct {
	c    *Context
	cols map[scalar.ColumnID]scalar.ColumnID
	ctes map[logical.CTEID]logical.CTEID
}

func (r *renumbering) collect(root logical.Node) {
	eachNode(root, func(n logical.Node) {
		logical.Defines(n, func(id scalar.ColumnID) {
			if _, ok := r.cols[id]; !ok {
				r.c.nextCol++
				r.cols[id] = r.c.nextCol
			}
		})
		switch n := n.(type) {
		case *logical.With:
			r.ctes[n.ID] = r.c.cte()
		case *logical.Recursive:
			r.ctes[n.ID] = r.c.cte()
		}
	})
}

func (r *renumbering) id(id scalar.ColumnID) scalar.ColumnID {
	if n, ok := r.cols[id]; ok {
		return n
	}
	return id
}

func (r *renumbering) ids(list []scalar.ColumnID) []scalar.ColumnID {
	if list == nil {
		return nil
	}
	out := make([]scalar.ColumnID, len(list))
	for i, id := range list {
		out[i] = r.id(id)
	}
	return out
}

func (r *renumbering) columns(cols []logical.Column) []logical.Column {
	if cols == nil {
		return nil
	}
	out := make([]logical.Column, len(cols))
	for i, c := range cols {
		out[i] = c
		out[i].ID = r.id(c.ID)
	}
	return out
}

func (r *renumbering) column(c *logical.Column) *logical.Column {
	if c == nil {
		return nil
	}
	n := *c
	n.ID = r.id(c.ID)
	return &n
}

func (r *renumbering) cte(id logical.CTEID) logical.CTEID {
	if n, ok := r.ctes[id]; ok {
		return n
	}
	return id
}

func (r *renumbering) expr(e scalar.Expr) scalar.Expr {
	return scalar.Rewrite(e, func(e scalar.Expr) scalar.Expr {
		switch e := e.(type) {
		case *scalar.Column:
			if n, ok := r.cols[e.ID]; ok {
				return &scalar.Column{ID: n, Typ: e.Typ, Name: e.Name}
			}
		case *scalar.Subquery:
			c := *e
			c.Plan = r.node(e.Plan.(logical.Node))
			c.Tests = append([]scalar.SubqueryTest(nil), e.Tests...)
			for i := range c.Tests {
				c.Tests[i].Column.ID = r.id(c.Tests[i].Column.ID)
			}
			return &c
		}
		return e
	})
}

func (r *renumbering) node(n logical.Node) logical.Node {
	n = logical.MapExprs(logical.MapInputs(n, r.node), r.expr)
	switch n := n.(type) {
	case *logical.Scan:
		c := *n
		c.Cols, c.RowID = r.columns(n.Cols), r.column(n.RowID)
		return &c
	case *logical.Values:
		c := *n
		c.Cols = r.columns(n.Cols)
		return &c
	case *logical.Project:
		c := *n
		c.Cols = r.columns(n.Cols)
		return &c
	case *logical.Join:
		c := *n
		c.MarkCol = r.column(n.MarkCol)
		return &c
	case *logical.Aggregate:
		c := *n
		c.Keys, c.KeyFrom, c.SetCol = r.columns(n.Keys), r.ids(n.KeyFrom), r.column(n.SetCol)
		c.Aggs = append([]logical.AggItem(nil), n.Aggs...)
		for i := range c.Aggs {
			c.Aggs[i].Col.ID = r.id(c.Aggs[i].Col.ID)
		}
		return &c
	case *logical.Window:
		c := *n
		c.Items = append([]logical.WindowItem(nil), n.Items...)
		for i := range c.Items {
			c.Items[i].Col.ID = r.id(c.Items[i].Col.ID)
		}
		return &c
	case *logical.Distinct:
		c := *n
		c.On = r.ids(n.On)
		return &c
	case *logical.SetOp:
		c := *n
		c.Cols = r.columns(n.Cols)
		return &c
	case *logical.With:
		c := *n
		c.ID = r.cte(n.ID)
		return &c
	case *logical.CTERef:
		c := *n
		c.ID, c.Cols, c.From = r.cte(n.ID), r.columns(n.Cols), r.ids(n.From)
		return &c
	case *logical.Recursive:
		c := *n
		c.ID, c.Cols = r.cte(n.ID), r.columns(n.Cols)
		return &c
	case *logical.TableFunc:
		c := *n
		c.Ordinality = r.column(n.Ordinality)
		c.Calls = append([]logical.TableCall(nil), n.Calls...)
		for i := range c.Calls {
			c.Calls[i].Cols = r.columns(c.Calls[i].Cols)
		}
		return &c
	}
	return n
}
