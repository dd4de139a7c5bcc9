package slab

import (
	"context"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
)

// Lock is a mutual exclusion whose holder may park: who waits for it gives its
// CPU slot back, so that the holder can get one. Make it with NewLock.
type Lock struct {
	held  atomic.Bool
	query atomic.Pointer[memory.Query] // of those that have waited
}

// NewLock makes a free lock.
func NewLock() *Lock { return &Lock{} }

// Lock takes the lock, or returns ctx's error.
func (l *Lock) Lock(ctx context.Context, w *pipeline.Worker) error {
	if l.held.CompareAndSwap(false, true) {
		return nil
	}
	l.query.Store(w.Memory)
	got := false
	err := w.Park(ctx, func(ctx context.Context) error {
		return w.Memory.Wait(ctx, 0, func() bool {
			got = l.held.CompareAndSwap(false, true)
			return got
		})
	})
	if err != nil && got {
		l.Unlock()
	}
	return err
}

// Unlock frees the lock.
func (l *Lock) Unlock() {
	l.held.Store(false)
	if q := l.query.Load(); q != nil {
		q.Notify()
	}
}
