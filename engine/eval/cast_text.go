package eval

import (
	"unsafe"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// isString says whether values of a type are plain strings.
func isString(t types.OID) bool {
	switch t {
	case types.TextOID, types.VarcharOID, types.BPCharOID, types.NameOID, types.CharOID, types.UnknownOID, types.CStringOID:
		return true
	}
	return false
}

// strings casts to and from strings.
func (c *caster) strings() (node, bool, error) {
	from, to := c.from.OID, c.to.OID
	switch {
	case isString(from) && isString(to):
		return c.stringToString(), true, nil
	case isString(to):
		return c.toString(), true, nil
	case isString(from):
		return c.fromString(), true, nil
	}
	return nil, false, nil
}

// then goes on with another cast on the result of this one.
func (c *caster) then(n node, from types.Type) *caster {
	return &caster{cp: c.cp, arg: n, from: from, to: c.to, ctx: c.ctx}
}

func (c *caster) stringToString() node {
	n := c.arg
	if c.from.OID == types.BPCharOID && c.to.OID != types.BPCharOID { // the blanks at the end are lost
		n = c.call(func(c *call) error {
			s := c.text(0)
			c.alias(0)
			dst := column.Values[column.View](c.out)
			return c.each(func(i int) error {
				v := &s.Vals[i&s.Mask]
				b := v.Bytes(s.Bufs)
				setPart(dst, i, v, b, 0, len(kernel.TrimBlanks(b)))
				return nil
			})
		})
	}
	return c.length(n)
}

// length fits strings into what the target type holds.
func (c *caster) length(n node) node {
	switch {
	case c.to.OID == types.NameOID && c.from.OID != types.NameOID:
		return c.cp.newCall("cast", func(c *call) error {
			s := c.text(0)
			c.alias(0)
			dst := column.Values[column.View](c.out)
			return c.each(func(i int) error {
				v := &s.Vals[i&s.Mask]
				b := v.Bytes(s.Bufs)
				setPart(dst, i, v, b, 0, len(types.TruncateName(stringOf(b))))
				return nil
			})
		}, []node{n}, []types.Type{c.from}, c.to)
	case c.to.OID == types.CharOID && c.from.OID != types.CharOID:
		return c.cp.newCall("cast", mapText(func(dst, s []byte) []byte { return append(dst, s[:min(len(s), 1)]...) }),
			[]node{n}, []types.Type{c.from}, c.to)
	case c.to.Typmod < 4 || c.to.OID != types.VarcharOID && c.to.OID != types.BPCharOID:
		return n
	case c.from.OID == c.to.OID && c.from.Typmod == c.to.Typmod:
		return n
	}
	limit := int(c.to.Typmod) - 4
	explicit, pad, to := c.ctx == function.Explicit, c.to.OID == types.BPCharOID, c.to
	return c.cp.newCall("cast", func(c *call) error {
		s := c.text(0)
		dst := column.Values[column.View](c.out)
		if !pad {
			c.alias(0)
		}
		return c.each(func(i int) error {
			v := &s.Vals[i&s.Mask]
			b := v.Bytes(s.Bufs)
			end, blanks := len(b), 0
			if len(b) > limit || pad {
				n := runeCount(b)
				if n > limit {
					end = runeOffset(b, limit)
					if !explicit && len(kernel.TrimBlanks(b)) > end {
						return sqlerr.New(sqlerr.StringDataRightTruncation, "value too long for type %s", to)
					}
				} else {
					blanks = limit - n
				}
			}
			if !pad {
				setPart(dst, i, v, b, 0, end)
				return nil
			}
			off := c.begin()
			c.s.heap = append(c.s.heap, b[:end]...)
			for range blanks {
				c.s.heap = append(c.s.heap, ' ')
			}
			c.end(i, off)
			return nil
		})
	}, []node{n}, []types.Type{c.from}, c.to)
}

// toString writes values as text.
func (c *caster) toString() node {
	out := types.TextAppender(c.from, c.cp.env.style())
	if c.from.OID == types.BoolOID { // the cast says more than the output function
		out = func(dst []byte, c *column.Column, i int) []byte {
			if column.At[uint8](c, i) != 0 {
				return append(dst, "true"...)
			}
			return append(dst, "false"...)
		}
	}
	to := c.to
	c.to = types.New(types.TextOID)
	n := c.call(func(c *call) error {
		return c.each(func(i int) error {
			off := c.begin()
			c.s.heap = out(c.s.heap, c.args[0], i)
			c.end(i, off)
			return nil
		})
	})
	c.to = to
	return c.then(n, types.New(types.TextOID)).length(n)
}

// stringOf sees bytes as a string, without a copy: for functions that do not keep it.
func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// fromString reads values from text.
func (c *caster) fromString() node {
	plain := c.to
	if c.to.OID != types.NumericOID || c.to.Typmod < 0 {
		plain.Typmod = -1
	}
	in := types.TextInput(plain, c.cp.env.style())
	to := c.to
	n := c.call(func(c *call) error {
		s := c.text(0)
		return c.each(func(i int) error {
			d, err := in(stringOf(s.At(i)))
			if err != nil {
				return err
			}
			return c.put(i, d)
		})
	})
	if plain.Typmod != to.Typmod {
		return c.then(n, plain).typmod(n)
	}
	return n
}

// put sets row i to a Datum.
func (c *call) put(i int, d types.Datum) error {
	if d.Null {
		c.null(i)
		return nil
	}
	switch c.out.Kind {
	case column.Bool:
		c.out.Data[i] = uint8(d.I)
	case column.Int16:
		column.Values[int16](c.out)[i] = int16(d.I)
	case column.Int32:
		column.Values[int32](c.out)[i] = int32(d.I)
	case column.Int64:
		column.Values[int64](c.out)[i] = d.I
	case column.Float32:
		column.Values[float32](c.out)[i] = float32(d.F)
	case column.Float64:
		column.Values[float64](c.out)[i] = d.F
	case column.Int128:
		column.Values[kernel.Int128](c.out)[i] = d.AsInt128()
	case column.Interval:
		column.Values[interval](c.out)[i] = d.AsInterval()
	case column.Fixed16:
		copy(c.out.Data[i*16:], d.S)
	case column.Bytes, column.Numeric:
		c.putString(i, d.S)
	case column.List:
		c.putList(i, d)
	}
	return nil
}

// putList sets row i to an array; its elements go behind those of rows before.
func (c *call) putList(i int, d types.Datum) {
	if c.out.Child == nil || c.lists == nil {
		c.lists = kernel.NewBuilder(c.typ.Elem().Kind())
		clear(column.Values[column.ListView](c.out))
	}
	off := c.lists.Len()
	if len(d.L) > 0 {
		c.lists.Append(types.ColumnOf(c.typ.Elem().Kind(), column.Invalid, d.L), nil)
	}
	column.Values[column.ListView](c.out)[i] = column.ListView{Off: uint32(off), Len: uint32(len(d.L)), Shape: uint32(d.U)}
	c.out.Child = c.lists.Peek()
}
