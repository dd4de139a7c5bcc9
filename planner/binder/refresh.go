package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

func (b *binder) refresh(n *ast.Refresh) (*Bound, error) {
	const tag = "REFRESH MATERIALIZED VIEW"
	if n.Concurrently && n.NoData {
		return nil, sqlerr.New(sqlerr.SyntaxError, "REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together")
	}
	rel, err := b.findRelation(&n.Name)
	switch {
	case err != nil:
		return nil, err
	case rel == nil:
		return nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(&n.Name)))
	case rel.Kind != catalog.MaterializedView:
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, `%s is not a materialized view`, sqlerr.Quote(rel.Name))
	}
	if n.Concurrently {
		if rel.Unpopulated {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "CONCURRENTLY cannot be used when the materialized view is not populated")
		}
		found := false
		for _, x := range catalog.RelatedOf(b.env.View).Indexes(rel.OID) {
			found = found || x.Index.Unique && x.Index.Plain()
		}
		if !found {
			return nil, sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `cannot refresh materialized view "%s.%s" concurrently`, rel.Schema, rel.Name).
				WithHint("Create a unique index with no WHERE clause on one or more columns of the materialized view.")
		}
	}
	changed := *rel
	changed.Unpopulated = n.NoData
	d := &Refresh{Relation: &changed}
	if n.NoData {
		return ddlBound(tag, d), nil
	}
	plan, cols, err := b.expandView(rel, -1)
	if err != nil {
		return nil, err
	}
	d.Query = inOrder(plan, cols)
	return ddlBound(tag, d), nil
}
