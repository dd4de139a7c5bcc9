package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/lower"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/engine/spill"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Encoder and Chunk are how rows leave the engine; see package result.
type (
	Encoder = result.Encoder
	Chunk   = result.Chunk
)

// Portal is one run of a prepared statement.
type Portal struct {
	s        *Session
	prepared *Prepared
	args     []types.Datum

	newEncoder func() (Encoder, error)
	queue      *result.Queue // rows of a running plan
	ready      []*Chunk      // rows of a statement that the session carried out
	stop       context.CancelFunc
	done       chan struct{} // closed when the plan's goroutines have ended
	tag        string        // for statements whose tag does not count what was sent
	verb       string        // "SELECT": the tag is this and the rows sent
	copying    *Copy         // of a COPY that the client takes part in
	finished   bool
	closed     bool
	running    atomic.Pointer[pipeline.Metrics] // for Progress, from another goroutine
	query      *memory.Query
}

// Bind makes a portal. args are of the types in p.Params.
func (s *Session) Bind(ctx context.Context, p *Prepared, args []types.Datum) (_ *Portal, err error) {
	defer guard(&err)
	if len(args) != len(p.params) {
		return nil, sqlerr.New(sqlerr.ProtocolViolation, "bind message supplies %d parameters, but prepared statement %s requires %d", len(args), sqlerr.Quote(p.name), len(p.params))
	}
	if p.stmt.AST != nil {
		if err := s.checkFailed(p.stmt.AST); err != nil {
			return nil, err
		}
	}
	if p, err = s.current(ctx, p); err != nil {
		return nil, err
	}
	return &Portal{s: s, prepared: p, args: args}, nil
}

// Fields are the result's columns; nil where there are no rows.
func (p *Portal) Fields() []Field { return p.prepared.fields }

// Tag is the command tag after sent rows; "" for an empty statement.
func (p *Portal) Tag(sent int64) string {
	if p.verb != "" {
		return fmt.Sprintf("%s %d", p.verb, sent)
	}
	return p.tag
}

// Start begins the run. What the session itself carries out (SET, DDL, …) and
// what writes is done when Start returns, and so is a small query; another goes
// on in the background. Rows are read with Next.
func (p *Portal) Start(ctx context.Context, newEncoder func() (Encoder, error)) (err error) {
	defer guard(&err)
	p.newEncoder = newEncoder
	st := p.prepared.stmt
	if st.AST == nil {
		p.finished = true
		return nil
	}
	if p.prepared.bound == nil {
		p.finished = true
		return p.s.runOwn(ctx, p)
	}
	fresh, err := p.s.current(ctx, p.prepared)
	if err != nil {
		return err
	}
	p.prepared = fresh
	p.s.views++ // a second run of the same statement binds again
	b := p.prepared.bound
	for _, n := range b.Notices {
		p.s.notice(n)
	}
	if b.Writes && p.s.readOnly() {
		return sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute %s in a read-only transaction", b.Tag)
	}
	switch b.Kind {
	case binder.KindSelect:
		p.verb = "SELECT"
		if b.Writes {
			return p.write(ctx, b)
		}
		return p.startPlan(ctx, b)
	case binder.KindInsert, binder.KindUpdate, binder.KindDelete:
		return p.write(ctx, b)
	case binder.KindDDL:
		p.finished = true
		p.tag, err = p.s.runDDL(ctx, b, p.args)
		return err
	case binder.KindExplain:
		p.finished, p.tag = true, "EXPLAIN"
		return p.explain(ctx, b)
	}
	return sqlerr.Internal("unknown kind of statement %d", b.Kind)
}

func sameFields(a, b []Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].Type.Same(b[i].Type) {
			return false
		}
	}
	return true
}

// Next gives the next rows, or io.EOF.
func (p *Portal) Next(ctx context.Context) (*Chunk, error) {
	if len(p.ready) > 0 {
		c := p.ready[0]
		p.ready = p.ready[1:]
		return c, nil
	}
	if p.queue == nil || p.finished {
		return nil, io.EOF
	}
	c, err := p.queue.Next(ctx)
	if err != nil {
		if err != io.EOF {
			p.Close()
			if ctx.Err() != nil {
				return nil, p.s.whyEnded(ctx, err)
			}
			return nil, err
		}
		p.finished = true
		p.wait()
		p.warn()
	}
	return c, err
}

// warn tells the client what the run has warned of.
func (p *Portal) warn() {
	if m := p.running.Load(); m != nil {
		for _, w := range m.Warnings() {
			p.s.notice(w)
		}
	}
}

func (p *Portal) wait() {
	if p.done != nil {
		<-p.done
	}
}

// Close ends the run, joins its goroutines and returns its memory and files.
func (p *Portal) Close() {
	if p.closed {
		return
	}
	p.closed, p.finished = true, true
	if p.stop != nil {
		p.stop()
	}
	if p.queue != nil {
		p.queue.Abandon()
	}
	p.wait()
}

// run is one execution of a plan.
type run struct {
	exec    *pipeline.Execution
	lowered *lower.Lowered
	space   *spill.Space
	query   *memory.Query
}

func (r *run) close() {
	if r.lowered != nil {
		r.lowered.Close()
	}
	r.space.Close()
	r.query.Close()
}

// lowered plans and lowers node onto sink.
func (p *Portal) lowered(ctx context.Context, plan physical.Node, timed bool, sink pipeline.Sink) (*run, error) {
	s := p.s
	set := s.settings()
	workers := s.e.cfg.Threads
	if set.threads > 0 {
		workers = set.threads
	}
	slots := s.e.slots
	if fewRows(plan, inlineWork) {
		slots, workers = nil, 1
	}
	r := &run{query: s.e.budget.NewQuery(set.memoryLimit), space: s.e.area.NewSpace()}
	r.exec = &pipeline.Execution{Memory: r.query, Spill: r.space, Slots: slots, Workers: workers, Metrics: pipeline.NewMetrics(timed)}
	p.running.Store(r.exec.Metrics)
	p.query = r.query
	env := lower.Env{Exec: r.exec, Eval: s.runEnv(ctx, p.args), View: s.tx.lastView, Txn: s.tx.txn, Session: s, Files: s.e.files.source,
		Rules: s.rules(ctx, s.tx.lastView), Defer: s.deferCheck}
	var err error
	if r.lowered, err = lower.Lower(ctx, plan, sink, env); err != nil {
		r.close()
		return nil, err
	}
	env.Eval.Effects.(*effects).exec = r.exec // from here on; lowering evaluates constant rows without a slot
	return r, nil
}

// startPlan runs a query in the background.
func (p *Portal) startPlan(ctx context.Context, b *binder.Bound) error {
	plan, err := p.s.plan(ctx, b.Plan, b.IDs, p.args)
	if err != nil {
		return err
	}
	if fewRows(plan, inlineRows) && !b.Writes {
		if err := p.runInline(ctx, b.Plan, plan); !errors.Is(err, result.ErrFull) {
			return err
		}
	}
	p.queue = result.NewQueue(p.newEncoder, p.s.settings().preserveOrder)
	runCtx, cancel := p.s.deadline(context.WithoutCancel(ctx))
	r, err := p.lowered(runCtx, plan, false, p.queue)
	if err != nil {
		cancel()
		return err
	}
	p.stop = cancel
	p.done = make(chan struct{})
	go func() {
		defer close(p.done)
		defer cancel()
		p.queue.Finish(p.s.whyEnded(runCtx, r.run(runCtx)))
	}()
	return nil
}

// runInline runs a query to its end; its rows wait in the queue. Where they
// turn out to be large and the query may run twice, it ends with
// result.ErrFull: the rows have to be read while it runs.
func (p *Portal) runInline(ctx context.Context, node logical.Node, plan physical.Node) error {
	queue := result.NewQueue(p.newEncoder, p.s.settings().preserveOrder)
	queue.Inline(func() bool { return scalar.PlanVolatility(node) != function.Volatile })
	runCtx, cancel := p.s.deadline(ctx)
	defer cancel()
	r, err := p.lowered(runCtx, plan, false, queue)
	if err != nil {
		return err
	}
	if err := r.run(runCtx); err != nil {
		return p.s.whyEnded(runCtx, err)
	}
	queue.Finish(nil)
	p.queue = queue
	return nil
}

// run runs the pipelines and gives everything back.
func (r *run) run(ctx context.Context) error {
	defer r.close()
	return r.work(ctx)
}

// work is run that gives nothing back yet.
func (r *run) work(ctx context.Context) (err error) {
	if err := r.exec.Slots.Acquire(ctx); err != nil {
		return err
	}
	defer r.exec.Slots.Release()
	defer func() {
		if v := recover(); v != nil {
			err = &pipeline.PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return (&pipeline.Runner{Execution: r.exec}).Run(ctx, r.lowered.Pipelines)
}

// deadline gives a statement its time-out.
func (s *Session) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if d := s.settings().timeout; d > 0 {
		return context.WithTimeout(ctx, d)
	}
	return context.WithCancel(ctx)
}

// whyEnded tells a time-out from a cancel.
func (s *Session) whyEnded(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() == context.DeadlineExceeded {
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to statement timeout")
	}
	return err
}

// rows encodes rows that the session made itself.
func (p *Portal) rows(cols []types.Type, rows [][]types.Datum) error {
	enc, err := p.newEncoder()
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		n := min(len(rows), batch.Size)
		b := batchOf(cols, rows[:n])
		rows = rows[n:]
		bytes, ends, err := enc.Append(nil, nil, b)
		if err != nil {
			return err
		}
		c := &Chunk{Bytes: bytes, Ends: ends}
		if k, ok := enc.(*result.Keeper); ok {
			c.Batches = k.Take()
		}
		p.ready = append(p.ready, c)
	}
	return nil
}

func batchOf(cols []types.Type, rows [][]types.Datum) *batch.Batch {
	b := &batch.Batch{Len: len(rows)}
	for c, t := range cols {
		vals := make([]types.Datum, len(rows))
		for i, r := range rows {
			vals[i] = r[c]
		}
		b.Cols = append(b.Cols, types.ColumnOf(t.Kind(), t.Elem().Kind(), vals))
	}
	return b
}

// evalEnv is what expressions may ask of the statement.
func (s *Session) evalEnv(args []types.Datum) *eval.Env {
	return &eval.Env{
		Params: args, Now: s.tx.began, StatementStart: time.Now(), Location: s.location(), Settings: s.settings().eval,
		Session: s, View: s.tx.lastView,
	}
}

// runEnv is evalEnv for a run, which functions may hold up or end.
func (s *Session) runEnv(ctx context.Context, args []types.Datum) *eval.Env {
	env := s.evalEnv(args)
	env.Effects = &effects{s: s, ctx: ctx, view: s.tx.lastView, txn: s.tx.txn}
	return env
}

// readOnly says whether the transaction may not write.
func (s *Session) readOnly() bool {
	if s.tx.block {
		return s.tx.readOnly
	}
	return s.settings().readOnly
}

var _ catalog.SessionFacts = (*Session)(nil)

// Batches makes encoders that keep rows as batches, for readers that want
// columns; see Chunk.Batches.
func Batches() (Encoder, error) { return &result.Keeper{}, nil }

// Progress is the share of the scans' work that is done, from 0 to 1.
func (p *Portal) Progress() float64 {
	m := p.running.Load()
	if m == nil {
		return 0
	}
	return m.Progress()
}
