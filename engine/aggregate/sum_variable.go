package aggregate

import (
	"encoding/binary"
	"unsafe"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// sumVariable is sum and avg of numerics each of which brings its scale. A
// group's sum is a 128-bit integer at the largest scale seen; what does not
// fit, and NaN and infinities, go on in big.
type sumVariable struct {
	avg   bool
	typ   types.Type
	sum   []int128
	count []int64
	scale []int32
	big   map[uint32]*numeric.Sum
}

func (a *sumVariable) width() int64 { return 28 }
func (a *sumVariable) grow(n int) {
	a.sum, a.count, a.scale = grown(a.sum, n), grown(a.count, n), grown(a.scale, n)
}

func (a *sumVariable) reset(n int) {
	clear(a.sum[:n])
	clear(a.count[:n])
	clear(a.scale[:n])
	a.big = nil
}

func (a *sumVariable) dup(from, to int) {
	a.sum[to], a.count[to], a.scale[to] = a.sum[from], a.count[from], a.scale[from]
	delete(a.big, uint32(to))
	if b := a.big[uint32(from)]; b != nil {
		c := *b
		a.big[uint32(to)] = &c
	}
}

func (a *sumVariable) kinds() []column.Kind {
	return []column.Kind{column.Int128, column.Int64, column.Int32, column.Bytes}
}

func (a *sumVariable) export(lo, hi int) []*column.Column {
	return []*column.Column{
		column.FromSlice(column.Int128, a.sum[lo:hi]),
		column.FromSlice(column.Int64, a.count[lo:hi]),
		column.FromSlice(column.Int32, a.scale[lo:hi]),
		exportBig(a.big, lo, hi),
	}
}

// exportBig is the big sums of groups lo to hi, NULL where there is none.
func exportBig(big map[uint32]*numeric.Sum, lo, hi int) *column.Column {
	if len(big) == 0 {
		return column.NewNull(column.Bytes, hi-lo)
	}
	vals := make([]types.Datum, hi-lo)
	for i := range vals {
		vals[i] = types.Null(column.Bytes)
		if s := big[uint32(lo+i)]; s != nil {
			vals[i] = types.Text(string(s.AppendState(nil)))
		}
	}
	return types.ColumnOf(column.Bytes, column.Invalid, vals)
}

// special is the bit of an encoded numeric's header that says that it is no number.
const special, negative = 1 << 15, 1 << 14

func (a *sumVariable) add(args []*column.Column, groups []uint32, n int) error {
	c := args[0]
	if c.Kind != column.Numeric { // a batch of scaled integers
		c = kernel.Widen(c, column.Numeric, 0, 0)
	}
	views := column.Values[column.View](c)[:n]
	for i := range views {
		g := group(groups, i)
		v := &views[i]
		if v.Len > column.MaxInline {
			if err := a.slow(g, numeric.Decode(v.Bytes(c.Bufs))); err != nil {
				return err
			}
			continue
		}
		// Header and the coefficient's low half lie behind the length, its
		// other eight bytes in the view's second word; there are zeros behind.
		head := binary.LittleEndian.Uint32(v.Prefix[:])
		tail := *(*uint64)(unsafe.Pointer(&v.Buf))
		scale := int32(head & numeric.MaxScale)
		if head&special != 0 || scale != a.scale[g] {
			if err := a.slow(g, numeric.Decode(v.Bytes(c.Bufs))); err != nil {
				return err
			}
			continue
		}
		x := int128{Lo: uint64(head>>16) | tail<<16, Hi: int64(tail >> 48)}
		if head&negative != 0 {
			x = kernel.Neg128(x)
		}
		s, ok := kernel.Add128(a.sum[g], x)
		if !ok {
			if err := a.bigSum(g).Add(numeric.FromInt128(x.Hi, x.Lo, int(scale))); err != nil {
				return err
			}
			continue
		}
		a.sum[g] = s
		a.count[g]++
	}
	return nil
}

// slow adds any value: it brings sum and value to one scale.
func (a *sumVariable) slow(g uint32, v numeric.Numeric) error {
	if v.IsFinite() {
		if a.count[g] == 0 && a.sum[g] == (int128{}) {
			a.scale[g] = int32(v.Scale())
		}
		if a.rescale(g, int32(v.Scale())) {
			if hi, lo, ok := v.Scaled128(int(a.scale[g])); ok {
				if s, ok := kernel.Add128(a.sum[g], int128{Lo: lo, Hi: hi}); ok {
					a.sum[g] = s
					a.count[g]++
					return nil
				}
			}
		}
	}
	return a.bigSum(g).Add(v)
}

// rescale raises the scale of a group's sum to at least scale, if it fits.
func (a *sumVariable) rescale(g uint32, scale int32) bool {
	by := scale - a.scale[g]
	if by <= 0 {
		return true
	}
	if int(by) >= len(kernel.Pow10Wide) {
		return false
	}
	s, ok := kernel.Mul128(a.sum[g], kernel.Pow10Wide[by])
	if !ok {
		return false
	}
	a.sum[g], a.scale[g] = s, scale
	return true
}

func (a *sumVariable) bigSum(g uint32) *numeric.Sum {
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

func (a *sumVariable) merge(state []*column.Column, groups []uint32, n int) error {
	sums := column.Values[int128](state[0])[:n]
	counts := column.Values[int64](state[1])
	scales := column.Values[int32](state[2])
	for i, v := range sums {
		g := group(groups, i)
		switch {
		case counts[i] == 0:
		case a.count[g] == 0:
			a.sum[g], a.count[g], a.scale[g] = v, counts[i], scales[i]
		default:
			if err := a.mergeOne(g, v, counts[i], scales[i]); err != nil {
				return err
			}
		}
	}
	if state[3].AllNull() {
		return nil
	}
	for i := range n {
		if !state[3].IsNull(i) {
			var o numeric.Sum
			o.LoadState(state[3].BytesAt(i))
			if err := a.bigSum(group(groups, i)).Merge(&o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *sumVariable) mergeOne(g uint32, v int128, count int64, scale int32) error {
	if a.rescale(g, scale) {
		if w, ok := kernel.Mul128(v, kernel.Pow10Wide[min(int(a.scale[g]-scale), 38)]); ok && a.scale[g]-scale <= 38 {
			if s, ok := kernel.Add128(a.sum[g], w); ok {
				a.sum[g] = s
				a.count[g] += count
				return nil
			}
		}
	}
	b := a.bigSum(g)
	if err := b.Add(numeric.FromInt128(v.Hi, v.Lo, int(scale))); err != nil {
		return err
	}
	b.Count += count - 1
	return nil
}

func (a *sumVariable) total(g uint32) (numeric.Numeric, int64, error) {
	n := numeric.FromInt128(a.sum[g].Hi, a.sum[g].Lo, int(a.scale[g]))
	b := a.big[g]
	if b == nil {
		return n, a.count[g], nil
	}
	t := b.Total()
	if t.IsFinite() && a.count[g] > 0 {
		var err error
		if t, err = numeric.Add(t, n); err != nil {
			return n, 0, err
		}
	}
	return t, a.count[g] + b.Count, nil
}

func (a *sumVariable) result(lo, hi int) (*column.Column, error) {
	return numericSums(a, lo, hi)
}

// words is group g's in machine words; false where it may not fit, or has no rows.
func (a *sumVariable) words(g uint32) (sum int128, scale int, n int64, ok bool) {
	return a.sum[g], int(a.scale[g]), a.count[g], a.count[g] > 0 && a.big[g] == nil
}

func (a *sumVariable) averages() bool   { return a.avg }
func (a *sumVariable) form() types.Type { return a.typ }
