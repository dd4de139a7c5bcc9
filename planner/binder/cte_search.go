package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/parser"
)

// searchAndCycle is a recursive CTE's query with its SEARCH and CYCLE clauses
// written out, as the standard explains them: columns that carry the path.
//
//	SELECT l.c…, ARRAY[ROW(l.k…)], FALSE, ARRAY[ROW(l.k…)] FROM (left) AS l (c…)
//	UNION
//	SELECT r.c…, r.s || ARRAY[ROW(r.k…)], CASE WHEN ROW(r.k…) = ANY (r.p) THEN TRUE ELSE FALSE END, r.p || ARRAY[ROW(r.k…)]
//	FROM (right, with s and p of the working table, where it is not marked yet) AS r (c…, s, p)
//
// SEARCH BREADTH has ROW(depth, k…) in place of the array.
func (b *binder) searchAndCycle(c *cte) (*ast.Query, []ast.Ident, error) {
	n := c.node
	q := n.Stmt.(*ast.Query)
	pos := n.Name.Pos
	set, ok := q.Body.(*ast.SetOp)
	if !c.recursive || !ok || set.Kind != ast.Union {
		return nil, nil, b.errAt(pos, sqlerr.SyntaxError, "WITH query is not recursive")
	}
	right, ok := set.Right.(*ast.Select)
	if !ok {
		return nil, nil, b.errAt(pos, sqlerr.FeatureNotSupported, "with a SEARCH or CYCLE clause, the right side of the UNION must be a SELECT")
	}
	if _, ok := set.Left.(*ast.SetOp); ok {
		return nil, nil, b.errAt(pos, sqlerr.FeatureNotSupported, "with a SEARCH or CYCLE clause, the left side of the UNION must be a SELECT")
	}
	left, err := b.setMember(set.Left, newScope(c.scope))
	if err != nil {
		return nil, nil, err
	}
	_, names := left.columns()
	for i, id := range n.Columns {
		if i < len(names) {
			names[i] = id.Name
		}
	}
	table := workingTable(right.From, n.Name.Name)
	if table == "" {
		return nil, nil, b.errAt(pos, sqlerr.FeatureNotSupported, "with a SEARCH or CYCLE clause, the recursive reference to WITH query %s must be at the top level of its right-hand SELECT",
			sqlerr.Quote(n.Name.Name))
	}
	w := &searchWriter{b: b, names: names, table: table, step: *right}
	w.step.Targets = append([]*ast.Target(nil), right.Targets...)
	if s := n.Search; s != nil {
		if err := w.search(s); err != nil {
			return nil, nil, err
		}
	}
	if y := n.Cycle; y != nil {
		if err := w.cycle(y); err != nil {
			return nil, nil, err
		}
	}
	op := " UNION "
	if set.All {
		op = " UNION ALL "
	}
	text := "SELECT " + w.list("l", w.base) + " FROM (" + ast.SQL(&ast.Query{Body: set.Left}) + ") AS l (" + idents(names) + ")" + op +
		"SELECT " + w.list("r", w.next) + " FROM (" + ast.SQL(&ast.Query{Body: &w.step}) + ") AS r (" + idents(append(names[:len(names):len(names)], w.carried...)) + ")"
	stmts, err := parser.Parse(text)
	if err != nil {
		return nil, nil, err
	}
	out := stmts[0].(*ast.Query)
	out.With = q.With
	columns := make([]ast.Ident, 0, len(names)+len(w.made))
	for _, name := range append(names[:len(names):len(names)], w.made...) {
		columns = append(columns, ast.Ident{Name: name})
	}
	return out, columns, nil
}

// searchWriter collects what the clauses add.
type searchWriter struct {
	b          *binder
	names      []string // the query's own columns
	table      string   // what the right side calls the working table
	step       ast.Select
	made       []string // columns added to the result
	carried    []string // columns that the right side takes over
	base, next []string // expressions of the added columns
}

func idents(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = ast.QuoteIdent(n)
	}
	return strings.Join(out, ", ")
}

func (w *searchWriter) list(from string, more []string) string {
	var out []string
	for _, n := range w.names {
		out = append(out, from+"."+ast.QuoteIdent(n))
	}
	return strings.Join(append(out, more...), ", ")
}

// keys are the columns of a clause, as of one side.
func (w *searchWriter) keys(from string, cols []ast.Ident) string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = from + "." + ast.QuoteIdent(c.Name)
	}
	return strings.Join(out, ", ")
}

func (w *searchWriter) check(cols []ast.Ident, clause string, pos int32) error {
	seen := map[string]bool{}
	for _, c := range cols {
		found := false
		for _, n := range w.names {
			found = found || n == c.Name
		}
		if !found {
			return w.b.errAt(pos, sqlerr.SyntaxError, "%s column %s not in WITH query column list", clause, sqlerr.Quote(c.Name))
		}
		if seen[c.Name] {
			return w.b.errAt(pos, sqlerr.DuplicateColumn, "%s column %s specified more than once", clause, sqlerr.Quote(c.Name))
		}
		seen[c.Name] = true
	}
	return nil
}

func (w *searchWriter) fresh(id ast.Ident, what string) error {
	for _, n := range w.names {
		if n == id.Name {
			return w.b.errAt(id.Pos, sqlerr.SyntaxError, "%s column name %s already used in WITH query column list", what, sqlerr.Quote(id.Name))
		}
	}
	for _, n := range w.made {
		if n == id.Name {
			return w.b.errAt(id.Pos, sqlerr.SyntaxError, "%s column name %s already used", what, sqlerr.Quote(id.Name))
		}
	}
	return nil
}

// carry takes a column of the working table over to the right side.
func (w *searchWriter) carry(name string) {
	ref := &ast.ColumnRef{Parts: []ast.Ident{{Name: w.table}, {Name: name}}}
	w.step.Targets = append(w.step.Targets, &ast.Target{Value: ref, Alias: ast.Ident{Name: name}})
	w.carried = append(w.carried, name)
}

func (w *searchWriter) search(s *ast.Search) error {
	if err := w.check(s.Columns, "search", s.Pos); err != nil {
		return err
	}
	if err := w.fresh(s.Set, "search sequence"); err != nil {
		return err
	}
	col := "r." + ast.QuoteIdent(s.Set.Name)
	if s.Breadth {
		w.base = append(w.base, "ROW(0::bigint, "+w.keys("l", s.Columns)+")")
		w.next = append(w.next, "ROW((to_json("+col+") ->> 'f1')::bigint + 1, "+w.keys("r", s.Columns)+")")
	} else {
		w.base = append(w.base, "ARRAY[ROW("+w.keys("l", s.Columns)+")]")
		w.next = append(w.next, col+" || ARRAY[ROW("+w.keys("r", s.Columns)+")]")
	}
	w.carry(s.Set.Name)
	w.made = append(w.made, s.Set.Name)
	return nil
}

func (w *searchWriter) cycle(y *ast.Cycle) error {
	if err := w.check(y.Columns, "cycle", y.Pos); err != nil {
		return err
	}
	if err := w.fresh(y.Mark, "cycle mark"); err != nil {
		return err
	}
	if err := w.fresh(y.Path, "cycle path"); err != nil {
		return err
	}
	if y.Mark.Name == y.Path.Name {
		return w.b.errAt(y.Path.Pos, sqlerr.SyntaxError, "cycle mark column name and cycle path column name are the same")
	}
	yes, no := "TRUE", "FALSE"
	if y.To != nil {
		yes, no = ast.SQL(y.To), ast.SQL(y.Default)
	}
	path := "r." + ast.QuoteIdent(y.Path.Name)
	w.base = append(w.base, no, "ARRAY[ROW("+w.keys("l", y.Columns)+")]")
	w.next = append(w.next,
		"CASE WHEN ROW("+w.keys("r", y.Columns)+") = ANY ("+path+") THEN "+yes+" ELSE "+no+" END",
		path+" || ARRAY[ROW("+w.keys("r", y.Columns)+")]")
	w.carry(y.Path.Name)
	w.made = append(w.made, y.Mark.Name, y.Path.Name)
	going, err := parser.ParseExpr(ast.QuoteIdent(w.table) + "." + ast.QuoteIdent(y.Mark.Name) + " <> " + yes)
	if err != nil {
		return err
	}
	if w.step.Where != nil {
		going, err = parser.ParseExpr("(" + ast.SQL(w.step.Where) + ") AND (" + ast.SQL(going) + ")")
	}
	w.step.Where = going
	return err
}

// workingTable is what FROM calls the recursive reference; "" where there is none.
func workingTable(from []ast.FromItem, name string) string {
	for _, f := range from {
		switch n := f.(type) {
		case *ast.Relation:
			if len(n.Name.Parts) == 1 && n.Name.Object() == name {
				if n.Alias != nil && n.Alias.Name.Name != "" {
					return n.Alias.Name.Name
				}
				return name
			}
		case *ast.Join:
			if t := workingTable([]ast.FromItem{n.Left, n.Right}, name); t != "" {
				return t
			}
		}
	}
	return ""
}
