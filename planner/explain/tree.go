package explain

import (
	"strconv"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// item is one node, ready to be printed.
type item struct {
	name     string // node type as JSON has it
	title    string // as text has it: "Hash Left Join", "Seq Scan on t a"
	relation string // Parent Relationship
	section  string // a heading above it: "CTE x"
	facts    []fact // of the type, for JSON only
	lines    []fact // labelled lines
	props    *physical.Props
	startup  float64
	actual   *Actual
	ran      bool // ANALYZE: actuals were asked for
	children []*item
}

// fact is a label and a value: string, []string, bool, int64 or float64.
type fact struct {
	label string
	value any
}

// tree makes items.
type tree struct {
	opt   Options
	run   *Run
	names *names
}

func newTree(plan physical.Node, opt Options, run *Run) *tree {
	return &tree{opt: opt, run: run, names: newNames(plan, opt.Verbose)}
}

func (t *tree) item(n physical.Node, relation string) *item {
	it := &item{relation: relation, props: n.Properties()}
	if t.opt.Analyze && t.run != nil && t.run.Node != nil {
		it.actual, it.ran = t.run.Node(it.props.ID), true
	}
	t.describe(it, n)
	if t.opt.Verbose {
		if out := t.output(n); len(out) > 0 {
			it.lines = append([]fact{{label: "Output", value: out}}, it.lines...)
		}
	}
	rels := relationships(n)
	for i, in := range n.Inputs() {
		if it.name == "Result" || it.name == "Function Scan" { // what is below is the one row that they start from
			continue
		}
		it.children = append(it.children, t.item(in, rels[i]))
	}
	if w, ok := n.(*physical.With); ok { // as Postgres has it: the plan hangs below the body's top
		plan, body := it.children[0], it.children[1]
		plan.section = "CTE " + w.Name
		body.relation = it.relation
		body.section = it.section
		body.children = append([]*item{plan}, body.children...)
		return body
	}
	it.startup = startup(n, it.children)
	return it
}

// relationships are the Parent Relationships of n's inputs.
func relationships(n physical.Node) []string {
	out := make([]string, len(n.Inputs()))
	for i := range out {
		out[i] = "Outer"
	}
	switch n.(type) {
	case *physical.HashJoin, *physical.NestedLoop, *physical.Recursive, *physical.SetOp:
		out[1] = "Inner"
	case *physical.With:
		out[0] = "InitPlan"
	case *physical.Append:
		for i := range out {
			out[i] = "Member"
		}
	}
	return out
}

// startup is the cost until the first row: what blocks has all its work there.
func startup(n physical.Node, in []*item) float64 {
	total := n.Properties().Cost
	switch n.(type) {
	case *physical.Sort, *physical.TopN, *physical.HashAggregate, *physical.Window, *physical.DistinctOn, *physical.SetOp, *physical.Recursive:
		return total
	case *physical.HashJoin, *physical.NestedLoop:
		return in[0].startup + in[1].props.Cost
	}
	if len(in) > 0 {
		return in[0].startup
	}
	return 0
}

func (it *item) line(label string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	}
	it.lines = append(it.lines, fact{label: label, value: value})
}

func (it *item) fact(label string, value any) {
	it.facts = append(it.facts, fact{label: label, value: value})
}

// joinWord is the kind as it stands in a join's name, seen from the probe or
// outer side.
func joinWord(k logical.JoinKind, swapped bool) string {
	switch k {
	case logical.Left, logical.Right:
		if (k == logical.Right) != swapped {
			return "Right"
		}
		return "Left"
	case logical.Full:
		return "Full"
	case logical.Semi:
		if swapped {
			return "Right Semi"
		}
		return "Semi"
	case logical.Anti:
		if swapped {
			return "Right Anti"
		}
		return "Anti"
	case logical.Mark:
		return "Mark"
	case logical.Single:
		return "Single"
	}
	return ""
}

// describe fills in what n is and does.
func (t *tree) describe(it *item, n physical.Node) {
	nm := t.names
	switch n := n.(type) {
	case *physical.Scan:
		t.scan(it, n)
	case *physical.Values:
		it.name = "Values Scan"
		it.title = "Values Scan"
		if len(n.Rows) == 1 || len(n.Rows) == 0 {
			it.name, it.title = "Result", "Result"
			if len(n.Rows) == 0 {
				it.line("One-Time Filter", "false")
			}
		}
	case *physical.Project:
		it.name, it.title = "Projection", "Projection"
		if oneRow(n.Input) {
			it.name, it.title = "Result", "Result"
		}
	case *physical.Filter:
		it.name, it.title = "Filter", "Filter"
		it.line("Filter", nm.conj(n.Preds))
	case *physical.HashJoin:
		t.hashJoin(it, n)
	case *physical.NestedLoop:
		it.name = "Nested Loop"
		it.title = joinTitle("Nested Loop", joinWord(n.Kind, false))
		it.fact("Join Type", joinType(joinWord(n.Kind, false)))
		if n.NullAware {
			it.line("Null Aware", true)
		}
		it.line("Join Filter", nm.conj(n.On))
	case *physical.HashAggregate:
		t.aggregate(it, n)
	case *physical.Window:
		it.name, it.title = "WindowAgg", "WindowAgg"
		it.line("Partition By", nm.list(n.Partition))
		it.line("Order By", nm.keys(n.Order))
		if n.Keep > 0 {
			it.line("Run Condition", "row_number() <= "+strconv.FormatInt(n.Keep, 10))
		}
	case *physical.Sort:
		it.name, it.title = "Sort", "Sort"
		it.line("Sort Key", nm.keys(n.Keys))
	case *physical.TopN:
		it.name, it.title = "Top-N Sort", "Top-N Sort"
		it.line("Sort Key", nm.keys(n.Keys))
		t.bounds(it, n.Count, n.Offset)
		if n.WithTies {
			it.line("With Ties", true)
		}
	case *physical.Limit:
		it.name, it.title = "Limit", "Limit"
		t.bounds(it, n.Count, n.Offset)
	case *physical.DistinctOn:
		it.name, it.title = "Unique", "Unique"
		it.line("Group Key", nm.list(n.On))
		it.line("Order By", nm.keys(n.Order))
	case *physical.Append:
		it.name, it.title = "Append", "Append"
	case *physical.SetOp:
		word := map[logical.SetKind]string{logical.Intersect: "Intersect", logical.Except: "Except", logical.Union: "Union"}[n.Kind]
		if n.All {
			word += " All"
		}
		it.name, it.title = "SetOp", "HashSetOp "+word
		it.fact("Strategy", "Hashed")
		it.fact("Command", word)
	case *physical.CTEScan:
		it.name, it.title = "CTE Scan", "CTE Scan on "+ident(n.Name)
		if alias := nm.alias[n]; alias != n.Name {
			it.title += " " + ident(alias)
		}
		it.fact("CTE Name", n.Name)
		it.fact("Alias", nm.alias[n])
	case *physical.With:
	case *physical.Recursive:
		it.name, it.title = "Recursive Union", "Recursive Union"
	case *physical.TableFunc:
		t.tableFunc(it, n)
	case *physical.Insert:
		t.modify(it, "Insert", n.Op.Rel.Schema, n.Op.Rel.Name)
	case *physical.Update:
		t.modify(it, "Update", n.Op.Rel.Schema, n.Op.Rel.Name)
	case *physical.Delete:
		t.modify(it, "Delete", n.Op.Rel.Schema, n.Op.Rel.Name)
	default:
		it.name, it.title = "Unknown", "Unknown"
	}
}

func (t *tree) modify(it *item, op, schema, rel string) {
	it.name, it.title = "ModifyTable", op+" on "+t.relation(schema, rel)
	it.fact("Operation", op)
	it.fact("Relation Name", rel)
}

func (t *tree) relation(schema, rel string) string {
	if t.opt.Verbose && schema != "" {
		return ident(schema) + "." + ident(rel)
	}
	return ident(rel)
}

func (t *tree) bounds(it *item, count, offset scalar.Expr) {
	if count != nil {
		it.line("Limit", t.names.bare(count))
	}
	if offset != nil {
		it.line("Offset", t.names.bare(offset))
	}
}

func (t *tree) scan(it *item, n *physical.Scan) {
	it.name = "Seq Scan"
	it.title = "Seq Scan on " + t.relation(n.Rel.Schema, n.Rel.Name)
	alias := t.names.alias[n]
	if alias != n.Rel.Name {
		it.title += " " + ident(alias)
	}
	it.fact("Relation Name", n.Rel.Name)
	if t.opt.Verbose {
		it.fact("Schema", n.Rel.Schema)
	}
	it.fact("Alias", alias)
	it.line("Filter", t.names.conj(n.Filter))
	var keys []string
	for _, r := range n.Runtime {
		keys = append(keys, t.names.bare(r.Key)+" (join filter "+strconv.Itoa(int(r.ID))+")")
	}
	it.line("Runtime Filter", keys)
}

func (t *tree) hashJoin(it *item, n *physical.HashJoin) {
	word := joinWord(n.Kind, n.BuildLeft)
	it.name, it.title = "Hash Join", joinTitle("Hash", word)
	it.fact("Join Type", joinType(word))
	var conds []string
	for i := range n.ProbeKeys {
		op := " = "
		if n.NullEqual != nil && n.NullEqual[i] {
			op = " IS NOT DISTINCT FROM "
		}
		conds = append(conds, "("+t.names.operand(n.ProbeKeys[i])+op+t.names.operand(n.BuildKeys[i])+")")
	}
	cond := ""
	for i, c := range conds {
		if i > 0 {
			cond += " AND "
		}
		cond += c
	}
	if len(conds) > 1 {
		cond = "(" + cond + ")"
	}
	it.line("Hash Cond", cond)
	if n.NullAware {
		it.line("Null Aware", true)
	}
	it.line("Join Filter", t.names.conj(n.Residual))
	var ids []string
	for _, r := range n.Runtime {
		ids = append(ids, strconv.Itoa(int(r.ID))+" on "+t.names.bare(r.Key))
	}
	it.line("Produces Join Filter", ids)
}

// joinTitle is "Hash Left Join", "Nested Loop Semi Join", "Hash Join", "Nested Loop".
func joinTitle(method, word string) string {
	switch {
	case word == "" && method == "Nested Loop":
		return method
	case word == "":
		return method + " Join"
	}
	return method + " " + word + " Join"
}

func joinType(word string) string {
	if word == "" {
		return "Inner"
	}
	return word
}

func (t *tree) aggregate(it *item, n *physical.HashAggregate) {
	it.name = "Aggregate"
	strategy := "Hashed"
	it.title = "HashAggregate"
	if len(n.Keys) == 0 && len(n.Sets) <= 1 {
		it.title, strategy = "Aggregate", "Plain"
	}
	it.fact("Strategy", strategy)
	if len(n.Sets) <= 1 {
		it.line("Group Key", t.names.list(n.Keys))
		return
	}
	for _, s := range n.Sets {
		keys := make([]scalar.Expr, len(s))
		for i, k := range s {
			keys[i] = n.Keys[k]
		}
		if len(keys) == 0 {
			it.line("Group Key", "()")
			continue
		}
		it.line("Group Key", t.names.list(keys))
	}
}

func (t *tree) tableFunc(it *item, n *physical.TableFunc) {
	if oneRow(n.Input) {
		it.name, it.title = "Function Scan", "Function Scan"
	} else {
		it.name, it.title = "ProjectSet", "ProjectSet"
	}
	var calls []string
	for _, c := range n.Calls {
		calls = append(calls, c.Fn.Name+"("+join(t.names.list(c.Args))+")")
	}
	if it.name == "Function Scan" && len(n.Calls) == 1 {
		it.title += " on " + n.Calls[0].Fn.Name
		it.fact("Function Name", n.Calls[0].Fn.Name)
	}
	it.line("Function Call", calls)
}

// oneRow says whether n is the row without columns that a SELECT without FROM
// starts from.
func oneRow(n physical.Node) bool {
	v, ok := n.(*physical.Values)
	return ok && len(v.Cols) == 0 && len(v.Rows) == 1
}

// output are the expressions of n's columns.
func (t *tree) output(n physical.Node) []string {
	var out []string
	switch n := n.(type) {
	case *physical.Project:
		return t.names.list(n.Exprs)
	case *physical.With:
		return nil
	}
	for _, c := range n.Schema() {
		out = append(out, t.names.bare(c.Ref()))
	}
	return out
}

func join(list []string) string {
	s := ""
	for i, x := range list {
		if i > 0 {
			s += ", "
		}
		s += x
	}
	return s
}
