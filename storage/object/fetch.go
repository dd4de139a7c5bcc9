package object

import (
	"context"
	"sort"
	"sync"
)

// Range is Len bytes of an object from Off on.
type Range struct{ Off, Len int64 }

// FetchOptions tunes a Fetcher.
type FetchOptions struct {
	Gap      int64 // ranges at most this far apart are read as one
	Block    int64 // most bytes of one request
	Window   int64 // bytes in flight or waiting for use beyond which nothing more is started ahead
	Parallel int   // requests in flight; 0 reads in the caller's goroutine, when asked
	// Park, when set, runs a wait for the store; an engine gives its CPU slot
	// back meanwhile.
	Park func(ctx context.Context, wait func() error) error
}

// DefaultFetch suits the store: far away, big merged requests many at a time;
// on local disk, plain reads when needed.
func DefaultFetch(s Store) FetchOptions {
	if s.Remote() {
		return FetchOptions{Gap: 512 << 10, Block: 4 << 20, Window: 64 << 20, Parallel: 16}
	}
	return FetchOptions{Gap: 4 << 10, Block: 1 << 20, Window: 4 << 20}
}

// Fetcher reads planned ranges of one object. Its methods, and those of the
// spans of one Fetcher, may be called by one goroutine at a time.
//
//	Plan: ranges in order of use ─► merge near ones ─► cut into blocks
//	         block ─► request ─► buffer ─► Span.Bytes ─► Discard ─► pool
type Fetcher struct {
	s    Store
	o    Object
	opt  FetchOptions
	stop context.CancelFunc
	ctx  context.Context // of the requests under way; ended by Close
	wg   sync.WaitGroup
	mu   struct {
		sync.Mutex
		queue  []*block // not started, in order of use
		held   int64    // bytes started and not released
		flying int
	}
}

// block is one request. Fields below done are written before done is closed.
type block struct {
	off     int64
	n       int
	refs    int  // spans that still need it; guarded by Fetcher.mu
	started bool // guarded by Fetcher.mu
	done    chan struct{}
	buf     []byte
	err     error
}

// NewFetcher prepares reading o. Close it.
func NewFetcher(ctx context.Context, s Store, o Object, opt FetchOptions) *Fetcher {
	ctx, stop := context.WithCancel(ctx)
	return &Fetcher{s: s, o: o, opt: opt, ctx: ctx, stop: stop}
}

// Span is one planned range.
type Span struct {
	f       *Fetcher
	blocks  []*block // ascending and touching; released ones are cut off the front
	scratch []byte
}

// Plan announces ranges in the order they will be used and starts reading
// ahead. Spans come in the same order.
func (f *Fetcher) Plan(ranges []Range) []*Span {
	order := make([]int, len(ranges))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return ranges[order[a]].Off < ranges[order[b]].Off })
	spans := make([]*Span, len(ranges))
	for i := range spans {
		spans[i] = &Span{f: f}
	}
	for i := 0; i < len(order); {
		start := ranges[order[i]].Off
		end, j := start, i
		for ; j < len(order); j++ {
			r := ranges[order[j]]
			// A block that would grow too large ends where a range does, so that
			// no range is torn without need.
			if j > i && (r.Off > end+f.opt.Gap || r.Off >= end && r.Off+r.Len-start > f.opt.Block) {
				break
			}
			end = max(end, r.Off+r.Len)
		}
		blocks := f.cut(start, end)
		for _, k := range order[i:j] {
			for _, b := range blocks {
				r := ranges[k]
				if b.off < r.Off+r.Len && r.Off < b.off+int64(b.n) {
					b.refs++
					spans[k].blocks = append(spans[k].blocks, b)
				}
			}
		}
		i = j
	}
	f.mu.Lock()
	queued := map[*block]bool{}
	for _, s := range spans {
		for _, b := range s.blocks {
			if !queued[b] {
				queued[b] = true
				f.mu.queue = append(f.mu.queue, b)
			}
		}
	}
	f.pump()
	f.mu.Unlock()
	return spans
}

// cut divides a stretch into blocks of about equal size.
func (f *Fetcher) cut(start, end int64) []*block {
	count := max(1, (end-start+f.opt.Block-1)/f.opt.Block)
	size := (end - start + count - 1) / count
	var out []*block
	for off := start; off < end; off += size {
		out = append(out, &block{off: off, n: int(min(size, end-off)), done: make(chan struct{})})
	}
	return out
}

// pump starts what the window has room for. The caller holds mu.
func (f *Fetcher) pump() {
	for len(f.mu.queue) > 0 {
		b := f.mu.queue[0]
		if b.started || b.refs == 0 {
			f.mu.queue = f.mu.queue[1:]
			continue
		}
		if f.mu.flying >= f.opt.Parallel || f.mu.held > 0 && f.mu.held+int64(b.n) > f.opt.Window {
			return
		}
		f.mu.queue = f.mu.queue[1:]
		f.launch(b)
	}
}

// launch starts the request of b. The caller holds mu.
func (f *Fetcher) launch(b *block) {
	b.started = true
	f.mu.held += int64(b.n)
	f.mu.flying++
	f.wg.Go(func() {
		f.read(f.ctx, b)
		f.mu.Lock()
		f.mu.flying--
		f.drop(b)
		f.pump()
		f.mu.Unlock()
	})
}

func (f *Fetcher) read(ctx context.Context, b *block) {
	b.buf = takeBuffer(b.n)
	b.err = f.s.Read(ctx, f.o, b.off, b.buf)
	close(b.done)
}

// drop gives the buffer back once it is read and nobody needs it. The caller
// holds mu.
func (f *Fetcher) drop(b *block) {
	if b.refs > 0 {
		return
	}
	select {
	case <-b.done:
	default:
		return // launch drops it when it is read
	}
	if b.buf == nil {
		return
	}
	f.mu.held -= int64(b.n)
	giveBuffer(b.buf)
	b.buf = nil
}

// Bytes gives n bytes of the object from off on, all inside the span's range.
// They are lent until the next call of a method of this span.
func (s *Span) Bytes(ctx context.Context, off int64, n int) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	i := sort.Search(len(s.blocks), func(i int) bool { return s.blocks[i].off+int64(s.blocks[i].n) > off })
	if i == len(s.blocks) || off < s.blocks[i].off {
		return nil, &Error{Op: "read", Object: s.f.s.URL(s.f.o.Key), Offset: off, Kind: KindShort, Err: textError("range was not planned")}
	}
	b := s.blocks[i]
	if err := s.f.wait(ctx, b); err != nil {
		return nil, err
	}
	at := int(off - b.off)
	if at+n <= b.n {
		return b.buf[at : at+n : at+n], nil
	}
	if cap(s.scratch) < n {
		s.scratch = make([]byte, n, n+n/4)
	}
	out := s.scratch[:n]
	for done := copy(out, b.buf[at:]); done < n; {
		if i++; i == len(s.blocks) {
			return nil, &Error{Op: "read", Object: s.f.s.URL(s.f.o.Key), Offset: off, Kind: KindShort, Err: textError("range was not planned")}
		}
		if err := s.f.wait(ctx, s.blocks[i]); err != nil {
			return nil, err
		}
		done += copy(out[done:], s.blocks[i].buf)
	}
	return out, nil
}

// wait returns when b is read, starting it when nobody has.
func (f *Fetcher) wait(ctx context.Context, b *block) error {
	select {
	case <-b.done:
		return b.err
	default:
	}
	f.mu.Lock()
	inline := !b.started && f.opt.Parallel == 0
	switch {
	case inline:
		b.started = true
		f.mu.held += int64(b.n)
	case !b.started:
		f.launch(b) // beyond the window: the caller cannot go on without it
	}
	f.mu.Unlock()
	if inline {
		f.read(ctx, b)
		return b.err
	}
	block := func() error {
		select {
		case <-b.done:
			return b.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if f.opt.Park != nil {
		return f.opt.Park(ctx, block)
	}
	return block()
}

// Discard says that no byte before off is needed any more.
func (s *Span) Discard(off int64) {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	for len(s.blocks) > 0 && s.blocks[0].off+int64(s.blocks[0].n) <= off {
		s.blocks[0].refs--
		s.f.drop(s.blocks[0])
		s.blocks = s.blocks[1:]
	}
	s.f.pump()
}

// Release says that nothing of the span is needed any more.
func (s *Span) Release() { s.Discard(1<<63 - 1) }

// Close ends what is under way and waits for it. Buffers not released go to the
// collector, since somebody may still look at them.
func (f *Fetcher) Close() {
	f.stop()
	f.wg.Wait()
}
