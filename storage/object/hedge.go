package object

import (
	"context"
	"sync"
	"time"
)

// Hedge makes a view of s that asks a second time for a range whose answer is
// late, and takes what comes first. Late is the mean of past reads plus four
// times their mean deviation (as TCP judges a lost segment), at least least.
// At most one read in ten is doubled, so that a service that is slow for all is
// not asked for twice as much. c, which may be nil, counts the doubled ones.
func Hedge(s Store, least time.Duration, c *Counts) Store {
	return &hedged{Store: s, least: least, c: c}
}

type hedged struct {
	Store
	least time.Duration
	c     *Counts
	mu    struct {
		sync.Mutex
		reads, doubled int
		mean, dev      float64 // seconds, for one read of a few hundred KiB
	}
}

// hedgeMax is the largest range worth a second buffer.
const hedgeMax = 8 << 20

// unit scales the time of a read to its size: a fixed part and bytes.
func unit(n int) float64 { return 1 + float64(n)/(1<<20) }

// delay is how long to wait for n bytes before asking again; 0: not at all.
func (h *hedged) delay(n int) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mu.reads++
	if h.mu.reads < 8 || h.mu.doubled*10 >= h.mu.reads || n > hedgeMax {
		return 0
	}
	d := time.Duration((h.mu.mean + 4*h.mu.dev) * unit(n) * float64(time.Second))
	return max(d, h.least)
}

func (h *hedged) learn(n int, took time.Duration) {
	x := took.Seconds() / unit(n)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mu.mean == 0 {
		h.mu.mean, h.mu.dev = x, x/2
		return
	}
	d := x - h.mu.mean
	h.mu.mean += d / 8
	if d < 0 {
		d = -d
	}
	h.mu.dev += (d - h.mu.dev) / 4
}

// Read implements Store.
func (h *hedged) Read(ctx context.Context, o Object, off int64, p []byte) error {
	delay := h.delay(len(p))
	start := time.Now()
	if delay == 0 {
		err := h.Store.Read(ctx, o, off, p)
		if err == nil {
			h.learn(len(p), time.Since(start))
		}
		return err
	}
	ctx1, cancel1 := context.WithCancel(ctx)
	defer cancel1()
	first := make(chan error, 1)
	go func() { first <- h.Store.Read(ctx1, o, off, p) }()
	t := time.NewTimer(delay)
	defer t.Stop()
	select {
	case err := <-first:
		if err == nil {
			h.learn(len(p), time.Since(start))
		}
		return err
	case <-t.C:
	}
	h.mu.Lock()
	h.mu.doubled++
	h.mu.Unlock()
	if h.c != nil {
		h.c.Hedged.Add(1)
	}
	ctx2, cancel2 := context.WithCancel(ctx)
	defer cancel2()
	buf := make([]byte, len(p))
	second := make(chan error, 1)
	go func() { second <- h.Store.Read(ctx2, o, off, buf) }()
	// Both are always waited for: the first writes into p, which is the caller's.
	select {
	case err := <-first:
		if err == nil {
			cancel2()
			<-second
			h.learn(len(p), time.Since(start))
			return nil
		}
		if err2 := <-second; err2 != nil {
			return err
		}
	case err := <-second:
		if err != nil {
			return <-first
		}
		cancel1()
		<-first
	}
	copy(p, buf)
	h.learn(len(p), time.Since(start))
	return nil
}
