package nested

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/scan/leaf"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Plan is how to read one nested column of a file. It is shared by workers.
type Plan struct {
	name   string
	root   *shape
	leaves []*parquet.Leaf
	kinds  []column.Kind
	fixes  []func(*column.Column) (*column.Column, error)
}

// PlanOf makes the plan of a column that is Nested.
func PlanOf(c *parquet.Column) (*Plan, error) {
	p := &Plan{name: c.Name}
	b := &builder{writers: p.writer}
	var err error
	if p.root, err = b.build(c.Node, false); err != nil {
		return nil, fmt.Errorf("column %q: %w", c.Name, err)
	}
	p.leaves = b.leaves
	p.root.order()
	return p, nil
}

func errShape(n *parquet.Node, what string) error { return fmt.Errorf("%s: %s", n.Name, what) }

// Leaves are the leaves below the column.
func (p *Plan) Leaves() []*parquet.Leaf { return p.leaves }

// Requests are the leaves to read, in the order that Open takes their readers.
func (p *Plan) Requests() []parquet.Request {
	out := make([]parquet.Request, len(p.leaves))
	for i, l := range p.leaves {
		out[i] = parquet.Request{Leaf: l, Kind: p.kinds[i], Levels: true}
	}
	return out
}

// writer chooses how values of a leaf are written, and how they are read.
func (p *Plan) writer(l *parquet.Leaf) (writer, error) {
	t, why := source.LeafType(l)
	if why != "" {
		return nil, fmt.Errorf("%s", why)
	}
	r, err := leaf.As(l, t)
	if err != nil {
		return nil, err
	}
	p.kinds, p.fixes = append(p.kinds, r.Kind), append(p.fixes, r.Fix)
	switch t.OID {
	case types.BoolOID:
		return func(dst []byte, c *column.Column, i int) ([]byte, error) {
			if column.At[uint8](c, i) != 0 {
				return append(dst, "true"...), nil
			}
			return append(dst, "false"...), nil
		}, nil
	case types.Float4OID:
		return func(dst []byte, c *column.Column, i int) ([]byte, error) {
			return appendFloat(dst, float64(column.At[float32](c, i)), 32)
		}, nil
	case types.Float8OID:
		return func(dst []byte, c *column.Column, i int) ([]byte, error) {
			return appendFloat(dst, column.At[float64](c, i), 64)
		}, nil
	case types.TextOID:
		return func(dst []byte, c *column.Column, i int) ([]byte, error) { return appendString(dst, c.BytesAt(i)) }, nil
	case types.JSONOID:
		return func(dst []byte, c *column.Column, i int) ([]byte, error) {
			b := c.BytesAt(i)
			if !utf8.Valid(b) {
				return appendString(dst, b)
			}
			s, err := types.CanonicalJSON(string(b))
			return append(dst, s...), err
		}, nil
	}
	text := types.TextAppender(t, &types.Style{})
	switch t.OID {
	case types.Int2OID, types.Int4OID, types.Int8OID, types.NumericOID:
		return func(dst []byte, c *column.Column, i int) ([]byte, error) { return text(dst, c, i), nil }, nil
	}
	return func(dst []byte, c *column.Column, i int) ([]byte, error) {
		return appendTimed(dst, text, t.OID, c, i), nil
	}, nil
}

// appendTimed writes a value's text as a JSON string; timestamps as ISO 8601
// has them: a T between date and time, and minutes in the offset.
func appendTimed(dst []byte, text types.Appender, oid types.OID, c *column.Column, i int) []byte {
	b := text(nil, c, i)
	if oid == types.TimestampOID || oid == types.TimestamptzOID {
		for k := range b {
			if b[k] == ' ' {
				b[k] = 'T'
				break
			}
		}
		if n := len(b); oid == types.TimestamptzOID && n > 3 && (b[n-3] == '+' || b[n-3] == '-') {
			b = append(b, ":00"...)
		}
	}
	return types.AppendJSONString(dst, string(b))
}

// unquote is the string that a JSON string stands for.
func unquote(b []byte) string {
	var s string
	if json.Unmarshal(b, &s) != nil {
		return string(b)
	}
	return s
}

// Reader gives the rows of a nested column as jsonb. One goroutine uses it.
// What it returns is lent until the next call.
type Reader struct {
	p       *Plan
	readers []*parquet.ColumnReader
	r       renderer
	heap    []byte
	views   []column.View
	charge  func(n int64) error
	paid    int64
}

// Open makes a reader of the leaves' readers. charge is asked before the text
// of the rows takes more memory.
func (p *Plan) Open(readers []*parquet.ColumnReader, charge func(n int64) error) *Reader {
	return &Reader{p: p, readers: readers, charge: charge, r: renderer{cursors: make([]cursor, len(readers))}}
}

// Skip passes over n rows.
func (r *Reader) Skip(n int) error {
	for _, c := range r.readers {
		if err := c.Skip(n); err != nil {
			return err
		}
	}
	return nil
}

// Read returns the next n rows.
func (r *Reader) Read(ctx context.Context, n int) (*column.Column, error) { return r.rows(ctx, nil, n) }

// ReadSelected passes over the next n rows and returns those at sel.
func (r *Reader) ReadSelected(ctx context.Context, sel []int32, n int) (*column.Column, error) {
	if sel == nil {
		sel = []int32{}
	}
	return r.rows(ctx, sel, n)
}

func (r *Reader) rows(ctx context.Context, sel []int32, n int) (*column.Column, error) {
	for i, c := range r.readers {
		lev, err := c.ReadLevels(ctx, n)
		if err != nil {
			return nil, err
		}
		if fix := r.p.fixes[i]; fix != nil {
			if lev.Values, err = fix(lev.Values); err != nil {
				return nil, err
			}
		}
		r.r.set(i, lev, r.p.leaves[i].MaxDef())
	}
	r.heap, r.views = r.heap[:0], r.views[:0]
	var valid []uint64
	at, rows := 0, n
	if sel != nil {
		rows = len(sel)
	}
	for i := 0; i < n && len(r.views) < rows; i++ {
		if sel != nil && int(sel[at]) != i {
			r.r.skip(r.p.root)
			continue
		}
		at++
		from := len(r.heap)
		var null bool
		var err error
		r.heap, null, err = r.r.row(r.heap, r.p.root)
		switch {
		case err != nil:
			return nil, fmt.Errorf("column %q: %w", r.p.name, err)
		case len(r.heap) > math.MaxInt32:
			return nil, fmt.Errorf("column %q: %w", r.p.name, errLong)
		case null:
			if valid == nil {
				valid = column.NewBitmap(rows, true)
			}
			column.ClearBit(valid, len(r.views))
			r.views = append(r.views, column.View{})
			continue
		}
		r.views = append(r.views, column.MakeView(r.heap[from:], 0, uint32(from)))
		if int64(cap(r.heap)) > r.paid {
			if err := r.charge(int64(cap(r.heap)) - r.paid); err != nil {
				return nil, err
			}
			r.paid = int64(cap(r.heap))
		}
	}
	return &column.Column{Kind: column.Bytes, Len: rows, Valid: valid, Data: column.AsBytes(r.views), Bufs: [][]byte{r.heap}}, nil
}
