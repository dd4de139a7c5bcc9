package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (b *binder) createView(n *ast.CreateView) (*Bound, error) {
	if n.Recursive {
		return nil, b.errAt(n.Pos, sqlerr.FeatureNotSupported, "CREATE RECURSIVE VIEW is not supported yet")
	}
	if into := selectInto(n.Query); into != nil {
		return nil, b.errAt(-1, sqlerr.FeatureNotSupported, "views must not contain SELECT INTO")
	}
	params := len(b.params)
	b.stars = make(map[*ast.Star][]*ast.Target)
	out, err := b.query(n.Query, nil, false)
	stars := b.stars
	b.stars = nil
	if err != nil {
		return nil, err
	}
	if b.writes {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "views must not contain data-modifying statements in WITH")
	}
	if len(b.params) > params {
		return nil, sqlerr.New(sqlerr.UndefinedParameter, "there is no parameter $%d", params+1)
	}
	p := n.Persistence
	if p != ast.Temporary && n.Name.Schema() == "" && b.readsTemporary(out.plan) {
		p = ast.Temporary
		b.notice(sqlerr.SuccessfulCompletion, `view %s will be a temporary view`, sqlerr.Quote(n.Name.Object()))
	}
	rel, old, err := b.newRelation(&n.Name, p, catalog.ViewRelation)
	if err != nil {
		return nil, err
	}
	if rel.Options, err = b.options(n.With); err != nil {
		return nil, err
	}
	if n.Check != ast.ViewCheckNone {
		if rel.Options == nil {
			rel.Options = map[string]string{}
		}
		rel.Options["check_option"] = map[ast.ViewCheck]string{ast.ViewCheckLocal: "local", ast.ViewCheckCascaded: "cascaded"}[n.Check]
	}
	if rel.Options["check_option"] != "" {
		t := &writeTarget{}
		if reason := t.peel(out.plan, map[scalar.ColumnID]scalar.Expr{}); reason != "" {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "WITH CHECK OPTION is supported only on automatically updatable views").WithHint("%s", reason)
		}
	}
	if err := b.columnsOf(rel, out, n.Columns); err != nil {
		return nil, err
	}
	for i := range rel.Columns {
		if rel.Columns[i].Type.Typmod < 0 {
			rel.Columns[i].Type = types.New(rel.Columns[i].Type.OID)
		}
	}
	rel.Definition = ast.SQL(expandStars(n.Query, stars))
	for _, s := range b.path {
		if s != "pg_temp" || p == ast.Temporary {
			rel.SearchPath = append(rel.SearchPath, s)
		}
	}
	d := &CreateView{Relation: rel}
	switch {
	case old != nil && n.OrReplace:
		if err := b.replaceable(old, rel); err != nil {
			return nil, err
		}
		d.Old = old
		rel.OID, rel.Comment, rel.Owner = old.OID, old.Comment, old.Owner
	default:
		if d.Exists, err = b.existing(old, n.IfNotExists); err != nil {
			return nil, err
		}
	}
	return ddlBound("CREATE VIEW", d), nil
}

// readsTemporary says whether a plan reads a temporary relation.
func (b *binder) readsTemporary(n logical.Node) bool {
	found := false
	logical.Walk(n, func(n logical.Node) bool {
		if s, ok := n.(*logical.Scan); ok && s.Rel.Temporary {
			found = true
		}
		return !found
	})
	return found
}

// replaceable checks that a view's new columns go on from its old ones.
func (b *binder) replaceable(old, rel *catalog.Relation) error {
	if old.Kind != catalog.ViewRelation {
		return sqlerr.New(sqlerr.WrongObjectType, `%s is not a view`, sqlerr.Quote(old.Name))
	}
	if len(rel.Columns) < len(old.Columns) {
		return sqlerr.New(sqlerr.InvalidTableDefinition, "cannot drop columns from view")
	}
	for i := range old.Columns {
		o, n := &old.Columns[i], &rel.Columns[i]
		if o.Name != n.Name {
			return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot change name of view column %s to %s`, sqlerr.Quote(o.Name), sqlerr.Quote(n.Name)).
				WithHint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.")
		}
		if !o.Type.Same(n.Type) {
			return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot change data type of view column %s from %s to %s`, sqlerr.Quote(o.Name), o.Type, n.Type)
		}
	}
	return nil
}
