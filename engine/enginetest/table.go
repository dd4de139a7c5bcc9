package enginetest

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// Table is an operator's input.
type Table struct {
	Types []types.Type
	Cols  []*column.Column
}

// Rows is the number of rows.
func (t *Table) Rows() int {
	if len(t.Cols) == 0 {
		return 0
	}
	return t.Cols[0].Len
}

// NewTable makes a table of rows of datums.
func NewTable(ts []types.Type, rows ...[]types.Datum) *Table {
	t := &Table{Types: ts}
	for c, typ := range ts {
		vals := make([]types.Datum, len(rows))
		for i, r := range rows {
			vals[i] = r[c]
			vals[i].Kind = typ.Kind()
		}
		t.Cols = append(t.Cols, types.ColumnOf(typ.Kind(), typ.Elem().Kind(), vals))
	}
	return t
}

// Column adds a column made by f.
func (t *Table) Column(typ types.Type, n int, f func(i int) types.Datum) *Table {
	vals := make([]types.Datum, n)
	for i := range vals {
		vals[i] = f(i)
		vals[i].Kind = typ.Kind()
	}
	t.Types = append(t.Types, typ)
	t.Cols = append(t.Cols, types.ColumnOf(typ.Kind(), typ.Elem().Kind(), vals))
	return t
}

// Ints adds a column of an integer type.
func (t *Table) Ints(typ types.Type, n int, f func(i int) int64) *Table {
	return t.Column(typ, n, func(i int) types.Datum { return types.Int(typ.Kind(), f(i)) })
}

// Texts adds a column of text.
func (t *Table) Texts(n int, f func(i int) string) *Table {
	return t.Column(types.New(types.TextOID), n, func(i int) types.Datum { return types.Text(f(i)) })
}

// Int8, Int4, … are the types that tests use most.
var (
	Bool    = types.New(types.BoolOID)
	Int2    = types.New(types.Int2OID)
	Int4    = types.New(types.Int4OID)
	Int8    = types.New(types.Int8OID)
	Float4  = types.New(types.Float4OID)
	Float8  = types.New(types.Float8OID)
	Text    = types.New(types.TextOID)
	Numeric = types.New(types.NumericOID)
)

// withNulls is t with about one value in seven replaced by NULL, always the same.
func (t *Table) withNulls() *Table {
	rng := rand.New(rand.NewPCG(7, 7))
	out := &Table{Types: t.Types}
	for i, c := range t.Cols {
		b := kernel.NewBuilder(t.Types[i].Kind())
		b.Append(c, nil)
		n := b.Column()
		for r := range n.Len {
			if rng.IntN(7) == 0 {
				n.SetNull(r)
				w := n.Kind.Width()
				clear(n.Data[r*w : (r+1)*w])
			}
		}
		out.Cols = append(out.Cols, n)
	}
	return out
}

// withDictionaries is t with text columns of few values as dictionary codes.
func (t *Table) withDictionaries() *Table {
	out := &Table{Types: t.Types}
	for _, c := range t.Cols {
		out.Cols = append(out.Cols, dictionary(c))
	}
	return out
}

func dictionary(c *column.Column) *column.Column {
	if c.Kind != column.Bytes || c.Form != column.Flat {
		return c
	}
	codes := map[string]int32{}
	var vals []types.Datum
	out := &column.Column{Kind: c.Kind, Form: column.Dictionary, Len: c.Len, Valid: c.Valid, Codes: make([]int32, c.Len)}
	for i := range c.Len {
		if c.IsNull(i) {
			continue
		}
		s := string(c.BytesAt(i))
		code, ok := codes[s]
		if !ok {
			code = int32(len(vals))
			codes[s] = code
			vals = append(vals, types.Text(s))
		}
		out.Codes[i] = code
	}
	out.Dict = column.NewDict(types.ColumnOf(c.Kind, column.Invalid, vals))
	return out
}

// FormatRows gives each row of a batch as text.
func FormatRows(b *batch.Batch, ts []types.Type) []string {
	var out []string
	var sb strings.Builder
	n := b.Rows()
	for k := range n {
		i := k
		if b.Sel != nil {
			i = int(b.Sel[k])
		}
		sb.Reset()
		for c, col := range b.Cols {
			if c > 0 {
				sb.WriteByte('|')
			}
			t := types.Type{}
			if c < len(ts) {
				t = ts[c]
			}
			sb.WriteString(FormatValue(col, i, t))
		}
		out = append(out, sb.String())
	}
	return out
}

// FormatValue gives one value as text.
func FormatValue(c *column.Column, i int, t types.Type) string {
	if c.IsNull(i) {
		return "NULL"
	}
	s, p := c.Slot(i)
	switch s.Kind {
	case column.Bool:
		if column.Values[uint8](s)[p] != 0 {
			return "t"
		}
		return "f"
	case column.Int16, column.Int32, column.Int64:
		d := types.FromColumn(c, i)
		if t.Fixed() {
			return numeric.FromScaled64(d.I, int(t.Scale)).String()
		}
		return fmt.Sprint(d.I)
	case column.Int128:
		v := column.Values[column.Int128Value](s)[p]
		return numeric.FromScaled128(v.Hi, v.Lo, int(t.Scale)).String()
	case column.Float32, column.Float64:
		return fmt.Sprintf("%.12g", types.FromColumn(c, i).F)
	case column.Numeric:
		return numeric.Decode(c.BytesAt(i)).String()
	case column.Bytes:
		return string(c.BytesAt(i))
	case column.Interval:
		v := column.Values[column.IntervalValue](s)[p]
		return fmt.Sprintf("%dm%dd%dus", v.Months, v.Days, v.Micros)
	case column.List:
		l := column.Values[column.ListView](s)[p]
		var e []string
		for j := range int(l.Len) {
			e = append(e, FormatValue(s.Child, int(l.Off)+j, t.Elem()))
		}
		return "{" + strings.Join(e, ",") + "}"
	}
	return fmt.Sprintf("%x", s.Data[p*16:p*16+16])
}

func sorted(rows []string) []string {
	out := append([]string(nil), rows...)
	sort.Strings(out)
	return out
}
