package kernel

import (
	"math"
	"math/bits"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/storage/column"
)

// Odd constants with well spread bits (the digits of π).
const (
	seed0 = 0x243f6a8885a308d3
	seed1 = 0x13198a2e03707345
	seed2 = 0xa4093822299f31d1
	seed3 = 0x082efa98ec4e6c89

	nullWord = 0x452821e638d01377
	nanWord  = 0x7ff8000000000001
)

// mix folds the 128-bit product of two words: the step of wyhash.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// Hash writes a hash of each selected row: out[k] is that of row sel[k] (of
// row k where sel is nil). With combine it mixes the value into what out[k]
// holds, so that several columns make one hash; the order of columns counts.
//
// Equal values of one SQL type hash alike in every form (flat, constant,
// dictionary) and, for integers, fixed-point numerics of one scale and floats,
// in every width. Numerics of different scales, or of known and variable
// scale, are to be brought together by Widen first. NULLs hash alike.
//
// A Hasher keeps the words of dictionary entries between calls; this function
// makes them anew each time.
func Hash(c *column.Column, sel []int32, out []uint64, combine bool) {
	var h Hasher
	h.Hash(c, sel, out, combine)
}

// Hasher is Hash with a memory for one column: it remembers the dictionary that
// it saw last. The zero Hasher is ready for use, by one goroutine.
type Hasher struct {
	dict  uint64
	words []uint64 // by code
	row   []uint64 // scratch
}

// Hash is as the function Hash.
func (h *Hasher) Hash(c *column.Column, sel []int32, out []uint64, combine bool) {
	n := len(sel)
	if sel == nil {
		n = c.Len
	}
	out = out[:n]
	if n == 0 {
		return
	}
	if c.Form == column.Constant {
		w := uint64(nullWord)
		if !c.IsNull(0) {
			var one [1]uint64
			flatWords(c, one[:], nil)
			w = one[0]
		}
		if !combine {
			w = mix(w^seed0, seed1)
			for k := range out {
				out[k] = w
			}
			return
		}
		for k, s := range out {
			out[k] = mix(s^w, seed1)
		}
		return
	}
	if c.Form == column.Flat && c.Valid == nil && sel == nil && (c.Kind == column.Int64 || c.Kind == column.Int32) {
		if c.Kind == column.Int64 {
			hashInts(column.Values[int64](c), out, combine)
		} else {
			hashInts(column.Values[int32](c), out, combine)
		}
		return
	}
	if cap(h.row) < n {
		h.row = make([]uint64, n+n/4)
	}
	row := h.row[:n]
	switch {
	case c.Form == column.Dictionary && (c.Dict.ID == h.dict && c.Dict.ID != 0 || c.Dict.Values.Len <= 2*n+64):
		if c.Dict.ID != h.dict || c.Dict.ID == 0 {
			v := c.Dict.Values
			h.words = append(h.words[:0], make([]uint64, v.Len)...)
			flatWords(v, h.words, nil)
			h.dict = c.Dict.ID
		}
		words := h.words
		if len(words) == 0 { // nothing but NULLs
			clear(row)
			break
		}
		if sel == nil {
			for k, code := range c.Codes[:n] {
				row[k] = words[code]
			}
		} else {
			for k, i := range sel {
				row[k] = words[c.Codes[i]]
			}
		}
	case c.Form == column.Dictionary:
		pos := make([]int32, n)
		if sel == nil {
			copy(pos, c.Codes)
		} else {
			for k, i := range sel {
				pos[k] = c.Codes[i]
			}
		}
		flatWords(c.Dict.Values, row, pos)
	default:
		flatWords(c, row, sel)
	}
	if c.Valid != nil {
		nullWords(c.Valid, sel, row)
	}
	if !combine {
		for k, w := range row {
			out[k] = mix(w^seed0, seed1)
		}
		return
	}
	for k, w := range row {
		out[k] = mix(out[k]^w, seed1)
	}
}

// hashInts is the whole of Hash for the columns that most keys are.
func hashInts[T int32 | int64](a []T, out []uint64, combine bool) {
	a = a[:len(out)]
	if combine {
		for k, v := range a {
			out[k] = mix(out[k]^uint64(int64(v)), seed1)
		}
		return
	}
	for k, v := range a {
		out[k] = mix(uint64(int64(v))^seed0, seed1)
	}
}

func nullWords(valid []uint64, sel []int32, row []uint64) {
	if sel == nil {
		for k := range row {
			if !column.Bit(valid, k) {
				row[k] = nullWord
			}
		}
		return
	}
	for k, i := range sel {
		if !column.Bit(valid, int(i)) {
			row[k] = nullWord
		}
	}
}

// flatWords writes the words of the values of a flat (or constant) column at
// positions sel, or of the first len(out) values.
func flatWords(c *column.Column, out []uint64, sel []int32) {
	switch c.Kind {
	case column.Bool:
		intWords(column.Values[uint8](c), out, sel)
	case column.Int16:
		intWords(column.Values[int16](c), out, sel)
	case column.Int32:
		intWords(column.Values[int32](c), out, sel)
	case column.Int64:
		intWords(column.Values[int64](c), out, sel)
	case column.Float32:
		floatWords(column.Values[float32](c), out, sel)
	case column.Float64:
		floatWords(column.Values[float64](c), out, sel)
	case column.Int128:
		a := column.Values[column.Int128Value](c)
		for k := range out {
			out[k] = word128(a[at(sel, k)])
		}
	case column.Interval:
		a := column.Values[column.IntervalValue](c)
		for k := range out {
			out[k] = word128(Span(a[at(sel, k)]))
		}
	case column.Fixed16:
		a := column.Values[column.Int128Value](c)
		for k := range out {
			v := a[at(sel, k)]
			out[k] = mix(v.Lo^seed2, uint64(v.Hi)^seed3)
		}
	case column.Bytes:
		bytesWords(column.Values[column.View](c), c.Bufs, out, sel)
	case column.Numeric:
		a := column.Values[column.View](c)
		for k := range out {
			out[k] = numeric.Decode(a[at(sel, k)].Bytes(c.Bufs)).Hash()
		}
	case column.List:
		listWords(c, out, sel)
	}
}

// at is position k of a selection that may be nil.
func at(sel []int32, k int) int {
	if sel == nil {
		return k
	}
	return int(sel[k])
}

func intWords[T uint8 | int16 | int32 | int64](a []T, out []uint64, sel []int32) {
	if sel == nil {
		a = a[:len(out)]
		for k, v := range a {
			out[k] = uint64(int64(v))
		}
		return
	}
	out = out[:len(sel)]
	for k, i := range sel {
		out[k] = uint64(int64(a[i]))
	}
}

func floatWords[T float32 | float64](a []T, out []uint64, sel []int32) {
	for k := range out {
		out[k] = floatWord(float64(a[at(sel, k)]))
	}
}

func floatWord(f float64) uint64 {
	if f != f {
		return nanWord
	}
	return math.Float64bits(f + 0) // -0 + 0 is 0
}

// word128 is the low half of what fits into 64 bits, so that one value hashes
// alike as Int64 and Int128.
func word128(v column.Int128Value) uint64 {
	if v.Hi == int64(v.Lo)>>63 {
		return v.Lo
	}
	if v == NaN128 {
		return numeric.NaN64
	}
	return mix(v.Lo^seed2, uint64(v.Hi)^seed3)
}

func listWords(c *column.Column, out []uint64, sel []int32) {
	lists := column.Values[column.ListView](c)
	for k := range out {
		l := lists[at(sel, k)]
		out[k] = mix(uint64(l.Len)^seed2, seed3)
		for j := range int(l.Len) {
			out[k] = mix(out[k]^wordAt(c.Child, int(l.Off)+j), seed1)
		}
	}
}

// wordAt is the word of one row of a column in any form.
func wordAt(c *column.Column, i int) uint64 {
	if c.IsNull(i) {
		return nullWord
	}
	s, p := c.Slot(i)
	pos := [1]int32{int32(p)}
	var one [1]uint64
	flatWords(s, one[:], pos[:])
	return one[0]
}
