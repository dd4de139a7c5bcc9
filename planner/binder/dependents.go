package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/scalar"
)

// A view is kept as text, so what it depends on is found by binding the text:
// without expanding other views, and without looking at files. Only DDL that
// drops or renames something asks.

// viewUse is what one view's text uses.
type viewUse struct {
	view *catalog.Relation
	tree *ast.Query
	uses []relationUse
	plan logical.Node // nil where the text cannot be bound to its end
}

// relationUse is one mention of a relation in a view's text.
type relationUse struct {
	node *ast.Relation
	rel  *catalog.Relation
}

// allViews are the views of the catalog.
func (b *binder) allViews() []*catalog.Relation {
	var out []*catalog.Relation
	for _, s := range b.env.View.Schemas() {
		if s.Name == "pg_catalog" || s.Name == "information_schema" {
			continue
		}
		for _, v := range b.env.View.Relations(s.Name) {
			if v.Kind == catalog.ViewRelation || v.Kind == catalog.MaterializedView {
				out = append(out, v)
			}
		}
	}
	return out
}

// viewUses binds the views for what they use: those whose text may name rel,
// or all of them for nil.
func (b *binder) viewUses(rel *catalog.Relation) []*viewUse {
	var out []*viewUse
	for _, v := range b.allViews() {
		if rel != nil && !mayName(v.Definition, rel.Name) {
			continue
		}
		if u := b.viewUse(v); u != nil {
			out = append(out, u)
		}
	}
	return out
}

// mayName says whether name can be in an SQL text as an identifier. Binding a
// view costs far more than looking.
func mayName(text, name string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, strings.ToLower(name)) || strings.Contains(name, `"`) || strings.Contains(text, `u&"`)
}

// viewUse binds one view; nil where its text cannot be read.
func (b *binder) viewUse(v *catalog.Relation) *viewUse {
	stmts, err := parser.Parse(v.Definition)
	if err != nil || len(stmts) != 1 {
		return nil
	}
	q, ok := stmts[0].(*ast.Query)
	if !ok {
		return nil
	}
	u := &viewUse{view: v, tree: q}
	env := *b.env
	env.Files = nil
	inner := &binder{ctx: b.ctx, env: &env, ids: &logical.IDs{}, path: viewPath(v, b.path), dry: u}
	if bound, err := inner.query(q, nil, false); err == nil {
		u.plan = bound.plan
	}
	return u
}

func (u *viewUse) on(rel *catalog.Relation) bool {
	for _, r := range u.uses {
		if r.rel.OID == rel.OID {
			return true
		}
	}
	return false
}

// onColumn says whether the view reads a column of rel. A text that cannot be
// bound counts as reading all.
func (u *viewUse) onColumn(rel *catalog.Relation, attnum int16) bool {
	if u.plan == nil || !u.on(rel) {
		return u.on(rel)
	}
	var used, wanted scalar.ColSet
	visit := func(n logical.Node) bool {
		logical.Uses(n, &used)
		if s, ok := n.(*logical.Scan); ok && s.Rel.OID == rel.OID {
			for _, c := range s.Cols {
				if c.Attnum == attnum {
					wanted.Add(c.ID)
				}
			}
		}
		return true
	}
	var walk func(n logical.Node)
	walk = func(n logical.Node) {
		logical.Walk(n, func(n logical.Node) bool {
			visit(n)
			logical.Exprs(n, func(e scalar.Expr) {
				scalar.Walk(e, func(e scalar.Expr) bool {
					if s, ok := e.(*scalar.Subquery); ok {
						walk(s.Plan.(logical.Node))
					}
					return true
				})
			})
			return true
		})
	}
	walk(u.plan)
	for _, c := range u.plan.Schema() {
		used.Add(c.ID)
	}
	return used.Intersects(wanted)
}

// dependency is a view that something else keeps from going away.
type dependency struct {
	view *catalog.Relation
	on   *catalog.Relation
}

// dependents are the views that use the relations or each other, each once, in
// an order in which a view comes after what it uses. first tells whether a
// view uses one of the relations in the way that matters.
func (b *binder) dependents(rels []*catalog.Relation, first func(u *viewUse, rel *catalog.Relation) bool) []dependency {
	views := b.allViews()
	bound := map[*catalog.Relation]*viewUse{}
	var out []dependency
	gone := map[*catalog.Relation]bool{}
	for _, r := range rels {
		gone[r] = true
	}
	queue := rels
	for depth := 0; len(queue) > 0; depth++ {
		rel := queue[0]
		queue = queue[1:]
		for _, v := range views {
			if gone[v] || !mayName(v.Definition, rel.Name) {
				continue
			}
			u, ok := bound[v]
			if !ok {
				u = b.viewUse(v)
				bound[v] = u
			}
			if u == nil {
				continue
			}
			isRoot := false
			for _, r := range rels {
				isRoot = isRoot || r == rel
			}
			if isRoot && !first(u, rel) || !isRoot && !u.on(rel) {
				continue
			}
			gone[u.view] = true
			out = append(out, dependency{u.view, rel})
			queue = append(queue[:len(queue):len(queue)], u.view)
		}
	}
	return out
}

func whole(u *viewUse, rel *catalog.Relation) bool { return u.on(rel) }

// cascade decides what becomes of dependent views: without CASCADE they keep
// what from being dropped, with it they are dropped too. of writes what they
// depend on.
func (b *binder) cascade(deps []dependency, more []string, cascade bool, what string, of func(d dependency) string) ([]*catalog.Relation, error) {
	if len(deps)+len(more) == 0 {
		return nil, nil
	}
	var lines, names []string
	var out []*catalog.Relation
	for _, d := range deps {
		word := relationWord(d.view.Kind) + " " + d.view.Name
		lines = append(lines, word+" depends on "+of(d))
		names = append(names, "drop cascades to "+word)
		out = append(out, d.view)
	}
	for _, l := range more {
		what, _, _ := strings.Cut(l, " depends on ")
		lines, names = append(lines, l), append(names, "drop cascades to "+what)
	}
	if !cascade {
		return nil, sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop %s because other objects depend on it", what).
			WithDetail("%s", strings.Join(lines, "\n")).WithHint("Use DROP ... CASCADE to drop the dependent objects too.")
	}
	if len(names) == 1 {
		b.notice(sqlerr.SuccessfulCompletion, "%s", names[0])
	} else {
		b.notice(sqlerr.SuccessfulCompletion, "drop cascades to %d other objects", len(names))
		b.notices[len(b.notices)-1].WithDetail("%s", strings.Join(names, "\n"))
	}
	// What depends goes first.
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, nil
}

// renamed are the views whose text names rel, rewritten to go on meaning it
// under its new name or schema.
func (b *binder) renamed(rel, to *catalog.Relation) []*catalog.Relation {
	var out []*catalog.Relation
	for _, u := range b.viewUses(rel) {
		if !u.on(rel) {
			continue
		}
		for _, r := range u.uses {
			if r.rel.OID != rel.OID {
				continue
			}
			parts := []ast.Ident{{Name: to.Name}}
			if to.Schema != rel.Schema || len(r.node.Name.Parts) > 1 {
				parts = []ast.Ident{{Name: to.Schema}, {Name: to.Name}}
			}
			r.node.Name.Parts = parts
			if r.node.Alias == nil && to.Name != rel.Name {
				r.node.Alias = &ast.Alias{Name: ast.Ident{Name: rel.Name}}
			}
		}
		v := *u.view
		v.Definition = ast.SQL(u.tree)
		out = append(out, &v)
	}
	return out
}

// schemaRenamed are the views whose text or search path names a schema,
// rewritten for its new name.
func (b *binder) schemaRenamed(from, to string) []*catalog.Relation {
	var out []*catalog.Relation
	for _, u := range b.viewUses(nil) {
		v := *u.view
		changed := v.Schema == from
		if changed {
			v.Schema = to
		}
		for _, r := range u.uses {
			if parts := r.node.Name.Parts; r.rel.Schema == from && len(parts) > 1 {
				parts[len(parts)-2].Name = to
				changed = true
			}
		}
		v.SearchPath = append([]string(nil), v.SearchPath...)
		for i, s := range v.SearchPath {
			if s == from {
				v.SearchPath[i], changed = to, true
			}
		}
		if changed {
			v.Definition = ast.SQL(u.tree)
			out = append(out, &v)
		}
	}
	return out
}

// renameInTexts rewrites the CHECK and generation expressions of a table for
// a new name of its column i.
func (b *binder) renameInTexts(rel, to *catalog.Relation, i int, name string) ([]*catalog.Relation, error) {
	rewrite := func(text string) (string, error) {
		e, err := parser.ParseExpr(text)
		if err != nil {
			return "", sqlerr.Internal("an expression of table %s cannot be read", sqlerr.Quote(rel.Name)).WithCause(err)
		}
		inner := b.stored()
		cols := b.scan(rel, nil).Cols
		inner.onColumn = func(ref *ast.ColumnRef, x scalar.Expr) {
			if c, ok := x.(*scalar.Column); ok && c.ID == cols[i].ID {
				ref.Parts[len(ref.Parts)-1] = ast.Ident{Name: name}
			}
		}
		s := newScope(nil)
		s.items = []*item{inner.newItem(s, rel.Name, cols, columnNames(rel))}
		x, err := inner.exprKind(s, e, inCheck)
		if err != nil {
			return "", err
		}
		names := scopeNames(s)
		names[cols[i].ID] = name
		return inner.storedText(x, e, names), nil
	}
	var err error
	to.Constraints = append([]catalog.Constraint(nil), rel.Constraints...)
	for k := range to.Constraints {
		if con := &to.Constraints[k]; con.Kind == 'c' {
			if con.Expr, err = rewrite(con.Expr); err != nil {
				return nil, err
			}
		}
	}
	for k := range to.Columns {
		if c := &to.Columns[k]; c.Generated != "" {
			if c.Generated, err = rewrite(c.Generated); err != nil {
				return nil, err
			}
		}
	}
	if rel.Bound != nil && rel.Bound.Check != "" {
		bound := *rel.Bound
		if bound.Check, err = rewrite(bound.Check); err != nil {
			return nil, err
		}
		to.Bound = &bound
	}
	var indexes []*catalog.Relation
	for _, x := range catalog.RelatedOf(b.env.View).Indexes(rel.OID) {
		n, info := *x, *x.Index
		n.Index = &info
		info.Keys = append([]catalog.IndexKey(nil), info.Keys...)
		for k := range info.Keys {
			if key := &info.Keys[k]; key.Attnum == 0 {
				if key.Expr, err = rewrite(key.Expr); err != nil {
					return nil, err
				}
			}
		}
		if info.Where != "" {
			if info.Where, err = rewrite(info.Where); err != nil {
				return nil, err
			}
		}
		indexes = append(indexes, &n)
	}
	return indexes, nil
}

// columnInViews refuses a change to a column that views read by its name.
func (b *binder) columnInViews(rel *catalog.Relation, attnum int16) *catalog.Relation {
	for _, u := range b.viewUses(rel) {
		if u.onColumn(rel, attnum) {
			return u.view
		}
	}
	return nil
}
