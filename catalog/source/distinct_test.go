package source

import "testing"

func TestPopulation(t *testing.T) {
	for _, c := range []struct{ seen, sample, rows, want, off float64 }{
		{50, 120e3, 6e6, 50, 0},         // every value was seen often
		{92e3, 122880, 6e6, 200e3, 0.2}, // half of the values were missed
		{122880, 122880, 6e6, 6e6, 0},   // a key
		{1000, 5000, 5000, 1000, 0},     // the sample is all there is
	} {
		got := population(c.seen, c.sample, c.rows)
		if got < c.want*(1-c.off) || got > c.want*(1+c.off) {
			t.Errorf("population(%g, %g, %g) = %g, want %g", c.seen, c.sample, c.rows, got, c.want)
		}
	}
}
