package aggregate

import (
	"math/rand/v2"
	"testing"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/engine/kernel"
)

// TestAverage compares the machine-word quotient with the general one.
func TestAverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	edge := []int64{0, 1, -1, 9, 10, 9999, 10000, 10001, 99999999, 100000000, 1<<62 + 5, -1 << 63, 1<<63 - 1}
	fast := 0
	check := func(sum int64, scale int, n int64) {
		coef, s, ok := average(kernel.Wide(sum), scale, n)
		if !ok {
			return
		}
		fast++
		want, err := numeric.Average(numeric.FromInt128(kernel.Wide(sum).Hi, uint64(sum), scale), n)
		if err != nil {
			t.Fatal(err)
		}
		if got := numeric.FromInt128(coef.Hi, coef.Lo, s); got.String() != want.String() {
			t.Fatalf("%d at scale %d by %d: %v, want %v", sum, scale, n, got, want)
		}
	}
	for _, sum := range edge {
		for _, n := range edge {
			for scale := range 17 {
				if n > 0 {
					check(sum, scale, n)
				}
			}
		}
	}
	for range 200_000 {
		check(int64(rng.Uint64()>>rng.IntN(64)), rng.IntN(17), int64(rng.Uint64()>>(1+rng.IntN(62)))+1)
	}
	if fast < 100_000 {
		t.Errorf("only %d averages took the fast way", fast)
	}
}
