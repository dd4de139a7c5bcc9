package pipeline

import (
	"context"
	"time"

	"github.com/inlaydb/inlay/engine/batch"
)

// Counter is a step that counts the rows of a plan node and, where times are
// wanted, notes when batches pass: what passes between two counters is the
// time of the steps between them.
type Counter struct {
	Node *NodeMetrics
}

// NewOperator implements Factory.
func (c *Counter) NewOperator(_ context.Context, w *Worker) (Operator, error) {
	return &counter{n: c.Node, timed: w.Metrics.Timed}, nil
}

type counter struct {
	n     *NodeMetrics
	timed bool
}

func (c *counter) Process(_ context.Context, in *batch.Batch, emit Emit) (Status, error) {
	c.n.Rows.Add(int64(in.Rows()))
	c.n.Batches.Add(1)
	if !c.timed {
		return emit(in)
	}
	start := time.Now()
	st, err := emit(in)
	c.n.Above.Add(int64(time.Since(start)))
	return st, err
}

func (c *counter) Flush(context.Context, Emit) (Status, error) { return More, nil }
