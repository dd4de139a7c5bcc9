package eval

import (
	"testing"
	"time"
)

func TestCivil(t *testing.T) {
	for _, d := range []int32{0, -1, 1, 59, 60, 789, 18321, 18322, -719468, -719469, -2440588, 2145031948, 100000, -100000, 365 * 400} {
		y, m, day := civil(d)
		if got := daysOf(y, m, day); got != int64(d) {
			t.Errorf("day %d: %d-%d-%d is day %d", d, y, m, day, got)
		}
		if d > -1000000 && d < 10000000 {
			w := time.Unix(int64(d)*86400, 0).UTC()
			if int64(w.Year()) != y || int(w.Month()) != m || w.Day() != day {
				t.Errorf("day %d: %d-%d-%d, want %v", d, y, m, day, w)
			}
		}
	}
	for d := int32(-800000); d < 800000; d += 97 {
		w := time.Unix(int64(d)*86400, 0).UTC()
		if y, m, day := civil(d); int64(w.Year()) != y || int(w.Month()) != m || w.Day() != day {
			t.Fatalf("day %d: %d-%d-%d, want %v", d, y, m, day, w)
		}
	}
}
