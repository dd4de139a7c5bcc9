package join

import (
	"math"

	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// filter makes a runtime filter of one build key; nil where it is not worth it.
func (h *Hash) filter(s *slab.Store, key int) *runtimefilter.Filter {
	if s.Rows() == 0 {
		return &runtimefilter.Filter{Empty: true}
	}
	if h.spec.NullEqual != nil && h.spec.NullEqual[key] {
		return nil
	}
	at := h.spec.BuildKeys[key]
	bt, pt := h.spec.BuildTypes[at], h.spec.ProbeTypes[h.spec.ProbeKeys[key]]
	if bt.Kind() != pt.Kind() || bt.Scale != pt.Scale {
		return nil
	}
	switch h.kinds[at] {
	case column.Int64:
		return intFilter[int64](s, at)
	case column.Int32:
		return intFilter[int32](s, at)
	case column.Int16:
		return intFilter[int16](s, at)
	case column.Bytes, column.Fixed16:
		return hashFilter(s, at)
	}
	return nil
}

func intFilter[T int16 | int32 | int64](s *slab.Store, at int) *runtimefilter.Filter {
	lo, hi, n := int64(math.MaxInt64), int64(math.MinInt64), 0
	each := func(f func(int64)) {
		var c column.Column
		for i := range s.Chunks() {
			s.Column(&c, i, at)
			for r, v := range column.Values[T](&c)[:c.Len] {
				if c.Valid == nil || column.Bit(c.Valid, r) {
					f(int64(v))
				}
			}
		}
	}
	each(func(v int64) {
		lo, hi = min(lo, v), max(hi, v)
		n++
	})
	return runtimefilter.FromInts(n, lo, hi, each)
}

func hashFilter(s *slab.Store, at int) *runtimefilter.Filter {
	if s.Rows() > 1<<20 {
		return nil
	}
	return runtimefilter.FromHashes(s.Rows(), func(f func(uint64)) {
		var c column.Column
		var hashes []uint64
		for i := range s.Chunks() {
			s.Column(&c, i, at)
			if cap(hashes) < c.Len {
				hashes = make([]uint64, c.Len)
			}
			hs := hashes[:c.Len]
			kernel.Hash(&c, nil, hs, false)
			for _, h := range hs {
				f(h)
			}
		}
	})
}
