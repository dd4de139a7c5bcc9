package pipeline

import (
	"context"
	"testing"

	"github.com/inlaydb/inlay/engine/batch"
)

func TestCounter(t *testing.T) {
	for _, timed := range []bool{false, true} {
		m := NewMetrics(timed)
		op, err := (&Counter{Node: m.Node(1)}).NewOperator(context.Background(), &Worker{Execution: &Execution{Metrics: m}})
		if err != nil {
			t.Fatal(err)
		}
		passed := 0
		emit := func(b *batch.Batch) (Status, error) {
			passed += b.Rows()
			return Done, nil
		}
		st, err := op.Process(context.Background(), &batch.Batch{Len: 7}, emit)
		if st != Done || err != nil {
			t.Fatalf("%v, %v", st, err)
		}
		n := m.Node(1)
		first := n.First.Load()
		if _, err := op.Flush(context.Background(), emit); err != nil {
			t.Fatal(err)
		}
		if passed != 7 || n.Rows.Load() != 7 || n.Batches.Load() != 1 {
			t.Errorf("%d rows passed, %d counted in %d batches", passed, n.Rows.Load(), n.Batches.Load())
		}
		if timed != (first > 0) || n.First.Load() != first || n.Last.Load() < first {
			t.Errorf("timed %v: first %d, last %d", timed, n.First.Load(), n.Last.Load())
		}
	}
}
