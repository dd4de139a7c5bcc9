// Package objecttest makes stores misbehave and checks that stores behave.
package objecttest

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/inlaydb/inlay/storage/object"
)

// Store wraps a store with faults. Fields are set before use; hooks may be
// called by many goroutines. Waiting obeys the context.
type Store struct {
	object.Store
	// Before is called ahead of each request with its kind ("stat", "read",
	// "tail", "list", "create", "delete") and key; an error is the answer.
	Before func(op, key string, off int64) error
	// Latency is waited before each answer.
	Latency time.Duration
	// IsRemote overrides Remote.
	IsRemote bool

	Requests atomic.Int64
	Bytes    atomic.Int64
	Inflight atomic.Int64
	Peak     atomic.Int64 // most requests in flight at once
}

// Remote says IsRemote, or what the wrapped store says.
func (s *Store) Remote() bool { return s.IsRemote || s.Store.Remote() }

func (s *Store) enter(ctx context.Context, op, key string, off int64) error {
	s.Requests.Add(1)
	n := s.Inflight.Add(1)
	for {
		p := s.Peak.Load()
		if n <= p || s.Peak.CompareAndSwap(p, n) {
			break
		}
	}
	if s.Before != nil {
		if err := s.Before(op, key, off); err != nil {
			s.Inflight.Add(-1)
			return err
		}
	}
	if s.Latency > 0 {
		t := time.NewTimer(s.Latency)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			s.Inflight.Add(-1)
			return ctx.Err()
		}
	}
	return nil
}

// Stat implements object.Store.
func (s *Store) Stat(ctx context.Context, key string) (object.Object, error) {
	if err := s.enter(ctx, "stat", key, -1); err != nil {
		return object.Object{}, err
	}
	defer s.Inflight.Add(-1)
	return s.Store.Stat(ctx, key)
}

// Read implements object.Store.
func (s *Store) Read(ctx context.Context, o object.Object, off int64, p []byte) error {
	if err := s.enter(ctx, "read", o.Key, off); err != nil {
		return err
	}
	defer s.Inflight.Add(-1)
	s.Bytes.Add(int64(len(p)))
	return s.Store.Read(ctx, o, off, p)
}

// Tail implements object.Store.
func (s *Store) Tail(ctx context.Context, key string, p []byte) (object.Object, int, error) {
	if err := s.enter(ctx, "tail", key, -1); err != nil {
		return object.Object{}, 0, err
	}
	defer s.Inflight.Add(-1)
	s.Bytes.Add(int64(len(p)))
	return s.Store.Tail(ctx, key, p)
}

// List implements object.Store.
func (s *Store) List(ctx context.Context, prefix string, flat bool, limit int, fn func(object.Page) error) (bool, error) {
	if err := s.enter(ctx, "list", prefix, -1); err != nil {
		return false, err
	}
	defer s.Inflight.Add(-1)
	return s.Store.List(ctx, prefix, flat, limit, fn)
}

// Create implements object.Store.
func (s *Store) Create(ctx context.Context, key string, cond object.Condition) (object.Writer, error) {
	if err := s.enter(ctx, "create", key, -1); err != nil {
		return nil, err
	}
	defer s.Inflight.Add(-1)
	return s.Store.Create(ctx, key, cond)
}

// Delete implements object.Store.
func (s *Store) Delete(ctx context.Context, keys ...string) error {
	key := ""
	if len(keys) > 0 {
		key = keys[0]
	}
	if err := s.enter(ctx, "delete", key, -1); err != nil {
		return err
	}
	defer s.Inflight.Add(-1)
	return s.Store.Delete(ctx, keys...)
}

// Fail makes an error as a store would.
func Fail(kind object.Kind) error {
	return &object.Error{Op: "test", Object: "injected", Offset: -1, Kind: kind, Err: io.ErrClosedPipe}
}
