package eval

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// part is what one branch gives: values of some rows.
type part struct {
	col *column.Column
	typ types.Type
	sel []int32 // nil: all rows
}

// merger puts the parts of several branches together in one column. Rows that
// no part has are NULL where they are selected.
type merger struct {
	typ   types.Type
	parts []part
	s     scratch
	bufs  [][]byte
}

func newMerger(t types.Type) merger { return merger{typ: t} }

func (m *merger) reset() { m.parts = m.parts[:0] }

func (m *merger) add(c *column.Column, t types.Type, sel []int32) {
	m.parts = append(m.parts, part{c, t, sel})
}

// normal brings a numeric to the form of the merged type: its scale, and the
// variable form where it has none. Scaled integers may stay narrow.
func normal(c *column.Column, from, to types.Type) *column.Column {
	if to.OID != types.NumericOID {
		return c
	}
	if !to.Fixed() {
		return kernel.Widen(c, column.Numeric, int(from.Scale), 0)
	}
	kind := c.Kind
	if kind == column.Numeric {
		return c
	}
	if from.Scale == to.Scale {
		return c
	}
	if kind == column.Int64 && to.Kind() == column.Int128 {
		kind = column.Int128 // scaling up may need the room
	}
	return kernel.Widen(c, kind, int(from.Scale), int(to.Scale))
}

// column is the merged result over n rows of which sel are wanted. nulls are
// rows that are NULL without a part.
func (m *merger) column(n int, nulls []int32) *column.Column {
	kind := m.typ.Kind()
	if kind == column.Int128 {
		kind = column.Int64
	}
	for k := range m.parts {
		p := &m.parts[k]
		if p.col.AllNull() {
			if p.sel == nil || len(m.parts) == 1 {
				return column.NewNull(m.typ.Kind(), n)
			}
			continue
		}
		p.col = normal(p.col, p.typ, m.typ)
		if p.col.Kind == column.Int128 {
			kind = column.Int128
		}
	}
	if len(m.parts) == 0 {
		return column.NewNull(m.typ.Kind(), n)
	}
	for k := range m.parts {
		if p := &m.parts[k]; p.col.Kind == column.Int64 && kind == column.Int128 && !p.col.AllNull() {
			p.col = kernel.Widen(p.col, kind, 0, 0)
		}
	}
	if len(m.parts) == 1 && len(nulls) == 0 {
		return m.parts[0].col
	}
	out := m.s.flat(kind, n)
	valid := m.s.bitmap(n)
	for w := range valid {
		valid[w] = ^uint64(0)
	}
	anyNull := len(nulls) > 0
	for _, i := range nulls {
		column.ClearBit(valid, int(i))
	}
	m.s.heap, m.bufs = m.s.heap[:0], m.bufs[:0]
	for _, p := range m.parts {
		if p.sel == nil {
			p.sel = sequence(n)
		}
		if p.col.Valid != nil {
			for _, i := range p.sel {
				if p.col.IsNull(int(i)) {
					column.ClearBit(valid, int(i))
					anyNull = true
				}
			}
		}
	}
	switch {
	case kind.IsView():
		m.views(out)
	case kind == column.List:
		m.lists(out)
	default:
		for _, p := range m.parts {
			if p.col.AllNull() {
				continue
			}
			place(out.Data, p, kind.Width())
		}
	}
	if anyNull {
		out.Valid = valid
		kernel.ZeroNulls(out.Data, kind.Width(), valid, n)
	}
	return out
}

// place copies a part's rows to where they belong.
func place(dst []byte, p part, width int) {
	switch width {
	case 1:
		placeAs[uint8](dst, p)
	case 2:
		placeAs[int16](dst, p)
	case 4:
		placeAs[int32](dst, p)
	case 8:
		placeAs[int64](dst, p)
	case 16:
		placeAs[column.Int128Value](dst, p)
	}
}

func placeAs[T column.Element](dst []byte, p part) {
	d := column.As[T](dst)
	sel := p.sel
	if sel == nil {
		sel = sequence(len(d))
	}
	switch p.col.Form {
	case column.Constant:
		v := column.Values[T](p.col)[0]
		for _, i := range sel {
			d[i] = v
		}
	case column.Dictionary:
		src := column.Values[T](p.col.Dict.Values)
		if len(src) == 0 {
			return
		}
		for _, i := range sel {
			d[i] = src[p.col.Codes[i]]
		}
	default:
		src := column.Values[T](p.col)
		for _, i := range sel {
			d[i] = src[i]
		}
	}
}

// views places strings. Each part's buffers follow those of the parts before
// it; where that makes too many, strings are copied into one.
func (m *merger) views(out *column.Column) {
	total := 0
	for _, p := range m.parts {
		if p.col.AllNull() {
			continue
		}
		s := p.col
		if s.Form == column.Dictionary {
			s = s.Dict.Values
		}
		total += len(s.Bufs)
	}
	share := total <= column.MaxBuffers
	d := column.Values[column.View](out)
	for _, p := range m.parts {
		if p.col.AllNull() {
			continue
		}
		src := p.col
		if src.Form == column.Dictionary {
			src = src.Dict.Values
		}
		base := uint32(len(m.bufs))
		if share {
			m.bufs = append(m.bufs, src.Bufs...)
		}
		vals := column.Values[column.View](src)
		if len(vals) == 0 {
			continue
		}
		sel := p.sel
		if sel == nil {
			sel = sequence(out.Len)
		}
		for _, i := range sel {
			pos := int(i)
			if p.col.Form == column.Constant {
				pos = 0
			} else if p.col.Form == column.Dictionary {
				pos = int(p.col.Codes[i])
			}
			v := vals[pos]
			if v.Len > column.MaxInline {
				if share {
					v.Buf += base
				} else {
					v = kernel.AppendView(&m.s.heap, v.Bytes(src.Bufs))
				}
			}
			d[i] = v
		}
	}
	if share {
		out.Bufs = m.bufs
	} else {
		out.Bufs = [][]byte{m.s.heap}
	}
}

// lists places arrays: the elements of the rows wanted go into a new child.
func (m *merger) lists(out *column.Column) {
	b := kernel.NewBuilder(column.List)
	for _, p := range m.parts {
		if p.sel == nil {
			p.sel = sequence(out.Len)
		}
		b.Append(p.col, p.sel)
	}
	all := b.Column()
	src, d := column.Values[column.ListView](all), column.Values[column.ListView](out)
	k := 0
	for _, p := range m.parts {
		sel := p.sel
		if sel == nil {
			sel = sequence(out.Len)
		}
		for _, i := range sel {
			d[i] = src[k]
			k++
		}
	}
	out.Child = all.Child
}
