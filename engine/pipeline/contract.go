package pipeline

import (
	"context"

	"github.com/inlaydb/inlay/engine/batch"
)

// Status says whether more is wanted. Done travels up to the source: a LIMIT
// that has its rows stops the scan.
type Status int

const (
	More Status = iota
	Done
)

// Emit hands a batch to the next step. The batch is lent: the receiver may
// read it until Emit returns, and must copy what it keeps longer.
type Emit func(*batch.Batch) (Status, error)

// Source is the head of a pipeline, shared by its workers.
type Source interface {
	// Open makes one worker's reader.
	Open(ctx context.Context, w *Worker) (Reader, error)
}

// Bounded is an optional ability of sources: Morsels is how many morsels they
// have at most, asked when the pipelines before have run. No more workers than
// that are started, for each costs a copy of every step.
type Bounded interface{ Morsels() int }

// Reader is one worker's end of a source.
type Reader interface {
	// Morsel takes the next morsel that no worker has taken and emits all of
	// its rows, each batch with the morsel's number as Seq (ascending in the
	// order of the source's rows; unique in the source). It returns Done when
	// there are no more morsels or emit said Done, and the error of emit unchanged.
	Morsel(ctx context.Context, emit Emit) (Status, error)
	Close()
}

// Operator is one worker's copy of one step. A single goroutine uses it, so
// its fields need no lock; what workers share sits behind a pointer.
type Operator interface {
	Process(ctx context.Context, in *batch.Batch, emit Emit) (Status, error)
	// Flush gives what is held; the worker's input is over.
	Flush(ctx context.Context, emit Emit) (Status, error)
}

// Factory makes each worker's copy of an operator; it is the shared part.
type Factory interface {
	NewOperator(ctx context.Context, w *Worker) (Operator, error)
}

// Sink ends a pipeline.
type Sink interface {
	NewWorker(ctx context.Context, w *Worker) (SinkWorker, error)
	// Finalize runs once, after every worker of every pipeline that feeds the
	// sink has combined. It may use all cores through r.
	Finalize(ctx context.Context, r *Runner) error
}

// SinkWorker is one worker's end of a sink.
type SinkWorker interface {
	Consume(ctx context.Context, b *batch.Batch) (Status, error)
	// Combine merges what the worker has into the sink. Workers combine one
	// after the other or at the same time: the sink locks what it shares.
	Combine(ctx context.Context) error
}

// Closer is an optional ability of sources, factories and sinks: Close is
// called once when the execution ends, however it ends, after all goroutines
// have been joined.
type Closer interface{ Close() }

// MorselObserver is an optional ability of sink workers: the runner calls
// Begin before and End after each Reader.Morsel. Morsels are handed out in
// ascending order, so one that begins after another's first batch was seen
// comes later; that is how a sink restores the source's order.
type MorselObserver interface {
	BeginMorsel()
	EndMorsel()
}
