package pipeline

import (
	"context"

	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/spill"
)

// Execution is what all pipelines of one running statement share.
type Execution struct {
	Memory  *memory.Query
	Spill   *spill.Space
	Slots   *Slots
	Workers int // goroutines a pipeline may use
	Metrics *Metrics
}

// Worker is one goroutine's view of the execution.
type Worker struct {
	*Execution
	ID   int // 0 … Workers-1
	Seen memory.Seen
}

// Park gives the worker's CPU slot back while wait runs.
func (x *Execution) Park(ctx context.Context, wait func(ctx context.Context) error) error {
	if x.Slots == nil {
		return wait(ctx)
	}
	return x.Slots.Park(ctx, wait)
}

// ParkOutside is Park for what waits on somebody outside the query, such as
// its client: nobody shall count on memory that the worker might free.
func (x *Execution) ParkOutside(ctx context.Context, wait func(ctx context.Context) error) error {
	x.leave()
	defer x.enter()
	return x.Park(ctx, wait)
}

// Pipeline is one run of steps without a break.
type Pipeline struct {
	Source    Source
	Operators []Factory
	Sink      Sink
	// Serial pipelines run on one worker, in morsel order (side effects).
	Serial bool
	// After must have run before this one starts.
	After []*Pipeline
}
