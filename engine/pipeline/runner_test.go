package pipeline_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
)

// morsels is a source of n empty batches; bounded says so.
type morsels struct {
	n    int64
	next atomic.Int64
	fail error
}

func (m *morsels) Open(context.Context, *pipeline.Worker) (pipeline.Reader, error) {
	return reader{m}, nil
}

type bounded struct{ *morsels }

func (b bounded) Morsels() int { return int(b.n) }

type reader struct{ m *morsels }

func (r reader) Close() {}

func (r reader) Morsel(_ context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	if r.m.fail != nil {
		return pipeline.Done, r.m.fail
	}
	i := r.m.next.Add(1) - 1
	if i >= r.m.n {
		return pipeline.Done, nil
	}
	return emit(&batch.Batch{Len: 1, Seq: i})
}

// count is a sink that counts workers, batches and endings, and wants most batches.
type count struct {
	most                        int64
	workers, batches, finalized atomic.Int64
	panics                      bool
}

func (c *count) NewWorker(context.Context, *pipeline.Worker) (pipeline.SinkWorker, error) {
	c.workers.Add(1)
	return countWorker{c}, nil
}

func (c *count) Finalize(context.Context, *pipeline.Runner) error {
	c.finalized.Add(1)
	return nil
}

type countWorker struct{ c *count }

func (w countWorker) Consume(context.Context, *batch.Batch) (pipeline.Status, error) {
	if w.c.panics {
		panic("broken")
	}
	if w.c.batches.Add(1) >= w.c.most {
		return pipeline.Done, nil
	}
	return pipeline.More, nil
}

func (w countWorker) Combine(context.Context) error { return nil }

// run runs pipelines on 4 workers; slots nil: without.
func run(t *testing.T, slots *pipeline.Slots, pipelines ...*pipeline.Pipeline) error {
	t.Helper()
	r := &pipeline.Runner{Execution: &pipeline.Execution{Slots: slots, Workers: 4, Metrics: pipeline.NewMetrics(false)}}
	if err := slots.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer slots.Release()
	return r.Run(t.Context(), pipelines)
}

func TestWorkers(t *testing.T) {
	for _, tt := range []struct {
		name    string
		sources []pipeline.Source
		serial  bool
		workers int64
		batches int64
	}{
		{"unknown", []pipeline.Source{&morsels{n: 2}}, false, 4, 2},
		{"fewer morsels than workers", []pipeline.Source{bounded{&morsels{n: 2}}}, false, 2, 2},
		{"more morsels", []pipeline.Source{bounded{&morsels{n: 9}}}, false, 4, 9},
		{"serial", []pipeline.Source{bounded{&morsels{n: 9}}}, true, 1, 9},
		{"no morsel", []pipeline.Source{bounded{&morsels{}}}, false, 1, 0},
		{"nothing left over", []pipeline.Source{bounded{&morsels{n: 1}}, bounded{&morsels{}}}, false, 1, 1},
		{"something left over", []pipeline.Source{bounded{&morsels{n: 1}}, bounded{&morsels{n: 1}}}, false, 2, 2},
		{"only leftovers", []pipeline.Source{bounded{&morsels{}}, bounded{&morsels{n: 1}}}, false, 2, 1},
	} {
		for _, slots := range []*pipeline.Slots{nil, pipeline.NewSlots(1), pipeline.NewSlots(4)} {
			sink := &count{most: math.MaxInt64}
			var ps []*pipeline.Pipeline
			for _, s := range tt.sources {
				if b, ok := s.(bounded); ok {
					b.next.Store(0)
				} else {
					s.(*morsels).next.Store(0)
				}
				ps = append(ps, &pipeline.Pipeline{Source: s, Sink: sink, Serial: tt.serial})
			}
			if err := run(t, slots, ps...); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if w, b, f := sink.workers.Load(), sink.batches.Load(), sink.finalized.Load(); w != tt.workers || b != tt.batches || f != 1 {
				t.Errorf("%s: %d workers, %d batches, finalized %d times; want %d, %d, 1", tt.name, w, b, f, tt.workers, tt.batches)
			}
		}
	}
}

// TestEnough: a sink that wants no more ends the pipelines that feed it.
func TestEnough(t *testing.T) {
	sink := &count{most: 3}
	first, second := &morsels{n: 1000}, &morsels{n: 1000}
	err := run(t, pipeline.NewSlots(1), &pipeline.Pipeline{Source: first, Sink: sink, Serial: true}, &pipeline.Pipeline{Source: second, Sink: sink})
	if n := sink.batches.Load(); err != nil || n != 3 || second.next.Load() != 0 || sink.finalized.Load() != 1 {
		t.Errorf("%v, %d batches, %d of the second source", err, n, second.next.Load())
	}
}

// TestFailures: the first error ends a run, a panic is one, and slots come back.
func TestFailures(t *testing.T) {
	broken := errors.New("broken")
	slots := pipeline.NewSlots(2)
	if err := run(t, slots, &pipeline.Pipeline{Source: &morsels{n: 10, fail: broken}, Sink: &count{most: math.MaxInt64}}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	var p *pipeline.PanicError
	if err := run(t, slots, &pipeline.Pipeline{Source: &morsels{n: 10}, Sink: &count{panics: true}}); !errors.As(err, &p) || len(p.Stack) == 0 {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := &pipeline.Runner{Execution: &pipeline.Execution{Slots: slots, Workers: 4, Metrics: pipeline.NewMetrics(false)}}
	if err := slots.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Run(ctx, []*pipeline.Pipeline{{Source: &morsels{n: 10}, Sink: &count{most: math.MaxInt64}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	slots.Release()
	for range slots.Count() { // all of them are there again
		if err := slots.Acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPark: a worker that waits lets another have its slot.
func TestPark(t *testing.T) {
	slots := pipeline.NewSlots(1)
	x := &pipeline.Execution{Slots: slots}
	ready, done := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := slots.Acquire(t.Context()); err != nil {
			t.Error(err)
		}
		close(ready)
		if err := x.Park(t.Context(), func(context.Context) error { <-done; return nil }); err != nil {
			t.Error(err)
		}
		slots.Release()
	})
	<-ready
	if err := slots.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	close(done)
	slots.Release()
	wg.Wait()
}
