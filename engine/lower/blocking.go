package lower

import (
	"math"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/aggregate"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (b *builder) aggregate(n *physical.HashAggregate) (*chain, error) {
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	var exprs []scalar.Expr
	at := func(e scalar.Expr) int {
		exprs = append(exprs, e)
		return len(exprs) - 1
	}
	spec := aggregate.Spec{Node: n.Properties().ID, Sets: n.Sets, SetCol: n.SetCol != nil}
	for _, k := range n.Keys {
		spec.Keys = append(spec.Keys, at(k))
	}
	for _, a := range n.Aggs {
		call := aggregate.Call{Fn: a.Agg.Fn, Filter: -1, Distinct: a.Agg.Distinct, Result: a.Col.Type}
		args, err := jsonArguments(a.Agg)
		if err != nil {
			return nil, err
		}
		for _, e := range args {
			call.Args = append(call.Args, at(filtered(e, a.Agg.Filter)))
		}
		for _, e := range a.Agg.Direct {
			call.Direct = append(call.Direct, at(e))
		}
		if a.Agg.Filter != nil {
			call.Filter = at(a.Agg.Filter)
		}
		for _, k := range a.Agg.OrderBy {
			call.OrderBy = append(call.OrderBy, order.Key{Pos: at(k.Expr), Type: k.Expr.Type(), Desc: k.Desc, NullsFirst: k.NullsFirst})
		}
		spec.Calls = append(spec.Calls, call)
	}
	pos := b.positions(c, exprs)
	remap := func(list []int) {
		for i, k := range list {
			list[i] = pos[k]
		}
	}
	remap(spec.Keys)
	for i := range spec.Calls {
		call := &spec.Calls[i]
		remap(call.Args)
		remap(call.Direct)
		if call.Filter >= 0 {
			call.Filter = pos[call.Filter]
		}
		for j := range call.OrderBy {
			call.OrderBy[j].Pos = pos[call.OrderBy[j].Pos]
		}
	}
	spec.Input = typesOf(c.cols)
	a, err := aggregate.New(spec)
	if err != nil {
		return nil, err
	}
	b.end(c, a)
	return newChain(a.Source(), n.Schema()), nil
}

// filtered is an aggregate's argument that is evaluated only where FILTER lets
// the row through, if evaluating it elsewhere might raise an error.
func filtered(arg, filter scalar.Expr) scalar.Expr {
	if filter == nil || !scalar.CanFail(arg) || scalar.Volatility(filter) == function.Volatile {
		return arg
	}
	t := arg.Type()
	return &scalar.Case{
		Whens: []scalar.When{{Cond: filter, Then: arg}},
		Else:  &scalar.Const{Value: types.Null(t.Kind()), Typ: t, Pos: -1}, Typ: t,
	}
}

// keys turns sort keys into positions.
func (b *builder) keys(c *chain, keys []scalar.SortKey) []order.Key {
	exprs := make([]scalar.Expr, len(keys))
	for i, k := range keys {
		exprs[i] = k.Expr
	}
	at := b.positions(c, exprs)
	out := make([]order.Key, len(keys))
	for i, k := range keys {
		out[i] = order.Key{Pos: at[i], Type: k.Expr.Type(), Desc: k.Desc, NullsFirst: k.NullsFirst}
	}
	return out
}

func (b *builder) sort(n *physical.Sort) (*chain, error) {
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	keys := b.keys(c, n.Keys)
	s := order.NewSort(typesOf(c.cols), keys, n.Properties().ID)
	b.end(c, s)
	cols := c.cols
	out := newChain(s.Source(), cols)
	return b.narrow(out, n.Schema()), nil
}

// count evaluates LIMIT or OFFSET; a NULL is as if it were not there.
func (b *builder) count(e scalar.Expr, what string, none int64) (int64, error) {
	if e == nil {
		return none, nil
	}
	v, err := eval.ConstantIn(e, b.env.Eval)
	if err != nil {
		return 0, err
	}
	if v.Null {
		return none, nil
	}
	if v.I < 0 {
		if what == "OFFSET" {
			return 0, sqlerr.New(sqlerr.InvalidRowCountInResultOffsetClause, "OFFSET must not be negative")
		}
		return 0, sqlerr.New(sqlerr.InvalidRowCountInLimitClause, "LIMIT must not be negative")
	}
	return v.I, nil
}

// smallLimit is up to how many rows a limit is collected in parallel; more
// stream through one worker.
const smallLimit = 64 << 10

func (b *builder) limit(n *physical.Limit) (*chain, error) {
	count, err := b.count(n.Count, "LIMIT", math.MaxInt64)
	if err != nil {
		return nil, err
	}
	offset, err := b.count(n.Offset, "OFFSET", 0)
	if err != nil {
		return nil, err
	}
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	return b.narrow(b.limited(c, offset, count), n.Schema()), nil
}

func (b *builder) limited(c *chain, offset, count int64) *chain {
	if count > smallLimit || offset > smallLimit-count {
		c.add(&operator.Stream{Offset: offset, Count: count})
		for _, p := range c.pipes {
			p.Serial = true
		}
		return c
	}
	l := operator.NewLimit(offset, count, kinds(c.cols), b.env.Exec)
	cols, layout := c.cols, c.layout
	b.end(c, l)
	out := newChain(l.Source(), cols)
	out.layout = layout
	return out
}

func (b *builder) topN(n *physical.TopN) (*chain, error) {
	count, err := b.count(n.Count, "LIMIT", math.MaxInt64)
	if err != nil {
		return nil, err
	}
	offset, err := b.count(n.Offset, "OFFSET", 0)
	if err != nil {
		return nil, err
	}
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	keys := b.keys(c, n.Keys)
	cols := c.cols
	if !n.WithTies && (count > smallLimit || offset > smallLimit-count) {
		s := order.NewSort(typesOf(cols), keys, n.Properties().ID)
		b.end(c, s)
		return b.narrow(b.limited(newChain(s.Source(), cols), offset, count), n.Schema()), nil
	}
	t := order.NewTopN(typesOf(cols), keys, count, offset, n.WithTies, n.Properties().ID)
	b.end(c, t)
	return b.narrow(newChain(t.Source(), cols), n.Schema()), nil
}

func (b *builder) distinctOn(n *physical.DistinctOn) (*chain, error) {
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	on := b.positions(c, n.On)
	keys := b.keys(c, n.Order)
	cols := c.cols
	d := order.NewDistinctOn(typesOf(cols), on, keys, n.Properties().ID)
	b.end(c, d)
	return b.narrow(newChain(d.Source(), cols), n.Schema()), nil
}

// union puts its parts' pipelines one after the other.
func (b *builder) union(n *physical.Append) (*chain, error) {
	out := &chain{}
	cols := n.Schema()
	for _, part := range n.Parts {
		c, err := b.node(part)
		if err != nil {
			return nil, err
		}
		b.conform(c, cols)
		out.pipes = append(out.pipes, c.pipes...)
	}
	out.setCols(cols)
	return out, nil
}

// conform brings a chain to the columns cols by position, numerics to their form.
func (b *builder) conform(c *chain, cols []logical.Column) {
	out := make([]operator.Output, len(cols))
	same := len(cols) == len(c.cols)
	for i, col := range cols {
		out[i] = operator.Output{From: i}
		from := c.cols[i].Type
		if col.Type.OID == types.NumericOID && (from.Kind() != col.Type.Kind() || from.Scale != col.Type.Scale) {
			out[i] = operator.Output{From: -1, New: operator.Widen(i, from, col.Type)}
			same = false
		}
	}
	if !same {
		c.add(&operator.Project{Out: out})
	}
}

// buffered is a common table expression that has been lowered.
type buffered struct {
	buf  *operator.Buffer
	cols []logical.Column
}

func (b *builder) with(n *physical.With) (*chain, error) {
	c, err := b.node(n.Plan)
	if err != nil {
		return nil, err
	}
	buf := operator.NewBuffer(kinds(c.cols), b.env.Exec, n.Properties().ID)
	cols := c.cols
	b.end(c, buf)
	b.ctes[n.ID] = &buffered{buf, cols}
	return b.node(n.Body)
}

func (b *builder) cteScan(n *physical.CTEScan) (*chain, error) {
	cte := b.ctes[n.ID]
	if cte == nil {
		return nil, sqlerr.Internal("common table expression %q is read before it is made", n.Name)
	}
	c := newChain(cte.buf.Source(), cte.cols)
	out := make([]operator.Output, len(n.From))
	for i, at := range n.From {
		out[i].From = at
	}
	c.add(&operator.Project{Out: out})
	c.setCols(n.Schema())
	return c, nil
}
