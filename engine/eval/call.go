package eval

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// apply computes a function for the rows of a call and leaves the result in
// c.out. An error is that of the lowest failing row.
type apply func(c *call) error

// call is one function's work for one batch.
type call struct {
	env  *Env
	typ  types.Type   // of the result
	argt []types.Type // of the arguments

	n    int
	sel  []int32          // the rows to compute; nil: all n. See callNode.dense
	args []*column.Column // flat or constant, of n rows
	out  *column.Column   // flat, n rows of the result's kind; apply may put another in its place

	s     *scratch
	lists *kernel.Builder // elements of a result that putList makes
	valid []uint64        // of the result so far; nil: no NULLs
	own   bool            // valid is the scratch's and may be written to
}

// each calls f for the rows to compute, in order, until one fails.
func (c *call) each(f func(i int) error) error {
	if c.sel == nil {
		for i := range c.n {
			if err := f(i); err != nil {
				return err
			}
		}
		return nil
	}
	for _, i := range c.sel {
		if err := f(int(i)); err != nil {
			return err
		}
	}
	return nil
}

// eachValid is each without the rows where some argument is NULL, for kernels
// that are called with those.
func (c *call) eachValid(f func(i int) error) error {
	return c.each(func(i int) error {
		if c.valid != nil && !column.Bit(c.valid, i) {
			return nil
		}
		return f(i)
	})
}

// null marks row i of the result NULL.
func (c *call) null(i int) {
	if !c.own {
		b := c.s.bitmap(c.n)
		if c.valid == nil {
			for w := range b {
				b[w] = ^uint64(0)
			}
		} else {
			copy(b, c.valid)
		}
		c.valid, c.own = b, true
	}
	column.ClearBit(c.valid, i)
}

// isNull says whether argument a is NULL in row i.
func (c *call) isNull(a, i int) bool { return c.args[a].IsNull(i) }

// text is argument a as strings.
func (c *call) text(a int) kernel.Views { return kernel.ViewsOf(c.args[a]) }

// arg is argument a as values of one machine type.
func arg[T column.Element](c *call, a int) operand[T] {
	return operand[T]{kernel.OperandOf[T](c.args[a])}
}

type operand[T column.Element] struct{ kernel.Operand[T] }

// at is row i's value.
func (o *operand[T]) at(i int) T { return o.Vals[i&o.Mask] }

// putText sets row i of a result of kind Bytes or Numeric to a copy of b.
func (c *call) putText(i int, b []byte) {
	column.Values[column.View](c.out)[i] = kernel.AppendView(&c.s.heap, b)
}

// putString is putText.
func (c *call) putString(i int, s string) {
	v := &column.Values[column.View](c.out)[i]
	if len(s) <= column.MaxInline {
		*v = column.InlineView([]byte(s))
		return
	}
	off := len(c.s.heap)
	c.s.heap = append(c.s.heap, s...)
	*v = column.MakeView(c.s.heap[off:], 0, uint32(off))
}

// begin and end bracket a string that is written straight to the heap.
func (c *call) begin() int { return len(c.s.heap) }

func (c *call) end(i, off int) {
	b := c.s.heap[off:]
	column.Values[column.View](c.out)[i] = column.MakeView(b, 0, uint32(off))
	if len(b) <= column.MaxInline {
		c.s.heap = c.s.heap[:off]
	}
}

// alias makes the result's views refer to the buffers of argument a.
func (c *call) alias(a int) { c.out.Bufs = c.args[a].Bufs }

// slice is the view of the part b of argument string v, whose buffers the
// result shares. start is where b begins in v.
func slice(v *column.View, b []byte, start int) column.View {
	return column.MakeView(b, v.Buf, v.Off+uint32(start))
}

// putBool sets row i of a result of kind Bool.
func (c *call) putBool(i int, b bool) {
	v := uint8(0)
	if b {
		v = 1
	}
	c.out.Data[i] = v
}

// numeric is row i of argument a, a numeric of any kind.
func (c *call) numeric(a, i int) numeric.Numeric {
	return kernel.NumericAt(c.args[a], i, int(c.argt[a].Scale))
}

// putNumeric sets row i of a numeric result of any kind.
func (c *call) putNumeric(i int, n numeric.Numeric) error {
	switch c.out.Kind {
	case column.Int64:
		v, ok := n.Scaled64(int(c.typ.Scale))
		if !ok {
			return sqlerr.Internal("numeric %s does not fit its static type (%d,%d)", n, c.typ.Digits, c.typ.Scale)
		}
		column.Values[int64](c.out)[i] = v
	case column.Int128:
		hi, lo, ok := n.Scaled128(int(c.typ.Scale))
		if !ok {
			return sqlerr.Internal("numeric %s does not fit its static type (%d,%d)", n, c.typ.Digits, c.typ.Scale)
		}
		column.Values[kernel.Int128](c.out)[i] = kernel.Int128{Hi: hi, Lo: lo}
	default:
		var room [48]byte
		c.putText(i, n.AppendEncoded(room[:0]))
	}
	return nil
}

// callNode calls a function.
type callNode struct {
	fn    string
	args  []node
	apply apply
	kind  column.Kind
	// strict: NULL in, NULL out. The function then sees no row with a NULL,
	// unless it is dense.
	strict bool
	// dense: computes every row of the batch, selected or not, NULL or not, as
	// cheaply as a few; a failure has to be looked for among the valid ones.
	dense    bool
	volatile bool

	c       call
	s       scratch
	flat    []scratch
	cols    []*column.Column
	sel     []int32
	oneCols []column.Column
}

func (n *callNode) eval(f *frame, sel []int32) (*column.Column, error) {
	constArgs := !n.volatile
	for k, a := range n.args {
		col, err := a.eval(f, sel)
		if err != nil {
			return nil, err
		}
		if n.strict && col.AllNull() {
			// What stands behind is still evaluated: it may raise.
			for _, rest := range n.args[k+1:] {
				if _, err := rest.eval(f, sel); err != nil {
					return nil, err
				}
			}
			return column.NewNull(n.kind, f.n), nil
		}
		constArgs = constArgs && col.Form == column.Constant
		n.cols[k] = col
	}
	c := &n.c
	c.n, c.sel, c.valid, c.own, c.args, c.lists = f.n, sel, nil, false, n.cols, nil
	n.s.heap = n.s.heap[:0]
	if constArgs {
		for k, col := range n.cols {
			n.oneCols[k] = *col
			n.oneCols[k].Len = 1
			n.cols[k] = &n.oneCols[k]
		}
		c.n, c.sel = 1, nil
		out, err := n.run()
		if err != nil {
			return nil, err
		}
		return constant(out, f.n), nil
	}
	for k, col := range n.cols {
		n.cols[k] = n.flat[k].flatten(col, sel)
	}
	if n.strict {
		n.intersect(f.n)
		if c.valid != nil && !n.dense {
			n.sel = kernel.AppendWhere(n.sel[:0], c.valid, f.n, sel, true)
			c.sel = n.sel
			if len(n.sel) == 0 {
				return column.NewNull(n.kind, f.n), nil
			}
		}
	}
	return n.run()
}

// intersect makes the call's validity of the arguments'.
func (n *callNode) intersect(rows int) {
	c := &n.c
	for _, col := range n.cols {
		if col.Valid == nil || col.Form == column.Constant {
			continue
		}
		if c.valid == nil {
			c.valid = col.Valid
			continue
		}
		if !c.own {
			b := n.s.bitmap(rows)
			copy(b, c.valid)
			c.valid, c.own = b, true
		}
		for w := range c.valid {
			c.valid[w] &= col.Valid[w]
		}
	}
}

func (n *callNode) run() (*column.Column, error) {
	c := &n.c
	c.out = n.s.flat(n.kind, c.n)
	if err := n.apply(c); err != nil {
		return nil, err
	}
	out := c.out
	if len(n.s.heap) > 0 && out.Bufs == nil {
		n.s.bufs[0] = n.s.heap
		out.Bufs = n.s.bufs[:]
	}
	if c.valid != nil && out.Form == column.Flat {
		out.Valid = c.valid
		kernel.ZeroNulls(out.Data, out.Kind.Width(), c.valid, c.n)
	}
	return out, nil
}

// newCall makes the node of a function over compiled arguments.
func (cp *compiler) newCall(name string, a apply, args []node, argt []types.Type, typ types.Type) *callNode {
	n := &callNode{
		fn: name, args: args, apply: a, kind: typ.Kind(), strict: true,
		flat: make([]scratch, len(args)), cols: make([]*column.Column, len(args)), oneCols: make([]column.Column, len(args)),
	}
	n.c = call{env: cp.env, typ: typ, argt: argt, s: &n.s}
	return n
}

// callExpr compiles a call whose arguments are compiled.
func (cp *compiler) callExpr(e *scalar.Call, args []node) (node, error) {
	argt := make([]types.Type, len(e.Args))
	for i, a := range e.Args {
		argt[i] = a.Type()
	}
	b, ok := kernels[e.Fn.Kernel]
	if !ok {
		return nil, noKernel(e.Fn)
	}
	return b(cp, &signature{fn: e.Fn, args: args, argt: argt, typ: e.Typ, variadic: e.Variadic})
}

// call compiles a call of fn on compiled arguments.
func (cp *compiler) call(fn *function.Function, args []node, argt []types.Type, typ types.Type) (node, error) {
	b, ok := kernels[fn.Kernel]
	if !ok {
		return nil, noKernel(fn)
	}
	return b(cp, &signature{fn: fn, args: args, argt: argt, typ: typ})
}

func noKernel(fn *function.Function) error {
	return sqlerr.Unsupported("function %s is not supported yet", fn.Name)
}

// signature is what a builder makes a node from.
type signature struct {
	fn       *function.Function
	args     []node
	argt     []types.Type
	typ      types.Type
	variadic bool // the last argument is an array that was passed as VARIADIC
}

// builder makes the node of a call.
type builder func(cp *compiler, s *signature) (node, error)

// node makes the plain node of a call, as strict and as volatile as its row
// in the catalog says.
func (s *signature) node(cp *compiler, a apply) *callNode {
	n := cp.newCall(s.fn.Name, a, s.args, s.argt, s.typ)
	n.strict = s.fn.Strict
	n.volatile = s.fn.Volatility == function.Volatile
	return n
}

// rowwise is the builder of a function that has one implementation, which
// computes row by row what is selected.
func rowwise(a apply) builder {
	return func(cp *compiler, s *signature) (node, error) { return s.node(cp, a), nil }
}

func wideScaled(v int64) kernel.Int128 { return kernel.WideScaled(v) }

// sparse says whether so few rows are selected that computing all is a waste.
func (c *call) sparse() bool { return c.sel != nil && len(c.sel) < c.n/8 }
