package arrowcolumn

import (
	"fmt"
	"math"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// Reader reads one column of record batches as columns of a SQL type. One
// goroutine uses it.
type Reader struct {
	typ  types.Type
	dict arrow.Array    // of the dictionary that values were made of
	vals *column.Column // its values
	of   *column.Dict
}

// NewReader makes a reader of columns of type t, which TypeOf gave or what
// holds its values.
func NewReader(t types.Type) *Reader { return &Reader{typ: t} }

// Read makes the column of n values from value from on. It may share a's
// memory.
func (r *Reader) Read(a arrow.Array, from, n int) (*column.Column, error) {
	if e, ok := a.(array.ExtensionArray); ok {
		a = e.Storage()
	}
	if d, ok := a.(*array.Dictionary); ok {
		return r.dictionary(d, from, n)
	}
	if l, ok := a.(array.ListLike); ok && r.typ.IsArray() {
		return r.list(l, from, n)
	}
	if r.typ.OID == types.JSONBOID {
		return r.jsonb(a, from, n)
	}
	c, err := r.scalar(a, from, n)
	if err != nil {
		return nil, err
	}
	if c.Form == column.Flat {
		nulls(c, a, from, n)
	}
	return c, nil
}

// nulls marks the NULLs of a and zeroes their slots; c owns its memory where a
// has any.
func nulls(c *column.Column, a arrow.Array, from, n int) {
	if a.NullN() == 0 {
		return
	}
	w := c.Kind.Width()
	for i := range n {
		if a.IsNull(from + i) {
			c.SetNull(i)
			clear(c.Data[i*w : (i+1)*w])
		}
	}
}

// share is a column over values, copied where NULLs have to be zeroed.
func share[T column.Element](k column.Kind, a arrow.Array, vals []T) *column.Column {
	if a.NullN() > 0 {
		vals = append([]T(nil), vals...)
	}
	return column.FromSlice(k, vals)
}

type integer interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64
}

// widened is a column of values as T.
func widened[T interface {
	column.Element
	int16 | int32 | int64
}, F integer](k column.Kind, vals []F) *column.Column {
	out := make([]T, len(vals))
	for i, v := range vals {
		out[i] = T(v)
	}
	return column.FromSlice(k, out)
}

// toKind widens integers to the kind that the reader's type has.
func toKind[F integer](k column.Kind, vals []F) *column.Column {
	switch k {
	case column.Int16:
		return widened[int16](k, vals)
	case column.Int32:
		return widened[int32](k, vals)
	}
	return widened[int64](column.Int64, vals)
}

func (r *Reader) scalar(a arrow.Array, from, n int) (*column.Column, error) {
	k := r.typ.Kind()
	to := from + n
	switch a := a.(type) {
	case *array.Null:
		return column.NewNull(k, n), nil
	case *array.Boolean:
		out := column.NewFlat(column.Bool, n)
		for i := range n {
			if a.IsValid(from+i) && a.Value(from+i) {
				out.Data[i] = 1
			}
		}
		return out, nil
	case *array.Int8:
		return toKind(k, a.Int8Values()[from:to]), nil
	case *array.Uint8:
		return toKind(k, a.Uint8Values()[from:to]), nil
	case *array.Int16:
		if k == column.Int16 {
			return share(k, a, a.Int16Values()[from:to]), nil
		}
		return toKind(k, a.Int16Values()[from:to]), nil
	case *array.Uint16:
		return toKind(k, a.Uint16Values()[from:to]), nil
	case *array.Int32:
		if k == column.Int32 {
			return share(k, a, a.Int32Values()[from:to]), nil
		}
		return toKind(k, a.Int32Values()[from:to]), nil
	case *array.Uint32:
		return toKind(k, a.Uint32Values()[from:to]), nil
	case *array.Int64:
		return share(column.Int64, a, a.Int64Values()[from:to]), nil
	case *array.Uint64:
		out := make([]column.Int128Value, n)
		for i, v := range a.Uint64Values()[from:to] {
			out[i].Lo = v
		}
		return column.FromSlice(column.Int128, out), nil
	case *array.Float16:
		out := make([]float32, n)
		for i, v := range a.Values()[from:to] {
			out[i] = v.Float32()
		}
		return column.FromSlice(column.Float32, out), nil
	case *array.Float32:
		if k == column.Float64 {
			out := make([]float64, n)
			for i, v := range a.Float32Values()[from:to] {
				out[i] = float64(v)
			}
			return column.FromSlice(k, out), nil
		}
		return share(k, a, a.Float32Values()[from:to]), nil
	case *array.Float64:
		return share(k, a, a.Float64Values()[from:to]), nil
	case *array.Date32:
		out := make([]int32, n)
		for i := range out {
			out[i] = int32(a.Value(from + i))
		}
		return column.FromSlice(column.Int32, out), nil
	case *array.Date64:
		out := make([]int32, n)
		for i := range out {
			out[i] = int32(floorDiv(int64(a.Value(from+i)), 86400000))
		}
		return column.FromSlice(column.Int32, out), nil
	case *array.Time32:
		return micros(n, a.DataType().(*arrow.Time32Type).Unit, func(i int) int64 { return int64(a.Value(from + i)) }), nil
	case *array.Time64:
		return micros(n, a.DataType().(*arrow.Time64Type).Unit, func(i int) int64 { return int64(a.Value(from + i)) }), nil
	case *array.Timestamp:
		return r.timestamps(a, from, n)
	case *array.Duration:
		m := micros(n, a.DataType().(*arrow.DurationType).Unit, func(i int) int64 { return int64(a.Value(from + i)) })
		out := make([]column.IntervalValue, n)
		for i, v := range column.Values[int64](m) {
			out[i].Micros = v
		}
		return column.FromSlice(column.Interval, out), nil
	case *array.MonthInterval:
		out := make([]column.IntervalValue, n)
		for i := range out {
			out[i].Months = int32(a.Value(from + i))
		}
		return column.FromSlice(column.Interval, out), nil
	case *array.DayTimeInterval:
		out := make([]column.IntervalValue, n)
		for i := range out {
			v := a.Value(from + i)
			out[i] = column.IntervalValue{Days: v.Days, Micros: int64(v.Milliseconds) * 1000}
		}
		return column.FromSlice(column.Interval, out), nil
	case *array.MonthDayNanoInterval:
		out := make([]column.IntervalValue, n)
		for i := range out {
			v := a.Value(from + i)
			out[i] = column.IntervalValue{Months: v.Months, Days: v.Days, Micros: floorDiv(v.Nanoseconds, 1000)}
		}
		return column.FromSlice(column.Interval, out), nil
	case *array.FixedSizeBinary:
		if k == column.Fixed16 {
			out := make([][16]byte, n)
			for i := range out {
				copy(out[i][:], a.Value(from+i))
			}
			return column.FromSlice(k, out), nil
		}
		return r.bytes(a, from, n, a.Value)
	case *array.Binary:
		return r.bytes(a, from, n, a.Value)
	case *array.LargeBinary:
		return r.bytes(a, from, n, a.Value)
	case *array.BinaryView:
		return r.bytes(a, from, n, a.Value)
	case *array.String:
		return r.bytes(a, from, n, func(i int) []byte { return []byte(a.Value(i)) })
	case *array.LargeString:
		return r.bytes(a, from, n, func(i int) []byte { return []byte(a.Value(i)) })
	case *array.StringView:
		return r.bytes(a, from, n, func(i int) []byte { return []byte(a.Value(i)) })
	case *array.Decimal32:
		return r.decimals(a, from, n, a.DataType().(arrow.DecimalType).GetScale(), func(i int) *big.Int { return big.NewInt(int64(a.Value(i))) })
	case *array.Decimal64:
		return r.decimals(a, from, n, a.DataType().(arrow.DecimalType).GetScale(), func(i int) *big.Int { return big.NewInt(int64(a.Value(i))) })
	case *array.Decimal128:
		if k == column.Int128 && int32(r.typ.Scale) == a.DataType().(arrow.DecimalType).GetScale() {
			out := make([]column.Int128Value, n)
			for i := range out {
				v := a.Value(from + i)
				out[i] = column.Int128Value{Lo: v.LowBits(), Hi: v.HighBits()}
			}
			return column.FromSlice(k, out), nil
		}
		if k == column.Int64 && int32(r.typ.Scale) == a.DataType().(arrow.DecimalType).GetScale() {
			out := make([]int64, n)
			for i := range out {
				v := a.Value(from + i)
				if out[i] = int64(v.LowBits()); a.IsValid(from+i) && v.HighBits() != out[i]>>63 {
					return nil, sqlerr.New(sqlerr.NumericValueOutOfRange, "numeric field overflow")
				}
			}
			return column.FromSlice(k, out), nil
		}
		return r.decimals(a, from, n, a.DataType().(arrow.DecimalType).GetScale(), func(i int) *big.Int { v := a.Value(i); return v.BigInt() })
	case *array.Decimal256:
		return r.decimals(a, from, n, a.DataType().(arrow.DecimalType).GetScale(), func(i int) *big.Int { v := a.Value(i); return v.BigInt() })
	}
	return nil, sqlerr.Unsupported("Arrow type %s is not supported yet", a.DataType())
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// micros scales times to microseconds.
func micros(n int, u arrow.TimeUnit, at func(i int) int64) *column.Column {
	out := make([]int64, n)
	for i := range out {
		v := at(i)
		switch u {
		case arrow.Second:
			v *= 1000000
		case arrow.Millisecond:
			v *= 1000
		case arrow.Nanosecond:
			v = floorDiv(v, 1000)
		}
		out[i] = v
	}
	return column.FromSlice(column.Int64, out)
}

func (r *Reader) timestamps(a *array.Timestamp, from, n int) (*column.Column, error) {
	u := a.DataType().(*arrow.TimestampType).Unit
	factor := map[arrow.TimeUnit]int64{arrow.Second: 1000000, arrow.Millisecond: 1000, arrow.Microsecond: 1}[u]
	for i := from; i < from+n; i++ {
		if v := int64(a.Value(i)); a.IsValid(i) && factor > 1 && (v > math.MaxInt64/factor || v < math.MinInt64/factor) {
			return nil, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range")
		}
	}
	if u == arrow.Microsecond {
		return share(column.Int64, a, column.As[int64](column.AsBytes(a.TimestampValues()))[from:from+n]), nil
	}
	return micros(n, u, func(i int) int64 { return int64(a.Value(from + i)) }), nil
}

// bytes copies strings into one heap.
func (r *Reader) bytes(a arrow.Array, from, n int, at func(i int) []byte) (*column.Column, error) {
	out := column.NewFlat(column.Bytes, n)
	views := column.Values[column.View](out)
	text := r.typ.OID != types.ByteaOID
	var heap []byte
	for i := range n {
		if a.IsNull(from + i) {
			continue
		}
		b := at(from + i)
		if text {
			if err := types.ValidText(b); err != nil {
				return nil, err
			}
		}
		views[i] = column.MakeView(b, 0, uint32(len(heap)))
		if len(b) > column.MaxInline {
			if len(heap)+len(b) > math.MaxUint32 {
				return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "the strings of a batch are longer than 4 GB together")
			}
			heap = append(heap, b...)
		}
	}
	if heap != nil {
		out.Bufs = [][]byte{heap}
	}
	return out, nil
}

func (r *Reader) decimals(a arrow.Array, from, n int, scale int32, at func(i int) *big.Int) (*column.Column, error) {
	vals := make([]types.Datum, n)
	for i := range vals {
		if a.IsNull(from + i) {
			vals[i] = types.Null(r.typ.Kind())
			continue
		}
		num, err := numeric.Parse(fmt.Sprintf("%se%d", at(from+i), -scale))
		if err == nil {
			num, err = numeric.ApplyTypmod(num, r.typ.Typmod)
		}
		if err != nil {
			return nil, err
		}
		if vals[i], err = types.NumericDatum(num, r.typ); err != nil {
			return nil, err
		}
	}
	return types.ColumnOf(r.typ.Kind(), column.Invalid, vals), nil
}

// dictionary makes a dictionary column, or a flat one where values are NULL.
func (r *Reader) dictionary(d *array.Dictionary, from, n int) (*column.Column, error) {
	if values := d.Dictionary(); r.dict == nil || r.dict.Data() != values.Data() {
		c, err := NewReader(r.typ).Read(values, 0, values.Len())
		if err != nil {
			return nil, err
		}
		r.dict, r.vals = values, c
		r.of = nil
		if c.Form == column.Flat && c.Valid == nil {
			r.of = column.NewDict(c)
			r.of.Dup = true
		}
	}
	codes := make([]int32, n)
	out := &column.Column{Kind: r.typ.Kind(), Form: column.Dictionary, Len: n, Codes: codes, Dict: r.of}
	size := r.vals.Len
	for i := range codes {
		if d.IsNull(from + i) {
			out.SetNull(i)
			continue
		}
		k := d.GetValueIndex(from + i)
		if k < 0 || k >= size {
			return nil, sqlerr.New(sqlerr.DataCorrupted, "dictionary index %d of %d", k, size)
		}
		codes[i] = int32(k)
	}
	if r.of != nil {
		return out, nil
	}
	if size == 0 {
		return column.NewNull(r.typ.Kind(), n), nil
	}
	flat := column.Gather(r.vals, codes)
	if out.Valid != nil {
		for i := range n {
			if out.IsNull(i) {
				flat.SetNull(i)
			}
		}
	}
	return flat, nil
}

func (r *Reader) list(l array.ListLike, from, n int) (*column.Column, error) {
	values := l.ListValues()
	out := column.NewFlat(column.List, n)
	views := column.Values[column.ListView](out)
	lo, hi := int64(math.MaxInt64), int64(0)
	for i := range n {
		if l.IsNull(from + i) {
			out.SetNull(i)
			continue
		}
		s, e := l.ValueOffsets(from + i)
		if s < 0 || e < s || e > int64(values.Len()) {
			return nil, sqlerr.New(sqlerr.DataCorrupted, "list offsets %d to %d of %d", s, e, values.Len())
		}
		lo, hi = min(lo, s), max(hi, e)
	}
	if lo > hi {
		lo = hi
	}
	for i := range n {
		if !l.IsNull(from + i) {
			s, e := l.ValueOffsets(from + i)
			views[i] = column.ListView{Off: uint32(s - lo), Len: uint32(e - s)}
		}
	}
	child, err := NewReader(r.typ.Elem()).Read(values, int(lo), int(hi-lo))
	if err != nil {
		return nil, err
	}
	if child.Form != column.Flat {
		all := make([]int32, child.Len)
		for i := range all {
			all[i] = int32(i)
		}
		child = column.Gather(child, all)
	}
	out.Child = child
	return out, nil
}

// jsonb renders values as JSON.
func (r *Reader) jsonb(a arrow.Array, from, n int) (*column.Column, error) {
	vals := make([]types.Datum, n)
	for i := range vals {
		if a.IsNull(from + i) {
			vals[i] = types.Null(column.Bytes)
			continue
		}
		text, err := jsonText(a, from+i)
		if err != nil {
			return nil, err
		}
		if text, err = types.CanonicalJSON(text); err != nil {
			return nil, err
		}
		vals[i] = types.Text(text)
	}
	return types.ColumnOf(column.Bytes, column.Invalid, vals), nil
}
