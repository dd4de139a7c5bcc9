package lower

import (
	"context"
	"math"
	"sort"
	"strings"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/scan"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// insert, update and delete collect their input first and change the table
// when all of it is there, so that a statement does not read its own writes
// and an error changes nothing.

func (b *builder) insert(n *physical.Insert) (*chain, error) {
	op := n.Op
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	b.check(c, op.Rel, op.Checks, nil)
	s, w := b.newWriteSink(c, "INSERT"), b.newWriter()
	heads, layout, width := c.cols, c.layout, len(op.Rel.Columns)
	s.apply = func(ctx context.Context, parts []*part) ([]*part, error) {
		for _, p := range parts {
			cols := widened(p.cols[:width], heads, op.Rel)
			if op.Conflict != nil {
				if p.cols, p.n, err = w.upsertRouted(ctx, op, cols, p.n, heads, layout); err != nil {
					return nil, err
				}
			} else if err := w.insertRouted(ctx, op.Rel, cols, p.n); err != nil {
				return nil, err
			}
			s.affected += int64(p.n)
		}
		return parts, nil
	}
	s.whole = op.Conflict != nil
	return b.written(c, s, n.Schema(), op.Exprs), nil
}

func (b *builder) update(n *physical.Update) (*chain, error) {
	op := n.Op
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	from := make([]int, len(op.New))
	for i, id := range op.New {
		from[i] = c.layout[id]
	}
	b.check(c, op.Rel, op.Checks, from)
	s, w := b.newWriteSink(c, "UPDATE"), b.newWriter()
	at := c.layout[op.RowID]
	heads := make([]logical.Column, len(from))
	for i, f := range from {
		heads[i] = c.cols[f]
	}
	s.apply = func(ctx context.Context, parts []*part) ([]*part, error) {
		seen := map[catalog.RowID]bool{}
		for _, p := range parts { // a row that several source rows match is updated once
			p.keepFirst(at, seen)
			s.affected += int64(p.n)
			cols := make([]*column.Column, len(from))
			for i, f := range from {
				cols[i] = p.cols[f]
			}
			if err := w.updateBelow(ctx, op.Rel, ids([]*part{p}, at), widened(cols, heads, op.Rel), op.Changed); err != nil {
				return nil, err
			}
		}
		return parts, nil
	}
	s.whole = true // keys are checked when all rows have changed
	return b.written(c, s, n.Schema(), op.Exprs), nil
}

func (b *builder) delete(n *physical.Delete) (*chain, error) {
	op := n.Op
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	s, w := b.newWriteSink(c, "DELETE"), b.newWriter()
	at := c.layout[op.RowID]
	s.apply = func(ctx context.Context, parts []*part) ([]*part, error) {
		seen := map[catalog.RowID]bool{}
		for _, p := range parts {
			p.keepFirst(at, seen)
			s.affected += int64(p.n)
		}
		return parts, w.deleteBelow(ctx, op.Rel, ids(parts, at))
	}
	return b.written(c, s, n.Schema(), op.Exprs), nil
}

// written ends the input with the sink and starts the chain of RETURNING's rows.
func (b *builder) written(c *chain, s *writeSink, cols []logical.Column, exprs []scalar.Expr) *chain {
	s.keep = len(cols) > 0
	b.out.affected = s
	b.end(c, s)
	out := newChain(&writtenRows{s: s}, c.cols)
	if s.keep {
		outs := make([]operator.Output, len(exprs))
		for i, e := range exprs {
			outs[i] = b.output(e, out.layout)
		}
		out.add(&operator.Project{Out: outs})
	}
	out.setCols(cols)
	return out
}

// Affected is how many rows the statement changed.
func (l *Lowered) Affected() int64 {
	if l.affected == nil {
		return 0
	}
	return l.affected.affected
}

// widened brings columns to the kinds that the relation keeps.
func widened(cols []*column.Column, heads []logical.Column, rel *catalog.Relation) []*column.Column {
	out := make([]*column.Column, len(cols))
	for i, c := range cols {
		to := rel.Columns[i].Type
		out[i] = column.Flatten(kernel.Widen(c, to.Kind(), int(heads[i].Type.Scale), int(to.Scale)))
	}
	return out
}

// part is rows of one morsel.
type part struct {
	seq  int64
	n    int
	cols []*column.Column
}

// keepFirst drops rows whose identity was seen before.
func (p *part) keepFirst(at int, seen map[catalog.RowID]bool) {
	var sel []int32
	for i := range p.n {
		id := rowID(p.cols[at], i)
		if !seen[id] {
			seen[id] = true
			sel = append(sel, int32(i))
		}
	}
	if len(sel) == p.n {
		return
	}
	for i, c := range p.cols {
		p.cols[i] = column.Gather(c, sel)
	}
	p.n = len(sel)
}

func rowID(c *column.Column, i int) catalog.RowID {
	v := column.At[column.Int128Value](c, i)
	return catalog.RowID{Segment: v.Hi, Position: int64(v.Lo)}
}

func ids(parts []*part, at int) []catalog.RowID {
	var out []catalog.RowID
	for _, p := range parts {
		for i := range p.n {
			out = append(out, rowID(p.cols[at], i))
		}
	}
	return out
}

// writeSink collects rows in the order of their morsels and applies them when
// all are there.
type writeSink struct {
	kinds    []column.Kind
	scales   []int
	res      *memory.Reservation
	apply    func(ctx context.Context, parts []*part) ([]*part, error) // gives the rows of RETURNING
	whole    bool                                                      // apply wants all rows as one part
	keep     bool                                                      // RETURNING wants the rows
	affected int64
	rows     *scan.Rows
	mu       struct {
		sync.Mutex
		parts []*part
	}
}

func (b *builder) newWriteSink(c *chain, name string) *writeSink {
	s := &writeSink{kinds: kinds(c.cols), res: b.env.Exec.Memory.Reserve(name)}
	for _, col := range c.cols {
		s.scales = append(s.scales, int(col.Type.Scale))
	}
	return s
}

func (s *writeSink) Close() { s.res.Close() }

func (s *writeSink) NewWorker(context.Context, *pipeline.Worker) (pipeline.SinkWorker, error) {
	return &writeWorker{s: s, seq: -1}, nil
}

// segmentRows is how many rows of one morsel become one segment at most.
const segmentRows = 64 << 10

type writeWorker struct {
	s     *writeSink
	seq   int64
	build []*kernel.Builder
	n     int
}

func (w *writeWorker) Consume(_ context.Context, b *batch.Batch) (pipeline.Status, error) {
	if b.Seq != w.seq || w.n >= segmentRows {
		w.flush()
		w.seq = b.Seq
	}
	if w.build == nil {
		for _, k := range w.s.kinds {
			w.build = append(w.build, kernel.NewBuilder(k))
		}
	}
	for i, bld := range w.build {
		c := kernel.Widen(b.Cols[i], w.s.kinds[i], w.s.scales[i], w.s.scales[i])
		size := bld.AppendSize(c, b.Sel)
		if err := w.s.res.Grow(size); err != nil {
			return pipeline.Done, w.s.res.Exhausted(size)
		}
		bld.Append(c, b.Sel)
	}
	w.n += b.Rows()
	return pipeline.More, nil
}

func (w *writeWorker) flush() {
	if w.n == 0 {
		return
	}
	p := &part{seq: w.seq, n: w.n}
	for _, bld := range w.build {
		p.cols = append(p.cols, bld.Column())
	}
	w.n = 0
	w.s.mu.Lock()
	w.s.mu.parts = append(w.s.mu.parts, p)
	w.s.mu.Unlock()
}

func (w *writeWorker) Combine(context.Context) error {
	w.flush()
	return nil
}

func (s *writeSink) Finalize(ctx context.Context, _ *pipeline.Runner) error {
	parts := s.mu.parts
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].seq < parts[j].seq })
	limit := segmentRows
	if s.whole {
		limit = math.MaxInt
	}
	parts, err := s.apply(ctx, merged(parts, s.kinds, limit))
	if err != nil {
		return err
	}
	s.rows = &scan.Rows{}
	if s.keep {
		for _, p := range parts {
			s.rows.Parts = append(s.rows.Parts, scan.Part{Cols: p.cols, Len: p.n})
		}
	}
	return nil
}

// merged joins small neighbours, so that a row-at-a-time source does not make
// a segment a row.
func merged(parts []*part, kinds []column.Kind, limit int) []*part {
	var out []*part
	for i := 0; i < len(parts); {
		j, n := i, 0
		for j < len(parts) && (j == i || parts[j].n <= limit-n) {
			n += parts[j].n
			j++
		}
		if j == i+1 {
			out = append(out, parts[i])
			i = j
			continue
		}
		p := &part{seq: parts[i].seq, n: n}
		for c, k := range kinds {
			bld := kernel.NewBuilder(k)
			for _, q := range parts[i:j] {
				bld.Append(q.cols[c], nil)
			}
			p.cols = append(p.cols, bld.Column())
		}
		out = append(out, p)
		i = j
	}
	return out
}

// writtenRows is the source of RETURNING's rows.
type writtenRows struct{ s *writeSink }

func (w *writtenRows) Open(ctx context.Context, wk *pipeline.Worker) (pipeline.Reader, error) {
	return w.s.rows.Open(ctx, wk)
}

// Morsels implements pipeline.Bounded.
func (w *writtenRows) Morsels() int { return w.s.rows.Morsels() }

// check makes the chain fail on the first row that breaks a constraint.
// at says where in the chain the table's columns are; nil: at its start.
func (b *builder) check(c *chain, rel *catalog.Relation, checks []logical.Check, at []int) {
	if len(checks) == 0 {
		return
	}
	layout, cols := c.layout, c.cols
	c.add(&checker{rel: rel, checks: checks, cols: cols, at: at, compile: func(e scalar.Expr) (eval.Evaluator, error) {
		return eval.Compile(e, layout, b.env.Eval)
	}})
}

type checker struct {
	rel     *catalog.Relation
	checks  []logical.Check
	cols    []logical.Column
	at      []int // positions of the table's columns; nil: the first ones
	compile func(scalar.Expr) (eval.Evaluator, error)
}

func (k *checker) NewOperator(context.Context, *pipeline.Worker) (pipeline.Operator, error) {
	op := &checkOperator{checker: k}
	for _, c := range k.checks {
		e, err := k.compile(c.Expr)
		if err != nil {
			return nil, err
		}
		op.evals = append(op.evals, e)
	}
	return op, nil
}

type checkOperator struct {
	*checker
	evals []eval.Evaluator
}

func (k *checkOperator) Process(_ context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	if err := k.test(in); err != nil {
		return pipeline.Done, err
	}
	return emit(in)
}

// test fails on the first constraint that a row of a batch breaks.
func (k *checkOperator) test(in *batch.Batch) error {
	sel := in.Sel
	if sel == nil {
		sel = batch.Sequence(in.Len)
	}
	for i, e := range k.evals {
		v, err := e.Eval(in)
		if err != nil {
			return err
		}
		for _, r := range sel {
			if v.IsNull(int(r)) || column.At[uint8](v, int(r)) != 0 {
				continue
			}
			return k.violation(k.checks[i], in, int(r))
		}
	}
	return nil
}

// checkBatch holds rows of a table to constraints outside of a pipeline.
func (b *builder) checkBatch(rel *catalog.Relation, checks []logical.Check, cols []logical.Column, layout eval.Layout, in *batch.Batch) error {
	k := &checker{rel: rel, checks: checks, cols: cols, compile: func(e scalar.Expr) (eval.Evaluator, error) {
		return eval.Compile(e, layout, b.env.Eval)
	}}
	op, err := k.NewOperator(b.ctx, nil)
	if err != nil {
		return err
	}
	for lo := 0; lo < in.Len; lo += batch.Size {
		if err := op.(*checkOperator).test(slice(in, lo, min(batch.Size, in.Len-lo))); err != nil {
			return err
		}
	}
	return nil
}

// isColumn says whether an expression is just a column.
func isColumn(e scalar.Expr, id scalar.ColumnID) bool {
	c, ok := e.(*scalar.Column)
	return ok && c.ID == id
}

func (k *checkOperator) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}

// violation is Postgres's error for a row that breaks a constraint.
func (k *checkOperator) violation(c logical.Check, in *batch.Batch, row int) error {
	vals := make([]string, len(k.rel.Columns))
	for i := range k.rel.Columns {
		vals[i] = "null"
		at := i
		if k.at != nil {
			at = k.at[i]
		}
		if at < len(in.Cols) && !in.Cols[at].IsNull(row) {
			vals[i] = types.Output(types.FromColumn(in.Cols[at], row), k.cols[at].Type, types.DefaultStyle())
		}
	}
	detail := "Failing row contains (" + strings.Join(vals, ", ") + ")."
	if c.View != "" {
		return sqlerr.New(sqlerr.WithCheckOptionViolation, "new row violates check option for view %s", sqlerr.Quote(c.View)).WithDetail("%s", detail)
	}
	if c.Partition {
		return sqlerr.New(sqlerr.CheckViolation, "new row for relation %s violates partition constraint", sqlerr.Quote(k.rel.Name)).
			WithDetail("%s", detail).WithTable(k.rel.Schema, k.rel.Name)
	}
	if c.Column != "" {
		return sqlerr.New(sqlerr.NotNullViolation, "null value in column %s of relation %s violates not-null constraint", sqlerr.Quote(c.Column), sqlerr.Quote(k.rel.Name)).
			WithDetail("%s", detail).WithTable(k.rel.Schema, k.rel.Name).WithColumn(c.Column)
	}
	return sqlerr.New(sqlerr.CheckViolation, "new row for relation %s violates check constraint %s", sqlerr.Quote(k.rel.Name), sqlerr.Quote(c.Constraint)).
		WithDetail("%s", detail).WithTable(k.rel.Schema, k.rel.Name).WithConstraint(c.Constraint)
}
