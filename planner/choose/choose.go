package choose

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/estimate"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Options switch choices off, for tests.
type Options struct {
	NoRuntimeFilters bool
}

// Physical chooses a physical plan for root. The plan gives root's columns
// in root's order.
func Physical(root logical.Node, card *estimate.Estimator, opt Options) (physical.Node, error) {
	b := &builder{
		card: card, opt: opt, ctes: map[logical.CTEID][]logical.Column{},
		scans: map[*physical.Scan]*logical.Scan{}, joins: map[*physical.HashJoin]*logical.Join{},
	}
	n, err := b.exact(root)
	if err != nil {
		return nil, err
	}
	if !opt.NoRuntimeFilters {
		b.placeRuntimeFilters(n)
	}
	id := 0
	number(n, &id)
	return n, nil
}

// builder is one run of Physical.
type builder struct {
	card *estimate.Estimator
	opt  Options
	ctes map[logical.CTEID][]logical.Column // columns of each CTE's physical plan, as CTEScan finds them
	last physical.FilterID

	// What physical nodes were made of, to ask estimates about.
	scans map[*physical.Scan]*logical.Scan
	joins map[*physical.HashJoin]*logical.Join
}

func number(n physical.Node, id *int) {
	*id++
	n.Properties().ID = *id
	for _, in := range n.Inputs() {
		number(in, id)
	}
}

// exact builds n with exactly its schema's columns, in order: for inputs that
// are read by position and for the root.
func (b *builder) exact(n logical.Node) (physical.Node, error) {
	cols := n.Schema()
	p, err := b.build(n, setOf(cols))
	if err != nil {
		return nil, err
	}
	return b.shape(p, cols), nil
}

// shape puts a projection on p unless it gives just these columns already.
func (b *builder) shape(p physical.Node, cols []logical.Column) physical.Node {
	have := p.Schema()
	same := len(have) == len(cols)
	for i := 0; same && i < len(cols); i++ {
		same = have[i].ID == cols[i].ID
	}
	if same {
		return p
	}
	exprs := make([]scalar.Expr, len(cols))
	for i, c := range cols {
		exprs[i] = c.Ref()
	}
	out := &physical.Project{Input: p, Exprs: exprs}
	out.Cols = cols
	in := p.Properties()
	out.Rows, out.Width, out.Cost = in.Rows, b.card.Width(cols), in.Cost+in.Rows*costProject
	return out
}

// build makes n's physical plan. It gives at least the columns of n that are
// in need, in any order.
func (b *builder) build(n logical.Node, need scalar.ColSet) (physical.Node, error) {
	p, err := b.node(n, need)
	if err != nil {
		return nil, err
	}
	b.setProps(n, p)
	return p, nil
}

func (b *builder) node(n logical.Node, need scalar.ColSet) (physical.Node, error) {
	switch n := n.(type) {
	case *logical.Scan:
		return b.scan(n, need)
	case *logical.Values:
		return b.values(n)
	case *logical.Project:
		return b.project(n, need)
	case *logical.Filter:
		return b.filter(n, need)
	case *logical.Join:
		return b.join(n, need)
	case *logical.Aggregate:
		return b.aggregate(n)
	case *logical.Window:
		return b.window(n, need)
	case *logical.Sort:
		return b.sort(n, need)
	case *logical.Limit:
		return b.limit(n, need)
	case *logical.Distinct:
		return b.distinct(n, need)
	case *logical.SetOp:
		return b.setOp(n)
	case *logical.With:
		return b.with(n, need)
	case *logical.CTERef:
		return b.cteRef(n, need)
	case *logical.Recursive:
		return b.recursive(n)
	case *logical.TableFunc:
		return b.tableFunc(n, need)
	case *logical.Insert, *logical.Update, *logical.Delete:
		return b.write(n)
	}
	return nil, sqlerr.Internal("no physical operator for %T", n)
}

func setOf(cols []logical.Column) scalar.ColSet {
	var s scalar.ColSet
	for _, c := range cols {
		s.Add(c.ID)
	}
	return s
}

// with is need and the columns of some expressions.
func withExprs(need scalar.ColSet, lists ...[]scalar.Expr) scalar.ColSet {
	s := need.Copy()
	for _, l := range lists {
		for _, e := range l {
			scalar.AddColumns(e, &s)
		}
	}
	return s
}

func keyExprs(keys []scalar.SortKey) []scalar.Expr {
	out := make([]scalar.Expr, len(keys))
	for i := range keys {
		out[i] = keys[i].Expr
	}
	return out
}

// only are the columns of cols that are in need.
func only(cols []logical.Column, need scalar.ColSet) []logical.Column {
	out := make([]logical.Column, 0, len(cols))
	for _, c := range cols {
		if need.Has(c.ID) {
			out = append(out, c)
		}
	}
	return out
}
