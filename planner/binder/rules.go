package binder

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Rules binds what a table demands of its rows, for writes that no statement's
// plan makes: those of foreign keys, and conflicts.
func Rules(ctx context.Context, env Env, rel *catalog.Relation) (*logical.Rules, error) {
	if env.IDs == nil {
		env.IDs = &logical.IDs{}
	}
	env.SQL = ""
	b := &binder{ctx: ctx, env: &env, ids: env.IDs, path: env.SearchPath}
	r := &logical.Rules{Cols: b.scan(rel, nil).Cols}
	r.Generated, r.Defaults = make([]scalar.Expr, len(r.Cols)), make([]scalar.Expr, len(r.Cols))
	for i := range rel.Columns {
		c := &rel.Columns[i]
		var err error
		if c.Generated != "" {
			x, err := b.storedCondition(c.Generated, inGenerated, rel, r.Cols)
			if err != nil {
				return nil, err
			}
			if r.Generated[i], err = b.assign(x, c, -1); err != nil {
				return nil, err
			}
			continue
		}
		if r.Defaults[i], err = b.defaultValue(c); err != nil {
			return nil, err
		}
	}
	var err error
	if r.Checks, err = b.checks(rel, r.Cols, nil); err != nil {
		return nil, err
	}
	if err := b.partitionRules(rel, r); err != nil {
		return nil, err
	}
	for _, x := range catalog.RelatedOf(env.View).Indexes(rel.OID) {
		if !x.Index.Unique || x.Index.Plain() {
			continue
		}
		rule, err := b.indexRule(rel, x, r.Cols)
		if err != nil {
			return nil, err
		}
		r.Indexes = append(r.Indexes, rule)
	}
	return r, nil
}

// indexRule binds the keys and the predicate of an index over columns of its table.
func (b *binder) indexRule(rel, index *catalog.Relation, cols []logical.Column) (logical.IndexRule, error) {
	rule := logical.IndexRule{Index: index.OID}
	for _, k := range index.Index.Keys {
		if k.Attnum != 0 {
			at := rel.ColumnByAttnum(k.Attnum)
			if at < 0 {
				return rule, sqlerr.Internal("index %s is over a column that is gone", sqlerr.Quote(index.Name))
			}
			rule.Exprs = append(rule.Exprs, cols[at].Ref())
			continue
		}
		x, err := b.storedCondition(k.Expr, inIndex, rel, cols)
		if err != nil {
			return rule, err
		}
		if x.Type().OID == types.UnknownOID {
			if x, err = b.coerce(x, types.New(types.TextOID), implicit, -1); err != nil {
				return rule, err
			}
		}
		rule.Exprs = append(rule.Exprs, x)
	}
	if index.Index.Where != "" {
		x, err := b.storedCondition(index.Index.Where, inIndexPredicate, rel, cols)
		if err != nil {
			return rule, err
		}
		rule.Where = x
	}
	return rule, nil
}
