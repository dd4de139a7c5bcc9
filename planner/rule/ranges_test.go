package rule

import (
	"math"
	"testing"
)

func TestMulInt(t *testing.T) {
	for _, x := range []struct {
		a, b int64
		fits bool
	}{
		{3, 4, true}, {-3, 4, true}, {-3, -4, true}, {0, math.MinInt64, true}, {1, math.MinInt64, true},
		{-1, math.MinInt64, false}, {math.MinInt64, -1, false}, {1 << 32, 1 << 31, false}, {1 << 31, 1 << 31, true},
		{-(1 << 32), 1 << 31, true}, {-(1 << 32), 1<<31 + 1, false}, {math.MaxInt64, math.MaxInt64, false},
	} {
		if p, fits := mulInt(x.a, x.b); fits != x.fits || fits && p != x.a*x.b {
			t.Errorf("%d * %d: %d, %v", x.a, x.b, p, fits)
		}
	}
}

func TestAddSubInt(t *testing.T) {
	for _, x := range []struct {
		a, b      int64
		add, diff bool
	}{
		{1, 2, true, true}, {math.MaxInt64, 1, false, true}, {math.MinInt64, 1, true, false},
		{math.MinInt64, math.MinInt64, false, true}, {0, math.MinInt64, true, false}, {math.MaxInt64, 0, true, true},
	} {
		if _, fits := addInt(x.a, x.b); fits != x.add {
			t.Errorf("%d + %d", x.a, x.b)
		}
		if _, fits := subInt(x.a, x.b); fits != x.diff {
			t.Errorf("%d - %d", x.a, x.b)
		}
	}
}
