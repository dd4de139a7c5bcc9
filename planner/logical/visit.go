package logical

import "github.com/inlaydb/inlay/planner/scalar"

// Walk calls f for n and, as long as f says so, for the nodes below it. Plans
// inside expressions are not entered.
func Walk(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	for _, in := range n.Inputs() {
		Walk(in, f)
	}
}

// Rewrite rebuilds the tree from the leaves up: f sees each node after its
// inputs were rewritten. What does not change is shared. Plans inside
// expressions are not entered.
func Rewrite(n Node, f func(Node) Node) Node {
	return f(MapInputs(n, func(in Node) Node { return Rewrite(in, f) }))
}

// MapInputs is n with f's answer in the place of each input, or n itself
// where nothing changed.
func MapInputs(n Node, f func(Node) Node) Node {
	in := n.Inputs()
	changed := false
	for i := range in {
		m := f(in[i])
		changed = changed || m != in[i]
		in[i] = m
	}
	if !changed {
		return n
	}
	return n.WithInputs(in)
}

// Exprs calls f for each expression of n itself, in the order of evaluation.
func Exprs(n Node, f func(scalar.Expr)) {
	opt := func(e scalar.Expr) {
		if e != nil {
			f(e)
		}
	}
	list := func(l []scalar.Expr) {
		for _, e := range l {
			f(e)
		}
	}
	keys := func(l []scalar.SortKey) {
		for i := range l {
			f(l[i].Expr)
		}
	}
	checks := func(l []Check) {
		for i := range l {
			f(l[i].Expr)
		}
	}
	switch n := n.(type) {
	case *Scan:
		list(n.Filter)
	case *Values:
		for _, r := range n.Rows {
			list(r)
		}
	case *Project:
		list(n.Exprs)
	case *Filter:
		list(n.Preds)
	case *Join:
		list(n.On)
	case *Aggregate:
		for i := range n.Aggs {
			n.Aggs[i].Agg.Operands(f)
		}
	case *Window:
		for i := range n.Items {
			n.Items[i].Call.Operands(f)
		}
	case *Sort:
		keys(n.Keys)
	case *Limit:
		opt(n.Offset)
		opt(n.Count)
	case *Distinct:
		keys(n.Order)
	case *TableFunc:
		for i := range n.Calls {
			list(n.Calls[i].Args)
		}
	case *Insert:
		checks(n.Checks)
		if c := n.Conflict; c != nil {
			for _, e := range c.Set {
				opt(e)
			}
			opt(c.Where)
		}
		list(n.Exprs)
	case *Update:
		checks(n.Checks)
		list(n.Exprs)
	case *Delete:
		list(n.Exprs)
	}
}

// Uses adds the columns that n itself reads, in expressions or by id, to s:
// what its inputs, or an enclosing query, must provide. A node that passes
// its input on reads it without using it.
func Uses(n Node, s *scalar.ColSet) {
	Exprs(n, func(e scalar.Expr) { scalar.AddColumns(e, s) })
	refs(n, s.Add)
}

// refs calls f for the columns that n names by id outside of expressions.
func refs(n Node, f func(scalar.ColumnID)) {
	switch n := n.(type) {
	case *Aggregate:
		if n.KeyFrom != nil {
			for _, id := range n.KeyFrom {
				f(id)
			}
			return
		}
		for i := range n.Keys {
			f(n.Keys[i].ID)
		}
	case *Distinct:
		for _, id := range n.On {
			f(id)
		}
	case *SetOp:
		for _, in := range [...]Node{n.Left, n.Right} {
			for _, c := range in.Schema() {
				f(c.ID)
			}
		}
	case *Recursive:
		for _, in := range [...]Node{n.Base, n.Step} {
			for _, c := range in.Schema() {
				f(c.ID)
			}
		}
	case *Insert:
		for _, c := range n.Input.Schema() {
			f(c.ID)
		}
	case *Update:
		f(n.RowID)
		for _, id := range n.New {
			f(id)
		}
	case *Delete:
		f(n.RowID)
	}
}

// Defines calls f for each column that n itself makes.
func Defines(n Node, f func(scalar.ColumnID)) {
	cols := func(l []Column) {
		for i := range l {
			f(l[i].ID)
		}
	}
	switch n := n.(type) {
	case *Scan:
		cols(n.Cols)
		if n.RowID != nil {
			f(n.RowID.ID)
		}
	case *Values:
		cols(n.Cols)
	case *Project:
		for i, c := range n.Cols {
			if r, ok := n.Exprs[i].(*scalar.Column); !ok || r.ID != c.ID {
				f(c.ID)
			}
		}
	case *Join:
		if n.MarkCol != nil {
			f(n.MarkCol.ID)
		}
	case *Aggregate:
		if n.KeyFrom != nil {
			cols(n.Keys)
		}
		for i := range n.Aggs {
			f(n.Aggs[i].Col.ID)
		}
		if n.SetCol != nil {
			f(n.SetCol.ID)
		}
	case *Window:
		for i := range n.Items {
			f(n.Items[i].Col.ID)
		}
	case *SetOp:
		cols(n.Cols)
	case *CTERef:
		cols(n.Cols)
	case *Recursive:
		cols(n.Cols)
	case *TableFunc:
		for i := range n.Calls {
			cols(n.Calls[i].Cols)
		}
		if n.Ordinality != nil {
			f(n.Ordinality.ID)
		}
	case *Insert:
		cols(n.Returning)
		if n.Conflict != nil {
			cols(n.Conflict.Existing)
			cols(n.Conflict.Excluded)
		}
	case *Update:
		cols(n.Returning)
	case *Delete:
		cols(n.Returning)
	}
}

// visit is Visit of every node: see scalar.Relation.
func visit(n Node, expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	if expr != nil {
		Exprs(n, expr)
	}
	if defined != nil {
		Defines(n, defined)
	}
	for _, in := range n.Inputs() {
		visit(in, expr, defined)
	}
}

// Outer is the set of columns that the plan reads and does not make: what
// correlates it to an enclosing query.
func Outer(n Node) scalar.ColSet { return scalar.PlanOuter(n) }

// Columns is the set of n's output columns.
func Columns(n Node) scalar.ColSet {
	var s scalar.ColSet
	addColumns(n, &s)
	return s
}

// addColumns does without the schemas of nodes that pass columns on: making
// one at each level of a large join tree is most of the work of planning it.
func addColumns(n Node, s *scalar.ColSet) {
	switch n := n.(type) {
	case *Filter, *Sort, *Limit, *Distinct:
		addColumns(n.Inputs()[0], s)
	case *Join:
		addColumns(n.Left, s)
		switch n.Kind {
		case Semi, Anti:
		case Mark:
			s.Add(n.MarkCol.ID)
		default:
			addColumns(n.Right, s)
		}
	default:
		for _, c := range n.Schema() {
			s.Add(c.ID)
		}
	}
}

func (n *Scan) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) { visit(n, expr, defined) }
func (n *Values) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Project) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Filter) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Join) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) { visit(n, expr, defined) }
func (n *Aggregate) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Window) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Sort) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID))  { visit(n, expr, defined) }
func (n *Limit) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) { visit(n, expr, defined) }
func (n *Distinct) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *SetOp) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) { visit(n, expr, defined) }
func (n *With) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID))  { visit(n, expr, defined) }
func (n *CTERef) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Recursive) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *TableFunc) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Insert) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Update) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
func (n *Delete) Visit(expr func(scalar.Expr), defined func(scalar.ColumnID)) {
	visit(n, expr, defined)
}
