package object

import (
	"context"
	"sync/atomic"
)

// Counts is what a query cost its stores. All fields may be read while it runs.
type Counts struct {
	Requests atomic.Int64 // of any sort
	Reads    atomic.Int64 // ranges read
	Bytes    atomic.Int64 // read
	Written  atomic.Int64 // bytes
	Hedged   atomic.Int64 // ranges asked for twice
}

type counted struct {
	Store
	c *Counts
}

// Count makes a view of s that adds its work to c.
func Count(s Store, c *Counts) Store { return &counted{s, c} }

func (s *counted) Stat(ctx context.Context, key string) (Object, error) {
	s.c.Requests.Add(1)
	return s.Store.Stat(ctx, key)
}

func (s *counted) Read(ctx context.Context, o Object, off int64, p []byte) error {
	s.c.Requests.Add(1)
	s.c.Reads.Add(1)
	err := s.Store.Read(ctx, o, off, p)
	if err == nil {
		s.c.Bytes.Add(int64(len(p)))
	}
	return err
}

func (s *counted) Tail(ctx context.Context, key string, p []byte) (Object, int, error) {
	s.c.Requests.Add(1)
	s.c.Reads.Add(1)
	o, n, err := s.Store.Tail(ctx, key, p)
	s.c.Bytes.Add(int64(n))
	return o, n, err
}

func (s *counted) List(ctx context.Context, prefix string, flat bool, limit int, fn func(Page) error) (bool, error) {
	return s.Store.List(ctx, prefix, flat, limit, func(p Page) error {
		s.c.Requests.Add(1)
		return fn(p)
	})
}

func (s *counted) Create(ctx context.Context, key string, cond Condition) (Writer, error) {
	s.c.Requests.Add(1)
	w, err := s.Store.Create(ctx, key, cond)
	if err != nil {
		return nil, err
	}
	return &countedWriter{w, s.c}, nil
}

func (s *counted) Delete(ctx context.Context, keys ...string) error {
	s.c.Requests.Add(1)
	return s.Store.Delete(ctx, keys...)
}

type countedWriter struct {
	Writer
	c *Counts
}

func (w *countedWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.c.Written.Add(int64(n))
	return n, err
}
