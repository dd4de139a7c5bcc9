package column

// Concat makes a flat column of the rows of a, then those of b. Both have the
// same kind; neither is changed, and no buffer is shared with them.
func Concat(a, b *Column) *Column {
	a, b = Flatten(a), Flatten(b)
	w := a.Kind.Width()
	out := NewFlat(a.Kind, a.Len+b.Len)
	copy(out.Data, a.Data[:a.Len*w])
	copy(out.Data[a.Len*w:], b.Data[:b.Len*w])
	if a.Valid != nil || b.Valid != nil {
		out.Valid = ConcatBitmaps(a.Valid, a.Len, b.Valid, b.Len, true)
	}
	switch a.Kind {
	case Bytes, Numeric:
		var heap []byte
		views := Values[View](out)
		for i := range views {
			v := &views[i]
			if v.Len <= MaxInline {
				continue
			}
			from := a.Bufs
			if i >= a.Len {
				from = b.Bufs
			}
			s := v.Bytes(from)
			v.Buf, v.Off = 0, uint32(len(heap))
			heap = append(heap, s...)
		}
		if heap != nil {
			out.Bufs = [][]byte{heap}
		}
	case List:
		out.Child = Concat(a.Child, b.Child)
		lists := Values[ListView](out)
		for i := a.Len; i < len(lists); i++ {
			lists[i].Off += uint32(a.Child.Len)
		}
	}
	return out
}

// ConcatBitmaps joins the first an bits of a and the first bn bits of b. A nil
// bitmap stands for bits that all are absent.
func ConcatBitmaps(a []uint64, an int, b []uint64, bn int, absent bool) []uint64 {
	out := NewBitmap(an+bn, absent)
	put := func(bits []uint64, n, at int) {
		if bits == nil {
			return
		}
		for i := range n {
			if j := at + i; Bit(bits, i) {
				out[j>>6] |= 1 << (uint(j) & 63)
			} else {
				out[j>>6] &^= 1 << (uint(j) & 63)
			}
		}
	}
	put(a, an, 0)
	put(b, bn, an)
	return out
}
