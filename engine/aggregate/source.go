package aggregate

import (
	"context"
	"sync"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// groups hands out a grouper's groups, in pieces that workers take.
type groups struct {
	g  *grouper
	mu struct {
		sync.Mutex
		next int // group of the single table
	}
}

// pieceRows is how many groups of a single table a worker takes at once.
const pieceRows = 8 * batch.Size

// piece gives the next groups to f as batches of keys and results, and says
// whether there were any. A batch is lent.
func (s *groups) piece(ctx context.Context, w *pipeline.Worker, f func(cols []*column.Column, n int) error) (bool, error) {
	if t := s.g.single; t != nil {
		s.mu.Lock()
		lo := s.mu.next
		s.mu.next += pieceRows
		s.mu.Unlock()
		if lo >= t.n {
			return false, nil
		}
		return true, t.emit(ctx, lo, min(lo+pieceRows, t.n), f)
	}
	g := s.g
	g.mu.Lock()
	if len(g.mu.tasks) == 0 {
		g.mu.Unlock()
		return false, nil
	}
	task := g.mu.tasks[0]
	g.mu.tasks = g.mu.tasks[1:]
	g.begin()
	g.mu.Unlock()
	defer g.end()
	t, more, err := g.run(ctx, w, task)
	if err != nil {
		return false, err
	}
	if t == nil {
		g.mu.Lock()
		g.mu.tasks = append(more, g.mu.tasks...)
		g.mu.Unlock()
		return true, nil
	}
	defer t.free()
	return true, t.emit(ctx, 0, t.n, f)
}

// emit gives groups lo to hi to f.
func (t *table) emit(ctx context.Context, lo, hi int, f func(cols []*column.Column, n int) error) error {
	for ; lo < hi; lo += batch.Size {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(lo+batch.Size, hi)
		cols := t.columns(lo, to)
		for _, a := range t.accs {
			c, err := a.result(lo, to)
			if err != nil {
				return err
			}
			cols = append(cols, c)
		}
		if err := f(cols, to-lo); err != nil {
			return err
		}
	}
	return nil
}
