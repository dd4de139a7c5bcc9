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
	return choose.Physical(bound, card, env.Choose)
}
