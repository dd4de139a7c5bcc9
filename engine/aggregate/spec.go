package aggregate

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/order"
)

// Spec says what to compute. All columns are positions in the input batches.
type Spec struct {
	Node  int          // number of the plan node, for metrics
	Input []types.Type // of the input batches
	Keys  []int
	Calls []Call
	// Sets are grouping sets as indexes into Keys; nil: one set of all keys.
	Sets [][]int
	// SetCol adds an int8 column with the number of the row's set.
	SetCol bool
}

// Call is one aggregate.
type Call struct {
	Fn       *function.Function
	Args     []int
	Filter   int // position of a bool column; -1: none
	Distinct bool
	// OrderBy is the order in which rows are aggregated; of an ordered-set
	// aggregate WITHIN GROUP's, whose values are Args.
	OrderBy []order.Key
	Direct  []int // direct arguments of an ordered-set aggregate
	Result  types.Type
}

// Columns of the output: the keys (NULL in rows of sets without them), the
// calls, then the set's number where wanted.

func (s *Spec) sets() [][]int {
	if s.Sets != nil {
		return s.Sets
	}
	all := make([]int, len(s.Keys))
	for i := range all {
		all[i] = i
	}
	return [][]int{all}
}
