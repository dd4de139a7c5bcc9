package rule

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/planner/estimate"
)

const volatile = function.Volatile

// Env is what rules may ask of their surroundings.
type Env struct {
	Evaluator Evaluator           // nil: constants are not folded
	Estimator *estimate.Estimator // nil: nothing is known of the data
	Options   Options
}
