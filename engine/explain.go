package engine

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/explain"
	"github.com/inlaydb/inlay/planner/logical"
)

// explainFields is the one column of EXPLAIN.
func explainFields(e *ast.Explain) []Field {
	for _, o := range e.Options {
		if o.Name.Name == "format" && strings.EqualFold(o.Text, "json") {
			return []Field{fieldOf("QUERY PLAN", types.New(types.JSONOID))}
		}
	}
	return []Field{fieldOf("QUERY PLAN", textType)}
}

// explainOptions reads EXPLAIN's options as Postgres does.
func explainOptions(list []ast.Option) (opt explain.Options, json bool, err error) {
	opt = explain.Default(false)
	summary, timing := false, false
	for _, o := range list {
		on, ok := true, true
		if o.Kind != ast.OptionNone {
			on, ok = parseBool(o.Text)
		}
		name := o.Name.Name
		if name == "format" {
			switch strings.ToLower(o.Text) {
			case "text":
			case "json":
				json = true
			case "xml", "yaml":
				return opt, json, sqlerr.New(sqlerr.FeatureNotSupported, "EXPLAIN format %s is not supported", strings.ToLower(o.Text))
			default:
				return opt, json, sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized value for EXPLAIN option \"format\": %s", sqlerr.Quote(o.Text))
			}
			continue
		}
		if !ok {
			return opt, json, sqlerr.New(sqlerr.SyntaxError, "%s requires a Boolean value", name)
		}
		switch name {
		case "analyze":
			opt.Analyze = on
		case "verbose":
			opt.Verbose = on
		case "costs":
			opt.Costs = on
		case "buffers":
			opt.Buffers = on
		case "timing":
			opt.Timing, timing = on, true
		case "summary":
			opt.Summary, summary = on, true
		case "settings", "wal", "generic_plan", "memory", "serialize":
		default:
			return opt, json, sqlerr.New(sqlerr.SyntaxError, "unrecognized EXPLAIN option %s", sqlerr.Quote(name))
		}
	}
	if !summary {
		opt.Summary = opt.Analyze
	}
	if !timing {
		opt.Timing = opt.Analyze
	}
	return opt, json, nil
}

// explain is EXPLAIN [ANALYZE].
func (p *Portal) explain(ctx context.Context, b *binder.Bound) error {
	opt, asJSON, err := explainOptions(b.Explain.Options)
	if err != nil {
		return err
	}
	node := b.Explained.Plan
	if ct, ok := b.Explained.DDL.(*binder.CreateTable); ok {
		node = ct.Query
	}
	if node == nil {
		return sqlerr.New(sqlerr.FeatureNotSupported, "EXPLAIN of %s is not supported", b.Explained.Tag)
	}
	start := time.Now()
	plan, err := p.s.plan(ctx, node, b.Explained.IDs, p.args)
	if err != nil {
		return err
	}
	run := &explain.Run{Planning: time.Since(start)}
	if opt.Analyze {
		m, took, err := p.analyze(ctx, node, b.Explained.IDs)
		if err != nil {
			return err
		}
		run.Execution, run.Memory = took, p.query.Peak()
		run.Node = func(id int) *explain.Actual { return actual(m, id) }
	}
	if asJSON {
		return p.rows([]types.Type{types.New(types.JSONOID)}, [][]types.Datum{{types.Text(explain.JSON(plan, opt, run))}})
	}
	var rows [][]types.Datum
	for _, line := range explain.Text(plan, opt, run) {
		rows = append(rows, []types.Datum{types.Text(line)})
	}
	return p.rows([]types.Type{textType}, rows)
}

// analyze runs the plan and gives its metrics; the rows are dropped.
func (p *Portal) analyze(ctx context.Context, node logical.Node, ids *logical.IDs) (*pipeline.Metrics, time.Duration, error) {
	plan, err := p.s.plan(ctx, node, ids, p.args)
	if err != nil {
		return nil, 0, err
	}
	queue := result.NewQueue(func() (Encoder, error) { return discard{}, nil }, false)
	queue.Limit(math.MaxInt)
	runCtx, cancel := p.s.deadline(ctx)
	defer cancel()
	start := time.Now()
	r, err := p.lowered(runCtx, plan, true, queue)
	if err != nil {
		return nil, 0, err
	}
	m := r.exec.Metrics
	if err := r.run(runCtx); err != nil {
		return nil, 0, p.s.whyEnded(runCtx, err)
	}
	return m, time.Since(start), nil
}

// discard is an Encoder for rows that nobody wants.
type discard struct{}

func (discard) Append(dst []byte, ends []int32, _ *batch.Batch) ([]byte, []int32, error) {
	return dst, ends, nil
}

// actual is what a node did.
func actual(m *pipeline.Metrics, id int) *explain.Actual {
	n := m.Node(id)
	a := &explain.Actual{
		Rows: n.Rows.Load(), Loops: 1, Start: time.Duration(n.First.Load()), Total: time.Duration(n.Last.Load()), Memory: n.PeakMemory.Load(),
		SpilledBytes: n.SpilledBytes.Load(), SpillPartitions: n.SpillPartitions.Load(),
	}
	for _, d := range n.Details() {
		a.Details = append(a.Details, explain.Detail{Label: d.Label, Value: d.Value, Unit: d.Unit})
	}
	return a
}
