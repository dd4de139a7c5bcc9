package estimate

import (
	"context"
	"math"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Statistics is where estimates come from; catalog.View is one.
type Statistics interface {
	Statistics(ctx context.Context, rel *catalog.Relation) (*catalog.Statistics, error)
}

// Estimator predicts sizes within one statement. It remembers what it was
// asked, by node; it is used by one goroutine.
type Estimator struct {
	ctx   context.Context
	stats Statistics
	rels  map[*catalog.Relation]*catalog.Statistics
	rows  map[logical.Node]float64
	sets  map[logical.Node]scalar.ColSet
	ctes  map[logical.CTEID]logical.Node
	width map[scalar.ColumnID]float64
}

// New makes an estimator. stats may be nil.
func New(ctx context.Context, stats Statistics) *Estimator {
	return &Estimator{
		ctx: ctx, stats: stats,
		rels:  map[*catalog.Relation]*catalog.Statistics{},
		rows:  map[logical.Node]float64{},
		sets:  map[logical.Node]scalar.ColSet{},
		ctes:  map[logical.CTEID]logical.Node{},
		width: map[scalar.ColumnID]float64{},
	}
}

// Observe tells the estimator of a whole plan, so that references to CTEs in
// it find their plans. Call it again when rules have changed the plan.
func (e *Estimator) Observe(root logical.Node) {
	clear(e.rows)
	clear(e.sets)
	logical.Walk(root, func(n logical.Node) bool {
		switch n := n.(type) {
		case *logical.With:
			e.ctes[n.ID] = n.Plan
		case *logical.Recursive:
			e.ctes[n.ID] = n.Base
		case *logical.Scan:
			e.scanWidths(n)
		}
		return true
	})
}

const (
	unknownRows = 1000.0 // of a relation of which nothing is known
	bytesPerRow = 40.0   // of compressed files
)

// statistics are rel's; never nil.
func (e *Estimator) statistics(n *logical.Scan) *catalog.Statistics {
	if s, ok := e.rels[n.Rel]; ok {
		return s
	}
	var s *catalog.Statistics
	if e.stats != nil {
		// Without statistics the plan is only less good: an error here will
		// meet whoever reads the relation.
		s, _ = e.stats.Statistics(e.ctx, n.Rel)
	}
	if s == nil {
		s = &catalog.Statistics{Rows: -1}
	}
	if s.Rows < 0 {
		c := *s
		c.Rows = sourceRows(n.Source)
		s = &c
	}
	e.rels[n.Rel] = s
	return s
}

// sourceRows counts, or guesses, from what the source says of itself.
func sourceRows(src catalog.Source) float64 {
	switch src := src.(type) {
	case *catalog.Memory:
		rows := 0.0
		for _, s := range src.Segments {
			rows += float64(s.Rows)
		}
		return rows
	case *catalog.Files:
		rows := 0.0
		for _, f := range src.Files {
			switch {
			case f.Rows >= 0:
				rows += float64(f.Rows)
			case f.Size > 0:
				rows += float64(f.Size) / bytesPerRow
			}
		}
		if len(src.Files) > 0 {
			return math.Max(rows, 1)
		}
	}
	return unknownRows
}

// Rows is how many rows n gives.
func (e *Estimator) Rows(n logical.Node) float64 {
	if r, ok := e.rows[n]; ok {
		return r
	}
	r := e.compute(n)
	if math.IsNaN(r) || r < 0 {
		r = 0
	}
	r = math.Min(r, 1e30)
	e.rows[n] = r
	return r
}

func (e *Estimator) compute(n logical.Node) float64 {
	switch n := n.(type) {
	case *logical.Scan:
		return e.BaseRows(n) * e.Selectivity(n.Filter, n)
	case *logical.Values:
		return float64(len(n.Rows))
	case *logical.Filter:
		return e.Rows(n.Input) * e.Selectivity(n.Preds, n.Input)
	case *logical.Join:
		return e.join(n)
	case *logical.Aggregate:
		return e.groups(n)
	case *logical.Distinct:
		return e.distinct(n)
	case *logical.Limit:
		return e.limit(n)
	case *logical.SetOp:
		l, r := e.Rows(n.Left), e.Rows(n.Right)
		switch {
		case n.Kind == logical.Union && n.All:
			return l + r
		case n.Kind == logical.Union:
			return (l + r) * 0.7
		case n.Kind == logical.Intersect:
			return math.Min(l, r) * 0.5
		}
		return l * 0.5
	case *logical.With:
		e.ctes[n.ID] = n.Plan
		return e.Rows(n.Body)
	case *logical.CTERef:
		if p, ok := e.ctes[n.ID]; ok {
			return e.Rows(p)
		}
		return unknownRows
	case *logical.Recursive:
		e.ctes[n.ID] = n.Base
		return e.Rows(n.Base) * 10
	case *logical.TableFunc:
		return e.Rows(n.Input) * seriesRows(n)
	}
	if in := n.Inputs(); len(in) == 1 {
		return e.Rows(in[0])
	}
	return unknownRows
}

// BaseRows is how many rows a relation has before filters.
func (e *Estimator) BaseRows(n *logical.Scan) float64 { return e.statistics(n).Rows }

func (e *Estimator) limit(n *logical.Limit) float64 {
	rows := e.Rows(n.Input)
	if c, ok := n.Offset.(*scalar.Const); ok && !c.Value.Null {
		rows = math.Max(rows-float64(c.Value.I), 0)
	}
	if c, ok := n.Count.(*scalar.Const); ok && !c.Value.Null {
		return math.Min(rows, float64(c.Value.I))
	}
	if n.Count != nil {
		if _, ok := n.Count.(*scalar.Const); !ok {
			return math.Min(rows, 100)
		}
	}
	return rows
}

// seriesRows is how many rows a set-returning function gives for a row:
// generate_series over constants says it, others are guessed.
func seriesRows(n *logical.TableFunc) float64 {
	most := 1.0
	for _, c := range n.Calls {
		rows := 10.0
		if c.Fn.Name == "generate_series" && len(c.Args) >= 2 {
			a, ok1 := constFloat(c.Args[0])
			b, ok2 := constFloat(c.Args[1])
			step, ok3 := 1.0, true
			if len(c.Args) > 2 {
				step, ok3 = constFloat(c.Args[2])
			}
			if ok1 && ok2 && ok3 && step != 0 {
				rows = math.Max(math.Floor((b-a)/step)+1, 0)
			} else {
				rows = 1000
			}
		}
		most = math.Max(most, rows)
	}
	return most
}

// Work is a rough cost of running n: the rows that its nodes take in.
func (e *Estimator) Work(n logical.Node) float64 {
	if s, ok := n.(*logical.Scan); ok {
		return e.BaseRows(s)*0.3 + e.Rows(s)
	}
	w := e.Rows(n)
	for _, in := range n.Inputs() {
		w += e.Work(in)
	}
	return w
}

// columns is the set of n's columns.
func (e *Estimator) columns(n logical.Node) scalar.ColSet {
	if s, ok := e.sets[n]; ok {
		return s
	}
	s := logical.Columns(n)
	e.sets[n] = s
	return s
}

const (
	viewWidth = 16.0
	textWidth = 24.0 // of a text of which nothing is known, its view included
)

func (e *Estimator) scanWidths(n *logical.Scan) {
	st := e.statistics(n)
	for _, c := range n.Cols {
		w := float64(c.Type.Kind().Width())
		if c.Type.Kind().IsView() {
			// What is stored is compressed: in memory there is a view at least.
			w = textWidth
			if cs := columnStats(st, n, c.Attnum); cs != nil && cs.AvgWidth > 0 {
				w = viewWidth + 2*cs.AvgWidth
			}
		}
		e.width[c.ID] = w
	}
}

// Width is the bytes of one row of cols.
func (e *Estimator) Width(cols []logical.Column) float64 {
	w := 0.0
	for _, c := range cols {
		if known, ok := e.width[c.ID]; ok {
			w += known
		} else if k := c.Type.Kind(); k.IsView() {
			w += textWidth
		} else {
			w += float64(k.Width())
		}
	}
	return w
}
