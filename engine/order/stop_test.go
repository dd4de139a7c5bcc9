package order

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/inlaydb/inlay/engine/slab"
)

// TestSortStops: a sort whose statement ends goes on for no more than some
// thousand comparisons, and loses no row.
func TestSortStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	const n = 1 << 17
	for _, same := range []bool{true, false} {
		a := make([]long, n)
		r := rand.New(rand.NewPCG(1, 2))
		for i := range a {
			a[i].id = slab.RowID(i)
			if !same {
				a[i].k0 = r.Uint64()
			}
		}
		st := &stopper{ctx: ctx}
		compared := 0
		sortLong(a, func(x, y slab.RowID) int {
			if st.stop() {
				return 0
			}
			compared++
			return int(y) - int(x)
		}, st)
		if !st.stopped || compared > 4096 {
			t.Errorf("same keys %v: stopped %v after %d comparisons", same, st.stopped, compared)
		}
		seen := make([]bool, n)
		for _, e := range a {
			if seen[e.id] {
				t.Fatalf("row %d is there twice", e.id)
			}
			seen[e.id] = true
		}
	}
}
