// Package runtimefilter holds what a join's build side tells the scans of its
// probe side: facts about the build keys by which rows that cannot match are
// skipped early. They are optional: a scan that looks too early or not at all
// gives the same answer in the end.
package runtimefilter

import (
	"math/bits"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// Slot is where a join puts the filter and scans find it.
type Slot struct {
	f atomic.Pointer[Filter]
}

// Set publishes a filter.
func (s *Slot) Set(f *Filter) { s.f.Store(f) }

// Get is the filter; nil as long as there is none.
func (s *Slot) Get() *Filter { return s.f.Load() }

// Filter says which values of one key occur on the build side. NULL never does.
type Filter struct {
	Empty    bool     // no row on the build side: nothing matches
	Ints     bool     // Min and Max bound the values (integers, dates, scaled numerics)
	Min, Max int64    // inclusive
	Count    int      // of keys on the build side, repeated ones counted again; 0 unknown
	bitmap   []uint64 // by value - Min: exact
	bloom    []uint64 // blocks of one word: hash's high bits choose it, six bits of it are set
	mask     uint64
}

// maxBitmap bounds an exact filter, in bits.
const maxBitmap = 1 << 26

// FromInts makes a filter of integer keys, all of the build side's. n is how
// many there are; each calls f for all of them.
func FromInts(n int, lo, hi int64, each func(f func(int64))) *Filter {
	if n == 0 {
		return &Filter{Empty: true}
	}
	f := &Filter{Ints: true, Min: lo, Max: hi, Count: n}
	if span := uint64(hi) - uint64(lo); span < maxBitmap && span < uint64(n)*64+1024 {
		f.bitmap = make([]uint64, span/64+1)
		each(func(v int64) {
			d := uint64(v) - uint64(lo)
			f.bitmap[d>>6] |= 1 << (d & 63)
		})
		return f
	}
	f.makeBloom(n)
	if f.bloom != nil {
		each(func(v int64) { f.add(kernel.HashInt(v)) })
	}
	return f
}

// FromHashes makes a filter of keys that are known by their kernel.Hash.
func FromHashes(n int, each func(f func(uint64))) *Filter {
	if n == 0 {
		return &Filter{Empty: true}
	}
	f := &Filter{}
	f.makeBloom(n)
	if f.bloom == nil {
		return nil
	}
	each(f.add)
	return f
}

// maxBloom bounds a bloom filter, in words: past the cache it costs more than it saves.
const maxBloom = 1 << 19

func (f *Filter) makeBloom(n int) {
	words := 1 << bits.Len(uint(n/4))
	if words > maxBloom {
		return
	}
	f.bloom = make([]uint64, words)
	f.mask = uint64(words - 1)
}

func pattern(h uint64) uint64 {
	return 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
}

func (f *Filter) add(h uint64) { f.bloom[h>>32&f.mask] |= pattern(h) }

// Rows says whether the filter looks at single rows, beyond Min and Max.
func (f *Filter) Rows() bool { return f.Empty || f.bitmap != nil || f.bloom != nil || f.Ints }

// Overlaps says whether a value from lo to hi may be among the filter's.
func (f *Filter) Overlaps(lo, hi int64) bool {
	if f.Empty {
		return false
	}
	if !f.Ints {
		return true
	}
	lo, hi = max(lo, f.Min), min(hi, f.Max)
	if lo > hi {
		return false
	}
	return f.bitmap == nil || f.next(uint64(lo)-uint64(f.Min)) <= uint64(hi)-uint64(f.Min)
}

// next is the first bit of the bitmap at d or behind it that is set; past all
// where there is none.
func (f *Filter) next(d uint64) uint64 {
	i := int(d >> 6)
	word := f.bitmap[i] &^ (1<<(d&63) - 1)
	for word == 0 {
		if i++; i == len(f.bitmap) {
			return 1 << 63
		}
		word = f.bitmap[i]
	}
	return uint64(i)<<6 + uint64(bits.TrailingZeros64(word))
}

// Values lists the filter's values from lo to hi, ascending; false where they
// are not known or more than limit.
func (f *Filter) Values(lo, hi int64, limit int) ([]int64, bool) {
	if f.Empty {
		return nil, true
	}
	if f.bitmap == nil {
		return nil, false
	}
	lo, hi = max(lo, f.Min), min(hi, f.Max)
	var out []int64
	if lo > hi {
		return nil, true
	}
	end := uint64(hi) - uint64(f.Min)
	for d := f.next(uint64(lo) - uint64(f.Min)); d <= end; d = f.next(d + 1) {
		if len(out) == limit {
			return nil, false
		}
		out = append(out, int64(uint64(f.Min)+d))
		if d+1 > uint64(len(f.bitmap))*64-1 {
			break
		}
	}
	return out, true
}

// Selector applies a filter for one worker.
type Selector struct {
	hash   kernel.Hasher
	hashes []uint64
}

// Select appends to out those of the rows sel (all where nil) whose value may
// be among the filter's.
func (s *Selector) Select(f *Filter, c *column.Column, sel, out []int32) []int32 {
	n := len(sel)
	if sel == nil {
		n = c.Len
	}
	if f.Empty {
		return out
	}
	base := len(out)
	out = append(out, make([]int32, n)...)
	dst, k := out[base:], 0
	if f.Ints && c.Form == column.Flat {
		switch c.Kind {
		case column.Int64:
			k = selectInts(f, column.Values[int64](c), sel, n, dst)
		case column.Int32:
			k = selectInts(f, column.Values[int32](c), sel, n, dst)
		case column.Int16:
			k = selectInts(f, column.Values[int16](c), sel, n, dst)
		default:
			return append(out[:base], rowsOf(sel, n)...)
		}
		return out[:base+dropNulls(c, dst[:k])]
	}
	if f.bloom == nil || f.Ints {
		return append(out[:base], rowsOf(sel, n)...)
	}
	if cap(s.hashes) < n {
		s.hashes = make([]uint64, n+n/4)
	}
	hs := s.hashes[:n]
	s.hash.Hash(c, sel, hs, false)
	for i, h := range hs {
		p := int32(i)
		if sel != nil {
			p = sel[i]
		}
		dst[k] = p
		hit := 0
		if m := pattern(h); f.bloom[h>>32&f.mask]&m == m {
			hit = 1
		}
		k += hit
	}
	return out[:base+dropNulls(c, dst[:k])]
}

func rowsOf(sel []int32, n int) []int32 {
	if sel != nil {
		return sel
	}
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

func dropNulls(c *column.Column, rows []int32) int {
	if c.Valid == nil {
		return len(rows)
	}
	n := 0
	for _, p := range rows {
		rows[n] = p
		if !c.IsNull(int(p)) {
			n++
		}
	}
	return n
}

func selectInts[T int16 | int32 | int64](f *Filter, v []T, sel []int32, n int, dst []int32) int {
	k := 0
	lo, span := uint64(f.Min), uint64(f.Max)-uint64(f.Min)
	switch {
	case f.bitmap != nil:
		bm := f.bitmap
		for i := range n {
			p := int32(i)
			if sel != nil {
				p = sel[i]
			}
			d := uint64(int64(v[p])) - lo
			dst[k] = p
			if d <= span {
				k += int(bm[d>>6] >> (d & 63) & 1)
			}
		}
	case f.bloom != nil:
		for i := range n {
			p := int32(i)
			if sel != nil {
				p = sel[i]
			}
			x := int64(v[p])
			dst[k] = p
			if uint64(x)-lo > span {
				continue
			}
			h := kernel.HashInt(x)
			if m := pattern(h); f.bloom[h>>32&f.mask]&m == m {
				k++
			}
		}
	default:
		for i := range n {
			p := int32(i)
			if sel != nil {
				p = sel[i]
			}
			dst[k] = p
			hit := 0
			if uint64(int64(v[p]))-lo <= span {
				hit = 1
			}
			k += hit
		}
	}
	return k
}
