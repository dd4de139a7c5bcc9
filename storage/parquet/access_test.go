package parquet_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// checkAccess reads a leaf in random steps (read, skip, select), with and
// without planned ranges, and compares with all of its rows.
func checkAccess(t *testing.T, f *parquet.File, leaf *parquet.Leaf) {
	t.Helper()
	ctx := context.Background()
	var all []string
	if _, err := dump(f, leaf, 1<<20, func(line []byte) { all = append(all, string(line)) }); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 5))
		first := 0
		for g := range f.NumRowGroups() {
			rows := int(f.RowGroup(g).NumRows)
			want := all[first : first+rows]
			first += rows
			var ranges []parquet.RowRange
			steps := randomSteps(rng, rows, seed)
			if seed%2 == 1 {
				ranges = wantedRanges(steps)
			}
			req := parquet.Request{Leaf: leaf, Codes: seed%3 == 0}
			rd, err := f.Columns(ctx, g, []parquet.Request{req}, ranges, object.FetchOptions{Block: 1 << (10 + seed), Window: 1 << 16, Parallel: int(seed / 2)})
			if err != nil {
				t.Fatal(err)
			}
			follow(t, rd.Columns[0], steps, want)
			rd.Close()
		}
	}
}

// step is one call: sel nil reads n rows, empty skips them.
type step struct {
	n   int
	sel []int32
}

func randomSteps(rng *rand.Rand, rows int, seed uint64) []step {
	var steps []step
	most := []int{5, 300, 5000, 40, 2000, 100000}[seed%6]
	for rows > 0 {
		n := min(1+rng.IntN(most), rows)
		s := step{n: n}
		switch rng.IntN(4) {
		case 0:
			s.sel = []int32{}
		case 1, 2:
			s.sel = []int32{}
			keep := []float64{0.001, 0.01, 0.3, 0.9}[rng.IntN(4)]
			for i := range n {
				if rng.Float64() < keep {
					s.sel = append(s.sel, int32(i))
				}
			}
		}
		steps = append(steps, s)
		rows -= n
	}
	return steps
}

// wantedRanges are the rows that steps look at.
func wantedRanges(steps []step) []parquet.RowRange {
	out := []parquet.RowRange{}
	at := int64(0)
	for _, s := range steps {
		if s.sel == nil {
			out = append(out, parquet.RowRange{First: at, Count: int64(s.n)})
		} else if len(s.sel) > 0 {
			lo, hi := int64(s.sel[0]), int64(s.sel[len(s.sel)-1])
			out = append(out, parquet.RowRange{First: at + lo, Count: hi - lo + 1})
		}
		at += int64(s.n)
	}
	return out
}

func follow(t *testing.T, r *parquet.ColumnReader, steps []step, want []string) {
	t.Helper()
	ctx := context.Background()
	at := 0
	for k, s := range steps {
		var c *column.Column
		var err error
		sel := s.sel
		switch {
		case sel == nil:
			c, err = r.Read(ctx, s.n)
			for i := range s.n {
				sel = append(sel, int32(i))
			}
		case len(sel) == 0 && k%2 == 0:
			if err := r.Skip(s.n); err != nil {
				t.Fatalf("step %d: %v", k, err)
			}
			at += s.n
			continue
		default:
			c, err = r.ReadSelected(ctx, sel, s.n)
		}
		if err == nil {
			err = checkColumn(c, len(sel))
		}
		if err != nil {
			t.Fatalf("step %d, rows %d+%d: %v", k, at, s.n, err)
		}
		for i, p := range sel {
			if got := string(appendValue(nil, c, i)); got != want[at+int(p)] {
				t.Fatalf("step %d: row %d: got %s, want %s", k, at+int(p), got, want[at+int(p)])
			}
		}
		at += s.n
	}
	if r.Row() != int64(len(want)) {
		t.Errorf("at row %d of %d", r.Row(), len(want))
	}
}
