package estimate

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Statistics is where estimates come from; catalog.View is one.
type Statistics interface {
	Statistics(ctx context.Context, rel *catalog.Relation) (*catalog.Statistics, error)
}

// Estimator predicts sizes within one statement. It remembers what it was
// asked, by node; it is used by one goroutine.
type Estimator struct {
	ctx   context.Context
	stats Statistics
}

// New makes an estimator. stats may be nil.
func New(ctx context.Context, stats Statistics) *Estimator {
	return &Estimator{ctx: ctx, stats: stats}
}

// Rows is how many rows n gives.
func (e *Estimator) Rows(n logical.Node) float64 {
	rows := 1000.0
	for _, in := range n.Inputs() {
		rows = max(rows, e.Rows(in))
	}
	return rows
}

// Distinct is how many distinct values key has over n's rows.
func (e *Estimator) Distinct(n logical.Node, key scalar.Expr) float64 { return e.Rows(n) }

// Width is the bytes of one row of cols.
func (e *Estimator) Width(cols []logical.Column) float64 {
	w := 0.0
	for _, c := range cols {
		w += float64(c.Type.Kind().Width())
	}
	return w
}
