package numeric

import "encoding/binary"

// The finishing steps of Postgres's numeric aggregates, from their transition
// values: the count of values, their exact sum and the exact sum of squares.
// A sum's scale is the largest scale that was added.

// Average is sum / count at Postgres's scale; count is above zero.
func Average(sum Numeric, count int64) (Numeric, error) {
	return Div(sum, FromInt64(count))
}

// Variance is the sample variance (population variance where sample is
// false); ok is false where it is NULL.
func Variance(count int64, sum, sumSquares Numeric, sample bool) (v Numeric, ok bool, err error) {
	return spread(count, sum, sumSquares, sample, false)
}

// Stddev is the square root of the Variance.
func Stddev(count int64, sum, sumSquares Numeric, sample bool) (v Numeric, ok bool, err error) {
	return spread(count, sum, sumSquares, sample, true)
}

// spread is (N × Σx² - (Σx)²) / (N × (N-1)), or over N² for a population.
func spread(count int64, sum, sumSquares Numeric, sample, root bool) (Numeric, bool, error) {
	if count == 0 || sample && count == 1 {
		return Numeric{}, false, nil
	}
	if sum.form|sumSquares.form != finite {
		return NaN, true, nil
	}
	n := FromInt64(count)
	twice := int(sum.scale) * 2
	square, err := Mul(sum, sum)
	if err != nil {
		return Numeric{}, false, err
	}
	scaled, err := Mul(n, sumSquares)
	if err != nil {
		return Numeric{}, false, err
	}
	num, err := Sub(scaled.rescale(min(twice, MaxScale), true), square)
	if err != nil {
		return Numeric{}, false, err
	}
	if num.Sign() <= 0 {
		return Zero, true, nil
	}
	den := n
	if sample {
		den = FromInt64(count - 1)
	}
	if den, err = Mul(n, den); err != nil {
		return Numeric{}, false, err
	}
	scale := divScale(num, den)
	v := divAt(num, den, scale)
	if root {
		v = sqrtAt(v, scale)
	}
	return v, true, nil
}

// Sum adds up numerics as Postgres's sum, avg, variance and stddev do:
// specials are counted beside the exact sum. The zero Sum is empty.
type Sum struct {
	Count            int64 // values added, specials included
	nans, pinf, ninf int64
	sum, squares     Numeric
	withSquares      bool
}

// NewSum makes an empty sum; withSquares for variance and stddev.
func NewSum(withSquares bool) Sum { return Sum{withSquares: withSquares} }

// Add adds one value.
func (s *Sum) Add(n Numeric) error {
	s.Count++
	switch n.form {
	case nan:
		s.nans++
		return nil
	case posInf:
		s.pinf++
		return nil
	case negInf:
		s.ninf++
		return nil
	}
	var err error
	if s.sum, err = Add(s.sum, n); err != nil {
		return err
	}
	if s.withSquares {
		sq, err := Mul(n, n)
		if err != nil {
			return err
		}
		if s.squares, err = Add(s.squares, sq); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds what another worker has summed.
func (s *Sum) Merge(o *Sum) error {
	s.Count += o.Count
	s.nans += o.nans
	s.pinf += o.pinf
	s.ninf += o.ninf
	s.withSquares = s.withSquares || o.withSquares
	var err error
	if s.sum, err = Add(s.sum, o.sum); err != nil {
		return err
	}
	s.squares, err = Add(s.squares, o.squares)
	return err
}

// Total is the sum, NaN where a NaN or both infinities were among the values.
func (s *Sum) Total() Numeric {
	switch {
	case s.nans > 0 || s.pinf > 0 && s.ninf > 0:
		return NaN
	case s.pinf > 0:
		return PosInf
	case s.ninf > 0:
		return NegInf
	}
	return s.sum
}

// Average is the mean; ok is false where there is none.
func (s *Sum) Average() (v Numeric, ok bool, err error) {
	if s.Count == 0 {
		return Numeric{}, false, nil
	}
	t := s.Total()
	if !t.IsFinite() {
		return t, true, nil
	}
	v, err = Average(t, s.Count)
	return v, true, err
}

// Spread is the variance, or its square root, of the values.
func (s *Sum) Spread(sample, root bool) (v Numeric, ok bool, err error) {
	if s.Count == 0 || sample && s.Count == 1 {
		return Numeric{}, false, nil
	}
	if s.nans+s.pinf+s.ninf > 0 {
		return NaN, true, nil
	}
	return spread(s.Count, s.sum, s.squares, sample, root)
}

// AppendState appends the sum's state, to be spilled or sent; LoadState reads it.
func (s *Sum) AppendState(dst []byte) []byte {
	flag := byte(0)
	if s.withSquares {
		flag = 1
	}
	dst = append(dst, flag)
	for _, v := range [...]int64{s.Count, s.nans, s.pinf, s.ninf} {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	for _, n := range [...]Numeric{s.sum, s.squares} {
		var buf [64]byte
		e := n.AppendEncoded(buf[:0])
		dst = append(binary.AppendUvarint(dst, uint64(len(e))), e...)
	}
	return dst
}

// LoadState reads what AppendState wrote and gives the bytes after it.
func (s *Sum) LoadState(b []byte) (rest []byte) {
	s.withSquares = b[0] != 0
	b = b[1:]
	for _, v := range [...]*int64{&s.Count, &s.nans, &s.pinf, &s.ninf} {
		u, n := binary.Uvarint(b)
		*v, b = int64(u), b[n:]
	}
	for _, v := range [...]*Numeric{&s.sum, &s.squares} {
		u, n := binary.Uvarint(b)
		b = b[n:]
		*v, b = Decode(b[:u]), b[u:]
	}
	return b
}
