package plannertest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/explain"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// SQL spells a plan without laterals and subqueries as a query that Postgres
// runs: what a rule made of a statement can so be compared with the statement
// itself, by an engine that is not ours. Column c<id> is the column with that
// id. Joins become what defines them: EXISTS, NOT EXISTS, scalar subqueries.
func SQL(n logical.Node) string {
	p := sqlPrinter{}
	return p.node(n)
}

type sqlPrinter struct{ alias int }

func (p *sqlPrinter) next() string {
	p.alias++
	return "t" + strconv.Itoa(p.alias)
}

func col(id scalar.ColumnID) string { return "c" + strconv.Itoa(int(id)) }

func expr(e scalar.Expr) string {
	return explain.Deparse(e, func(c *scalar.Column) string { return col(c.ID) })
}

func conj(list []scalar.Expr) string {
	if len(list) == 0 {
		return "true"
	}
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = "(" + expr(e) + ")"
	}
	return strings.Join(parts, " AND ")
}

func cols(list []logical.Column) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = col(c.ID)
	}
	return strings.Join(parts, ", ")
}

func typeName(t types.Type) string { return types.FormatType(t.OID, t.Typmod) }

func keyList(keys []scalar.SortKey) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = "(" + expr(k.Expr) + ")" + map[bool]string{false: " ASC", true: " DESC"}[k.Desc] +
			map[bool]string{false: " NULLS LAST", true: " NULLS FIRST"}[k.NullsFirst]
	}
	return strings.Join(parts, ", ")
}

// from is n as an item of a FROM clause.
func (p *sqlPrinter) from(n logical.Node) string { return "(" + p.node(n) + ") " + p.next() }

func (p *sqlPrinter) node(n logical.Node) string {
	switch n := n.(type) {
	case *logical.Scan:
		parts := make([]string, len(n.Cols))
		for i, c := range n.Cols {
			for _, rc := range n.Rel.Columns {
				if rc.Attnum == c.Attnum {
					parts[i] = `"` + rc.Name + `" AS ` + col(c.ID)
				}
			}
		}
		return fmt.Sprintf("SELECT * FROM (SELECT %s FROM %s) %s WHERE %s", strings.Join(parts, ", "), n.Rel.Name, p.next(), conj(n.Filter))
	case *logical.Values:
		return p.values(n)
	case *logical.Project:
		parts := make([]string, len(n.Cols))
		for i, e := range n.Exprs {
			parts[i] = expr(e) + " AS " + col(n.Cols[i].ID)
		}
		return "SELECT " + strings.Join(parts, ", ") + " FROM " + p.from(n.Input)
	case *logical.Filter:
		return "SELECT * FROM " + p.from(n.Input) + " WHERE " + conj(n.Preds)
	case *logical.Join:
		return p.join(n)
	case *logical.Aggregate:
		return p.aggregate(n)
	case *logical.Window:
		return p.window(n)
	case *logical.Sort:
		return "SELECT * FROM " + p.from(n.Input) + " ORDER BY " + keyList(n.Keys)
	case *logical.Limit:
		return p.limit(n)
	case *logical.Distinct:
		if n.On == nil && len(n.Schema()) == 0 {
			return "SELECT * FROM " + p.from(n.Input) + " LIMIT 1"
		}
		if n.On == nil {
			return "SELECT DISTINCT * FROM " + p.from(n.Input)
		}
		on := make([]string, len(n.On))
		for i, id := range n.On {
			on[i] = col(id)
		}
		order := strings.Join(on, ", ")
		if len(n.Order) > 0 {
			order += ", " + keyList(n.Order)
		}
		return "SELECT DISTINCT ON (" + strings.Join(on, ", ") + ") * FROM " + p.from(n.Input) + " ORDER BY " + order
	case *logical.SetOp:
		word := [...]string{"UNION", "INTERSECT", "EXCEPT"}[n.Kind]
		if n.All {
			word += " ALL"
		}
		names := ""
		if len(n.Cols) > 0 {
			names = "(" + cols(n.Cols) + ")"
		}
		return fmt.Sprintf("SELECT * FROM ((%s) %s (%s)) %s%s", p.node(n.Left), word, p.node(n.Right), p.next(), names)
	case *logical.With:
		return fmt.Sprintf("WITH cte%d AS MATERIALIZED (%s) SELECT * FROM %s", n.ID, p.node(n.Plan), p.from(n.Body))
	case *logical.CTERef:
		parts := make([]string, len(n.Cols))
		for i, c := range n.Cols {
			parts[i] = col(n.From[i]) + " AS " + col(c.ID)
		}
		return fmt.Sprintf("SELECT %s FROM cte%d", strings.Join(parts, ", "), n.ID)
	case *logical.Recursive:
		word := "UNION ALL"
		if n.Distinct {
			word = "UNION"
		}
		return fmt.Sprintf("WITH RECURSIVE cte%d(%s) AS ((%s) %s (%s)) SELECT * FROM cte%d", n.ID, cols(n.Cols), p.node(n.Base), word, p.node(n.Step), n.ID)
	case *logical.TableFunc:
		return p.tableFunc(n)
	}
	panic(fmt.Sprintf("plannertest: no SQL for %T", n))
}

func (p *sqlPrinter) values(n *logical.Values) string {
	if len(n.Rows) == 0 || len(n.Cols) == 0 {
		parts := make([]string, len(n.Cols))
		for i, c := range n.Cols {
			parts[i] = "NULL::" + typeName(c.Type) + " AS " + col(c.ID)
		}
		return fmt.Sprintf("SELECT %s FROM generate_series(1, %d) %s", strings.Join(parts, ", "), len(n.Rows), p.next())
	}
	rows := make([]string, len(n.Rows))
	for i, r := range n.Rows {
		parts := make([]string, len(r))
		for k, e := range r {
			parts[k] = "(" + expr(e) + ")"
		}
		rows[i] = "(" + strings.Join(parts, ", ") + ")"
	}
	return fmt.Sprintf("SELECT * FROM (VALUES %s) %s(%s)", strings.Join(rows, ", "), p.next(), cols(n.Cols))
}

func (p *sqlPrinter) join(n *logical.Join) string {
	l, r := p.from(n.Left), p.from(n.Right)
	on := conj(n.On)
	lateral := ""
	if n.Lateral {
		lateral = "LATERAL "
	}
	switch n.Kind {
	case logical.Inner:
		return "SELECT * FROM " + l + " JOIN " + lateral + r + " ON " + on
	case logical.Left:
		return "SELECT * FROM " + l + " LEFT JOIN " + lateral + r + " ON " + on
	case logical.Right:
		return "SELECT * FROM " + l + " RIGHT JOIN " + r + " ON " + on
	case logical.Full: // Postgres joins fully on equalities of plain columns only
		return fmt.Sprintf("SELECT %[4]s FROM %[1]s LEFT JOIN %[2]s ON %[3]s UNION ALL SELECT %[5]s FROM (%[6]s) a%[7]d WHERE NOT EXISTS (SELECT FROM (%[8]s) b%[7]d WHERE %[3]s)",
			l, r, on, cols(n.Schema()), p.padded(n.Left.Schema(), n.Right.Schema()), p.node(n.Right), p.alias, p.node(n.Left))
	case logical.Semi:
		return "SELECT * FROM " + l + " WHERE EXISTS (SELECT FROM " + r + " WHERE " + on + ")"
	case logical.Anti:
		if n.NullAware {
			on = "(" + on + ") IS NOT FALSE"
		}
		return "SELECT * FROM " + l + " WHERE NOT EXISTS (SELECT FROM " + r + " WHERE " + on + ")"
	case logical.Mark:
		mark := "EXISTS (SELECT FROM " + r + " WHERE " + on + ")"
		if n.NullAware {
			mark = "CASE WHEN " + mark + " THEN true WHEN EXISTS (SELECT FROM " + p.from(n.Right) + " WHERE (" + on + ") IS NULL) THEN NULL ELSE false END"
		}
		return "SELECT *, " + mark + " AS " + col(n.MarkCol.ID) + " FROM " + l
	}
	// Single: a scalar subquery for each column, so that two rows raise.
	out := "SELECT *"
	for _, c := range n.Right.Schema() {
		out += ", (SELECT " + col(c.ID) + " FROM " + p.from(n.Right) + " WHERE " + on + ") AS " + col(c.ID)
	}
	return out + " FROM " + l
}

func (p *sqlPrinter) padded(nulls, keep []logical.Column) string {
	var parts []string
	for _, c := range nulls {
		parts = append(parts, "NULL::"+typeName(c.Type)+" AS "+col(c.ID))
	}
	for _, c := range keep {
		parts = append(parts, col(c.ID))
	}
	return strings.Join(parts, ", ")
}

func (p *sqlPrinter) aggregate(n *logical.Aggregate) string {
	sets := n.Sets
	if sets == nil {
		all := make([]int, len(n.Keys))
		for i := range all {
			all[i] = i
		}
		sets = [][]int{all}
	}
	var parts []string
	for i, set := range sets {
		in := map[int]bool{}
		for _, k := range set {
			in[k] = true
		}
		var out, by []string
		for k, c := range n.Keys {
			from := c.ID
			if n.KeyFrom != nil {
				from = n.KeyFrom[k]
			}
			if in[k] {
				out = append(out, col(from)+" AS "+col(c.ID))
				by = append(by, col(from))
			} else {
				out = append(out, "NULL::"+typeName(c.Type)+" AS "+col(c.ID))
			}
		}
		for _, a := range n.Aggs {
			s := explain.DeparseAggregate(a.Agg, func(c *scalar.Column) string { return col(c.ID) })
			s = strings.Replace(s, "any_value(", "min(", 1) // Postgres 15 has none
			out = append(out, s+" AS "+col(a.Col.ID))
		}
		if n.SetCol != nil {
			out = append(out, strconv.Itoa(i)+"::bigint AS "+col(n.SetCol.ID))
		}
		s := "SELECT " + strings.Join(out, ", ") + " FROM " + p.from(n.Input)
		if len(by) > 0 {
			s += " GROUP BY " + strings.Join(by, ", ")
		} else {
			s += " GROUP BY ()"
		}
		parts = append(parts, "("+s+")")
	}
	return strings.Join(parts, " UNION ALL ")
}

func (p *sqlPrinter) window(n *logical.Window) string {
	out := "SELECT *"
	for _, it := range n.Items {
		c := it.Call
		out += ", " + explain.DeparseAggregate(c.Agg, func(c *scalar.Column) string { return col(c.ID) }) + " OVER ("
		if len(c.Partition) > 0 {
			parts := make([]string, len(c.Partition))
			for i, e := range c.Partition {
				parts[i] = expr(e)
			}
			out += "PARTITION BY " + strings.Join(parts, ", ")
		}
		if len(c.Order) > 0 {
			out += " ORDER BY " + keyList(c.Order)
		}
		out += " " + frame(c.Frame) + ") AS " + col(it.Col.ID)
	}
	return out + " FROM " + p.from(n.Input)
}

func frame(f scalar.Frame) string {
	bound := func(k scalar.BoundKind, off scalar.Expr) string {
		s := [...]string{"UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING", "UNBOUNDED FOLLOWING"}[k]
		if off != nil {
			s = expr(off) + " " + s
		}
		return s
	}
	return [...]string{"RANGE", "ROWS", "GROUPS"}[f.Unit] + " BETWEEN " + bound(f.Start, f.StartOffset) + " AND " + bound(f.End, f.EndOffset) +
		[...]string{"", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP", " EXCLUDE TIES"}[f.Exclude]
}

func (p *sqlPrinter) limit(n *logical.Limit) string {
	out := "SELECT * FROM " + p.from(n.Input)
	if s, ok := n.Input.(*logical.Sort); ok {
		out += " ORDER BY " + keyList(s.Keys)
	}
	if n.Offset != nil {
		out += " OFFSET " + expr(n.Offset)
	}
	if n.Count != nil {
		if n.WithTies {
			return out + " FETCH FIRST (" + expr(n.Count) + ") ROWS WITH TIES"
		}
		out += " LIMIT " + expr(n.Count)
	}
	return out
}

func (p *sqlPrinter) tableFunc(n *logical.TableFunc) string {
	var calls, names []string
	for _, c := range n.Calls {
		args := make([]string, len(c.Args))
		for i, e := range c.Args {
			args[i] = expr(e)
		}
		calls = append(calls, c.Fn.Name+"("+strings.Join(args, ", ")+")")
		names = append(names, cols(c.Cols))
	}
	call := "ROWS FROM (" + strings.Join(calls, ", ") + ")"
	if n.Ordinality != nil {
		call += " WITH ORDINALITY"
		names = append(names, col(n.Ordinality.ID))
	}
	how := " JOIN LATERAL "
	if n.Outer {
		how = " LEFT JOIN LATERAL "
	}
	return "SELECT * FROM " + p.from(n.Input) + how + call + " " + p.next() + "(" + strings.Join(names, ", ") + ") ON true"
}
