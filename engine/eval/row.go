package eval

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	for name, op := range map[string]kernel.Comparison{
		"eq": kernel.EQ, "ne": kernel.NE, "lt": kernel.LT, "le": kernel.LE, "gt": kernel.GT, "ge": kernel.GE,
	} {
		register(map[string]builder{"record_" + name: rowwise(recordCompare(op))})
	}
	register(map[string]builder{"row_to_json": toJSON(false)})
}

// rowNode is ROW(…): the values of its fields as one record value.
type rowNode struct {
	fields []node
	w      *types.RecordWriter
	cols   []*column.Column
	s      scratch
}

func (cp *compiler) row(e *scalar.Row) (node, error) {
	fields, err := cp.nodes(e.Fields)
	if err != nil {
		return nil, err
	}
	ts := make([]types.Type, len(e.Fields))
	for i, f := range e.Fields {
		ts[i] = f.Type()
	}
	return &rowNode{fields: fields, w: types.NewRecordWriter(e.Names, ts), cols: make([]*column.Column, len(fields))}, nil
}

func (n *rowNode) eval(f *frame, sel []int32) (*column.Column, error) {
	constArgs := true
	for k, x := range n.fields {
		c, err := x.eval(f, sel)
		if err != nil {
			return nil, err
		}
		constArgs = constArgs && c.Form == column.Constant
		n.cols[k] = c
	}
	rows, size := rowsOf(f, sel), f.n
	if constArgs {
		rows, size = sequence(1), 1
	}
	out := n.s.flat(column.Bytes, size)
	views := column.Values[column.View](out)
	clear(views)
	var heap []byte // its own: the record may be a key of a cached entry
	for _, i := range rows {
		off := len(heap)
		heap = n.w.Append(heap, n.cols, int(i))
		b := heap[off:]
		views[i] = column.MakeView(b, 0, uint32(off))
	}
	out.Bufs = [][]byte{heap}
	if constArgs {
		return constant(out, f.n), nil
	}
	return out, nil
}

// recordCompare compares record values; two NULL fields are equal.
func recordCompare(op kernel.Comparison) apply {
	return func(c *call) error {
		a, b := c.text(0), c.text(1)
		return c.each(func(i int) error {
			x, y := a.At(i), b.At(i)
			if err := types.ComparableRecords(types.RecordFields(x), types.RecordFields(y)); err != nil {
				return err
			}
			cmp := kernel.Comparer(types.New(types.RecordOID))
			c.putBool(i, op.Holds(cmp(c.args[0], i, c.args[1], i)))
			return nil
		})
	}
}

// recordJSON writes a record value as a JSON object.
func (cp *compiler) recordJSON() types.Appender {
	outs := map[types.Type]types.Appender{}
	return func(dst []byte, c *column.Column, i int) []byte {
		dst = append(dst, '{')
		for k, f := range types.RecordFields(c.BytesAt(i)) {
			if k > 0 {
				dst = append(dst, ',')
			}
			dst = append(types.AppendJSONString(dst, f.Name), ':')
			if f.Value.Null {
				dst = append(dst, "null"...)
				continue
			}
			a := outs[f.Type]
			if a == nil {
				a = cp.jsonAppender(f.Type)
				outs[f.Type] = a
			}
			dst = a(dst, f.Column(), 0)
		}
		return append(dst, '}')
	}
}
