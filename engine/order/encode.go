package order

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// facts is what is known of one key's values, over all rows of a sort.
type facts struct {
	some     bool // there is a value that is not NULL
	nulls    bool
	min, max kernel.Int128 // as wide images, see image
	prefix   []byte        // common prefix of all strings
	longest  int           // bytes of the longest string
}

// isBytes says whether a kind is ordered by bytes rather than as a number.
func isBytes(k column.Kind) bool {
	return k == column.Bytes || k == column.Numeric || k == column.Fixed16
}

// image is a number whose order is that of the kind's values.
func image(c *column.Column, i int) kernel.Int128 {
	switch c.Kind {
	case column.Bool:
		return kernel.Wide(int64(column.Values[uint8](c)[i]))
	case column.Int16:
		return kernel.Wide(int64(column.Values[int16](c)[i]))
	case column.Int32:
		return kernel.Wide(int64(column.Values[int32](c)[i]))
	case column.Int64:
		return kernel.Wide(column.Values[int64](c)[i])
	case column.Float32:
		return kernel.Int128{Lo: orderedFloat(float64(column.Values[float32](c)[i]))}
	case column.Float64:
		return kernel.Int128{Lo: orderedFloat(column.Values[float64](c)[i])}
	case column.Int128:
		return column.Values[kernel.Int128](c)[i]
	case column.Interval:
		return kernel.Span(column.Values[column.IntervalValue](c)[i])
	}
	return kernel.Int128{}
}

// orderedFloat is a word whose order is Postgres's order of floats.
func orderedFloat(f float64) uint64 {
	if f != f {
		return math.MaxUint64
	}
	u := math.Float64bits(f + 0)
	if u>>63 != 0 {
		return ^u
	}
	return u | 1<<63
}

// bytesOf is the bytes that a value is ordered by.
func bytesOf(t types.Type, c *column.Column, i int, room []byte) []byte {
	switch c.Kind {
	case column.Numeric:
		return kernel.NumericAt(c, i, 0).AppendSortKey(room[:0])
	case column.Fixed16:
		return c.Data[i*16 : i*16+16]
	}
	b := column.Values[column.View](c)[i].Bytes(c.Bufs)
	switch t.OID {
	case types.BPCharOID:
		return kernel.TrimBlanks(b)
	case types.RecordOID:
		return kernel.AppendRecordKey(nil, b)
	}
	return b
}

// observe adds the values of a flat column.
func (f *facts) observe(t types.Type, c *column.Column) {
	if c.Valid != nil && !f.nulls {
		f.nulls = column.CountBits(c.Valid, c.Len) < c.Len
	}
	switch {
	case isBytes(c.Kind):
		f.observeBytes(t, c)
	case c.Kind == column.List:
		f.some = true
	case c.Kind == column.Int32 && c.Valid == nil:
		observeInts(f, column.Values[int32](c)[:c.Len])
	case c.Kind == column.Int64 && c.Valid == nil:
		observeInts(f, column.Values[int64](c)[:c.Len])
	default:
		for i := range c.Len {
			if !c.IsNull(i) {
				v := image(c, i)
				f.add(v, v)
			}
		}
	}
}

func observeInts[T int32 | int64](f *facts, vals []T) {
	if len(vals) == 0 {
		return
	}
	lo, hi := vals[0], vals[0]
	for _, v := range vals {
		lo, hi = min(lo, v), max(hi, v)
	}
	f.add(kernel.Wide(int64(lo)), kernel.Wide(int64(hi)))
}

func (f *facts) add(lo, hi kernel.Int128) {
	if !f.some {
		f.some, f.min, f.max = true, lo, hi
		return
	}
	if kernel.Less128(lo, f.min) {
		f.min = lo
	}
	if kernel.Less128(f.max, hi) {
		f.max = hi
	}
}

func (f *facts) observeBytes(t types.Type, c *column.Column) {
	var room [96]byte
	for i := range c.Len {
		if c.IsNull(i) {
			continue
		}
		b := bytesOf(t, c, i, room[:])
		f.addBytes(b, len(b))
	}
}

func (f *facts) addBytes(b []byte, longest int) {
	if !f.some {
		f.some = true
		f.prefix = append([]byte(nil), b...)
	}
	f.longest = max(f.longest, longest)
	n := min(len(f.prefix), len(b))
	if string(f.prefix[:n]) != string(b[:n]) {
		n = 0
		for f.prefix[n] == b[n] {
			n++
		}
	}
	f.prefix = f.prefix[:n]
}

// merge adds what another run knows.
func (f *facts) merge(t types.Type, o *facts) {
	f.nulls = f.nulls || o.nulls
	if !o.some {
		return
	}
	if isBytes(t.Kind()) {
		f.addBytes(o.prefix, o.longest)
		return
	}
	f.add(o.min, o.max)
}

// encoder packs the keys of rows into two words whose order is that of the
// rows. It is exact where the words tell all rows apart that differ.
type encoder struct {
	fields []field
	bits   uint // used of 128
	exact  bool
}

// field is one key's place in the words, counted in bits from the top.
type field struct {
	key    Key
	at     int  // index of the key
	null   uint // place of the NULL bit, where hasNull
	has    bool // hasNull
	shift  uint // place of the value
	width  uint // bits of the value, up to 128
	cut    uint // low bits of the value that do not fit
	base   kernel.Int128
	prefix int // bytes of strings that all have in common
}

const keyBits = 128

func newEncoder(keys []Key, fs []facts) *encoder {
	e := &encoder{exact: true}
	for i, k := range keys {
		f := &fs[i]
		if !f.some && !f.nulls {
			continue
		}
		p := field{key: k, at: i}
		if f.nulls {
			if e.bits == keyBits {
				e.exact = false
				break
			}
			p.has, p.null = true, e.bits
			e.bits++
		}
		p.shift = e.bits
		want := uint(0)
		switch kind := k.Type.Kind(); {
		case !f.some:
		case isBytes(kind):
			p.prefix = len(f.prefix)
			want = uint(f.longest-len(f.prefix)) * 8
			// Zero bytes fill short strings up; only text is known to have none.
			if want > 0 && kind == column.Bytes && k.Type.OID == types.ByteaOID {
				e.exact = false
			}
		case kind == column.List:
			e.exact = false
		default:
			p.base = f.min
			d, _ := kernel.Sub128(f.max, f.min)
			want = uint(bits.Len64(d.Lo))
			if d.Hi != 0 {
				want = 64 + uint(bits.Len64(uint64(d.Hi)))
			}
		}
		p.width = min(want, keyBits-e.bits)
		if isBytes(k.Type.Kind()) {
			p.width = min(want, (keyBits-e.bits)/8*8)
		}
		p.cut = want - p.width
		e.bits += p.width
		e.fields = append(e.fields, p)
		if p.cut > 0 || !e.exact {
			e.exact = false
			break
		}
	}
	return e
}

// put places the low width bits of v at a distance of shift from the top.
func put(k0, k1 *uint64, v kernel.Int128, shift, width uint) {
	// v << (128 - shift - width)
	by := keyBits - shift - width
	lo, hi := v.Lo, uint64(v.Hi)
	switch {
	case by == 0:
	case by < 64:
		hi = hi<<by | lo>>(64-by)
		lo <<= by
	default:
		hi, lo = lo<<(by-64), 0
	}
	*k0 |= hi
	*k1 |= lo
}

func shiftRight(v kernel.Int128, by uint) kernel.Int128 {
	switch {
	case by == 0:
		return v
	case by < 64:
		return kernel.Int128{Lo: v.Lo>>by | uint64(v.Hi)<<(64-by), Hi: int64(uint64(v.Hi) >> by)}
	case by < 128:
		return kernel.Int128{Lo: uint64(v.Hi) >> (by - 64)}
	}
	return kernel.Int128{}
}

func lowBits(v kernel.Int128, n uint) kernel.Int128 {
	switch {
	case n >= 128:
		return v
	case n > 64:
		return kernel.Int128{Lo: v.Lo, Hi: v.Hi & (1<<(n-64) - 1)}
	case n == 64:
		return kernel.Int128{Lo: v.Lo}
	}
	return kernel.Int128{Lo: v.Lo & (1<<n - 1)}
}

// encode packs the rows of flat key columns. k0 and k1 have a word for each
// row; k1 may be nil where bits is at most 64.
func (e *encoder) encode(cols []column.Column, n int, k0, k1 []uint64) {
	clear(k0[:n])
	if k1 != nil {
		clear(k1[:n])
	}
	for i := range e.fields {
		f := &e.fields[i]
		c := &cols[f.at]
		if f.fast(c, n, k0) {
			continue
		}
		f.slow(c, n, k0, k1)
	}
}

// fast packs integers that lie wholly in the first word.
func (f *field) fast(c *column.Column, n int, k0 []uint64) bool {
	if f.has || c.Valid != nil || f.cut > 0 || f.shift+f.width > 64 || f.width > 63 {
		return false
	}
	by := 64 - f.shift - f.width
	switch c.Kind {
	case column.Int32:
		fastInts(column.Values[int32](c)[:n], f, by, k0)
	case column.Int64:
		fastInts(column.Values[int64](c)[:n], f, by, k0)
	case column.Int16:
		fastInts(column.Values[int16](c)[:n], f, by, k0)
	default:
		return false
	}
	return true
}

func fastInts[T int16 | int32 | int64](vals []T, f *field, by uint, k0 []uint64) {
	base := f.base.Lo
	k0 = k0[:len(vals)]
	if f.key.Desc {
		top := uint64(1)<<f.width - 1
		for i, v := range vals {
			k0[i] |= (top - (uint64(int64(v)) - base)) << (by & 63)
		}
		return
	}
	for i, v := range vals {
		k0[i] |= (uint64(int64(v)) - base) << (by & 63)
	}
}

func (f *field) slow(c *column.Column, n int, k0, k1 []uint64) {
	var room [96]byte
	var unused uint64
	isBytes := isBytes(c.Kind)
	for i := range n {
		lo := &unused
		if k1 != nil {
			lo = &k1[i]
		}
		null := c.IsNull(i)
		if f.has {
			bit := kernel.Int128{}
			if null != f.key.NullsFirst {
				bit.Lo = 1
			}
			put(&k0[i], lo, bit, f.null, 1)
		}
		if null || f.width == 0 {
			continue
		}
		var v kernel.Int128
		if isBytes {
			v = f.packBytes(bytesOf(f.key.Type, c, i, room[:]))
		} else {
			v, _ = kernel.Sub128(image(c, i), f.base)
			v = shiftRight(v, f.cut)
		}
		if f.key.Desc {
			v = lowBits(kernel.Int128{Lo: ^v.Lo, Hi: ^v.Hi}, f.width)
		}
		put(&k0[i], lo, v, f.shift, f.width)
	}
}

// packBytes is the first width bits of b after the common prefix, as a number.
func (f *field) packBytes(b []byte) kernel.Int128 {
	var room [16]byte
	if len(b) > f.prefix {
		copy(room[:f.width/8], b[f.prefix:])
	}
	v := kernel.Int128{Hi: int64(binary.BigEndian.Uint64(room[:8])), Lo: binary.BigEndian.Uint64(room[8:])}
	return shiftRight(v, keyBits-f.width)
}
