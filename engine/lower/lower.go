// Package lower turns a physical plan into pipelines: column ids become
// positions, nodes become sources, operators and sinks with fresh run state.
//
// Lowering a node gives a chain: one or more pipelines without a sink yet, to
// which the node above appends its operators. A blocking node ends its
// input's chain with a sink and starts a chain of its own from what the sink
// gives. A join adds a pipeline for its leftovers to the chain of its probe
// side, so that they take the same later steps.
//
//	HashJoin                     chain: scan orders ─ probe ─ …
//	  Scan orders       =>              leftovers ───────── …
//	  Scan customer              done:  scan customer ─ [build]
package lower

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// Env is what lowering needs of the execution.
type Env struct {
	Exec    *pipeline.Execution
	Eval    *eval.Env
	View    catalog.View
	Txn     catalog.Txn // nil where the statement does not write
	Session catalog.SessionFacts
	Files   *source.Files
	// Rules binds what a table demands of its rows.
	Rules func(rel *catalog.Relation) (*logical.Rules, error)
	// Defer takes a check to be made at commit; false: it is to be made at once.
	Defer func(c *catalog.Constraint, check func(context.Context) error) bool
}

// Lowered is a plan that is ready to run, once.
type Lowered struct {
	Pipelines []*pipeline.Pipeline
	closers   []pipeline.Closer
	affected  *writeSink // of the plan's root; nil: it does not write
}

// Close frees what sources, operators and sinks hold. All goroutines must have ended.
func (l *Lowered) Close() {
	for i := len(l.closers) - 1; i >= 0; i-- {
		l.closers[i].Close()
	}
	l.closers = nil
}

// Lower lowers plan onto sink.
func Lower(ctx context.Context, plan physical.Node, sink pipeline.Sink, env Env) (*Lowered, error) {
	b := &builder{ctx: ctx, env: env, out: &Lowered{}, ctes: map[logical.CTEID]*buffered{}, slots: map[physical.FilterID]*runtimefilter.Slot{}}
	c, err := b.node(plan)
	if err != nil {
		b.out.Close()
		return nil, err
	}
	switch plan.(type) {
	case *physical.Insert, *physical.Update, *physical.Delete:
	default:
		b.out.affected = nil // a WITH clause's
	}
	b.end(c, sink)
	return b.out, nil
}

// builder is one run of Lower.
type builder struct {
	ctx   context.Context
	env   Env
	out   *Lowered
	ctes  map[logical.CTEID]*buffered
	slots map[physical.FilterID]*runtimefilter.Slot

	warned bool // of nanoseconds
}

// chain is pipelines that still want steps. Their batches have the columns
// cols, in order.
type chain struct {
	pipes  []*pipeline.Pipeline
	cols   []logical.Column
	layout eval.Layout
}

func newChain(src pipeline.Source, cols []logical.Column) *chain {
	c := &chain{pipes: []*pipeline.Pipeline{{Source: src}}}
	c.setCols(cols)
	return c
}

func (c *chain) setCols(cols []logical.Column) {
	c.cols = cols
	c.layout = make(eval.Layout, len(cols))
	for i, col := range cols {
		if _, dup := c.layout[col.ID]; !dup {
			c.layout[col.ID] = i
		}
	}
}

// add appends a step to every pipeline of the chain.
func (c *chain) add(f pipeline.Factory) {
	for _, p := range c.pipes {
		p.Operators = append(p.Operators, f)
	}
}

// end gives the chain's pipelines their sink; they run after what was ended before.
func (b *builder) end(c *chain, sink pipeline.Sink) {
	for _, p := range c.pipes {
		p.Sink = sink
		b.out.Pipelines = append(b.out.Pipelines, p)
	}
	b.closes(sink)
}

// closes notes what is to be closed when the execution ends.
func (b *builder) closes(x any) {
	if c, ok := x.(pipeline.Closer); ok {
		b.out.closers = append(b.out.closers, c)
	}
}

// counted makes the chain count its rows as those of node n.
func (b *builder) counted(c *chain, n physical.Node) *chain {
	m := b.env.Exec.Metrics
	c.add(&pipeline.Counter{Node: m.Node(n.Properties().ID)})
	return c
}

// node lowers n. The chain's columns are n.Schema().
func (b *builder) node(n physical.Node) (*chain, error) {
	c, err := b.lower(n)
	if err != nil {
		return nil, err
	}
	return b.counted(c, n), nil
}

func (b *builder) lower(n physical.Node) (*chain, error) {
	switch n := n.(type) {
	case *physical.Scan:
		return b.scan(n)
	case *physical.Values:
		return b.values(n)
	case *physical.Project:
		return b.project(n)
	case *physical.Filter:
		return b.filter(n)
	case *physical.HashJoin:
		return b.hashJoin(n)
	case *physical.NestedLoop:
		return b.nestedLoop(n)
	case *physical.HashAggregate:
		return b.aggregate(n)
	case *physical.Window:
		return b.window(n)
	case *physical.Sort:
		return b.sort(n)
	case *physical.TopN:
		return b.topN(n)
	case *physical.Limit:
		return b.limit(n)
	case *physical.DistinctOn:
		return b.distinctOn(n)
	case *physical.Append:
		return b.union(n)
	case *physical.SetOp:
		return b.setOp(n)
	case *physical.With:
		return b.with(n)
	case *physical.CTEScan:
		return b.cteScan(n)
	case *physical.Recursive:
		return b.recursive(n)
	case *physical.TableFunc:
		return b.tableFunc(n)
	case *physical.Insert:
		return b.insert(n)
	case *physical.Update:
		return b.update(n)
	case *physical.Delete:
		return b.delete(n)
	}
	return nil, fmt.Errorf("plan node %T cannot be run", n)
}

func (b *builder) project(n *physical.Project) (*chain, error) {
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	out := make([]operator.Output, len(n.Exprs))
	for i, e := range n.Exprs {
		out[i] = b.output(e, c.layout)
	}
	c.add(&operator.Project{Out: out})
	c.setCols(n.Schema())
	return c, nil
}

// output is how an expression over a chain's columns is made.
func (b *builder) output(e scalar.Expr, layout eval.Layout) operator.Output {
	if col, ok := e.(*scalar.Column); ok {
		if at, ok := layout[col.ID]; ok {
			return operator.Output{From: at}
		}
	}
	return operator.Output{From: -1, New: func(*pipeline.Worker) (eval.Evaluator, error) { return eval.Compile(e, layout, b.env.Eval) }}
}

func (b *builder) filter(n *physical.Filter) (*chain, error) {
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	c.add(&operator.Filter{New: b.predicate(n.Preds, c.layout)})
	return b.narrow(c, n.Schema()), nil
}

func (b *builder) predicate(preds []scalar.Expr, layout eval.Layout) func(*pipeline.Worker) (eval.Predicate, error) {
	return func(*pipeline.Worker) (eval.Predicate, error) {
		return eval.CompilePredicate(preds, layout, b.env.Eval)
	}
}

// narrow brings a chain to the given columns, all of which it has.
func (b *builder) narrow(c *chain, cols []logical.Column) *chain {
	same := len(cols) == len(c.cols)
	out := make([]operator.Output, len(cols))
	for i, col := range cols {
		out[i].From = c.layout[col.ID]
		same = same && out[i].From == i
	}
	if !same {
		c.add(&operator.Project{Out: out})
	}
	c.setCols(cols)
	return c
}

// positions gives where in the chain's batches the expressions' values are; what is
// not a plain column is computed and put behind the others.
func (b *builder) positions(c *chain, exprs []scalar.Expr) []int {
	at := make([]int, len(exprs))
	var extra []operator.Output
	n := len(c.cols)
	for i, e := range exprs {
		o := b.output(e, c.layout)
		if o.From >= 0 {
			at[i] = o.From
			continue
		}
		at[i] = n + len(extra)
		extra = append(extra, o)
	}
	if len(extra) == 0 {
		return at
	}
	out := make([]operator.Output, n, n+len(extra))
	for i := range out {
		out[i].From = i
	}
	c.add(&operator.Project{Out: append(out, extra...)})
	cols := c.cols[:n:n]
	for _, e := range exprs {
		if o := b.output(e, c.layout); o.From < 0 {
			cols = append(cols, logical.Column{Type: e.Type()}) // no id: found by position only
		}
	}
	layout := c.layout
	c.cols = cols
	c.layout = layout
	return at
}

// kinds are the widest kinds of the columns.
func kinds(cols []logical.Column) []column.Kind {
	out := make([]column.Kind, len(cols))
	for i, c := range cols {
		out[i] = c.Type.Kind()
	}
	return out
}
