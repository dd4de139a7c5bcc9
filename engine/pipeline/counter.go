package pipeline

import (
	"context"

	"github.com/inlaydb/inlay/engine/batch"
)

// Counter is a step that counts the rows that come out of a plan node and,
// where times are wanted, notes when.
type Counter struct {
	Node *NodeMetrics
}

// NewOperator implements Factory.
func (c *Counter) NewOperator(_ context.Context, w *Worker) (Operator, error) {
	n := &counter{n: c.Node}
	if w.Metrics.Timed {
		n.m = w.Metrics
	}
	return n, nil
}

type counter struct {
	n *NodeMetrics
	m *Metrics // nil: no times
}

func (c *counter) Process(_ context.Context, in *batch.Batch, emit Emit) (Status, error) {
	c.n.Rows.Add(int64(in.Rows()))
	c.n.Batches.Add(1)
	if c.m != nil {
		c.m.seen(c.n)
	}
	return emit(in)
}

func (c *counter) Flush(context.Context, Emit) (Status, error) {
	if c.m != nil {
		c.m.seen(c.n)
	}
	return More, nil
}
