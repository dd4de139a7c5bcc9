package estimate

import (
	"math"
	"slices"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (e *Estimator) groups(n *logical.Aggregate) float64 {
	rows := e.Rows(n.Input)
	if len(n.Sets) <= 1 {
		if len(n.Keys) == 0 {
			return 1
		}
		return e.combinations(n.Input, keyIDs(n), rows)
	}
	ids := keyIDs(n)
	total := 0.0
	for _, s := range n.Sets {
		if len(s) == 0 {
			total++
			continue
		}
		own := make([]scalar.ColumnID, len(s))
		for i, k := range s {
			own[i] = ids[k]
		}
		total += e.combinations(n.Input, own, rows)
	}
	return total
}

func keyIDs(n *logical.Aggregate) []scalar.ColumnID {
	if n.KeyFrom != nil {
		return n.KeyFrom
	}
	ids := make([]scalar.ColumnID, len(n.Keys))
	for i, k := range n.Keys {
		ids[i] = k.ID
	}
	return ids
}

func (e *Estimator) distinct(n *logical.Distinct) float64 {
	ids := n.On
	if ids == nil {
		for _, c := range n.Input.Schema() {
			ids = append(ids, c.ID)
		}
	}
	return e.combinations(n.Input, ids, e.Rows(n.Input))
}

// combinations is how many different combinations of columns n's rows have.
// Columns that are grouped by together tend to depend on each other, so behind
// the first two (behind the first, if it has many values) each further one
// counts less: by its square root, its fourth root, and so on.
func (e *Estimator) combinations(n logical.Node, ids []scalar.ColumnID, rows float64) float64 {
	if rows <= 0 {
		return 0
	}
	ndv := make([]float64, len(ids))
	for i, id := range ids {
		ndv[i] = e.column(n, id).ndv
	}
	slices.Sort(ndv)
	slices.Reverse(ndv)
	total, power := 1.0, 1.0
	for i, d := range ndv {
		total *= math.Pow(math.Max(d, 1), power)
		if i >= 1 || d > 1000 {
			power /= 2
		}
	}
	return math.Max(math.Min(total, rows), 1)
}
