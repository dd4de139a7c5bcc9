// Package result is the last step of a statement that gives rows: workers
// encode their rows into chunks of bytes, a bounded queue holds them, and
// whoever reads the portal takes them out. A full queue parks the workers, so
// a slow reader or a suspended portal holds no CPU slot.
//
// Rows come out in the order of the source's morsels. Chunks that are ahead
// of a morsel still being worked on wait in a window:
//
//	worker 0: morsel 4 ── rows ──┐                 ┌─ released: queue ─► Next
//	worker 1: morsel 5 ── rows ──┴─► window (5 waits for 4)
package result

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"sync"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
)

// Encoder turns rows into bytes for a reader. One worker uses it.
type Encoder interface {
	// Append adds b's live rows to dst and, for each, the offset in dst where
	// it ends to ends.
	Append(dst []byte, ends []int32, b *batch.Batch) ([]byte, []int32, error)
}

// Chunk is some rows, encoded.
type Chunk struct {
	Bytes   []byte
	Ends    []int32        // per row, where it ends in Bytes
	Batches []*batch.Batch // from a Keeper: the rows themselves
}

// Rows is how many rows the chunk has.
func (c *Chunk) Rows() int { return len(c.Ends) }

const (
	chunkBytes = 64 << 10
	queueBytes = 2 << 20
)

// Queue is a pipeline.Sink whose rows are read with Next.
type Queue struct {
	newEncoder func() (Encoder, error)
	ordered    bool
	limit      int         // bytes that may wait
	overflow   func() bool // see Inline
	mu         struct {
		sync.Mutex
		tick     int64
		workers  []*worker
		window   []*pending // sorted by seq, then arrival
		ready    []*Chunk
		inReady  int // bytes
		inWindow int
		closed   bool // the reader wants no more
		finished bool
		err      error
		changed  chan struct{}
	}
}

type pending struct {
	chunk *Chunk
	seq   int64
	seen  int64 // tick at which seq was first seen
}

// NewQueue makes a queue; ordered keeps the source's order.
func NewQueue(newEncoder func() (Encoder, error), ordered bool) *Queue {
	q := &Queue{newEncoder: newEncoder, ordered: ordered, limit: queueBytes}
	q.mu.changed = make(chan struct{})
	return q
}

// Limit changes how many bytes may wait, before anything runs.
func (q *Queue) Limit(bytes int) { q.limit = bytes }

// ErrFull ends a run whose rows do not fit the queue; see Inline.
var ErrFull = errors.New("more rows than the queue holds")

// Inline says that the reader comes only when all rows are there: a full queue
// asks overflow whether to end the run with ErrFull or to take more.
func (q *Queue) Inline(overflow func() bool) { q.overflow = overflow }

// wake tells everybody who waits that something changed. q.mu is held.
func (q *Queue) wake() {
	close(q.mu.changed)
	q.mu.changed = make(chan struct{})
}

// Finish ends the queue: Next gives what is left and then err, or io.EOF.
func (q *Queue) Finish(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mu.finished, q.mu.err = true, err
	if len(q.mu.window) > 0 && err == nil {
		panic(fmt.Sprintf("result: %d chunks are left behind", len(q.mu.window)))
	}
	q.wake()
}

// Abandon says that nobody reads any more: workers stop. (It is not called
// Close, which the pipeline would call when the execution ends and rows may
// still wait.)
func (q *Queue) Abandon() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mu.closed = true
	q.mu.ready, q.mu.window = nil, nil
	q.mu.inReady, q.mu.inWindow = 0, 0
	q.wake()
}

// Next takes the next chunk; after the last one it returns the statement's
// error, or io.EOF.
func (q *Queue) Next(ctx context.Context) (*Chunk, error) {
	for {
		q.mu.Lock()
		if q.mu.err != nil {
			defer q.mu.Unlock()
			return nil, q.mu.err
		}
		if len(q.mu.ready) > 0 {
			c := q.mu.ready[0]
			q.mu.ready = q.mu.ready[1:]
			q.mu.inReady -= len(c.Bytes)
			q.wake()
			q.mu.Unlock()
			return c, nil
		}
		if q.mu.finished {
			q.mu.Unlock()
			return nil, io.EOF
		}
		changed := q.mu.changed
		q.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// NewWorker makes one worker's end.
func (q *Queue) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	enc, err := q.newEncoder()
	if err != nil {
		return nil, err
	}
	s := &worker{q: q, w: w, enc: enc, seq: -1}
	q.mu.Lock()
	q.mu.workers = append(q.mu.workers, s)
	q.mu.Unlock()
	return s, nil
}

// Finalize has nothing to do: Combine released everything.
func (q *Queue) Finalize(context.Context, *pipeline.Runner) error { return nil }

// worker is one worker's end of the queue. The fields below mu's line are
// guarded by q.mu.
type worker struct {
	q    *Queue
	w    *pipeline.Worker
	enc  Encoder
	buf  []byte
	ends []int32
	size int // room for the next chunk: bytes, and rows
	rows int
	seq  int64 // of the rows in buf

	busy    bool  // inside a morsel
	known   bool  // its number has been seen
	current int64 // that number
	began   int64 // tick at which the morsel began
	seen    int64 // tick at which its number was seen
	done    bool
}

// BeginMorsel and EndMorsel implement pipeline.MorselObserver.
func (s *worker) BeginMorsel() {
	s.q.mu.Lock()
	s.q.mu.tick++
	s.busy, s.known, s.began = true, false, s.q.mu.tick
	s.q.mu.Unlock()
}

func (s *worker) EndMorsel() {
	s.q.mu.Lock()
	s.q.mu.tick++
	s.push()
	s.busy = false
	s.q.release()
	s.q.mu.Unlock()
}

func (s *worker) Consume(ctx context.Context, b *batch.Batch) (pipeline.Status, error) {
	if !s.known || s.current != b.Seq {
		s.q.mu.Lock()
		s.push()
		s.q.mu.tick++
		s.known, s.current, s.seen = true, b.Seq, s.q.mu.tick
		s.q.release()
		s.q.mu.Unlock()
	}
	var err error
	s.seq = b.Seq
	if s.buf == nil && s.size > 0 {
		s.buf, s.ends = make([]byte, 0, s.size), make([]int32, 0, s.rows)
	}
	if s.buf, s.ends, err = s.enc.Append(s.buf, s.ends, b); err != nil {
		return pipeline.Done, err
	}
	if len(s.buf) < chunkBytes {
		s.q.mu.Lock()
		closed := s.q.mu.closed
		s.q.mu.Unlock()
		if closed {
			return pipeline.Done, nil
		}
		return pipeline.More, nil
	}
	s.q.mu.Lock()
	s.push()
	s.q.release()
	s.q.mu.Unlock()
	return s.wait(ctx)
}

// push moves the encoded rows into the window. q.mu is held.
func (s *worker) push() {
	if len(s.ends) == 0 || s.q.mu.closed {
		s.buf, s.ends = s.buf[:0], s.ends[:0]
		return
	}
	c := &Chunk{Bytes: s.buf, Ends: s.ends}
	if k, ok := s.enc.(*Keeper); ok {
		c.Batches = k.Take()
	}
	s.buf, s.ends = nil, nil
	s.size, s.rows = len(c.Bytes)+len(c.Bytes)/8, len(c.Ends)
	q := s.q
	if !q.ordered {
		q.mu.ready = append(q.mu.ready, c)
		q.mu.inReady += len(c.Bytes)
		q.wake()
		return
	}
	at := sort.Search(len(q.mu.window), func(i int) bool { return q.mu.window[i].seq > s.seq })
	q.mu.window = append(q.mu.window, nil)
	copy(q.mu.window[at+1:], q.mu.window[at:])
	q.mu.window[at] = &pending{c, s.seq, s.seen}
	q.mu.inWindow += len(c.Bytes)
}

// release moves what no worker can precede any more to the reader. q.mu is held.
func (q *Queue) release() {
	n := 0
	for _, p := range q.mu.window {
		if q.blocked(p) {
			break
		}
		q.mu.ready = append(q.mu.ready, p.chunk)
		q.mu.inReady += len(p.chunk.Bytes)
		q.mu.inWindow -= len(p.chunk.Bytes)
		n++
	}
	if n > 0 {
		q.mu.window = q.mu.window[n:]
		q.wake()
	}
}

// blocked says whether some worker may still bring rows that precede p.
func (q *Queue) blocked(p *pending) bool {
	for _, w := range q.mu.workers {
		if w.done || !w.busy {
			continue // its next morsel was not taken yet, so it comes later
		}
		if w.known {
			if w.current < p.seq {
				return true
			}
			continue
		}
		if w.began <= p.seen {
			return true
		}
	}
	return false
}

// wait parks the worker while the queue is full.
func (s *worker) wait(ctx context.Context) (pipeline.Status, error) {
	q := s.q
	full := func() (bool, bool, chan struct{}) {
		q.mu.Lock()
		defer q.mu.Unlock()
		f := q.mu.inReady > q.limit || q.mu.inWindow > q.limit && len(q.mu.window) > 0 && q.mu.window[0].seq < s.seq ||
			q.mu.inWindow > q.limit && q.blockedByOther(s)
		return f, q.mu.closed, q.mu.changed
	}
	f, closed, _ := full()
	if closed {
		return pipeline.Done, nil
	}
	if !f {
		return pipeline.More, nil
	}
	if q.overflow != nil {
		if q.overflow() {
			return pipeline.Done, ErrFull
		}
		return pipeline.More, nil
	}
	err := s.w.ParkOutside(ctx, func(ctx context.Context) error {
		for {
			f, closed, changed := full()
			if !f || closed {
				return nil
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	if err != nil {
		return pipeline.Done, err
	}
	return pipeline.More, nil
}

// blockedByOther says whether a worker other than s must go on before the
// first chunk of the window can be released. q.mu is held.
func (q *Queue) blockedByOther(s *worker) bool {
	if len(q.mu.window) == 0 {
		return false
	}
	p := q.mu.window[0]
	for _, w := range q.mu.workers {
		if w == s || w.done || !w.busy {
			continue
		}
		if w.known && w.current < p.seq || !w.known && w.began <= p.seen {
			return true
		}
	}
	return false
}

// Combine ends the worker's input.
func (s *worker) Combine(context.Context) error {
	s.q.mu.Lock()
	defer s.q.mu.Unlock()
	s.push()
	s.done = true
	s.q.release()
	if s.q.ordered {
		s.q.wake()
	}
	return nil
}
