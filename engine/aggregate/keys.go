package aggregate

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unsafe"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// keyForm is how a set of key columns is brought into a form in which equal
// keys are equal bits.
//
//	words 1, 2   the columns' values packed into one or two 64-bit words, and
//	             a mask of the columns that are NULL
//	words 0      bytes: per column a NULL mark or the value, strings with
//	             their length in front
//
// Equality in SQL is coarser than that of the stored bits for some types
// (1.0 = 1.00, -0 = 0, 'a ' = 'a' as character, 30 days = 1 month). Those are
// packed in a canonical form, and the table keeps the value that came first
// for the output (lossy).
type keyForm struct {
	types []types.Type
	kinds []column.Kind
	lossy []bool
	words int
	place []place // words > 0: where each column goes
}

type place struct {
	word  int
	shift uint
}

func newKeyForm(ts []types.Type) *keyForm {
	f := &keyForm{types: ts, words: 1}
	var used [2]uint // bits taken of each word
	for _, t := range ts {
		k := t.Kind()
		f.kinds = append(f.kinds, k)
		f.lossy = append(f.lossy, isLossy(t))
		if f.words == 0 {
			continue
		}
		width := uint(k.Width()) * 8
		switch {
		case k.IsView() || k == column.List || len(ts) > 32:
			f.words = 0
		case width == 128:
			if used[0] != 0 || used[1] != 0 {
				f.words = 0
				continue
			}
			used = [2]uint{64, 64}
			f.place = append(f.place, place{})
			f.words = 2
		case used[0]+width <= 64:
			f.place = append(f.place, place{0, used[0]})
			used[0] += width
		case used[1]+width <= 64:
			f.place = append(f.place, place{1, used[1]})
			used[1] += width
			f.words = 2
		default:
			f.words = 0
		}
	}
	return f
}

func isLossy(t types.Type) bool {
	switch t.Kind() {
	case column.Numeric, column.Interval, column.Float32, column.Float64, column.List:
		return true
	}
	return t.OID == types.BPCharOID
}

// keyBatch is the packed keys of the selected rows of one batch.
type keyBatch struct {
	n       int
	w0, w1  []uint64
	nulls   []uint32
	hashes  []uint64
	bytes   []byte   // words 0
	starts  []uint32 // words 0: row k is bytes[starts[k]:ends[k]]
	ends    []uint32
	some    bool              // some key is NULL
	trimmed map[string][]byte // numerics without trailing zeros, by their encoding
	tmp     []uint64
}

const (
	mixA = 0x9e3779b97f4a7c15
	mixB = 0xe7037ed1a0b428db
	mixC = 0x8ebc6af09c88c6e3
)

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func hash1(w0 uint64, null uint32) uint64 { return mix(w0^mixA^uint64(null), mixB) }

func hash2(w0, w1 uint64, null uint32) uint64 {
	return mix(mix(w0^mixA, w1^mixB)^uint64(null), mixC)
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// pack brings the keys of the selected rows into b.
func (f *keyForm) pack(b *keyBatch, cols []*column.Column, sel []int32, n int) {
	b.n = n
	b.hashes = resize(b.hashes, n)
	if f.words == 0 {
		f.packBytes(b, cols, sel, n)
		return
	}
	b.some = false
	for _, c := range cols {
		b.some = b.some || c.Valid != nil
	}
	b.nulls = resize(b.nulls, n)
	if b.some {
		clear(b.nulls)
	}
	b.w0 = resize(b.w0, n)
	if f.words == 2 {
		b.w1 = resize(b.w1, n)
	}
	for i, c := range cols {
		p, k := f.place[i], f.kinds[i]
		if k.Width() == 16 {
			f.packWide(b, c, sel, i)
			continue
		}
		dst := b.w0
		if p.word == 1 {
			dst = b.w1
		}
		// A sign-extended value must not spill into what is packed above it.
		mask := ^uint64(0) >> (64 - uint(k.Width())*8)
		if p.shift == 0 {
			fillWords(dst, c, sel)
			if k.Width() < 8 {
				for r := range dst {
					dst[r] &= mask
				}
			}
		} else {
			b.tmp = resize(b.tmp, n)
			fillWords(b.tmp, c, sel)
			for r, w := range b.tmp {
				dst[r] |= w & mask << p.shift
			}
		}
		if c.Valid != nil {
			f.packNulls(b, dst, c, sel, i, p)
		}
	}
	nulls := b.nulls
	h := b.hashes
	switch {
	case f.words == 1 && !b.some:
		w0 := b.w0[:len(h)]
		for r := range h {
			h[r] = mix(w0[r]^mixA, mixB)
		}
	case f.words == 1:
		for r := range h {
			h[r] = hash1(b.w0[r], nulls[r])
		}
	case !b.some:
		w0, w1 := b.w0[:len(h)], b.w1[:len(h)]
		for r := range h {
			h[r] = mix(mix(w0[r]^mixA, w1[r]^mixB), mixC)
		}
	default:
		for r := range h {
			h[r] = hash2(b.w0[r], b.w1[r], nulls[r])
		}
	}
}

// packNulls marks NULLs and clears their bits.
func (f *keyForm) packNulls(b *keyBatch, dst []uint64, c *column.Column, sel []int32, i int, p place) {
	bit := uint32(1) << uint(i)
	mask := ^uint64(0)
	if f.kinds[i].Width() < 8 {
		mask = (uint64(1)<<(uint(f.kinds[i].Width())*8) - 1) << p.shift
	}
	for r := range b.n {
		if c.IsNull(at(sel, r)) {
			b.nulls[r] |= bit
			dst[r] &^= mask
		}
	}
}

func at(sel []int32, k int) int {
	if sel == nil {
		return k
	}
	return int(sel[k])
}

func (f *keyForm) packWide(b *keyBatch, c *column.Column, sel []int32, i int) {
	for r := range b.n {
		row := at(sel, r)
		if c.IsNull(row) {
			b.w0[r], b.w1[r] = 0, 0
			b.nulls[r] |= 1 << uint(i)
			continue
		}
		v := wideAt(f.kinds[i], c, row)
		b.w0[r], b.w1[r] = v.Lo, uint64(v.Hi)
	}
}

// wideAt is the canonical form of a 16-byte value.
func wideAt(k column.Kind, c *column.Column, row int) column.Int128Value {
	s, p := c.Slot(row)
	switch {
	case k == column.Interval:
		return kernel.Span(column.Values[column.IntervalValue](s)[p])
	case k == column.Int128 && s.Kind == column.Int64:
		return kernel.WideScaled(column.Values[int64](s)[p])
	}
	return column.Values[column.Int128Value](s)[p]
}

// fillWords writes the selected values as words: integers with their sign
// extended, floats as canonical bits.
func fillWords(dst []uint64, c *column.Column, sel []int32) {
	switch c.Kind {
	case column.Bool:
		fillInts[uint8](dst, c, sel)
	case column.Int16:
		fillInts[int16](dst, c, sel)
	case column.Int32:
		fillInts[int32](dst, c, sel)
	case column.Int64:
		fillInts[int64](dst, c, sel)
	case column.Float32:
		for r := range dst {
			dst[r] = uint64(math.Float32bits(canonical(column.At[float32](c, at(sel, r)))))
		}
	case column.Float64:
		for r := range dst {
			dst[r] = math.Float64bits(canonical(column.At[float64](c, at(sel, r))))
		}
	default: // a constant NULL of an unknown kind
		clear(dst)
	}
}

func canonical[T float32 | float64](v T) T {
	if v != v {
		return T(math.NaN())
	}
	return v + 0
}

func fillInts[T uint8 | int16 | int32 | int64](dst []uint64, c *column.Column, sel []int32) {
	switch c.Form {
	case column.Constant:
		w := uint64(int64(column.Values[T](c)[0]))
		for r := range dst {
			dst[r] = w
		}
	case column.Dictionary:
		v := column.Values[T](c.Dict.Values)
		if len(v) == 0 {
			clear(dst)
			return
		}
		for r := range dst {
			dst[r] = uint64(int64(v[c.Codes[at(sel, r)]]))
		}
	default:
		v := column.Values[T](c)
		if sel == nil {
			v = v[:len(dst)]
			for r, x := range v {
				dst[r] = uint64(int64(x))
			}
			return
		}
		sel = sel[:len(dst)]
		for r, i := range sel {
			dst[r] = uint64(int64(v[i]))
		}
	}
}

// packBytes writes each row's key as bytes and hashes it. Behind each row there
// is room for the rest of a view, so that short strings can be copied without
// looking at their length.
func (f *keyForm) packBytes(b *keyBatch, cols []*column.Column, sel []int32, n int) {
	b.starts = resize(b.starts, n)
	b.ends = resize(b.ends, n)
	starts, ends := b.starts, b.ends
	clear(ends)
	fixed := uint32(0)
	for i, c := range cols {
		switch k := f.kinds[i]; {
		case k == column.Bytes && f.types[i].OID != types.BPCharOID:
			fixed += 4
			stringLengths(ends, c, sel)
		case k.IsView(), k == column.List:
			fixed += 4
			for r := range n {
				ends[r] += uint32(len(b.varBytes(f, i, c, at(sel, r))))
			}
		case k.Width() == 16:
			fixed += 17
		default:
			fixed += 9
		}
	}
	total := uint32(0)
	for r := range n {
		size := ends[r] + fixed + column.MaxInline
		starts[r], ends[r] = total, total
		total += size
	}
	b.bytes = resize(b.bytes, int(total))
	// ends[r] walks from the start of row r to its end, column by column.
	for i, c := range cols {
		switch k := f.kinds[i]; {
		case k == column.Bytes && f.types[i].OID != types.BPCharOID:
			putStrings(b.bytes, ends, c, sel, n)
		case k.IsView(), k == column.List:
			for r := range n {
				row := at(sel, r)
				if c.IsNull(row) {
					binary.LittleEndian.PutUint32(b.bytes[ends[r]:], math.MaxUint32)
					ends[r] += 4
					continue
				}
				v := b.varBytes(f, i, c, row)
				binary.LittleEndian.PutUint32(b.bytes[ends[r]:], uint32(len(v)))
				copy(b.bytes[ends[r]+4:], v)
				ends[r] += 4 + uint32(len(v))
			}
		case k.Width() == 16:
			for r := range n {
				row, e := at(sel, r), ends[r]
				var v column.Int128Value
				mark := byte(1)
				if c.IsNull(row) {
					mark = 0
				} else {
					v = wideAt(k, c, row)
				}
				b.bytes[e] = mark
				binary.LittleEndian.PutUint64(b.bytes[e+1:], v.Lo)
				binary.LittleEndian.PutUint64(b.bytes[e+9:], uint64(v.Hi))
				ends[r] += 17
			}
		default:
			b.tmp = resize(b.tmp, n)
			fillWords(b.tmp, c, sel)
			for r, w := range b.tmp {
				e := ends[r]
				mark := byte(1)
				if c.Valid != nil && c.IsNull(at(sel, r)) {
					mark, w = 0, 0
				}
				b.bytes[e] = mark
				binary.LittleEndian.PutUint64(b.bytes[e+1:], w)
				ends[r] += 9
			}
		}
	}
	for r, e := range ends {
		b.hashes[r] = kernel.Bytes64(b.bytes[starts[r]:e])
	}
}

func stringLengths(out []uint32, c *column.Column, sel []int32) {
	views, codes := column.Values[column.View](c), []int32(nil)
	switch c.Form {
	case column.Constant:
		if !c.IsNull(0) {
			for r := range out {
				out[r] += views[0].Len
			}
		}
		return
	case column.Dictionary:
		views, codes = column.Values[column.View](c.Dict.Values), c.Codes
	}
	for r := range out {
		i := at(sel, r)
		if c.Valid != nil && c.IsNull(i) {
			continue
		}
		if codes != nil {
			i = int(codes[i])
		}
		out[r] += views[i].Len
	}
}

func putStrings(dst []byte, ends []uint32, c *column.Column, sel []int32, n int) {
	s := c
	if c.Form == column.Dictionary {
		s = c.Dict.Values
	}
	views := column.Values[column.View](s)
	for r := range n {
		i := at(sel, r)
		e := ends[r]
		if c.Valid != nil && c.IsNull(i) {
			binary.LittleEndian.PutUint32(dst[e:], math.MaxUint32)
			ends[r] = e + 4
			continue
		}
		switch c.Form {
		case column.Constant:
			i = 0
		case column.Dictionary:
			i = int(c.Codes[i])
		}
		v := &views[i]
		if v.Len <= column.MaxInline {
			// Length and content are the view itself.
			*(*[16]byte)(dst[e : e+16]) = *(*[16]byte)(unsafe.Pointer(v))
		} else {
			binary.LittleEndian.PutUint32(dst[e:], v.Len)
			copy(dst[e+4:], s.Bufs[v.Buf][v.Off:v.Off+v.Len])
		}
		ends[r] = e + 4 + v.Len
	}
}

// varBytes is the canonical bytes of a value without fixed width. They are
// good until the next call.
// maxTrimmed bounds what is remembered of numerics.
const maxTrimmed = 4096

// varBytes is keyForm.varBytes, which remembers numerics: keys repeat, and are
// asked for twice, for their length and for their bytes.
func (b *keyBatch) varBytes(f *keyForm, i int, c *column.Column, row int) []byte {
	if c.Kind != column.Numeric || f.kinds[i] != column.Numeric || c.IsNull(row) {
		return f.varBytes(i, c, row)
	}
	raw := c.BytesAt(row)
	if v, ok := b.trimmed[string(raw)]; ok {
		return v
	}
	v := f.varBytes(i, c, row)
	if b.trimmed == nil || len(b.trimmed) >= maxTrimmed {
		b.trimmed = map[string][]byte{}
	}
	b.trimmed[string(raw)] = v
	return v
}

func (f *keyForm) varBytes(i int, c *column.Column, row int) []byte {
	if c.IsNull(row) {
		return nil
	}
	switch {
	case f.kinds[i] == column.Numeric:
		return numeric.TrimScale(kernel.NumericAt(c, row, int(f.types[i].Scale))).AppendEncoded(nil)
	case f.types[i].OID == types.BPCharOID:
		return kernel.TrimBlanks(c.BytesAt(row))
	case f.kinds[i] == column.List:
		s, p := c.Slot(row)
		l := column.Values[column.ListView](s)[p]
		b := listBytes(f.types[i].Elem(), s.Child, int(l.Off), int(l.Len))
		if l.Shape != 0 {
			b = binary.LittleEndian.AppendUint32(b[:len(b):len(b)], l.Shape)
		}
		return b
	}
	return c.BytesAt(row)
}

func listBytes(t types.Type, child *column.Column, off, n int) []byte {
	f := newKeyForm([]types.Type{t})
	f.words = 0
	var b keyBatch
	b.hashes = make([]uint64, n)
	sel := make([]int32, n)
	for i := range sel {
		sel[i] = int32(off + i)
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(n))
	if n > 0 {
		f.packBytes(&b, []*column.Column{child}, sel, n)
		for r := range n {
			out = append(out, b.bytes[b.starts[r]:b.ends[r]]...)
		}
	}
	return out
}
