package cache_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inlaydb/inlay/storage/cache"
)

func TestBudget(t *testing.T) {
	ctx := context.Background()
	c := cache.New[int, int](100)
	loads := 0
	get := func(k int) int {
		v, err := c.Get(ctx, k, func() (int, int64, error) { loads++; return k * 10, 20, nil })
		if err != nil || v != k*10 {
			t.Fatal(v, err)
		}
		return v
	}
	for k := range 5 {
		get(k)
	}
	get(0) // now 1 is the oldest
	get(5)
	loads = 0
	for _, k := range []int{0, 2, 3, 4, 5} {
		get(k)
	}
	if loads != 0 {
		t.Errorf("%d reloads", loads)
	}
	get(1)
	if s := c.Stats(); loads != 1 || s.Used != 100 || s.Entries != 5 {
		t.Errorf("%d loads, %+v", loads, s)
	}
	c.Put(99, 1, 26) // more than a quarter
	if s := c.Stats(); s.Entries != 5 {
		t.Errorf("%+v", s)
	}
	c.SetBudget(40)
	if s := c.Stats(); s.Used != 40 {
		t.Errorf("%+v", s)
	}
	var none *cache.Cache[int, int]
	if v, err := none.Get(ctx, 1, func() (int, int64, error) { return 7, 1, nil }); v != 7 || err != nil {
		t.Error(v, err)
	}
}

func TestOneLoad(t *testing.T) {
	ctx := context.Background()
	c := cache.New[string, int](1000)
	var loads atomic.Int64
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			v, err := c.Get(ctx, "k", func() (int, int64, error) { loads.Add(1); <-gate; return 5, 1, nil })
			if v != 5 || err != nil {
				t.Error(v, err)
			}
		})
	}
	close(gate)
	wg.Wait()
	if loads.Load() != 1 {
		t.Errorf("%d loads", loads.Load())
	}
}

func TestErrors(t *testing.T) {
	c := cache.New[string, int](1000)
	bad := errors.New("bad")
	if _, err := c.Get(context.Background(), "k", func() (int, int64, error) { return 0, 0, bad }); !errors.Is(err, bad) {
		t.Error(err)
	}
	// Somebody else's cancelled load is not ours.
	started, cancelled := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := c.Get(context.Background(), "k", func() (int, int64, error) {
			close(started)
			<-cancelled
			return 0, 0, context.Canceled
		})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	<-started
	wg.Go(func() { close(cancelled) })
	v, err := c.Get(context.Background(), "k", func() (int, int64, error) { return 3, 1, nil })
	wg.Wait()
	if v != 3 || err != nil {
		t.Error(v, err)
	}
}
