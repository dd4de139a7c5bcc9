package plannertest

import (
	"context"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/choose"
	"github.com/inlaydb/inlay/planner/estimate"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/rule"
)

// Bind parses and binds one statement; of EXPLAIN, what it explains.
func Bind(v *catalogtest.View, sql string) (logical.Node, error) {
	stmts, err := parser.Parse(sql)
	if err != nil {
		return nil, err
	}
	return BindStatement(v, sql, stmts[0])
}

// BindStatement binds a parsed statement of sql.
func BindStatement(v *catalogtest.View, sql string, stmt ast.Statement) (logical.Node, error) {
	b, err := binder.Bind(context.Background(), stmt, binder.Env{
		SQL: sql, View: v, SearchPath: []string{"pg_temp", "pg_catalog", "public"}, Creation: "public", Database: "inlay", User: "postgres",
	})
	if err != nil {
		return nil, err
	}
	if b.Explained != nil {
		b = b.Explained
	}
	return b.Plan, nil
}

// Optimise runs the rules, checking the plan after each.
func Optimise(v *catalogtest.View, n logical.Node, opt rule.Options) (logical.Node, []string, error) {
	opt.Check = true
	return rule.Optimise(context.Background(), n, rule.Env{
		Evaluator: Evaluator{}, Estimator: estimate.New(context.Background(), v), Options: opt,
	})
}

// Physical chooses a physical plan for an optimised one.
func Physical(v *catalogtest.View, n logical.Node) (physical.Node, error) {
	card := estimate.New(context.Background(), v)
	card.Observe(n)
	return choose.Physical(n, card, choose.Options{})
}
