package eval

import "testing"

// After setseed(0.5) Postgres 15 gives these.
func TestRandomAsPostgres(t *testing.T) {
	r := NewRandom()
	r.Seed(0.5)
	for i, want := range []float64{0.9851677175347999, 0.825301858027981} {
		if got := r.Float(); got != want {
			t.Errorf("number %d: %v, want %v", i, got, want)
		}
	}
}
