package column

// Gather makes a new column of the rows of c at positions sel, in that order.
// Dictionary and constant columns keep their form. View buffers are shared.
func Gather(c *Column, sel []int32) *Column {
	out := &Column{Kind: c.Kind, Form: c.Form, Len: len(sel), Bufs: c.Bufs, Dict: c.Dict, Child: c.Child}
	switch c.Form {
	case Constant:
		out.Data, out.Valid = c.Data, c.Valid
		return out
	case Dictionary:
		out.Codes = make([]int32, len(sel))
		for i, p := range sel {
			out.Codes[i] = c.Codes[p]
		}
	default:
		out.Data = Alloc(len(sel) * c.Kind.Width())
		GatherInto(out.Data, c.Data, c.Kind.Width(), sel)
	}
	if c.Valid != nil {
		out.Valid = GatherBitmap(c.Valid, sel)
	}
	return out
}

// GatherInto copies the values of width bytes at positions sel of src to dst.
func GatherInto(dst, src []byte, width int, sel []int32) {
	switch width {
	case 1:
		for i, p := range sel {
			dst[i] = src[p]
		}
	case 2:
		gather(As[int16](dst), As[int16](src), sel)
	case 4:
		gather(As[int32](dst), As[int32](src), sel)
	case 8:
		gather(As[int64](dst), As[int64](src), sel)
	case 16:
		gather(As[Int128Value](dst), As[Int128Value](src), sel)
	}
}

func gather[T Element](dst, src []T, sel []int32) {
	dst = dst[:len(sel)]
	for i, p := range sel {
		dst[i] = src[p]
	}
}

// GatherBitmap collects the bits at positions sel. It returns nil where all
// of them are set.
func GatherBitmap(b []uint64, sel []int32) []uint64 {
	out := make([]uint64, (len(sel)+63)/64)
	all := true
	for i, p := range sel {
		bit := b[p>>6] >> (uint(p) & 63) & 1
		out[i>>6] |= bit << (uint(i) & 63)
		all = all && bit != 0
	}
	if all {
		return nil
	}
	return out
}

// Flatten is c in flat form: c itself where it is flat already.
func Flatten(c *Column) *Column {
	switch c.Form {
	case Constant:
		out := &Column{Kind: c.Kind, Len: c.Len, Bufs: c.Bufs, Child: c.Child, Data: Alloc(c.Len * c.Kind.Width())}
		if c.IsNull(0) {
			out.Valid = NewBitmap(c.Len, false)
			return out
		}
		w := c.Kind.Width()
		for i := 0; i < c.Len; i++ {
			copy(out.Data[i*w:], c.Data[:w])
		}
		return out
	case Dictionary:
		v := c.Dict.Values
		out := &Column{Kind: c.Kind, Len: c.Len, Bufs: v.Bufs, Child: v.Child, Valid: c.Valid, Data: Alloc(c.Len * c.Kind.Width())}
		if v.Len > 0 {
			GatherInto(out.Data, v.Data, c.Kind.Width(), c.Codes[:c.Len])
		}
		if c.Valid != nil {
			zeroNulls(out)
		}
		return out
	}
	return c
}

func zeroNulls(c *Column) {
	w := c.Kind.Width()
	for i := 0; i < c.Len; i++ {
		if !Bit(c.Valid, i) {
			clear(c.Data[i*w : (i+1)*w])
		}
	}
}

// SameCodes says whether two dictionary columns have their codes in common, not
// just equal: what stands in one row of them comes from one place.
func SameCodes(a, b *Column) bool {
	return a.Form == Dictionary && b.Form == Dictionary && len(a.Codes) > 0 && len(a.Codes) == len(b.Codes) && &a.Codes[0] == &b.Codes[0]
}
