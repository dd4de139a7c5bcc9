package spill

import (
	"encoding/binary"

	"github.com/inlaydb/inlay/storage/column"
)

// A block's bytes before compression, all numbers little-endian and every
// buffer padded to eight bytes, so that columns can point into it:
//
//	number of columns (8)
//	per column: kind (1), flags (1), buffers (2), length (4), bytes of Data (8)
//	            Data; Valid where flagged; per buffer its length (8) and bytes;
//	            the child column where flagged
const (
	hasValid = 1 << iota
	hasChild
)

func pad(n int) int { return (n + 7) &^ 7 }

func appendPadded(dst, b []byte) []byte {
	dst = append(dst, b...)
	for len(dst)&7 != 0 {
		dst = append(dst, 0)
	}
	return dst
}

func appendColumns(dst []byte, cols []*column.Column) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(cols)))
	for _, c := range cols {
		dst = appendColumn(dst, column.Flatten(c))
	}
	return dst
}

func appendColumn(dst []byte, c *column.Column) []byte {
	flags := byte(0)
	if c.Valid != nil {
		flags |= hasValid
	}
	if c.Child != nil {
		flags |= hasChild
	}
	data := c.Data[:c.Len*c.Kind.Width()]
	dst = append(dst, byte(c.Kind), flags)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(c.Bufs)))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(c.Len))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(data)))
	dst = appendPadded(dst, data)
	if c.Valid != nil {
		for _, w := range c.Valid[:(c.Len+63)/64] {
			dst = binary.LittleEndian.AppendUint64(dst, w)
		}
	}
	for _, b := range c.Bufs {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(len(b)))
		dst = appendPadded(dst, b)
	}
	if c.Child != nil {
		dst = appendColumn(dst, column.Flatten(c.Child))
	}
	return dst
}

// readColumns makes columns over raw, which is aligned and is kept.
func readColumns(raw []byte) ([]*column.Column, bool) {
	if len(raw) < 8 {
		return nil, false
	}
	n := binary.LittleEndian.Uint64(raw)
	raw = raw[8:]
	if n > uint64(len(raw))/16 {
		return nil, n == 0
	}
	cols := make([]*column.Column, n)
	ok := true
	for i := range cols {
		if cols[i], raw, ok = readColumn(raw, 0); !ok {
			return nil, false
		}
	}
	return cols, true
}

func readColumn(raw []byte, depth int) (c *column.Column, rest []byte, ok bool) {
	if len(raw) < 16 || depth > 8 {
		return nil, nil, false
	}
	c = &column.Column{Kind: column.Kind(raw[0])}
	flags := raw[1]
	bufs := int(binary.LittleEndian.Uint16(raw[2:]))
	c.Len = int(binary.LittleEndian.Uint32(raw[4:]))
	size := binary.LittleEndian.Uint64(raw[8:])
	raw = raw[16:]
	if c.Kind == column.Invalid || c.Kind > column.List || size != uint64(c.Len)*uint64(c.Kind.Width()) {
		return nil, nil, false
	}
	if c.Data, raw, ok = take(raw, size); !ok {
		return nil, nil, false
	}
	if flags&hasValid != 0 {
		var b []byte
		if b, raw, ok = take(raw, uint64((c.Len+63)/64*8)); !ok {
			return nil, nil, false
		}
		c.Valid = column.As[uint64](b)
	}
	for range bufs {
		if len(raw) < 8 {
			return nil, nil, false
		}
		n := binary.LittleEndian.Uint64(raw)
		var b []byte
		if b, raw, ok = take(raw[8:], n); !ok {
			return nil, nil, false
		}
		c.Bufs = append(c.Bufs, b)
	}
	if flags&hasChild != 0 {
		if c.Child, raw, ok = readColumn(raw, depth+1); !ok {
			return nil, nil, false
		}
	}
	return c, raw, true
}

func take(raw []byte, n uint64) (b, rest []byte, ok bool) {
	if n > uint64(len(raw)) || pad(int(n)) > len(raw) {
		return nil, nil, false
	}
	return raw[:n:n], raw[pad(int(n)):], true
}
