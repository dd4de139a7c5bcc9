package csv

import "hash/maphash"

// Tally counts the distinct values of a column in the first records of a
// sample.
type Tally struct {
	Values   int // that are not NULL
	Distinct int
	Once     int // of those, values that occur once
	Runs     int // of equal values one after the other
	seen     map[uint64]bool
	last     uint64
}

// tallyRows bounds the records that are counted.
const tallyRows = 4096

var tallySeed = maphash.MakeSeed()

func (t *Tally) add(b []byte) {
	h := maphash.Bytes(tallySeed, b)
	if t.seen == nil {
		t.seen = map[uint64]bool{}
	}
	if t.Values == 0 || h != t.last {
		t.Runs++
	}
	t.last = h
	t.Values++
	switch again, ok := t.seen[h]; {
	case !ok:
		t.seen[h] = false
		t.Distinct++
		t.Once++
	case !again:
		t.seen[h] = true
		t.Once--
	}
}

// Estimate is how many distinct values a column of rows values has: by Duj1 of
// P. Haas and L. Stokes, "Estimating the number of classes in a finite
// population" (1998), as in Postgres's ANALYZE. Where equal values stand
// together, as in a sorted column, the number grows with the rows.
func (t *Tally) Estimate(rows float64) float64 {
	n, d, once := float64(t.Values), float64(t.Distinct), float64(t.Once)
	if n == 0 || rows <= n {
		return d
	}
	if t.Runs == t.Distinct && t.Distinct > 64 {
		return d * rows / n
	}
	return min(max(n*d/(n-once+once*n/rows), d), rows)
}
