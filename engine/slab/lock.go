package slab

import (
	"context"

	"github.com/inlaydb/inlay/engine/pipeline"
)

// Lock is a mutual exclusion whose holder may park: who waits for it gives its
// CPU slot back, so that the holder can get one. Make it with NewLock.
type Lock chan struct{}

// NewLock makes a free lock.
func NewLock() Lock { return make(Lock, 1) }

// Lock takes the lock, or returns ctx's error.
func (l Lock) Lock(ctx context.Context, w *pipeline.Worker) error {
	select {
	case l <- struct{}{}:
		return nil
	default:
	}
	got := false
	err := w.Park(ctx, func(ctx context.Context) error {
		select {
		case l <- struct{}{}:
			got = true
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if err != nil && got {
		l.Unlock()
	}
	return err
}

// Unlock frees the lock.
func (l Lock) Unlock() { <-l }
