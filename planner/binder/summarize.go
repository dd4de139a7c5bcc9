package binder

import (
	"fmt"
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/parser"
)

// summarize is SUMMARIZE: statistics of each column of a query or table, a row
// each. It is the query
//
//	SELECT unnest(ARRAY['a', …]) AS column_name, unnest(ARRAY[min(c1)::text, …]) AS min, …
//	FROM (query) AS s (c1, …)
//
// so that one pass computes them all. What a type has no statistics of is NULL.
func (b *binder) summarize(n *ast.Summarize) (*Bound, error) {
	q := n.Query
	if n.Relation != nil {
		r := *n.Relation
		q = &ast.Query{Range: n.Range, Body: &ast.Select{Range: n.Range,
			Targets: []*ast.Target{{Range: n.Range, Value: &ast.Star{Range: n.Range}}}, From: []ast.FromItem{&r}}}
	}
	inner, err := b.query(q, nil, false) // for its columns, and for its errors
	if err != nil {
		return nil, err
	}
	var names [len(summaryColumns)][]string
	var columns []string
	for i, c := range inner.cols {
		col := fmt.Sprintf("c%d", i+1)
		columns = append(columns, col)
		values := summaryOf(c.name, c.col.Type, col)
		for k := range values {
			names[k] = append(names[k], values[k])
		}
	}
	var text strings.Builder
	text.WriteString("SELECT ")
	for k, name := range summaryColumns {
		if k > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "pg_catalog.unnest(ARRAY[%s]::%s[]) AS %s", strings.Join(names[k], ", "), name.typ, ast.QuoteIdent(name.name))
	}
	fmt.Fprintf(&text, " FROM (%s) AS s", ast.SQL(q))
	if len(columns) > 0 {
		fmt.Fprintf(&text, " (%s)", strings.Join(columns, ", "))
	}
	stmts, err := parser.Parse(text.String())
	if err != nil {
		return nil, err
	}
	sql := b.sql
	b.sql = "" // positions in the text above are nobody's
	out, err := b.query(stmts[0].(*ast.Query), nil, false)
	b.sql = sql
	if err != nil {
		return nil, err
	}
	return &Bound{Kind: KindSelect, Tag: "SUMMARIZE", Plan: out.plan, Columns: out.result()}, nil
}

// summaryColumns are SUMMARIZE's columns.
var summaryColumns = [...]struct{ name, typ string }{
	{"column_name", "text"}, {"column_type", "text"}, {"min", "text"}, {"max", "text"}, {"approx_unique", "bigint"},
	{"avg", "text"}, {"std", "text"}, {"q25", "text"}, {"q50", "text"}, {"q75", "text"}, {"count", "bigint"}, {"null_percentage", "numeric(9,2)"},
}

// summaryOf is the expressions of one column's row.
func summaryOf(name string, t types.Type, col string) [len(summaryColumns)]string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	f := types.FactsOf(t.OID)
	low, high, distinct := "NULL", "NULL", "pg_catalog.count(DISTINCT "+col+")"
	avg, std, quantile := "NULL", "NULL", ""
	switch {
	case t.OID == types.JSONOID, t.OID == types.RecordOID, f == nil:
		distinct = "pg_catalog.count(DISTINCT " + col + "::text)"
	case t.OID == types.JSONBOID:
	case t.OID == types.BoolOID:
		low, high = "pg_catalog.bool_and("+col+")::text", "pg_catalog.bool_or("+col+")::text"
	case f.Category == 'N' && (t.OID == types.NumericOID || f.Len == 2 || f.Len == 4 || f.Len == 8) && t.OID != types.OIDOID && t.Kind() != 0:
		low, high = "pg_catalog.min("+col+")::text", "pg_catalog.max("+col+")::text"
		if isNumber(t.OID) {
			avg, std = "pg_catalog.avg("+col+")::double precision::text", "pg_catalog.stddev("+col+")::double precision::text"
			quantile = "pg_catalog.percentile_cont(%s) WITHIN GROUP (ORDER BY " + col + "::double precision)::text"
		}
	case f.Category == 'D', f.Category == 'T':
		low, high = "pg_catalog.min("+col+")::text", "pg_catalog.max("+col+")::text"
		quantile = "pg_catalog.percentile_disc(%s) WITHIN GROUP (ORDER BY " + col + ")::text"
	case f.Category == 'S':
		low, high = "pg_catalog.min("+col+"::text)", "pg_catalog.max("+col+"::text)"
	case f.Category == 'A':
		low, high = "pg_catalog.min("+col+")::text", "pg_catalog.max("+col+")::text"
	case t.OID == types.UUIDOID:
		low, high = "pg_catalog.min("+col+"::text)", "pg_catalog.max("+col+"::text)"
	}
	q := func(at string) string {
		if quantile == "" {
			return "NULL"
		}
		return fmt.Sprintf(quantile, at)
	}
	return [...]string{
		quote(name), quote(t.String()), low, high, distinct, avg, std, q("0.25"), q("0.5"), q("0.75"), "pg_catalog.count(*)",
		"pg_catalog.round(100.0 * (pg_catalog.count(*) - pg_catalog.count(" + col + ")) / nullif(pg_catalog.count(*), 0), 2)",
	}
}

func isNumber(t types.OID) bool {
	switch t {
	case types.Int2OID, types.Int4OID, types.Int8OID, types.Float4OID, types.Float8OID, types.NumericOID:
		return true
	}
	return false
}
