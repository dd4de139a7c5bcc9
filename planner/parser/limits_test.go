package parser

import (
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// TestDepthLimit nests every construct that may hold itself, far past what a
// stack would bear.
func TestDepthLimit(t *testing.T) {
	const n = 100_000
	for name, sql := range map[string]string{
		"parentheses":       "SELECT " + strings.Repeat("(", n),
		"closed":            "SELECT " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n),
		"subqueries":        strings.Repeat("SELECT (", n),
		"queries":           strings.Repeat("(", n) + "SELECT 1",
		"from":              "SELECT * FROM " + strings.Repeat("(", n),
		"from subqueries":   strings.Repeat("SELECT * FROM (", n),
		"in":                "SELECT " + strings.Repeat("1 IN (", n),
		"exists":            strings.Repeat("SELECT EXISTS (", n),
		"not":               "SELECT " + strings.Repeat("NOT ", n) + "a",
		"minus":             "SELECT " + strings.Repeat("- ", n) + "a",
		"prefix":            "SELECT " + strings.Repeat("@ ", n) + "a",
		"plus":              "SELECT 1" + strings.Repeat(" + 1", n),
		"power":             "SELECT 1" + strings.Repeat(" ^ 1", n),
		"is":                "SELECT 1" + strings.Repeat(" IS NULL", n),
		"casts":             "SELECT 1" + strings.Repeat("::int", n),
		"subscripts":        "SELECT a" + strings.Repeat("[1]", n),
		"nested subscripts": "SELECT " + strings.Repeat("a[", n),
		"fields":            "SELECT (a)" + strings.Repeat(".b", n),
		"calls":             "SELECT " + strings.Repeat("f(", n),
		"arrays":            "SELECT ARRAY" + strings.Repeat("[", n),
		"rows":              "SELECT " + strings.Repeat("ROW(", n),
		"case":              "SELECT " + strings.Repeat("CASE WHEN ", n),
		"case then":         "SELECT " + strings.Repeat("CASE WHEN a THEN ", n),
		"between":           "SELECT " + strings.Repeat("1 BETWEEN ", n),
		"union":             "SELECT 1" + strings.Repeat(" UNION SELECT 1", n),
		"joins":             "SELECT * FROM a" + strings.Repeat(" CROSS JOIN a", n),
		"pending joins":     "SELECT * FROM a" + strings.Repeat(" JOIN a", n),
		"with":              strings.Repeat("WITH a AS (", n),
		"grouping sets":     "SELECT 1 GROUP BY " + strings.Repeat("GROUPING SETS (", n),
		"typmods":           "SELECT 1::" + strings.Repeat("a(1::", n),
		"over":              "SELECT " + strings.Repeat("f() OVER (ORDER BY ", n),
		"filter":            "SELECT " + strings.Repeat("f() FILTER (WHERE ", n),
		"json":              "SELECT " + strings.Repeat("JSON_ARRAY(", n),
		"json objects":      "SELECT " + strings.Repeat("JSON_OBJECT(", n),
		"try_cast":          "SELECT " + strings.Repeat("try_cast(", n),
		"xml":               "SELECT " + strings.Repeat("XMLCONCAT(", n),
		"schemas":           strings.Repeat("CREATE SCHEMA s ", n),
		"bodies":            strings.Repeat("CREATE PROCEDURE p() BEGIN ATOMIC ", n),
		"overlaps":          "SELECT (1,2) OVERLAPS " + strings.Repeat("(", n),
		"interval":          "SELECT " + strings.Repeat("a AT TIME ZONE ", n),
		"like":              "SELECT " + strings.Repeat("a LIKE b ESCAPE ", n),
	} {
		_, err := Parse(sql)
		e, ok := sqlerr.As(err)
		if !ok {
			t.Errorf("%s: no error", name)
			continue
		}
		// Where grammar ends the nesting first, that is its error.
		if e.Code != sqlerr.StatementTooComplex && e.Code != sqlerr.SyntaxError || e.Code == sqlerr.StatementTooComplex && e.Hint == "" {
			t.Errorf("%s: %v", name, e)
		}
		if strings.HasPrefix(name, "par") && e.Code != sqlerr.StatementTooComplex {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// TestLongLists parses what is long but not deep.
func TestLongLists(t *testing.T) {
	const n = 100_000
	for name, sql := range map[string]string{
		"in":             "SELECT 1 IN (1" + strings.Repeat(", 1", n) + ")",
		"and":            "SELECT a" + strings.Repeat(" AND a", n),
		"or":             "SELECT a" + strings.Repeat(" OR a", n),
		"values":         "VALUES (1)" + strings.Repeat(", (1)", n),
		"stmts":          strings.Repeat("SELECT 1;", n),
		"from":           "SELECT * FROM a" + strings.Repeat(", a", n),
		"string":         "SELECT '" + strings.Repeat("x", n) + "'",
		"spaces":         "SELECT" + strings.Repeat(" /* */ --\n", n) + "1",
		"nested comment": "SELECT " + strings.Repeat("/*", n) + strings.Repeat("*/", n) + "1",
	} {
		if _, err := Parse(sql); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTextLimit(t *testing.T) {
	_, err := Parse(strings.Repeat(" ", maxText+1))
	if !sqlerr.Has(err, sqlerr.ProgramLimitExceeded) {
		t.Fatal(err)
	}
}

// TestNestingWithinLimit keeps what people and tools really write from being refused.
func TestNestingWithinLimit(t *testing.T) {
	const n = 1000
	for _, sql := range []string{
		"SELECT " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n),
		"SELECT 1" + strings.Repeat(" + 1", 10*n),
		strings.Repeat("SELECT * FROM (", n) + "SELECT 1" + strings.Repeat(") x", n),
		"SELECT 1" + strings.Repeat(" UNION ALL SELECT 1", 10*n),
		"SELECT " + strings.Repeat("CASE WHEN a THEN b ELSE ", n) + "c" + strings.Repeat(" END", n),
	} {
		stmts, err := Parse(sql)
		if err != nil {
			t.Errorf("%.40s: %v", sql, err)
			continue
		}
		if again, err := Parse(ast.SQL(stmts[0])); err != nil || len(again) != 1 {
			t.Errorf("%.40s: %v", sql, err)
		}
	}
}
