package csv

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestTally estimates columns of a million rows from their first 4096.
func TestTally(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for _, c := range []struct {
		name   string
		at     func(i int) int
		lo, hi float64
	}{
		{"unique", func(i int) int { return i }, 1e6, 1e6},
		{"sorted, four each", func(i int) int { return i / 4 }, 2e5, 3e5},
		{"seven", func(i int) int { return i % 7 }, 7, 7},
		{"one", func(int) int { return 1 }, 1, 1},
		{"many, at random", func(int) int { return rng.IntN(1000) }, 950, 1200},
	} {
		var y Tally
		for i := range tallyRows {
			y.add([]byte(strconv.Itoa(c.at(i))))
		}
		if got := y.Estimate(1e6); got < c.lo || got > c.hi {
			t.Errorf("%s: %f", c.name, got)
		}
	}
}
