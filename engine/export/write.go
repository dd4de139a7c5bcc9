package export

import (
	"context"
	"io"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/storage/object"
)

// Next gives the query's rows as Spec.NewEncoder encoded them, or io.EOF.
type Next func(ctx context.Context) (*result.Chunk, error)

// Write writes all rows and shows the files. It says how many rows there were.
func (s *Spec) Write(ctx context.Context, next Next) (rows int64, err error) {
	if s.GroupRows <= 0 {
		s.GroupRows = defaultGroupRows
	}
	if len(s.Partition) > 0 {
		return s.writePartitioned(ctx, next)
	}
	f, err := openFile(ctx, s, s.Key, s.Columns, object.Condition{})
	if err != nil {
		return 0, err
	}
	defer f.out.Abort()
	g := &group{s: s, write: f.batches}
	defer g.close()
	for {
		c, err := next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		rows += int64(c.Rows())
		if s.bytes() {
			err = f.text(c.Bytes)
		} else {
			err = g.add(c.Batches)
		}
		if err != nil {
			return 0, err
		}
	}
	if err := g.flush(); err != nil {
		return 0, err
	}
	if err := f.finish(); err != nil {
		return 0, err
	}
	_, err = f.out.Commit(ctx)
	return rows, err
}

// group collects batches up to the size of a row group.
type group struct {
	s     *Spec
	write func([]*batch.Batch) error
	held  []*batch.Batch
	rows  int
	bytes int64 // reserved
}

// smallGroup is the rows of a batch format that has no row groups.
const smallGroup = 16 << 10

func (g *group) full() int {
	if g.s.Format == Parquet {
		return g.s.GroupRows
	}
	return min(g.s.GroupRows, smallGroup)
}

func (g *group) add(list []*batch.Batch) error {
	for _, b := range list {
		size := sizeOf(b)
		if err := g.reserve(size); err != nil {
			return err
		}
		for b.Rows() > 0 {
			room := g.full() - g.rows
			if b.Rows() <= room {
				g.held = append(g.held, b)
				g.rows += b.Rows()
				break
			}
			// Row groups end where they should, in the middle of a batch.
			head, rest := cut(b, room)
			g.held = append(g.held, head)
			g.rows += room
			if err := g.flushBut(size); err != nil {
				return err
			}
			b = rest
		}
		if g.rows >= g.full() {
			if err := g.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// reserve asks for memory; where it is short, what is held becomes a row group.
func (g *group) reserve(n int64) error {
	if g.s.Memory == nil {
		return nil
	}
	if err := g.s.Memory.Grow(n); err != nil {
		if g.rows == 0 {
			return err
		}
		if err := g.flush(); err != nil {
			return err
		}
		if err := g.s.Memory.Grow(n); err != nil {
			return err
		}
	}
	g.bytes += n
	return nil
}

func (g *group) flush() error { return g.flushBut(0) }

// flushBut writes what is held and keeps keep bytes reserved.
func (g *group) flushBut(keep int64) error {
	if g.rows == 0 {
		return nil
	}
	err := g.write(g.held)
	clear(g.held)
	g.held, g.rows = g.held[:0], 0
	if g.s.Memory != nil {
		g.s.Memory.Shrink(g.bytes - keep)
	}
	g.bytes = keep
	return err
}

func (g *group) close() {
	if g.s.Memory != nil {
		g.s.Memory.Shrink(g.bytes)
	}
	g.bytes = 0
}

func sizeOf(b *batch.Batch) int64 {
	n := int64(0)
	for _, c := range b.Cols {
		n += int64(c.Size())
	}
	return n
}

// cut parts a batch behind its first n rows.
func cut(b *batch.Batch, n int) (head, rest *batch.Batch) {
	sel := b.Sel
	if sel == nil {
		sel = make([]int32, b.Len)
		for i := range sel {
			sel[i] = int32(i)
		}
	}
	h, r := *b, *b
	h.Sel, r.Sel = sel[:n:n], sel[n:]
	return &h, &r
}

// each runs the columns of a row group on the process's slots.
func (s *Spec) each(ctx context.Context) func(n int, f func(i int) error) error {
	if s.Slots == nil {
		return nil
	}
	return func(n int, f func(i int) error) error {
		var next atomic.Int64
		var wg sync.WaitGroup
		var mu sync.Mutex
		var first error
		fail := func(err error) {
			mu.Lock()
			defer mu.Unlock()
			if first == nil {
				first = err
			}
			next.Store(int64(n))
		}
		for range min(s.Slots.Count(), n) {
			wg.Go(func() {
				if err := s.Slots.Acquire(ctx); err != nil {
					fail(err)
					return
				}
				defer s.Slots.Release()
				for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
					if err := ctx.Err(); err != nil {
						fail(err)
						return
					}
					if err := f(int(i)); err != nil {
						fail(err)
						return
					}
				}
			})
		}
		wg.Wait()
		return first
	}
}
