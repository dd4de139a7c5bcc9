package explain

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// names knows how to print each column of a plan: as the column of a
// relation, or as the expression that computes it.
type names struct {
	alias   map[physical.Node]string   // of scans and CTE scans
	table   map[scalar.ColumnID]string // alias of the relation that a column is of
	column  map[scalar.ColumnID]string
	exprs   map[scalar.ColumnID]scalar.Expr
	aggs    map[scalar.ColumnID]*scalar.Aggregate
	windows map[scalar.ColumnID]*scalar.WindowCall
	qualify bool // more than one relation, or VERBOSE
	depth   int
	own     func(*scalar.Column) string // prints columns instead of all of the above
}

// Deparse prints an expression in Postgres's spelling, with its columns as
// column prints them.
func Deparse(e scalar.Expr, column func(*scalar.Column) string) string {
	return (&names{own: column}).text(e)
}

// DeparseAggregate is Deparse for an aggregate call.
func DeparseAggregate(a *scalar.Aggregate, column func(*scalar.Column) string) string {
	return (&names{own: column}).aggregate(a)
}

func newNames(plan physical.Node, verbose bool) *names {
	n := &names{
		alias:   map[physical.Node]string{},
		table:   map[scalar.ColumnID]string{},
		column:  map[scalar.ColumnID]string{},
		exprs:   map[scalar.ColumnID]scalar.Expr{},
		aggs:    map[scalar.ColumnID]*scalar.Aggregate{},
		windows: map[scalar.ColumnID]*scalar.WindowCall{},
		qualify: verbose,
	}
	used := map[string]int{}
	relations := 0
	var walk func(physical.Node)
	walk = func(p physical.Node) {
		for _, c := range p.Schema() {
			if _, ok := n.column[c.ID]; !ok {
				n.column[c.ID] = c.Name
			}
		}
		switch p := p.(type) {
		case *physical.Scan:
			relations++
			alias := p.Alias
			if alias == "" {
				alias = p.Rel.Name
			}
			alias = n.unique(used, p, alias)
			for _, c := range p.Read {
				n.table[c.ID] = alias
				n.column[c.ID] = c.Name
			}
			for _, c := range p.Cols {
				n.table[c.ID] = alias
			}
		case *physical.CTEScan:
			relations++
			alias := n.unique(used, p, p.Name)
			for _, c := range p.Cols {
				n.table[c.ID] = alias
			}
		case *physical.Project:
			for i, e := range p.Exprs {
				if c, ok := e.(*scalar.Column); !ok || c.ID != p.Cols[i].ID {
					n.exprs[p.Cols[i].ID] = e
				}
			}
		case *physical.HashAggregate:
			for _, a := range p.Aggs {
				n.aggs[a.Col.ID] = a.Agg
			}
			for i, k := range p.Keys {
				if c, ok := k.(*scalar.Column); i < len(p.Cols) && (!ok || c.ID != p.Cols[i].ID) {
					n.exprs[p.Cols[i].ID] = k
				}
			}
		case *physical.Window:
			for _, it := range p.Items {
				n.windows[it.Col.ID] = it.Call
			}
		}
		for _, in := range p.Inputs() {
			walk(in)
		}
	}
	walk(plan)
	n.qualify = n.qualify || relations > 1
	return n
}

// unique gives a scan its alias: numbered, as in Postgres, where another has
// the same.
func (n *names) unique(used map[string]int, p physical.Node, alias string) string {
	used[alias]++
	if k := used[alias]; k > 1 {
		alias += "_" + strconv.Itoa(k-1)
	}
	n.alias[p] = alias
	return alias
}

// mostNesting bounds how deep computed columns are spelled out.
const mostNesting = 4

// conj is a list of predicates as one condition.
func (n *names) conj(preds []scalar.Expr) string {
	switch len(preds) {
	case 0:
		return ""
	case 1:
		s := n.bare(preds[0])
		if !strings.HasPrefix(s, "(") {
			s = "(" + s + ")"
		}
		if _, ok := preds[0].(*scalar.Column); ok {
			return n.operand(preds[0])
		}
		return s
	}
	return n.text(&scalar.And{Args: preds})
}

func (n *names) list(list []scalar.Expr) []string {
	var out []string
	for _, e := range list {
		out = append(out, n.bare(e))
	}
	return out
}

func (n *names) keys(keys []scalar.SortKey) []string {
	var out []string
	for _, k := range keys {
		s := n.bare(k.Expr)
		if k.Desc {
			s += " DESC"
		}
		switch {
		case k.NullsFirst && !k.Desc:
			s += " NULLS FIRST"
		case !k.NullsFirst && k.Desc:
			s += " NULLS LAST"
		}
		out = append(out, s)
	}
	return out
}

// bare is an expression on its own.
func (n *names) bare(e scalar.Expr) string { return n.text(e) }

// operand is an expression as part of another.
func (n *names) operand(e scalar.Expr) string { return n.text(e) }

func (n *names) columnText(c *scalar.Column) string {
	if n.own != nil {
		return n.own(c)
	}
	if n.depth < mostNesting {
		n.depth++
		defer func() { n.depth-- }()
		if e := n.exprs[c.ID]; e != nil {
			s := n.text(e)
			if _, ok := e.(*scalar.Column); !ok && !strings.HasPrefix(s, "(") {
				s = "(" + s + ")"
			}
			return s
		}
		if a := n.aggs[c.ID]; a != nil {
			return "(" + n.aggregate(a) + ")"
		}
		if w := n.windows[c.ID]; w != nil {
			return "(" + n.aggregate(w.Agg) + " OVER (?))"
		}
	}
	name := n.column[c.ID]
	if name == "" {
		name = c.Name
	}
	if t := n.table[c.ID]; t != "" && n.qualify {
		return ident(t) + "." + ident(name)
	}
	return ident(name)
}

// ident quotes a name where SQL needs it.
func ident(s string) string {
	plain := s != ""
	for i, r := range s {
		if r == '_' || r >= 'a' && r <= 'z' || i > 0 && (r >= '0' && r <= '9' || r == '$') {
			continue
		}
		plain = false
	}
	if plain {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
