package output

import (
	"io"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// parquetFile writes a Parquet file. Types that Parquet has no lossless form
// for (numeric without a fixed scale, interval, …) are written as their text.
type parquetFile struct {
	w    *parquet.Writer
	text []types.Appender // nil: written as it is
}

func newParquet(w io.Writer, fields []engine.Field, style *types.Style) (*parquetFile, error) {
	p := &parquetFile{text: make([]types.Appender, len(fields))}
	var out []parquet.Field
	for i, f := range fields {
		field := parquet.Field{Name: f.Name, Nullable: true, Kind: f.Type.Kind()}
		t := f.Type
		if t.IsArray() {
			t = t.Elem()
			field.List, field.Kind = true, t.Kind()
		}
		logical, ok := logicalOf(t)
		if !ok {
			p.text[i] = types.TextAppender(f.Type, style)
			field.Kind, field.List = column.Bytes, false
			logical = parquet.LogicalType{Annotation: parquet.String}
		}
		field.Logical = logical
		out = append(out, field)
	}
	opt := parquet.DefaultWrite()
	opt.Codec = parquet.Zstd
	var err error
	p.w, err = parquet.NewWriter(w, out, opt)
	return p, err
}

// logicalOf is the annotation for a type; false where it is written as text.
func logicalOf(t types.Type) (parquet.LogicalType, bool) {
	l := func(a parquet.Annotation) (parquet.LogicalType, bool) {
		return parquet.LogicalType{Annotation: a}, true
	}
	switch t.OID {
	case types.BoolOID, types.Int4OID, types.Int8OID, types.Float4OID, types.Float8OID, types.ByteaOID, types.OIDOID:
		return l(parquet.None)
	case types.Int2OID:
		return parquet.LogicalType{Annotation: parquet.Integer, Bits: 16, Signed: true}, true
	case types.TextOID, types.VarcharOID, types.BPCharOID, types.NameOID:
		return l(parquet.String)
	case types.JSONOID, types.JSONBOID:
		return l(parquet.JSON)
	case types.UUIDOID:
		return l(parquet.UUID)
	case types.DateOID:
		return l(parquet.Date)
	case types.TimeOID:
		return parquet.LogicalType{Annotation: parquet.Time, Unit: parquet.Micros}, true
	case types.TimestampOID, types.TimestamptzOID:
		return parquet.LogicalType{Annotation: parquet.Timestamp, Unit: parquet.Micros, UTC: t.OID == types.TimestamptzOID}, true
	case types.NumericOID:
		if t.Fixed() {
			return parquet.LogicalType{Annotation: parquet.Decimal, Precision: int32(t.Digits), Scale: int32(t.Scale)}, true
		}
	}
	return parquet.LogicalType{}, false
}

func (p *parquetFile) Write(b *batch.Batch) error {
	cols := make([]*column.Column, len(b.Cols))
	for i, c := range b.Cols {
		cols[i] = c
		if p.text[i] != nil {
			cols[i] = asText(c, b, p.text[i])
		}
	}
	return p.w.Write(cols, b.Sel, b.Len)
}

// asText is a column's values in text form.
func asText(c *column.Column, b *batch.Batch, put types.Appender) *column.Column {
	vals := make([]types.Datum, b.Len)
	for i := range vals {
		vals[i] = types.Null(column.Bytes)
	}
	_ = eachRow(b, func(row int) error { // the function below never fails
		if !c.IsNull(row) {
			vals[row] = types.Text(string(put(nil, c, row)))
		}
		return nil
	})
	return types.ColumnOf(column.Bytes, column.Invalid, vals)
}

func (p *parquetFile) Close(bool) error {
	_, err := p.w.Close()
	return err
}
