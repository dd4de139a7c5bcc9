package column

import (
	"sync/atomic"
	"unsafe"
)

// Form says how rows map to stored values.
type Form uint8

const (
	Flat Form = iota
	Constant
	Dictionary
)

// Column is Len values of one Kind. Which fields are set depends on Form and
// Kind; see the package comment.
type Column struct {
	Kind  Kind
	Form  Form
	Len   int
	Valid []uint64 // by row; nil: no NULLs. Constant: bit 0 stands for all rows
	Data  []byte   // Flat: Len values; Constant: one
	Bufs  [][]byte // heaps of views (Bytes, Numeric); at most MaxBuffers
	Codes []int32  // Dictionary: by row; NULL rows hold code 0
	Dict  *Dict    // Dictionary
	Child *Column  // List: the elements that ListViews point into
}

// Dict is the values of dictionary columns. Codes of two columns compare only
// where both have the same *Dict (or equal non-zero ID).
type Dict struct {
	ID     uint64  // identity, unique in the process
	Values *Column // Flat, distinct unless Dup, no NULLs
	Dup    bool    // the same value may stand at two codes (a foreign writer may do that)
}

var dictIDs atomic.Uint64

// NewDict gives values an identity. It keeps values.
func NewDict(values *Column) *Dict {
	return &Dict{ID: dictIDs.Add(1), Values: values}
}

// Alloc makes a zeroed buffer of n bytes, aligned for every Element.
func Alloc(n int) []byte {
	if n == 0 {
		return nil
	}
	words := make([]uint64, (n+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), n)
}

// NewFlat makes a flat column of n zero values without NULLs.
func NewFlat(k Kind, n int) *Column {
	return &Column{Kind: k, Len: n, Data: Alloc(n * k.Width())}
}

// NewNull makes a constant column of n NULLs.
func NewNull(k Kind, n int) *Column {
	c := &Column{Kind: k, Form: Constant, Len: n, Data: Alloc(k.Width()), Valid: []uint64{0}}
	if k == List {
		c.Child = &Column{Kind: Bytes}
	}
	return c
}

// FromSlice makes a flat column over vals, which it keeps.
func FromSlice[T Element](k Kind, vals []T) *Column {
	return &Column{Kind: k, Len: len(vals), Data: AsBytes(vals)}
}

// AsBytes is the memory of vals.
func AsBytes[T Element](vals []T) []byte {
	if len(vals) == 0 {
		return nil
	}
	var z T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(vals))), len(vals)*int(unsafe.Sizeof(z)))
}

// As sees a buffer as values of T. The buffer must be aligned for T.
func As[T Element](data []byte) []T {
	var z T
	if len(data) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/int(unsafe.Sizeof(z)))
}

// Values is the stored values of a flat or constant column (one for a
// constant). T must have the width of the column's kind.
func Values[T Element](c *Column) []T { return As[T](c.Data) }

// IsNull says whether row i is NULL.
func (c *Column) IsNull(i int) bool {
	if c.Valid == nil {
		return false
	}
	if c.Form == Constant {
		i = 0
	}
	return c.Valid[i>>6]>>(uint(i)&63)&1 == 0
}

// MayHaveNulls says whether the column has a validity bitmap at all.
func (c *Column) MayHaveNulls() bool { return c.Valid != nil }

// AllNull says whether the column is the constant NULL.
func (c *Column) AllNull() bool { return c.Form == Constant && c.Valid != nil && c.Valid[0]&1 == 0 }

// Slot is the flat column that holds row i's value, and its position there.
func (c *Column) Slot(i int) (*Column, int) {
	switch c.Form {
	case Constant:
		return c, 0
	case Dictionary:
		return c.Dict.Values, int(c.Codes[i])
	}
	return c, i
}

// BytesAt is row i's string (kinds Bytes and Numeric). It aliases the column.
func (c *Column) BytesAt(i int) []byte {
	s, p := c.Slot(i)
	return Values[View](s)[p].Bytes(s.Bufs)
}

// At is row i's value seen as T.
func At[T Element](c *Column, i int) T {
	s, p := c.Slot(i)
	return Values[T](s)[p]
}

// SetNull marks row i NULL, making the bitmap when there is none. The caller
// owns the column.
func (c *Column) SetNull(i int) {
	if c.Valid == nil {
		c.Valid = NewBitmap(c.Len, true)
	}
	c.Valid[i>>6] &^= 1 << (uint(i) & 63)
}

// Size is the bytes of memory that the column refers to, an upper bound where
// buffers are shared. It does not count a dictionary's values.
func (c *Column) Size() int64 {
	n := int64(len(c.Data)) + int64(len(c.Valid))*8 + int64(len(c.Codes))*4
	for _, b := range c.Bufs {
		n += int64(len(b))
	}
	if c.Child != nil {
		n += c.Child.Size()
	}
	return n
}
