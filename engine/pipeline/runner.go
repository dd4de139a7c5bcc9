package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
)

// PanicError is a panic of a worker: the statement ends with XX000, the server goes on.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// Runner runs work of one execution on CPU slots.
type Runner struct {
	*Execution
}

// Each runs task(0) … task(n-1) on up to Workers goroutines and waits for all
// of them. The first error cancels the rest and is returned. The calling
// goroutine must hold a slot; it gives it back while it waits.
func (r *Runner) Each(ctx context.Context, n int, task func(ctx context.Context, w *Worker, i int) error) error {
	if n == 0 {
		return nil
	}
	workers := min(r.Workers, n)
	var mu struct {
		sync.Mutex
		next int
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fail := func(err error) {
		mu.Lock()
		if mu.err == nil {
			mu.err = err
		}
		mu.Unlock()
		cancel()
	}
	body := func(w *Worker) {
		defer func() {
			if v := recover(); v != nil {
				fail(&PanicError{v, debug.Stack()})
			}
		}()
		for {
			mu.Lock()
			i := mu.next
			mu.next++
			stop := mu.err != nil
			mu.Unlock()
			if i >= n || stop {
				return
			}
			if err := ctx.Err(); err != nil {
				fail(err)
				return
			}
			if err := task(ctx, w, i); err != nil {
				fail(err)
				return
			}
		}
	}
	if workers == 1 {
		body(&Worker{Execution: r.Execution})
		return mu.err
	}
	// In the memory account one worker stands for the caller, which waits.
	left := atomic.Int64{}
	left.Store(int64(workers))
	for range workers - 1 {
		r.enter()
	}
	end := func() {
		if left.Add(-1) > 0 {
			r.leave()
		} else if r.Memory != nil {
			r.Memory.Notify()
		}
	}
	var wg sync.WaitGroup
	r.Slots.Release()
	for id := range workers {
		wg.Go(func() {
			defer end()
			if err := r.Slots.Acquire(ctx); err != nil {
				fail(err)
				return
			}
			defer r.Slots.Release()
			body(&Worker{Execution: r.Execution, ID: id})
		})
	}
	wg.Wait()
	if err := r.Slots.Acquire(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	return mu.err
}

func (x *Execution) enter() {
	if x.Memory != nil {
		x.Memory.Enter()
	}
}

func (x *Execution) leave() {
	if x.Memory != nil {
		x.Memory.Leave()
	}
}

// Run runs pipelines in the given order, which must respect After. A sink is
// finalised when the last pipeline that feeds it has run. The caller must hold a slot.
func (r *Runner) Run(ctx context.Context, pipelines []*Pipeline) error {
	last := map[Sink]int{}
	for i, p := range pipelines {
		last[p.Sink] = i
	}
	fed, done := map[Sink]bool{}, map[Sink]bool{}
	for i, p := range pipelines {
		if !done[p.Sink] {
			full, err := r.runOne(ctx, p, fed[p.Sink])
			if err != nil {
				return err
			}
			fed[p.Sink], done[p.Sink] = true, full
		}
		if last[p.Sink] == i {
			if err := p.Sink.Finalize(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// runOne runs a pipeline on as many workers as it can use. It reports whether
// the sink wants no more. fed says that the sink had workers already, so that a
// source without a morsel needs none.
func (r *Runner) runOne(ctx context.Context, p *Pipeline, fed bool) (full bool, err error) {
	workers := r.Workers
	if b, ok := p.Source.(Bounded); ok {
		n := b.Morsels()
		if n == 0 && fed {
			return false, nil
		}
		workers = max(1, min(workers, n))
	}
	if p.Serial {
		workers = 1
	}
	var mu sync.Mutex
	one := &Runner{Execution: &Execution{Memory: r.Memory, Spill: r.Spill, Slots: r.Slots, Workers: workers, Metrics: r.Metrics}}
	err = one.Each(ctx, workers, func(ctx context.Context, _ *Worker, i int) error {
		st, err := work(ctx, &Worker{Execution: r.Execution, ID: i}, p)
		if st == Done {
			mu.Lock()
			full = true
			mu.Unlock()
		}
		return err
	})
	return full, err
}

// work is one worker's run of a pipeline. It returns Done when the sink has
// had enough.
func work(ctx context.Context, w *Worker, p *Pipeline) (Status, error) {
	sink, err := p.Sink.NewWorker(ctx, w)
	if err != nil {
		return Done, err
	}
	ops := make([]Operator, len(p.Operators))
	for i, f := range p.Operators {
		if ops[i], err = f.NewOperator(ctx, w); err != nil {
			return Done, err
		}
	}
	emits := make([]Emit, len(ops)+1)
	full := false // the sink itself said Done; an operator's Done ends only this pipeline
	emits[len(ops)] = func(b *batch.Batch) (Status, error) {
		if err := ctx.Err(); err != nil { // one morsel may become any number of batches: a join's rows
			return Done, err
		}
		st, err := sink.Consume(ctx, b)
		full = full || st == Done
		return st, err
	}
	for i := len(ops) - 1; i >= 0; i-- {
		op, next := ops[i], emits[i+1]
		emits[i] = func(b *batch.Batch) (Status, error) {
			if err := ctx.Err(); err != nil {
				return Done, err
			}
			return op.Process(ctx, b, next)
		}
	}
	reader, err := p.Source.Open(ctx, w)
	if err != nil {
		return Done, err
	}
	defer reader.Close()
	observer, _ := sink.(MorselObserver)
	for first := true; ; first = false {
		if !first && w.Slots != nil {
			if err := w.Slots.Yield(ctx); err != nil {
				return Done, err
			}
		}
		if err := ctx.Err(); err != nil {
			return Done, err
		}
		if observer != nil {
			observer.BeginMorsel()
		}
		st, err := reader.Morsel(ctx, emits[0])
		if observer != nil {
			observer.EndMorsel()
		}
		if err != nil {
			return Done, err
		}
		if st == Done {
			break
		}
	}
	for i, op := range ops {
		if full {
			break
		}
		if _, err := op.Flush(ctx, emits[i+1]); err != nil {
			return Done, err
		}
	}
	if err := sink.Combine(ctx); err != nil {
		return Done, err
	}
	if full {
		return Done, nil
	}
	return More, nil
}
