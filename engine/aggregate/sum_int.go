package aggregate

import (
	"math/bits"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

type int128 = column.Int128Value

// sumSmall is sum(int2) and sum(int4), whose result is int8.
type sumSmall[T int16 | int32] struct {
	sum []int64
	has seen
}

func (a *sumSmall[T]) width() int64         { return 9 }
func (a *sumSmall[T]) grow(n int)           { a.sum, a.has = grown(a.sum, n), grown(a.has, n) }
func (a *sumSmall[T]) reset(n int)          { clear(a.sum[:n]); clear(a.has[:n]) }
func (a *sumSmall[T]) kinds() []column.Kind { return []column.Kind{column.Int64} }
func (a *sumSmall[T]) export(lo, hi int) []*column.Column {
	return []*column.Column{flat(column.Int64, a.sum[lo:hi], a.has.valid(lo, hi))}
}
func (a *sumSmall[T]) result(lo, hi int) (*column.Column, error) { return a.export(lo, hi)[0], nil }

func errBigint() error { return sqlerr.New(sqlerr.NumericValueOutOfRange, "bigint out of range") }

func (a *sumSmall[T]) add(args []*column.Column, groups []uint32, n int) error {
	vals := column.Values[T](args[0])[:n]
	if groups == nil {
		s := int64(0) // a batch is far too short to overflow
		for _, v := range vals {
			s += int64(v)
		}
		return a.fold(0, s)
	}
	st, has := a.sum, a.has
	bad := int64(0)
	for i, g := range groups {
		v := int64(vals[i])
		old := st[g]
		s := old + v
		bad |= (old ^ s) & (v ^ s)
		st[g] = s
		has[g] = 1
	}
	if bad < 0 {
		return errBigint()
	}
	return nil
}

func (a *sumSmall[T]) fold(g uint32, v int64) error {
	s := a.sum[g] + v
	if (a.sum[g]^s)&(v^s) < 0 {
		return errBigint()
	}
	a.sum[g], a.has[g] = s, 1
	return nil
}

func (a *sumSmall[T]) merge(state []*column.Column, groups []uint32, n int) error {
	for i, v := range column.Values[int64](state[0])[:n] {
		if !state[0].IsNull(i) {
			if err := a.fold(groups[i], v); err != nil {
				return err
			}
		}
	}
	return nil
}

// sumExact is sum and avg of integers and of numerics of known scale: 128-bit
// sums and counts. A group whose sum leaves 128 bits, or that meets a NaN, goes
// on in big.
type sumExact struct {
	scale  int  // of the arguments
	scaled bool // numeric: the largest integer is NaN
	avg    bool
	typ    types.Type // of the result
	sum    []int128
	count  []int64
	big    map[uint32]*numeric.Sum
}

func (a *sumExact) width() int64 { return 24 }
func (a *sumExact) grow(n int)   { a.sum, a.count = grown(a.sum, n), grown(a.count, n) }
func (a *sumExact) reset(n int) {
	clear(a.sum[:n])
	clear(a.count[:n])
	a.big = nil
}
func (a *sumExact) kinds() []column.Kind {
	return []column.Kind{column.Int128, column.Int64, column.Bytes}
}

func (a *sumExact) export(lo, hi int) []*column.Column {
	return []*column.Column{
		column.FromSlice(column.Int128, a.sum[lo:hi]),
		column.FromSlice(column.Int64, a.count[lo:hi]),
		exportBig(a.big, lo, hi),
	}
}

func (a *sumExact) add(args []*column.Column, groups []uint32, n int) error {
	c := args[0]
	switch c.Kind {
	case column.Int16:
		sumNarrow(a, column.Values[int16](c)[:n], groups)
		return nil
	case column.Int32:
		sumNarrow(a, column.Values[int32](c)[:n], groups)
		return nil
	case column.Int64:
		return a.add64(column.Values[int64](c)[:n], groups)
	}
	return a.add128(column.Values[int128](c)[:n], groups)
}

func sumNarrow[T int16 | int32](a *sumExact, vals []T, groups []uint32) {
	if groups == nil {
		s := int64(0)
		for _, v := range vals {
			s += int64(v)
		}
		a.sum[0], _ = kernel.Add128(a.sum[0], kernel.Wide(s))
		a.count[0] += int64(len(vals))
		return
	}
	sum, count := a.sum, a.count
	for i, g := range groups {
		v := int64(vals[i])
		s := &sum[g]
		lo, carry := bits.Add64(s.Lo, uint64(v), 0)
		s.Lo = lo
		s.Hi += v>>63 + int64(carry)
		count[g]++
	}
}

// add64 cannot overflow: 2^64 values of 64 bits fit into 128 bits.
func (a *sumExact) add64(vals []int64, groups []uint32) error {
	if a.scaled {
		for _, v := range vals {
			if v == kernel.NaN64 {
				return a.addSlow64(vals, groups)
			}
		}
	}
	if groups == nil {
		s := a.sum[0]
		lo, hi := s.Lo, s.Hi
		for _, v := range vals {
			var carry uint64
			lo, carry = bits.Add64(lo, uint64(v), 0)
			hi += v>>63 + int64(carry)
		}
		a.sum[0] = int128{Lo: lo, Hi: hi}
		a.count[0] += int64(len(vals))
		return nil
	}
	sum, count := a.sum, a.count
	for i, g := range groups {
		v := vals[i]
		s := &sum[g]
		lo, carry := bits.Add64(s.Lo, uint64(v), 0)
		s.Lo = lo
		s.Hi += v>>63 + int64(carry)
		count[g]++
	}
	return nil
}

func group(groups []uint32, i int) uint32 {
	if groups == nil {
		return 0
	}
	return groups[i]
}

func (a *sumExact) addSlow64(vals []int64, groups []uint32) error {
	for i, v := range vals {
		if err := a.fold(group(groups, i), kernel.WideScaled(v)); err != nil {
			return err
		}
	}
	return nil
}

func (a *sumExact) add128(vals []int128, groups []uint32) error {
	for i, v := range vals {
		g := group(groups, i)
		s, ok := kernel.Add128(a.sum[g], v)
		if !ok || a.scaled && v == kernel.NaN128 {
			if err := a.fold(g, v); err != nil {
				return err
			}
			continue
		}
		a.sum[g] = s
		a.count[g]++
	}
	return nil
}

// fold adds one value whatever it is.
func (a *sumExact) fold(g uint32, v int128) error {
	if !a.scaled || v != kernel.NaN128 {
		if s, ok := kernel.Add128(a.sum[g], v); ok {
			a.sum[g] = s
			a.count[g]++
			return nil
		}
	}
	n := numeric.FromInt128(v.Hi, v.Lo, a.scale)
	if a.scaled {
		n = numeric.FromScaled128(v.Hi, v.Lo, a.scale)
	}
	return a.bigSum(g).Add(n)
}

func (a *sumExact) bigSum(g uint32) *numeric.Sum {
	if a.big == nil {
		a.big = map[uint32]*numeric.Sum{}
	}
	s := a.big[g]
	if s == nil {
		fresh := numeric.NewSum(false)
		s = &fresh
		a.big[g] = s
	}
	return s
}

func (a *sumExact) merge(state []*column.Column, groups []uint32, n int) error {
	sums := column.Values[int128](state[0])[:n]
	counts := column.Values[int64](state[1])[:n]
	for i, v := range sums {
		g := group(groups, i)
		s, ok := kernel.Add128(a.sum[g], v)
		if !ok { // move what is here to the big sum first
			b := a.bigSum(g)
			if err := b.Add(numeric.FromInt128(a.sum[g].Hi, a.sum[g].Lo, a.scale)); err != nil {
				return err
			}
			b.Count += a.count[g] - 1
			a.count[g], s = 0, v
		}
		a.sum[g] = s
		a.count[g] += counts[i]
	}
	if state[2].AllNull() {
		return nil
	}
	for i := range n {
		if !state[2].IsNull(i) {
			var o numeric.Sum
			o.LoadState(state[2].BytesAt(i))
			if err := a.bigSum(group(groups, i)).Merge(&o); err != nil {
				return err
			}
		}
	}
	return nil
}

// total is a group's sum and count of values.
func (a *sumExact) total(g uint32) (numeric.Numeric, int64, error) {
	n := numeric.FromInt128(a.sum[g].Hi, a.sum[g].Lo, a.scale)
	b := a.big[g]
	if b == nil {
		return n, a.count[g], nil
	}
	t := b.Total()
	if t.IsFinite() {
		var err error
		if t, err = numeric.Add(t, n); err != nil {
			return n, 0, err
		}
	}
	return t, a.count[g] + b.Count, nil
}

func (a *sumExact) result(lo, hi int) (*column.Column, error) {
	k := a.typ.Kind()
	if a.big == nil && !a.avg && k == column.Int128 && int(a.typ.Scale) == a.scale {
		c := column.FromSlice(column.Int128, a.sum[lo:hi])
		c.Valid = a.valid(lo, hi)
		for _, v := range a.sum[lo:hi] {
			if !fits38(v) {
				return nil, errSumRange(a.typ)
			}
		}
		return c, nil
	}
	return numericSums(a, lo, hi)
}

// words is group g's sum in machine words; false where it may not fit, or has no rows.
func (a *sumExact) words(g uint32) (sum int128, scale int, n int64, ok bool) {
	return a.sum[g], a.scale, a.count[g], a.count[g] > 0 && a.big[g] == nil
}

func (a *sumExact) averages() bool   { return a.avg }
func (a *sumExact) form() types.Type { return a.typ }

func (a *sumExact) valid(lo, hi int) []uint64 {
	var out []uint64
	for i, n := range a.count[lo:hi] {
		if n == 0 {
			if out == nil {
				out = column.NewBitmap(hi-lo, true)
			}
			column.ClearBit(out, i)
		}
	}
	return out
}

// fits38 says whether a sum has at most 38 digits, as the type promises.
func fits38(v int128) bool {
	limit := kernel.Pow10Wide[38]
	return kernel.Less128(v, limit) && kernel.Less128(kernel.Neg128(limit), v)
}

func errSumRange(t types.Type) error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "sum exceeds %d digits", t.Digits)
}

// numericColumn builds a column of a numeric (or integer) type.
type numericColumn struct {
	typ  types.Type
	col  *column.Column
	heap []byte
}

func newNumericColumn(t types.Type, n int) *numericColumn {
	return &numericColumn{typ: t, col: column.NewFlat(t.Kind(), n)}
}

func (b *numericColumn) null(i int) { b.col.SetNull(i) }

func (b *numericColumn) set(i int, v numeric.Numeric) error {
	switch b.col.Kind {
	case column.Int64:
		if b.typ.OID == types.Int8OID {
			n, err := v.Int64()
			column.Values[int64](b.col)[i] = n
			return err
		}
		n, ok := v.Scaled64(int(b.typ.Scale))
		if !ok {
			return errSumRange(b.typ)
		}
		column.Values[int64](b.col)[i] = n
	case column.Int128:
		hi, lo, ok := v.Scaled128(int(b.typ.Scale))
		if !ok {
			return errSumRange(b.typ)
		}
		column.Values[int128](b.col)[i] = int128{Lo: lo, Hi: hi}
	case column.Float64:
		f, err := v.Float64()
		column.Values[float64](b.col)[i] = f
		return err
	default:
		var room [64]byte
		column.Values[column.View](b.col)[i] = kernel.AppendView(&b.heap, v.AppendEncoded(room[:0]))
	}
	return nil
}

func (b *numericColumn) column() *column.Column {
	if len(b.heap) > 0 {
		b.col.Bufs = [][]byte{b.heap}
	}
	return b.col
}

func (a *sumExact) takesNarrow()   {}
func (a *sumNumeric) takesNarrow() {}
func (a *count) takesNarrow()      {}

func (a *sumSmall[T]) dup(from, to int) { a.sum[to], a.has[to] = a.sum[from], a.has[from] }

func (a *sumExact) dup(from, to int) {
	a.sum[to], a.count[to] = a.sum[from], a.count[from]
	delete(a.big, uint32(to))
	if b := a.big[uint32(from)]; b != nil {
		c := *b
		a.big[uint32(to)] = &c
	}
}
