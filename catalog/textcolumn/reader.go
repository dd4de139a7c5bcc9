package textcolumn

import (
	"fmt"
	"unsafe"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/record"
)

// Options say how text is read.
type Options struct {
	Style *types.Style
	// Input, if not nil, reads what the quick forms do not, in place of the
	// type's input function; Only says that the quick forms do not apply.
	Input types.InputFunc
	Only  bool
	// EmptyIsNull makes an empty field of a type that has no empty value NULL.
	EmptyIsNull bool
	// Skip collects the rows with values that cannot be read instead of failing.
	Skip bool
}

// Reader reads one column. One goroutine uses it.
type Reader struct {
	typ   types.Type
	opt   Options
	input types.InputFunc
	read  func(r *Reader, f *record.Fields, sel []int32, n int) error
	data  []byte // of the column being made
	valid []uint64
	nulls bool
	bad   []int32
	first error
	heap  []byte         // texts and numerics that were made
	lists []types.Datum  // lists are made last
	col   *column.Column // lent
}

// ValueError says that the text in a row is not a value of the column's type.
type ValueError struct {
	Row int32
	Err error // the type's
}

func (e *ValueError) Error() string { return e.Err.Error() }
func (e *ValueError) Unwrap() error { return e.Err }

// New makes a reader of columns of type t.
func New(t types.Type, opt Options) *Reader {
	r := &Reader{typ: t, opt: opt, input: opt.Input}
	if r.input == nil {
		r.input = types.TextInput(t, opt.Style)
	}
	r.read = (*Reader).slow
	if opt.Only {
		return r
	}
	switch t.OID {
	case types.Int2OID:
		r.read = readInts[int16]
	case types.Int4OID:
		r.read = readInts[int32]
	case types.Int8OID:
		r.read = readInts[int64]
	case types.Float8OID:
		r.read = readFloats
	case types.BoolOID:
		r.read = readBools
	case types.DateOID:
		r.read = readDates
	case types.TimestampOID:
		r.read = readTimestamps
	case types.NumericOID:
		if t.Fixed() && t.Kind() == column.Int64 && (t.Typmod < 0 || t == types.NewNumeric(int(t.Digits), int(t.Scale))) {
			r.read = readDecimals
		}
	case types.TextOID, types.UnknownOID:
		r.read = readText
	case types.VarcharOID:
		if t.Typmod < 0 {
			r.read = readText
		}
	}
	return r
}

// hasEmpty says whether the empty text is a value of the type.
func (r *Reader) hasEmpty() bool {
	switch r.typ.OID {
	case types.TextOID, types.UnknownOID, types.VarcharOID, types.BPCharOID, types.NameOID, types.ByteaOID, types.CharOID:
		return true
	}
	return !r.opt.EmptyIsNull
}

// Read makes the column of the rows in sel (nil: all n); other rows hold zero.
// An error is a *ValueError of the first row that cannot be read, unless such
// rows are to be skipped: then Bad tells them.
func (r *Reader) Read(f *record.Fields, sel []int32, n int) (*column.Column, error) {
	k := r.typ.Kind()
	size := n * k.Width()
	if cap(r.data) < size {
		r.data = column.Alloc(size)[:size:size]
	}
	r.data = r.data[:size]
	if sel != nil {
		clear(r.data)
	}
	r.nulls, r.bad, r.first, r.lists = false, r.bad[:0], nil, nil
	r.heap = r.heap[:0]
	c := &column.Column{Kind: k, Len: n, Data: r.data}
	r.col = c
	if err := r.read(r, f, sel, n); err != nil {
		return nil, err
	}
	if r.lists != nil {
		return types.ColumnOf(column.List, r.typ.Elem().Kind(), r.lists), nil
	}
	if r.nulls {
		c.Valid = r.valid
	}
	return c, nil
}

// Bad are the rows that could not be read, ascending, and the first's error.
func (r *Reader) Bad() ([]int32, error) { return r.bad, r.first }

// null marks a row NULL.
func (r *Reader) null(i, n int) {
	if !r.nulls {
		r.nulls = true
		words := (n + 63) / 64
		if cap(r.valid) < words {
			r.valid = make([]uint64, words)
		}
		r.valid = r.valid[:words]
		for w := range r.valid {
			r.valid[w] = ^uint64(0)
		}
	}
	column.ClearBit(r.valid, i)
}

// fail handles a value that cannot be read.
func (r *Reader) fail(i int, err error) error {
	if !r.opt.Skip {
		return &ValueError{Row: int32(i), Err: err}
	}
	if r.first == nil {
		r.first = err
	}
	r.bad = append(r.bad, int32(i))
	return nil
}

// datum reads one field by the type's input function. ok is false where the
// row is NULL or bad.
func (r *Reader) datum(f *record.Fields, i, n int) (d types.Datum, ok bool, err error) {
	b := f.Bytes(f.Spans[i])
	if len(b) == 0 && !r.hasEmpty() {
		r.null(i, n)
		return d, false, nil
	}
	if !f.Clean {
		if err := types.ValidText(b); err != nil {
			return d, false, r.fail(i, err)
		}
	}
	if k := r.typ.Kind(); k.IsView() || k == column.List {
		d, err = r.input(string(b))
	} else { // the value does not hold on to the text
		d, err = r.input(unsafe.String(unsafe.SliceData(b), len(b)))
	}
	if err != nil {
		r.null(i, n)
		return d, false, r.fail(i, err)
	}
	if d.Null {
		r.null(i, n)
		return d, false, nil
	}
	return d, true, nil
}

// slow reads every field by the type's input function.
func (r *Reader) slow(f *record.Fields, sel []int32, n int) error {
	k := r.typ.Kind()
	if k == column.List {
		r.lists = make([]types.Datum, n)
		for i := range r.lists {
			r.lists[i] = types.Null(column.List)
		}
	}
	if k.IsView() {
		clear(r.data)
	}
	rows := n
	if sel != nil {
		rows = len(sel)
	}
	for j := range rows {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		if f.Spans[i].Len == record.NullLen {
			r.zero(i)
			r.null(i, n)
			continue
		}
		d, ok, err := r.datum(f, i, n)
		if err != nil {
			return err
		}
		if !ok {
			r.zero(i)
			continue
		}
		r.put(i, d)
	}
	r.closeHeap()
	return nil
}

func (r *Reader) zero(i int) {
	w := r.typ.Kind().Width()
	clear(r.data[i*w : (i+1)*w])
}

func (r *Reader) closeHeap() {
	if len(r.heap) > 0 {
		r.col.Bufs = append(r.col.Bufs, r.heap)
	}
}

// put stores a value. Strings go to the heap, which becomes the last buffer.
func (r *Reader) put(i int, d types.Datum) {
	c := r.col
	d.Kind = c.Kind
	if d.PutFixed(c, i) {
		return
	}
	switch c.Kind {
	case column.Bytes, column.Numeric:
		v := column.MakeView([]byte(d.S), uint32(len(c.Bufs)), uint32(len(r.heap)))
		if len(d.S) > column.MaxInline {
			r.heap = append(r.heap, d.S...)
		}
		column.Values[column.View](c)[i] = v
	case column.List:
		r.lists[i] = d
	default:
		panic(fmt.Sprintf("textcolumn: kind %v", c.Kind))
	}
}
