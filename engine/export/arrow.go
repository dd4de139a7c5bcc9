package export

import (
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/storage/column"
)

// ArrowWriter writes batches as Arrow IPC: a stream, or a file with its index.
// Types that Arrow has no lossless form for are written as their text.
type ArrowWriter struct {
	w interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
	cols   []copyrow.Column
	schema *arrow.Schema
	text   []types.Appender
}

// NewArrow begins a stream or a file.
func NewArrow(w io.Writer, cols []copyrow.Column, style *types.Style, file bool) (*ArrowWriter, error) {
	a := &ArrowWriter{cols: cols}
	var list []arrow.Field
	for _, c := range cols {
		a.text = append(a.text, types.TextAppender(c.Type, style))
		list = append(list, arrow.Field{Name: c.Name, Type: arrowType(c.Type), Nullable: true})
	}
	a.schema = arrow.NewSchema(list, nil)
	if !file {
		a.w = ipc.NewWriter(w, ipc.WithSchema(a.schema))
		return a, nil
	}
	fw, err := ipc.NewFileWriter(w, ipc.WithSchema(a.schema))
	if err != nil {
		return nil, err
	}
	a.w = fw
	return a, nil
}

func arrowType(t types.Type) arrow.DataType {
	switch t.OID {
	case types.BoolOID:
		return arrow.FixedWidthTypes.Boolean
	case types.Int2OID:
		return arrow.PrimitiveTypes.Int16
	case types.Int4OID:
		return arrow.PrimitiveTypes.Int32
	case types.Int8OID, types.OIDOID:
		return arrow.PrimitiveTypes.Int64
	case types.Float4OID:
		return arrow.PrimitiveTypes.Float32
	case types.Float8OID:
		return arrow.PrimitiveTypes.Float64
	case types.DateOID:
		return arrow.FixedWidthTypes.Date32
	case types.TimeOID:
		return arrow.FixedWidthTypes.Time64us
	case types.TimestampOID:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case types.TimestamptzOID:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case types.ByteaOID:
		return arrow.BinaryTypes.Binary
	case types.NumericOID:
		if t.Fixed() {
			return &arrow.Decimal128Type{Precision: int32(t.Digits), Scale: int32(t.Scale)}
		}
	}
	return arrow.BinaryTypes.String
}

// Write adds a record batch.
func (a *ArrowWriter) Write(b *batch.Batch) error {
	rb := array.NewRecordBuilder(memory.DefaultAllocator, a.schema)
	defer rb.Release()
	for i := range a.cols {
		c, bld := b.Cols[i], rb.Field(i)
		for k := range b.Rows() {
			row := k
			if b.Sel != nil {
				row = int(b.Sel[k])
			}
			if c.IsNull(row) {
				bld.AppendNull()
			} else {
				a.append(bld, c, i, row)
			}
		}
	}
	rec := rb.NewRecordBatch()
	defer rec.Release()
	return a.w.Write(rec)
}

func (a *ArrowWriter) append(bld array.Builder, c *column.Column, i, row int) {
	switch bld := bld.(type) {
	case *array.BooleanBuilder:
		bld.Append(column.At[uint8](c, row) != 0)
	case *array.Int16Builder:
		bld.Append(column.At[int16](c, row))
	case *array.Int32Builder:
		bld.Append(column.At[int32](c, row))
	case *array.Int64Builder:
		bld.Append(column.At[int64](c, row))
	case *array.Float32Builder:
		bld.Append(column.At[float32](c, row))
	case *array.Float64Builder:
		bld.Append(column.At[float64](c, row))
	case *array.Date32Builder:
		bld.Append(arrow.Date32(column.At[int32](c, row)))
	case *array.Time64Builder:
		bld.Append(arrow.Time64(column.At[int64](c, row)))
	case *array.TimestampBuilder:
		bld.Append(arrow.Timestamp(column.At[int64](c, row)))
	case *array.BinaryBuilder:
		bld.Append(c.BytesAt(row))
	case *array.Decimal128Builder:
		if c.Kind == column.Int64 {
			bld.Append(decimal128.FromI64(column.At[int64](c, row)))
			return
		}
		v := column.At[column.Int128Value](c, row)
		bld.Append(decimal128.New(v.Hi, v.Lo))
	case *array.StringBuilder:
		bld.Append(string(a.text[i](nil, c, row)))
	}
}

// Close ends the stream.
func (a *ArrowWriter) Close() error { return a.w.Close() }
