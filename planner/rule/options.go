package rule

import (
	"context"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Evaluator computes a constant expression: no columns, parameters or
// subqueries, nothing that is not IMMUTABLE. The engine provides it. An error
// means that the expression raises; the rule then leaves it where it stands.
type Evaluator interface {
	Evaluate(ctx context.Context, e scalar.Expr) (types.Datum, error)
}

// Options switch rules off by name, for tests and for tracking down a wrong
// answer. Decorrelation cannot be switched off: nothing runs without it.
type Options struct {
	Disable    map[string]bool
	DisableAll bool
	Check      bool // after each pass, test that the plan is sound; an unsound one is an error
}
