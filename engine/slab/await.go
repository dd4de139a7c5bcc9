package slab

import (
	"context"
	"time"

	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
)

// How long Await waits for other states to spill, and how often it looks.
const (
	awaitFor  = 5 * time.Second
	awaitStep = time.Millisecond
)

// Await asks other states of the query, and of other queries, to spill and
// waits until want bytes are to be had. The caller has spilled all it could. It
// returns the error of a query that cannot go on where nothing comes free.
// The memory is not reserved yet: the caller asks again.
func Await(ctx context.Context, w *pipeline.Worker, res *memory.Reservation, want int64) error {
	if res.Query().Reclaim(res, want) == 0 {
		return res.Exhausted(want)
	}
	return w.Park(ctx, func(ctx context.Context) error {
		t := time.NewTicker(awaitStep)
		defer t.Stop()
		for left := awaitFor; left > 0; left -= awaitStep {
			if res.Grow(want) == nil {
				res.Shrink(want)
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-t.C:
			}
		}
		return res.Exhausted(want)
	})
}

// Grow reserves n bytes, waiting for others where they are refused. It is for
// states that have nothing (more) of their own to spill.
func Grow(ctx context.Context, w *pipeline.Worker, res *memory.Reservation, n int64) error {
	for range 3 {
		if res.Grow(n) == nil {
			return nil
		}
		if err := Await(ctx, w, res, n); err != nil {
			return err
		}
	}
	return res.Exhausted(n)
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
