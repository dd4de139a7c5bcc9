package window

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// value computes lag, lead, first_value, last_value and nth_value for all rows
// of the block: it finds the row that each result comes from.
func (b *block) value(it *Item, in []types.Type, frames []ranges) (*column.Column, error) {
	at := make([]int32, b.n) // -1: NULL; -2: the default
	name := it.Fn.Kernel
	arg := b.cols[it.Args[0]]
	switch name {
	case "lag", "lead":
		b.shifted(at, it, arg)
	case "nth_value":
		if err := b.nth(at, it, arg, frames); err != nil {
			return nil, err
		}
	default:
		for i := range at {
			at[i] = pick(frames, i, name == "last_value", it.IgnoreNulls, arg)
		}
	}
	var fallback *column.Column
	t := in[it.Args[0]]
	if len(it.Args) > 2 {
		ft := in[it.Args[2]]
		fallback = b.cols[it.Args[2]]
		if ft.OID == types.NumericOID {
			fallback = kernel.Widen(fallback, it.Result.Kind(), int(ft.Scale), int(it.Result.Scale))
		}
	}
	if t.OID == types.NumericOID {
		arg = kernel.Widen(arg, it.Result.Kind(), int(t.Scale), int(it.Result.Scale))
	}
	return gather(arg, fallback, at), nil
}

// shifted is the rows of lag and lead.
func (b *block) shifted(at []int32, it *Item, arg *column.Column) {
	sign := int64(1)
	if it.Fn.Kernel == "lag" {
		sign = -1
	}
	var by *column.Column
	if len(it.Args) > 1 {
		by = b.cols[it.Args[1]]
	}
	b.eachPartition(func(lo, hi int32, _ []int32) {
		for i := lo; i < hi; i++ {
			n := int64(1)
			if by != nil {
				if by.IsNull(int(i)) {
					at[i] = -1
					continue
				}
				n = int64(column.At[int32](by, int(i)))
			}
			if it.IgnoreNulls {
				at[i] = skipNulls(arg, i, n*sign, lo, hi)
				continue
			}
			j := int64(i) + n*sign
			if j < int64(lo) || j >= int64(hi) {
				at[i] = -2
				continue
			}
			at[i] = int32(j)
		}
	})
}

// skipNulls goes n rows that are not NULL away from row i.
func skipNulls(arg *column.Column, i int32, n int64, lo, hi int32) int32 {
	step := int32(1)
	if n < 0 {
		n, step = -n, -1
	}
	for j := i; n > 0; {
		j += step
		if j < lo || j >= hi {
			return -2
		}
		if !arg.IsNull(int(j)) {
			if n--; n == 0 {
				return j
			}
		}
	}
	return i
}

// pick is the first or last row of row i's frame.
func pick(frames []ranges, i int, last, ignoreNulls bool, arg *column.Column) int32 {
	if last {
		for f := len(frames) - 1; f >= 0; f-- {
			for j := frames[f].to[i] - 1; j >= frames[f].from[i]; j-- {
				if !ignoreNulls || !arg.IsNull(int(j)) {
					return j
				}
			}
		}
		return -1
	}
	for _, f := range frames {
		for j := f.from[i]; j < f.to[i]; j++ {
			if !ignoreNulls || !arg.IsNull(int(j)) {
				return j
			}
		}
	}
	return -1
}

func (b *block) nth(at []int32, it *Item, arg *column.Column, frames []ranges) error {
	by := b.cols[it.Args[1]]
	for i := range at {
		at[i] = -1
		if by.IsNull(i) {
			continue
		}
		n := int64(column.At[int32](by, i))
		if n <= 0 {
			return sqlerr.New(sqlerr.InvalidArgumentForNthValueFunction, "argument of nth_value must be greater than zero")
		}
		for _, f := range frames {
			if it.IgnoreNulls {
				for j := f.from[i]; j < f.to[i] && n > 0; j++ {
					if !arg.IsNull(int(j)) {
						if n--; n == 0 {
							at[i] = j
						}
					}
				}
				continue
			}
			if size := int64(f.to[i] - f.from[i]); n > size {
				n -= size
				continue
			}
			at[i] = f.from[i] + int32(n) - 1
			break
		}
	}
	return nil
}

// gather collects the rows at, -1 being NULL and -2 row i of the fallback.
func gather(c, fallback *column.Column, at []int32) *column.Column {
	if fallback != nil {
		n := int32(c.Len)
		for i, p := range at {
			if p == -2 {
				c2 := kernel.Concat(c.Kind, []*column.Column{c, column.Flatten(fallback)})
				for j := i; j < len(at); j++ {
					if at[j] == -2 {
						at[j] = n + int32(j)
					}
				}
				c = c2
				break
			}
			_ = p
		}
	}
	var null []int
	for i, p := range at {
		if p < 0 {
			null = append(null, i)
			at[i] = 0
		}
	}
	out := column.Gather(c, at)
	if len(null) > 0 {
		if out.Valid == nil {
			out.Valid = column.NewBitmap(out.Len, true)
		}
		w := out.Kind.Width()
		for _, i := range null {
			column.ClearBit(out.Valid, i)
			clear(out.Data[i*w : (i+1)*w])
		}
	}
	return out
}
