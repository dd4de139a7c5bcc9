package aggregate

import (
	"math/bits"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// average is sum × 10^-scale / n at Postgres's scale, as the coefficient and
// scale of the quotient, where all of it fits machine words; numeric.Average
// does the rest. Postgres gives a quotient at least 16 significant digits,
// counted by the positions and first digits of both numbers in base 10000.
func average(sum int128, scale int, n int64) (coef int128, outScale int, ok bool) {
	if !kernel.Fits64(sum) || n <= 0 || scale > 16 {
		return int128{}, 0, false
	}
	c, neg := sum.Lo, sum.Hi < 0
	if neg {
		c = -c
	}
	w1, d1 := 0, uint64(0)
	if c != 0 {
		w1, d1 = leading(c, scale)
	}
	w2, d2 := leading(uint64(n), 0)
	weight := w1 - w2
	if d1 <= d2 {
		weight--
	}
	outScale = max(16-4*weight, scale, 0)
	by := outScale - scale
	if by < 0 || by >= len(kernel.Pow10) {
		return int128{}, 0, false
	}
	hi, lo := bits.Mul64(c, uint64(kernel.Pow10[by]))
	div := uint64(n)
	qh := hi / div
	ql, rem := bits.Div64(hi%div, lo, div)
	if rem >= div-rem { // half away from zero
		var carry uint64
		ql, carry = bits.Add64(ql, 1, 0)
		qh += carry
	}
	coef, ok = kernel.FromMagnitude(qh, ql, neg)
	return coef, outScale, ok
}

// leading is the position of the first base-10000 digit of c × 10^-scale, and
// that digit; c is not 0.
func leading(c uint64, scale int) (weight int, digit uint64) {
	d := digits(c) - 1 - scale // decimal position of the first digit
	weight = d >> 2            // rounds down
	drop := scale + 4*weight
	if drop >= 0 {
		return weight, c / uint64(kernel.Pow10[drop])
	}
	return weight, c * uint64(kernel.Pow10[-drop])
}

// digits counts decimal digits of c > 0.
func digits(c uint64) int {
	d := bits.Len64(c) * 1233 >> 12 // log10(2): right, or one too few
	next := uint64(10_000_000_000_000_000_000)
	if d < len(kernel.Pow10) {
		next = uint64(kernel.Pow10[d])
	}
	if c >= next {
		d++
	}
	return d
}

// setAverage writes sum × 10^-scale / n.
func (b *numericColumn) setAverage(i int, sum int128, scale int, n int64) error {
	coef, s, ok := average(sum, scale, n)
	if ok {
		return b.set(i, numeric.FromInt128(coef.Hi, coef.Lo, s))
	}
	v, err := numeric.Average(numeric.FromInt128(sum.Hi, sum.Lo, scale), n)
	if err != nil {
		return err
	}
	return b.set(i, v)
}

// exactSums is what sums of numerics have in common once all rows are in.
type exactSums interface {
	averages() bool // avg rather than sum
	form() types.Type
	words(g uint32) (sum int128, scale int, n int64, ok bool)
	total(g uint32) (numeric.Numeric, int64, error)
}

// numericSums is the sums, or averages, of groups lo to hi as numerics.
func numericSums(a exactSums, lo, hi int) (*column.Column, error) {
	b := newNumericColumn(a.form(), hi-lo)
	avg := a.averages()
	for g := lo; g < hi; g++ {
		if avg {
			if sum, scale, n, ok := a.words(uint32(g)); ok {
				if err := b.setAverage(g-lo, sum, scale, n); err != nil {
					return nil, err
				}
				continue
			}
		}
		sum, n, err := a.total(uint32(g))
		if err != nil {
			return nil, err
		}
		if n == 0 {
			b.null(g - lo)
			continue
		}
		if avg && sum.IsFinite() {
			if sum, err = numeric.Average(sum, n); err != nil {
				return nil, err
			}
		}
		if err := b.set(g-lo, sum); err != nil {
			return nil, err
		}
	}
	return b.column(), nil
}
