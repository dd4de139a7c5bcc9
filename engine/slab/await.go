package slab

import (
	"context"

	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
)

// Await asks other states of the query, and of other queries, to spill and
// waits until want bytes are to be had. The caller has spilled all it could. It
// returns the error of a query that cannot go on where nothing will come free.
// The memory is not reserved yet: the caller asks again.
func Await(ctx context.Context, w *pipeline.Worker, res *memory.Reservation, want int64) error {
	return w.Park(ctx, func(ctx context.Context) error { return res.Await(ctx, want, &w.Seen) })
}

// Grow reserves n bytes, waiting for others where they are refused. It is for
// states that have nothing (more) of their own to spill.
func Grow(ctx context.Context, w *pipeline.Worker, res *memory.Reservation, n int64) error {
	for res.Grow(n) != nil {
		if err := Await(ctx, w, res, n); err != nil {
			return err
		}
	}
	return nil
}

// Room says whether n bytes could be had now. Who loads blocks one by one into
// a state that grows asks for room for the next block, and stops in time.
func Room(res *memory.Reservation, n int64) bool {
	if res.Grow(n) != nil {
		return false
	}
	res.Shrink(n)
	return true
}
