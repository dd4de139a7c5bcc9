package export

import (
	"io"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// ParquetWriter writes batches to a Parquet file. Types that Parquet has no
// lossless form for (numeric without a fixed scale, …) are written as their text.
type ParquetWriter struct {
	w    *parquet.Writer
	cols []copyrow.Column
	text []types.Appender // by column; nil: written as it is
	kind []column.Kind
}

// NewParquet begins a file.
func NewParquet(w io.Writer, cols []copyrow.Column, style *types.Style, opt parquet.WriteOptions) (*ParquetWriter, error) {
	p := &ParquetWriter{cols: cols, text: make([]types.Appender, len(cols)), kind: make([]column.Kind, len(cols))}
	var out []parquet.Field
	for i, c := range cols {
		field := parquet.Field{Name: c.Name, Nullable: true, Kind: c.Type.Kind()}
		t := c.Type
		if t.IsArray() {
			t = t.Elem()
			field.List, field.Kind = true, t.Kind()
		}
		logical, ok := logicalOf(t)
		if !ok {
			p.text[i] = types.TextAppender(c.Type, style)
			field.Kind, field.List = column.Bytes, false
			logical = parquet.LogicalType{Annotation: parquet.String}
		}
		field.Logical = logical
		p.kind[i] = field.Kind
		out = append(out, field)
	}
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

// columns are a batch's columns as the file has them.
func (p *ParquetWriter) columns(b *batch.Batch) ([]*column.Column, error) {
	cols := make([]*column.Column, len(b.Cols))
	for i, c := range b.Cols {
		switch {
		case p.text[i] != nil:
			c = asText(c, b, p.text[i])
		case c.Kind == column.List:
			if err := p.plainLists(c, b, i); err != nil {
				return nil, err
			}
		case c.Kind != p.kind[i]: // a batch may come narrower than its type
			t := p.cols[i].Type
			c = kernel.Widen(c, p.kind[i], int(t.Scale), int(t.Scale))
		}
		cols[i] = c
	}
	return cols, nil
}

// plainLists refuses arrays that a list of Parquet would not give back.
func (p *ParquetWriter) plainLists(c *column.Column, b *batch.Batch, i int) error {
	for k := range b.Rows() {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		if c.IsNull(row) {
			continue
		}
		if s, at := c.Slot(row); column.Values[column.ListView](s)[at].Shape != 0 {
			return &parquet.RangeError{Object: "COPY", Column: p.cols[i].Name, What: "an array of several dimensions, or that does not begin at 1, has no form in Parquet"}
		}
	}
	return nil
}

// Write adds rows; row groups end by themselves.
func (p *ParquetWriter) Write(b *batch.Batch) error {
	cols, err := p.columns(b)
	if err != nil {
		return err
	}
	return p.w.Write(cols, b.Sel, b.Len)
}

// WriteGroup writes rows as a row group.
func (p *ParquetWriter) WriteGroup(list []*batch.Batch) error {
	group := make([]parquet.Batch, len(list))
	for i, b := range list {
		cols, err := p.columns(b)
		if err != nil {
			return err
		}
		group[i] = parquet.Batch{Cols: cols, Sel: b.Sel, Len: b.Len}
	}
	return p.w.WriteGroup(group)
}

// Close writes the footer.
func (p *ParquetWriter) Close() error {
	_, err := p.w.Close()
	return err
}

// asText is a column's values in text form; rows that are not live are NULL.
func asText(c *column.Column, b *batch.Batch, put types.Appender) *column.Column {
	vals := make([]types.Datum, b.Len)
	for i := range vals {
		vals[i] = types.Null(column.Bytes)
	}
	for k := range b.Rows() {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		if !c.IsNull(row) {
			vals[row] = types.Text(string(put(nil, c, row)))
		}
	}
	return types.ColumnOf(column.Bytes, column.Invalid, vals)
}
