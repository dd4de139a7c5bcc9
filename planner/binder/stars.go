package binder

import (
	"slices"

	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// A view keeps the columns that * meant when it was made, as in Postgres. While
// its query is bound, b.stars notes what each star stood for; expandStars puts
// that in their place before the text is stored.

// noteStar remembers the columns of a star.
func (b *binder) noteStar(e *ast.Star, s *scope, targets []*target) {
	if b.stars == nil || len(e.Replace) > 0 || len(e.Rename) > 0 {
		return
	}
	var out []*ast.Target
	for _, t := range targets {
		ref := &ast.ColumnRef{}
		name := t.name
		if len(e.Qualifier) > 0 {
			ref.Parts = append(ref.Parts, e.Qualifier[len(e.Qualifier)-1])
		} else if c, ok := t.expr.(*scalar.Column); ok {
			if it, n := s.origin(c.ID); it != nil && it.relVisible && it.name != "" && slices.Contains(s.items, it) {
				ref.Parts = append(ref.Parts, ast.Ident{Name: it.name})
				name = n
			}
		}
		ref.Parts = append(ref.Parts, ast.Ident{Name: name})
		out = append(out, &ast.Target{Value: ref, Alias: aliasUnless(name, t.name)})
	}
	b.stars[e] = out
}

// aliasUnless is an alias where a column is called otherwise than it is read.
func aliasUnless(read, name string) ast.Ident {
	if read == name {
		return ast.Ident{}
	}
	return ast.Ident{Name: name}
}

func expandStars(q *ast.Query, stars map[*ast.Star][]*ast.Target) *ast.Query {
	if len(stars) == 0 {
		return q
	}
	c := *q
	c.Body = expandBody(q.Body, stars)
	if q.With != nil {
		w := *q.With
		w.CTEs = append([]*ast.CTE(nil), w.CTEs...)
		for i, cte := range w.CTEs {
			if inner, ok := cte.Stmt.(*ast.Query); ok {
				n := *cte
				n.Stmt = expandStars(inner, stars)
				w.CTEs[i] = &n
			}
		}
		c.With = &w
	}
	return &c
}

func expandBody(body ast.Body, stars map[*ast.Star][]*ast.Target) ast.Body {
	switch n := body.(type) {
	case *ast.Query:
		return expandStars(n, stars)
	case *ast.SetOp:
		c := *n
		c.Left, c.Right = expandBody(n.Left, stars), expandBody(n.Right, stars)
		return &c
	case *ast.Select:
		c := *n
		c.Targets = nil
		for _, t := range n.Targets {
			if s, ok := t.Value.(*ast.Star); ok && stars[s] != nil {
				c.Targets = append(c.Targets, stars[s]...)
			} else {
				c.Targets = append(c.Targets, t)
			}
		}
		c.From = append([]ast.FromItem(nil), n.From...)
		for i := range c.From {
			c.From[i] = expandFrom(c.From[i], stars)
		}
		return &c
	}
	return body
}

func expandFrom(f ast.FromItem, stars map[*ast.Star][]*ast.Target) ast.FromItem {
	switch n := f.(type) {
	case *ast.SubqueryRef:
		c := *n
		c.Query = expandStars(n.Query, stars)
		return &c
	case *ast.Join:
		c := *n
		c.Left, c.Right = expandFrom(n.Left, stars), expandFrom(n.Right, stars)
		return &c
	}
	return f
}
