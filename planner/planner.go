package planner

import (
	"context"

	"github.com/inlaydb/inlay/planner/choose"
	"github.com/inlaydb/inlay/planner/estimate"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/rule"
)

// Env is what planning may ask of its surroundings.
type Env struct {
	Statistics estimate.Statistics // a catalog.View; nil: nothing is known
	Evaluator  rule.Evaluator      // nil: constants are not folded
	Rules      rule.Options
	Choose     choose.Options
}

// Plan makes a physical plan of a bound one.
func Plan(ctx context.Context, bound logical.Node, env Env) (physical.Node, error) {
	card := estimate.New(ctx, env.Statistics)
	better, _, err := rule.Optimise(ctx, bound, rule.Env{Evaluator: env.Evaluator, Estimator: card, Options: env.Rules})
	if err != nil {
		return nil, err
	}
	card.Observe(better)
	return choose.Physical(better, card, env.Choose)
}
