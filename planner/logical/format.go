package logical

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/planner/scalar"
)

// Format prints a plan as a tree, one node a line, for tests and debugging.
// The form is stable: it depends on nothing but the plan. Columns are
// name#id; what a node computes follows its name; plans of subqueries hang
// below the node that uses them.
//
//	limit 3
//	 └── project a#1, x#3 = (b#2 + 1)
//	      └── scan t (a#1, b#2)
func Format(n Node) string {
	p := printer{}
	p.scalar.Subquery = p.subquery
	p.node(n, "", "")
	return p.b.String()
}

type printer struct {
	b      strings.Builder
	scalar scalar.Printer
	// pending are the subqueries met while the current node's line was
	// printed; count numbers them over the whole plan.
	pending []*scalar.Subquery
	count   int
}

func (p *printer) subquery(s *scalar.Subquery) string {
	p.count++
	p.pending = append(p.pending, s)
	return "subquery " + strconv.Itoa(p.count)
}

// node prints n: its own line after first, the lines below it after rest.
func (p *printer) node(n Node, first, rest string) {
	outer := p.pending
	p.pending = nil
	from := p.count
	line := p.line(n)
	p.b.WriteString(first)
	p.b.WriteString(line)
	p.b.WriteByte('\n')
	subs := p.pending
	p.pending = outer

	in := n.Inputs()
	total := len(in) + len(subs)
	at := 0
	prefix := func() (string, string) {
		at++
		if at == total {
			return rest + " └── ", rest + "      "
		}
		return rest + " ├── ", rest + " │    "
	}
	for _, c := range in {
		f, r := prefix()
		p.node(c, f, r)
	}
	for i, s := range subs {
		f, r := prefix()
		p.b.WriteString(f + "subquery " + strconv.Itoa(from+i+1) + "\n")
		p.node(s.Plan.(Node), r+" └── ", r+"      ")
	}
}

func (p *printer) line(n Node) string {
	switch n := n.(type) {
	case *Scan:
		return p.scan(n)
	case *Values:
		return p.values(n)
	case *Project:
		parts := make([]string, len(n.Cols))
		for i, c := range n.Cols {
			if r, ok := n.Exprs[i].(*scalar.Column); ok && r.ID == c.ID {
				parts[i] = column(c)
			} else {
				parts[i] = column(c) + " = " + p.scalar.String(n.Exprs[i])
			}
		}
		return "project " + strings.Join(parts, ", ")
	case *Filter:
		return "filter " + p.exprs(n.Preds, " and ")
	case *Join:
		return p.join(n)
	case *Aggregate:
		return p.aggregate(n)
	case *Window:
		parts := make([]string, len(n.Items))
		for i, it := range n.Items {
			parts[i] = column(it.Col) + " = " + p.scalar.Window(it.Call)
		}
		return "window " + strings.Join(parts, ", ")
	case *Sort:
		return "sort " + p.scalar.Keys(n.Keys)
	case *Limit:
		return p.limit(n)
	case *Distinct:
		if n.On == nil {
			return "distinct"
		}
		s := "distinct on " + ids(n.On, n.Input.Schema())
		if len(n.Order) > 0 {
			s += " order by " + p.scalar.Keys(n.Order)
		}
		return s
	case *SetOp:
		s := [...]string{"union", "intersect", "except"}[n.Kind]
		if n.All {
			s += " all"
		}
		return s + " " + columns(n.Cols)
	case *With:
		s := fmt.Sprintf("with %s%s", n.Name, cteID(n.ID))
		switch n.Materialized {
		case 1:
			s += " materialized"
		case -1:
			s += " not materialized"
		}
		return s
	case *CTERef:
		parts := make([]string, len(n.Cols))
		for i, c := range n.Cols {
			parts[i] = fmt.Sprintf("%s = #%d", column(c), n.From[i])
		}
		return fmt.Sprintf("cte %s%s (%s)", n.Name, cteID(n.ID), strings.Join(parts, ", "))
	case *Recursive:
		s := "recursive union all "
		if n.Distinct {
			s = "recursive union "
		}
		return s + n.Name + cteID(n.ID) + " " + columns(n.Cols)
	case *TableFunc:
		return p.tableFunc(n)
	case *Insert:
		return "insert " + relName(n.Rel.Schema, n.Rel.Name) + p.checks(n.Checks) + p.conflict(n) + p.returning(n.Returning, n.Exprs)
	case *Update:
		return fmt.Sprintf("update %s row#%d set %s", relName(n.Rel.Schema, n.Rel.Name), n.RowID, ids(n.New, n.Input.Schema())) +
			p.checks(n.Checks) + p.returning(n.Returning, n.Exprs)
	case *Delete:
		return fmt.Sprintf("delete %s row#%d", relName(n.Rel.Schema, n.Rel.Name), n.RowID) + p.returning(n.Returning, n.Exprs)
	}
	panic(fmt.Sprintf("logical: no way to print %T", n))
}

func cteID(id CTEID) string { return "@" + strconv.Itoa(int(id)) }

// column is a column with its id, and "!" where it cannot be NULL.
func column(c Column) string {
	s := c.Name + "#" + strconv.Itoa(int(c.ID))
	if c.NotNull {
		s += "!"
	}
	return s
}

func columns(cols []Column) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		parts[i] = column(c)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// ids prints columns named by id, with the names that schema knows.
func ids(list []scalar.ColumnID, schema []Column) string {
	parts := make([]string, len(list))
	for i, id := range list {
		parts[i] = "#" + strconv.Itoa(int(id))
		for _, c := range schema {
			if c.ID == id {
				parts[i] = c.Name + parts[i]
				break
			}
		}
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func (p *printer) exprs(list []scalar.Expr, sep string) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = p.scalar.String(e)
	}
	return strings.Join(parts, sep)
}

func relName(schema, name string) string {
	if schema == "public" || schema == "" {
		return name
	}
	return schema + "." + name
}

func (p *printer) scan(n *Scan) string {
	s := "scan " + relName(n.Rel.Schema, n.Rel.Name)
	if n.Alias != "" && n.Alias != n.Rel.Name {
		s += " " + n.Alias
	}
	s += " " + columns(n.Cols)
	if n.RowID != nil {
		s += " row#" + strconv.Itoa(int(n.RowID.ID))
	}
	if len(n.Filter) > 0 {
		s += " where " + p.exprs(n.Filter, " and ")
	}
	return s
}

func (p *printer) values(n *Values) string {
	rows := make([]string, 0, min(len(n.Rows), 11))
	for i, r := range n.Rows {
		if i == 10 {
			rows = append(rows, fmt.Sprintf("… %d rows", len(n.Rows)))
			break
		}
		rows = append(rows, "("+p.exprs(r, ", ")+")")
	}
	if len(n.Rows) == 0 {
		rows = append(rows, "no rows")
	}
	return "values " + columns(n.Cols) + " " + strings.Join(rows, ", ")
}

func (p *printer) join(n *Join) string {
	s := [...]string{"inner", "left", "right", "full", "semi", "anti", "mark", "single"}[n.Kind] + " join"
	if n.Kind == Inner && len(n.On) == 0 {
		s = "cross join"
	}
	if n.Lateral {
		s = "lateral " + s
	}
	if n.NullAware {
		s = "null-aware " + s
	}
	if n.MarkCol != nil {
		s += " " + column(*n.MarkCol)
	}
	if len(n.On) > 0 {
		s += " on " + p.exprs(n.On, " and ")
	}
	return s
}

func (p *printer) aggregate(n *Aggregate) string {
	var parts []string
	for i, k := range n.Keys {
		s := column(k)
		if n.KeyFrom != nil {
			s += fmt.Sprintf(" = #%d", n.KeyFrom[i])
		}
		parts = append(parts, s)
	}
	s := "aggregate"
	if len(parts) > 0 {
		s += " by " + strings.Join(parts, ", ")
	}
	if n.Sets != nil {
		sets := make([]string, len(n.Sets))
		for i, set := range n.Sets {
			names := make([]string, len(set))
			for j, k := range set {
				names[j] = n.Keys[k].Name
			}
			sets[i] = "(" + strings.Join(names, ", ") + ")"
		}
		s += " sets (" + strings.Join(sets, ", ") + ")"
	}
	if n.SetCol != nil {
		s += " set " + column(*n.SetCol)
	}
	for i, a := range n.Aggs {
		if i == 0 {
			s += ":"
		} else {
			s += ","
		}
		s += " " + column(a.Col) + " = " + p.scalar.Aggregate(a.Agg)
	}
	return s
}

func (p *printer) limit(n *Limit) string {
	s := "limit"
	if n.Count != nil {
		s += " " + p.scalar.String(n.Count)
	}
	if n.WithTies {
		s += " with ties"
	}
	if n.Offset != nil {
		s += " offset " + p.scalar.String(n.Offset)
	}
	return s
}

func (p *printer) tableFunc(n *TableFunc) string {
	parts := make([]string, len(n.Calls))
	for i, c := range n.Calls {
		parts[i] = columns(c.Cols) + " = " + c.Fn.Name + "(" + p.exprs(c.Args, ", ") + ")"
	}
	s := "table function " + strings.Join(parts, ", ")
	if n.Outer {
		s = "outer " + s
	}
	if n.Ordinality != nil {
		s += " ordinality " + column(*n.Ordinality)
	}
	return s
}

func (p *printer) checks(list []Check) string {
	s := ""
	for _, c := range list {
		s += " check "
		if c.Constraint != "" {
			s += c.Constraint + " "
		}
		s += p.scalar.String(c.Expr)
	}
	return s
}

func (p *printer) returning(cols []Column, exprs []scalar.Expr) string {
	if cols == nil {
		return ""
	}
	parts := make([]string, len(cols))
	for i, c := range cols {
		parts[i] = column(c) + " = " + p.scalar.String(exprs[i])
	}
	return " returning " + strings.Join(parts, ", ")
}

func (p *printer) conflict(n *Insert) string {
	c := n.Conflict
	if c == nil {
		return ""
	}
	s := " on conflict"
	if c.Index != 0 {
		s += " index " + strconv.Itoa(int(c.Index))
	}
	if c.Nothing {
		return s + " do nothing"
	}
	s += " existing " + columns(c.Existing) + " excluded " + columns(c.Excluded) + " set (" + p.exprs(c.Set, ", ") + ")"
	if c.Where != nil {
		s += " where " + p.scalar.String(c.Where)
	}
	return s
}
