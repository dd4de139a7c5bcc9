package object_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/object/objecttest"
)

func fetchFixture(t *testing.T, n int) (*objecttest.Store, object.Object, []byte) {
	t.Helper()
	data := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(data)
	m := object.NewMemory()
	o, err := object.Put(context.Background(), m, "k", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	return &objecttest.Store{Store: m, IsRemote: true}, o, data
}

func TestFetcher(t *testing.T) {
	ctx := context.Background()
	s, o, data := fetchFixture(t, 1<<20)
	for _, opt := range []object.FetchOptions{
		{Gap: 0, Block: 1000, Window: 5000, Parallel: 3},
		{Gap: 100, Block: 1 << 16, Window: 1 << 17, Parallel: 4},
		{Gap: 1 << 20, Block: 1 << 20, Window: 1, Parallel: 1},
		{Gap: 64, Block: 4096},
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		for range 30 {
			var ranges []object.Range
			for range 1 + rng.IntN(8) {
				off := rng.Int64N(1 << 20)
				ranges = append(ranges, object.Range{Off: off, Len: rng.Int64N(min(20000, 1<<20-off+1))})
			}
			f := object.NewFetcher(ctx, s, o, opt)
			spans := f.Plan(ranges)
			for i, sp := range spans {
				r := ranges[i]
				for at := r.Off; at < r.Off+r.Len; {
					n := min(1+rng.Int64N(3000), r.Off+r.Len-at)
					b, err := sp.Bytes(ctx, at, int(n))
					if err != nil || !bytes.Equal(b, data[at:at+n]) {
						t.Fatalf("%+v range %+v at %d+%d: %v", opt, r, at, n, err)
					}
					at += n
					if rng.IntN(3) == 0 {
						sp.Discard(at)
					}
				}
				sp.Release()
			}
			f.Close()
		}
		if p := s.Peak.Load(); p > int64(max(opt.Parallel, 1))+1 {
			t.Errorf("%+v: %d requests at once", opt, p)
		}
		s.Peak.Store(0)
	}
}

func TestFetcherMerges(t *testing.T) {
	ctx := context.Background()
	s, o, _ := fetchFixture(t, 1<<20)
	f := object.NewFetcher(ctx, s, o, object.FetchOptions{Gap: 100, Block: 1 << 20, Window: 1 << 20, Parallel: 4})
	defer f.Close()
	spans := f.Plan([]object.Range{{Off: 5000, Len: 100}, {Off: 0, Len: 1000}, {Off: 1100, Len: 400}, {Off: 1400, Len: 10}})
	for i, off := range []int64{5000, 0, 1100, 1400} {
		if _, err := spans[i].Bytes(ctx, off, 10); err != nil {
			t.Fatal(err)
		}
	}
	if s.Requests.Load() != 2 || s.Bytes.Load() != 1600 {
		t.Errorf("%d requests, %d bytes", s.Requests.Load(), s.Bytes.Load())
	}
}

func TestFetcherFailsAndCancels(t *testing.T) {
	s, o, _ := fetchFixture(t, 1<<20)
	s.Before = func(op, key string, off int64) error {
		if off >= 1000 {
			return objecttest.Fail(object.KindUnavailable)
		}
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	opt := object.FetchOptions{Block: 1000, Window: 1 << 20, Parallel: 2}
	f := object.NewFetcher(ctx, s, o, opt)
	spans := f.Plan([]object.Range{{Off: 0, Len: 2000}})
	if _, err := spans[0].Bytes(ctx, 0, 1000); err != nil {
		t.Error(err)
	}
	if _, err := spans[0].Bytes(ctx, 900, 1000); object.KindOf(err) != object.KindUnavailable {
		t.Errorf("%v", err)
	}
	if _, err := spans[0].Bytes(ctx, 1900, 1000); err == nil {
		t.Error("read past the plan")
	}
	f.Close()

	s.Before, s.Latency = nil, time.Hour
	f = object.NewFetcher(ctx, s, o, opt)
	spans = f.Plan([]object.Range{{Off: 0, Len: 2000}})
	go cancel()
	if _, err := spans[0].Bytes(ctx, 0, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	f.Close()
}

// TestHedge: one read hangs; the second ask answers in its place.
func TestHedge(t *testing.T) {
	ctx := context.Background()
	s, o, data := fetchFixture(t, 4096)
	var mu sync.Mutex
	hang, seen := int64(-1), 0
	var c object.Counts
	h := object.Hedge(&hanging{Store: s, hang: func(off int64) bool {
		mu.Lock()
		defer mu.Unlock()
		if off == hang {
			seen++
			return seen == 1
		}
		return false
	}}, time.Millisecond, &c)
	p := make([]byte, 16)
	for i := range 20 {
		if err := h.Read(ctx, o, int64(i), p); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	hang = 100
	mu.Unlock()
	c.Hedged.Store(0) // a busy machine may have been late before
	if err := h.Read(ctx, o, 100, p); err != nil || !bytes.Equal(p, data[100:116]) {
		t.Errorf("%v", err)
	}
	if c.Hedged.Load() != 1 {
		t.Errorf("%d hedged", c.Hedged.Load())
	}
}

// hanging never answers some reads until their context ends.
type hanging struct {
	object.Store
	hang func(off int64) bool
}

func (s *hanging) Read(ctx context.Context, o object.Object, off int64, p []byte) error {
	if s.hang(off) {
		<-ctx.Done()
		return ctx.Err()
	}
	return s.Store.Read(ctx, o, off, p)
}
