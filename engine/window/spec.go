package window

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Spec says what to compute. All columns are positions in the input batches.
// The output is the input's columns, then a column for each item.
type Spec struct {
	Node      int
	Input     []types.Type
	Partition []int
	Order     []order.Key
	Items     []Item
}

// Item is one window function, or an aggregate used as one.
type Item struct {
	Fn          *function.Function
	Args        []int
	Filter      int // position of a bool column; -1: none
	IgnoreNulls bool
	Frame       Frame
	Result      types.Type
}

// Frame is a window frame. Positions are -1 where there is no such column.
type Frame struct {
	Unit       scalar.FrameUnit
	Start, End scalar.BoundKind
	// Offsets of ROWS and GROUPS (int8), the same in every row; of RANGE only
	// to be checked.
	StartOffset, EndOffset int
	// Bounds of RANGE with offsets: the order key plus or minus the offset.
	StartBound, EndBound int
	Exclude              scalar.Exclusion
}

// kinds of functions, by kernel.
var ranking = map[string]bool{"row_number": true, "rank": true, "dense_rank": true, "percent_rank": true, "cume_dist": true, "ntile": true}

var valueFunctions = map[string]bool{"lag": true, "lead": true, "first_value": true, "last_value": true, "nth_value": true}

// collects is the aggregates whose result depends on the order of the rows.
var collects = map[string]bool{
	"array_agg": true, "string_agg": true, "json_agg": true, "jsonb_agg": true, "json_object_agg": true, "jsonb_object_agg": true,
}

func (it *Item) isAggregate() bool { return !ranking[it.Fn.Kernel] && !valueFunctions[it.Fn.Kernel] }

// streams says whether the function can go on in the next block of the same
// partition.
func (it *Item) streams() bool {
	switch it.Fn.Kernel {
	case "row_number", "rank", "dense_rank":
		return true
	}
	f := &it.Frame
	return it.isAggregate() && f.Start == scalar.UnboundedPreceding && f.End == scalar.CurrentRow && f.Exclude == scalar.ExcludeNone &&
		!collects[it.Fn.Kernel]
}
