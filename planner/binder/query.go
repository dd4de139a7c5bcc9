package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// query is a bound query.
type query struct {
	plan logical.Node
	cols []output
}

// output is a column of a bound query's result. The plan's schema has the
// same columns in the same order.
type output struct {
	name string
	col  logical.Column
	// unknown is the literal or parameter that the column is, as long as its
	// type is not known: what encloses the query decides.
	unknown scalar.Expr
	pos     int32
	// row, if not nil, is a row value over columns of the plan's schema, which
	// has its fields in the place of one column.
	row *scalar.Row
}

func (q *query) result() []Column {
	out := make([]Column, len(q.cols))
	for i, c := range q.cols {
		out[i] = Column{Name: c.name, Type: c.col.Type, ID: c.col.ID, Rel: c.col.Rel, Attnum: c.col.Attnum}
	}
	return out
}

// query binds a query below parent. With keepUnknown, literals in the SELECT
// list whose type nothing tells stay unknown, for a set operation or an
// INSERT around it to decide; else they become text.
func (b *binder) query(q *ast.Query, parent *scope, keepUnknown bool) (*query, error) {
	q, err := b.mergeClauses(q)
	if err != nil {
		return nil, err
	}
	s := newScope(parent)
	return b.queryIn(q, s, keepUnknown)
}

// queryIn binds a query whose clauses are merged, in a scope made for it.
func (b *binder) queryIn(q *ast.Query, s *scope, keepUnknown bool) (*query, error) {
	if len(q.Locking) > 0 {
		return nil, b.locking(q)
	}
	withs, err := b.with(q.With, s)
	if err != nil {
		return nil, err
	}
	var out *query
	switch body := q.Body.(type) {
	case *ast.Select:
		out, err = b.selectQuery(q, body, s, keepUnknown)
	case *ast.Values:
		out, err = b.valuesQuery(q, body, s, keepUnknown)
	case *ast.SetOp:
		out, err = b.setQuery(q, body, s)
	default:
		return nil, sqlerr.Internal("binder: a query's body is %T", q.Body)
	}
	if err != nil {
		return nil, err
	}
	out.plan = wrapWiths(withs, out.plan)
	return out, nil
}

// mergeClauses moves the clauses around a parenthesised query inside it, as
// Postgres's grammar does: (SELECT … LIMIT 5) ORDER BY a orders before it limits.
func (b *binder) mergeClauses(q *ast.Query) (*ast.Query, error) {
	inner, ok := q.Body.(*ast.Query)
	if !ok {
		return q, nil
	}
	inner, err := b.mergeClauses(inner)
	if err != nil {
		return nil, err
	}
	m := *inner
	m.Range = q.Range
	if q.OrderBy != nil {
		if m.OrderBy != nil {
			return nil, b.errAt(q.OrderBy[0].Pos, sqlerr.SyntaxError, "multiple ORDER BY clauses not allowed")
		}
		m.OrderBy = q.OrderBy
	}
	if q.Offset != nil {
		if m.Offset != nil {
			return nil, b.errAt(q.Offset.Span().Pos, sqlerr.SyntaxError, "multiple OFFSET clauses not allowed")
		}
		m.Offset = q.Offset
	}
	if q.Limit != nil {
		if m.Limit != nil {
			return nil, b.errAt(q.Limit.Pos, sqlerr.SyntaxError, "multiple LIMIT clauses not allowed")
		}
		m.Limit = q.Limit
	}
	if q.With != nil {
		if m.With != nil {
			return nil, b.errAt(q.With.Pos, sqlerr.SyntaxError, "multiple WITH clauses not allowed")
		}
		m.With = q.With
	}
	m.Locking = append(m.Locking[:len(m.Locking):len(m.Locking)], q.Locking...)
	return &m, nil
}

func (b *binder) locking(q *ast.Query) error {
	words := [...]string{"FOR KEY SHARE", "FOR SHARE", "FOR NO KEY UPDATE", "FOR UPDATE"}
	l := q.Locking[0]
	return b.errAt(l.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", words[l.Strength])
}

// setColumnTypes gives the columns of a bound query the types wanted: a
// literal becomes a constant of the type, other columns are cast. cast makes
// the cast of column i.
func (b *binder) setColumnTypes(q *query, want []types.Type, cast func(i int, e scalar.Expr) (scalar.Expr, error)) error {
	changed := false
	for i := range q.cols {
		if q.cols[i].unknown != nil || q.cols[i].col.Type != want[i] {
			changed = true
		}
	}
	if !changed {
		return nil
	}
	p := &logical.Project{Input: q.plan}
	for i := range q.cols {
		o := &q.cols[i]
		c := o.col
		var e scalar.Expr = c.Ref()
		if o.unknown != nil {
			e = o.unknown
		}
		if o.unknown != nil || c.Type != want[i] {
			var err error
			if e, err = cast(i, e); err != nil {
				return err
			}
			c = logical.Column{ID: b.ids.Column(), Name: c.Name, Type: e.Type(), NotNull: c.NotNull}
		}
		p.Cols = append(p.Cols, c)
		p.Exprs = append(p.Exprs, e)
		o.col, o.unknown = c, nil
	}
	q.plan = mergeProject(p)
	return nil
}

// mergeProject makes one projection of two where the upper one only casts or
// replaces columns of the lower one, each used once.
func mergeProject(p *logical.Project) logical.Node {
	in, ok := p.Input.(*logical.Project)
	if !ok || len(in.Cols) != len(p.Cols) {
		return p
	}
	seen := scalar.ColSet{}
	for i := range in.Cols {
		if seen.Has(in.Cols[i].ID) {
			return p
		}
		seen.Add(in.Cols[i].ID)
	}
	out := &logical.Project{Input: in.Input, Cols: p.Cols, Exprs: make([]scalar.Expr, len(p.Exprs))}
	for i, e := range p.Exprs {
		own := in.Cols[i].ID
		ok := true
		r := scalar.ReplaceColumns(e, func(c *scalar.Column) scalar.Expr {
			switch {
			case c.ID == own:
				return in.Exprs[i]
			case seen.Has(c.ID):
				ok = false
			}
			return nil
		})
		if !ok {
			return p
		}
		out.Exprs[i] = r
	}
	return out
}

// unknownToText makes text of the columns that are still unknown.
func (b *binder) unknownToText(q *query) error {
	want := make([]types.Type, len(q.cols))
	for i := range q.cols {
		want[i] = q.cols[i].col.Type
		if q.cols[i].unknown != nil {
			want[i] = types.New(types.TextOID)
		}
	}
	return b.setColumnTypes(q, want, func(i int, e scalar.Expr) (scalar.Expr, error) {
		return b.coerce(e, want[i], implicit, q.cols[i].pos)
	})
}

// oneColumn is a bound query with its column i alone.
func oneColumn(q *query, i int) logical.Node {
	c := q.cols[i].col
	return &logical.Project{Input: q.plan, Cols: []logical.Column{c}, Exprs: []scalar.Expr{c.Ref()}}
}
