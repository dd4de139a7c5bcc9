package object_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/object/objecttest"
)

// remote is a store in memory that says it is far away, with one object.
func remote(t *testing.T, size int) (*objecttest.Store, object.Object, []byte) {
	t.Helper()
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data)
	mem := object.NewMemory()
	o, err := object.Put(context.Background(), mem, "k", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	return &objecttest.Store{Store: mem, IsRemote: true}, o, data
}

func newCache(t *testing.T, budget int64) *object.RangeCache {
	t.Helper()
	c := object.NewRangeCache(t.TempDir(), budget)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func check(t *testing.T, s object.Store, o object.Object, data []byte, off, n int) {
	t.Helper()
	p := make([]byte, n)
	if err := s.Read(context.Background(), o, int64(off), p); err != nil {
		t.Fatalf("%d+%d: %v", off, n, err)
	}
	if !bytes.Equal(p, data[off:off+n]) {
		t.Fatalf("%d+%d: other bytes", off, n)
	}
}

func TestRangeCacheReadsOnce(t *testing.T) {
	far, o, data := remote(t, 1<<20+777)
	s := newCache(t, 64<<20).Over(far)
	for _, r := range [][2]int{{0, 10}, {65530, 20}, {100, 1 << 20}, {1 << 20, 777}, {1<<20 + 776, 1}, {0, len(data)}} {
		check(t, s, o, data, r[0], r[1])
	}
	before := far.Requests.Load()
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		off := r.IntN(len(data))
		check(t, s, o, data, off, r.IntN(len(data)-off))
	}
	if n := far.Requests.Load() - before; n != 0 {
		t.Errorf("%d requests for what was read before", n)
	}
	if err := s.Read(context.Background(), o, o.Size-1, make([]byte, 2)); object.KindOf(err) != object.KindShort {
		t.Errorf("past the end: %v", err)
	}
}

// A new version of an object is another object to the cache.
func TestRangeCacheVersions(t *testing.T) {
	far, o, data := remote(t, 200_000)
	s := newCache(t, 64<<20).Over(far)
	check(t, s, o, data, 0, len(data))
	fresh := bytes.Repeat([]byte{9}, 200_000)
	o2, err := object.Put(context.Background(), far.Store, "k", fresh, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, o2, fresh, 5, 100_000)
	unknown := o2
	unknown.Version = ""
	check(t, s, unknown, fresh, 5, 100_000)
}

func TestRangeCacheEvicts(t *testing.T) {
	far, o, data := remote(t, 8<<20)
	c := newCache(t, 1<<20) // 16 blocks of 64 KiB
	s := c.Over(far)
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		off := r.IntN(len(data) - 200_000)
		check(t, s, o, data, off, 1+r.IntN(200_000))
	}
	if c.Counts().Evicted.Load() == 0 || c.Counts().Hits.Load() == 0 {
		t.Errorf("evicted %d, hit %d", c.Counts().Evicted.Load(), c.Counts().Hits.Load())
	}
	check(t, s, o, data, 0, len(data)) // more than a quarter of the cache: past it
}

// Many readers and the requests ahead of them want the same blocks at once,
// some of the requests fail, and some readers give up.
func TestRangeCacheConcurrent(t *testing.T) {
	far, o, data := remote(t, 4<<20)
	var n atomic.Int64
	far.Before = func(string, string, int64) error {
		if n.Add(1)%7 == 0 {
			return objecttest.Fail(object.KindUnavailable)
		}
		return nil
	}
	s := newCache(t, 2<<20).Over(far)
	ahead := object.NewAhead(context.Background())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 5))
			for range 100 {
				off := r.IntN(len(data) - 1)
				size := 1 + r.IntN(min(300_000, len(data)-off))
				if r.IntN(4) == 0 {
					ahead.Bring(s, o, []object.Range{{Off: int64(off), Len: int64(size)}})
				}
				ctx, cancel := context.WithCancel(context.Background())
				if r.IntN(10) == 0 {
					cancel()
				}
				p := make([]byte, size)
				err := s.Read(ctx, o, int64(off), p)
				cancel()
				if err == nil && !bytes.Equal(p, data[off:off+size]) {
					t.Errorf("%d+%d: other bytes", off, size)
				}
				if err != nil && object.KindOf(err) != object.KindUnavailable && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	ahead.Close()
}

func TestAheadIsNotAskedTwice(t *testing.T) {
	far, o, data := remote(t, 4<<20)
	s := newCache(t, 64<<20).Over(far)
	gate, started := make(chan struct{}), make(chan struct{}, 8)
	far.Before = func(string, string, int64) error { started <- struct{}{}; <-gate; return nil }
	ahead := object.NewAhead(context.Background())
	ahead.Bring(s, o, []object.Range{{Off: 0, Len: 100_000}, {Off: 150_000, Len: 100_000}, {Off: 3 << 20, Len: 1000}})
	<-started
	<-started // both requests stand at the gate: their blocks are claimed
	var wg sync.WaitGroup
	wg.Go(func() { check(t, s, o, data, 10, 200_000) })
	close(gate)
	wg.Wait()
	ahead.Close()
	check(t, s, o, data, 3<<20, 1000)
	if n := far.Requests.Load(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// Without a place to write, readers read from the store.
func TestRangeCacheWithoutDisk(t *testing.T) {
	far, o, data := remote(t, 1<<20)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := object.NewRangeCache(file, 64<<20)
	s := c.Over(far)
	check(t, s, o, data, 100, 500_000)
	check(t, s, o, data, 100, 500_000)
	if n := far.Requests.Load(); n != 2 {
		t.Errorf("%d requests", n)
	}
	if s := object.NewRangeCache(file, 0).Over(far); s != object.Store(far) {
		t.Error("a cache of nothing is in the way")
	}
}
