package logical

func (n *Scan) Schema() []Column {
	if n.RowID == nil {
		return n.Cols
	}
	return append(n.Cols[:len(n.Cols):len(n.Cols)], *n.RowID)
}
func (n *Values) Schema() []Column    { return n.Cols }
func (n *Project) Schema() []Column   { return n.Cols }
func (n *Filter) Schema() []Column    { return n.Input.Schema() }
func (n *Sort) Schema() []Column      { return n.Input.Schema() }
func (n *Limit) Schema() []Column     { return n.Input.Schema() }
func (n *Distinct) Schema() []Column  { return n.Input.Schema() }
func (n *SetOp) Schema() []Column     { return n.Cols }
func (n *With) Schema() []Column      { return n.Body.Schema() }
func (n *CTERef) Schema() []Column    { return n.Cols }
func (n *Recursive) Schema() []Column { return n.Cols }
func (n *Insert) Schema() []Column    { return n.Returning }
func (n *Update) Schema() []Column    { return n.Returning }
func (n *Delete) Schema() []Column    { return n.Returning }

func (n *Join) Schema() []Column {
	l := n.Left.Schema()
	switch n.Kind {
	case Semi, Anti, Mark:
		return n.Columns(l, nil)
	}
	return n.Columns(l, n.Right.Schema())
}

// Columns is what the join makes of the columns of its sides.
func (n *Join) Columns(l, r []Column) []Column {
	switch n.Kind {
	case Semi, Anti:
		return l
	case Mark:
		return append(l[:len(l):len(l)], *n.MarkCol)
	}
	out := make([]Column, 0, len(l)+len(r))
	out = append(append(out, l...), r...)
	for i := range out {
		left := i < len(l)
		if left && (n.Kind == Right || n.Kind == Full) || !left && (n.Kind == Left || n.Kind == Full || n.Kind == Single) {
			out[i].NotNull = false
		}
	}
	return out
}

func (n *Aggregate) Schema() []Column {
	out := append([]Column(nil), n.Keys...)
	if len(n.Sets) > 1 {
		for i := range out {
			out[i].NotNull = false
		}
	}
	for _, a := range n.Aggs {
		out = append(out, a.Col)
	}
	if n.SetCol != nil {
		out = append(out, *n.SetCol)
	}
	return out
}

func (n *Window) Schema() []Column {
	out := append([]Column(nil), n.Input.Schema()...)
	for _, it := range n.Items {
		out = append(out, it.Col)
	}
	return out
}

func (n *TableFunc) Schema() []Column {
	out := append([]Column(nil), n.Input.Schema()...)
	for _, c := range n.Calls {
		out = append(out, c.Cols...)
	}
	if n.Ordinality != nil {
		out = append(out, *n.Ordinality)
	}
	return out
}

func (n *Scan) Inputs() []Node      { return nil }
func (n *Values) Inputs() []Node    { return nil }
func (n *CTERef) Inputs() []Node    { return nil }
func (n *Project) Inputs() []Node   { return []Node{n.Input} }
func (n *Filter) Inputs() []Node    { return []Node{n.Input} }
func (n *Join) Inputs() []Node      { return []Node{n.Left, n.Right} }
func (n *Aggregate) Inputs() []Node { return []Node{n.Input} }
func (n *Window) Inputs() []Node    { return []Node{n.Input} }
func (n *Sort) Inputs() []Node      { return []Node{n.Input} }
func (n *Limit) Inputs() []Node     { return []Node{n.Input} }
func (n *Distinct) Inputs() []Node  { return []Node{n.Input} }
func (n *SetOp) Inputs() []Node     { return []Node{n.Left, n.Right} }
func (n *With) Inputs() []Node      { return []Node{n.Plan, n.Body} }
func (n *Recursive) Inputs() []Node { return []Node{n.Base, n.Step} }
func (n *TableFunc) Inputs() []Node { return []Node{n.Input} }
func (n *Insert) Inputs() []Node    { return []Node{n.Input} }
func (n *Update) Inputs() []Node    { return []Node{n.Input} }
func (n *Delete) Inputs() []Node    { return []Node{n.Input} }

func (n *Scan) WithInputs([]Node) Node         { return n }
func (n *Values) WithInputs([]Node) Node       { return n }
func (n *CTERef) WithInputs([]Node) Node       { return n }
func (n *Project) WithInputs(in []Node) Node   { c := *n; c.Input = in[0]; return &c }
func (n *Filter) WithInputs(in []Node) Node    { c := *n; c.Input = in[0]; return &c }
func (n *Join) WithInputs(in []Node) Node      { c := *n; c.Left, c.Right = in[0], in[1]; return &c }
func (n *Aggregate) WithInputs(in []Node) Node { c := *n; c.Input = in[0]; return &c }
func (n *Window) WithInputs(in []Node) Node    { c := *n; c.Input = in[0]; return &c }
func (n *Sort) WithInputs(in []Node) Node      { c := *n; c.Input = in[0]; return &c }
func (n *Limit) WithInputs(in []Node) Node     { c := *n; c.Input = in[0]; return &c }
func (n *Distinct) WithInputs(in []Node) Node  { c := *n; c.Input = in[0]; return &c }
func (n *SetOp) WithInputs(in []Node) Node     { c := *n; c.Left, c.Right = in[0], in[1]; return &c }
func (n *With) WithInputs(in []Node) Node      { c := *n; c.Plan, c.Body = in[0], in[1]; return &c }
func (n *Recursive) WithInputs(in []Node) Node { c := *n; c.Base, c.Step = in[0], in[1]; return &c }
func (n *TableFunc) WithInputs(in []Node) Node { c := *n; c.Input = in[0]; return &c }
func (n *Insert) WithInputs(in []Node) Node    { c := *n; c.Input = in[0]; return &c }
func (n *Update) WithInputs(in []Node) Node    { c := *n; c.Input = in[0]; return &c }
func (n *Delete) WithInputs(in []Node) Node    { c := *n; c.Input = in[0]; return &c }
