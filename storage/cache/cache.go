// Package cache keeps values that are dear to make, up to a budget of bytes.
//
// What was used longest ago goes first. A value asked for by many at once is
// made once. Values are shared and must not change.
package cache

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Cache maps keys to values with a size. All methods may be called by many
// goroutines; on a nil *Cache, Get always loads and Put does nothing.
type Cache[K comparable, V any] struct {
	hits, misses atomic.Int64
	mu           struct {
		sync.Mutex
		budget int64
		used   int64
		byKey  map[K]*list.Element // of *entry
		recent *list.List          // front: used last
		making map[K]*call[V]
	}
}

type entry[K comparable, V any] struct {
	key   K
	value V
	size  int64
}

// call is a value being made. Fields are written before done is closed.
type call[V any] struct {
	done  chan struct{}
	value V
	err   error
}

// New makes a cache of about budget bytes.
func New[K comparable, V any](budget int64) *Cache[K, V] {
	c := &Cache[K, V]{}
	c.mu.budget = budget
	c.mu.byKey = map[K]*list.Element{}
	c.mu.recent = list.New()
	c.mu.making = map[K]*call[V]{}
	return c
}

// Get returns the value of key, calling load for it and its size when it is not
// kept. Errors are not kept. Who waits for another's load tries its own when
// that one was cancelled.
func (c *Cache[K, V]) Get(ctx context.Context, key K, load func() (V, int64, error)) (V, error) {
	if c == nil {
		v, _, err := load()
		return v, err
	}
	for {
		c.mu.Lock()
		if e, ok := c.mu.byKey[key]; ok {
			c.mu.recent.MoveToFront(e)
			v := e.Value.(*entry[K, V]).value
			c.mu.Unlock()
			c.hits.Add(1)
			return v, nil
		}
		w, ok := c.mu.making[key]
		if !ok {
			break
		}
		c.mu.Unlock()
		select {
		case <-w.done:
			if w.err == nil {
				c.hits.Add(1)
				return w.value, nil
			}
			if !errors.Is(w.err, context.Canceled) && !errors.Is(w.err, context.DeadlineExceeded) {
				return w.value, w.err
			}
			if err := ctx.Err(); err != nil {
				return w.value, err
			}
		case <-ctx.Done():
			var zero V
			return zero, ctx.Err()
		}
	}
	w := &call[V]{done: make(chan struct{}), err: errors.New("load panicked")}
	c.mu.making[key] = w
	c.mu.Unlock()
	c.misses.Add(1)
	var size int64
	defer func() {
		c.mu.Lock()
		delete(c.mu.making, key)
		if w.err == nil {
			c.put(key, w.value, size)
		}
		c.mu.Unlock()
		close(w.done)
	}()
	w.value, size, w.err = load()
	return w.value, w.err
}

// Has says whether the value of key is kept, without counting as a use.
func (c *Cache[K, V]) Has(key K) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.mu.byKey[key]
	return ok
}

// Put keeps a value.
func (c *Cache[K, V]) Put(key K, v V, size int64) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(key, v, size)
}

// put is Put with mu held. A value above a quarter of the budget is not kept:
// it would push out too much that is used more.
func (c *Cache[K, V]) put(key K, v V, size int64) {
	if e, ok := c.mu.byKey[key]; ok {
		c.remove(e)
	}
	if size > c.mu.budget/4 {
		return
	}
	c.mu.byKey[key] = c.mu.recent.PushFront(&entry[K, V]{key, v, size})
	c.mu.used += size
	for c.mu.used > c.mu.budget {
		c.remove(c.mu.recent.Back())
	}
}

func (c *Cache[K, V]) remove(e *list.Element) {
	old := c.mu.recent.Remove(e).(*entry[K, V])
	delete(c.mu.byKey, old.key)
	c.mu.used -= old.size
}

// SetBudget changes the budget, dropping values when it shrinks.
func (c *Cache[K, V]) SetBudget(budget int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.budget = budget
	for c.mu.used > budget {
		c.remove(c.mu.recent.Back())
	}
}

// Stats is how a cache is doing.
type Stats struct {
	Hits, Misses int64
	Entries      int
	Used, Budget int64 // bytes
}

// Stats returns the counts so far.
func (c *Cache[K, V]) Stats() Stats {
	if c == nil {
		return Stats{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{Hits: c.hits.Load(), Misses: c.misses.Load(), Entries: len(c.mu.byKey), Used: c.mu.used, Budget: c.mu.budget}
}
