package parser

import (
	"slices"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

func TestParseStatements(t *testing.T) {
	const sql = " SELECT 1 ;;\n/* x */ INSERT INTO t VALUES ('é') -- y\n ; COMMIT"
	stmts, err := Parse(sql)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range stmts {
		got = append(got, s.Span().Text(sql))
	}
	want := []string{"SELECT 1", "INSERT INTO t VALUES ('é')", "COMMIT"}
	if !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	for _, empty := range []string{"", " ", ";", "-- x", "/* */;;"} {
		if stmts, err := Parse(empty); err != nil || len(stmts) != 0 {
			t.Errorf("%q: %v %v", empty, stmts, err)
		}
	}
}

func TestParseExpr(t *testing.T) {
	x, err := ParseExpr("now() + interval '1 day'")
	if err != nil {
		t.Fatal(err)
	}
	if got := ast.SQL(x); got != "now() + interval '1 day'" {
		t.Fatal(got)
	}
	for _, bad := range []string{"", "1 2", "1;", "SELECT 1", "1,"} {
		if _, err := ParseExpr(bad); !sqlerr.Has(err, sqlerr.SyntaxError) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestParseType(t *testing.T) {
	for text, want := range map[string]string{
		"int":                         "integer",
		"varchar(3)[]":                "character varying(3)[]",
		"pg_catalog.numeric(10,2)":    "numeric(10, 2)",
		"timestamp(3) with time zone": "timestamp(3) with time zone",
		`"My"."Type"`:                 `"My"."Type"`,
		"interval day to second(3)":   "interval day to second(3)",
		"national character varying":  "character varying",
		"SETOF record":                "SETOF record",
	} {
		n, err := ParseType(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := ast.SQL(n); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	for _, bad := range []string{"", "int int", "select", "int(", "double", "1"} {
		_, err := ParseType(bad)
		if bad == "double" { // a name like any other without PRECISION
			if err != nil {
				t.Errorf("%q: %v", bad, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestPosition(t *testing.T) {
	_, err := Parse("SELECT 'äöü', FROM t")
	e, ok := sqlerr.As(err)
	if !ok || e.Position != 15 {
		t.Fatalf("%+v", e)
	}
	if got := ast.Position("äb", 2); got != 2 {
		t.Fatal(got)
	}
	if got := ast.Position("ab", 99); got != 3 {
		t.Fatal(got)
	}
}

// TestKeywords checks the table that look-ups stand on, and that ast quotes just the words
// that the table says are not free.
func TestKeywords(t *testing.T) {
	if !slices.IsSortedFunc(keywords[:], func(a, b keyword) int {
		if a.word < b.word {
			return -1
		}
		return 1
	}) {
		t.Error("the keywords are not sorted")
	}
	for i, k := range keywords {
		if got, ok := categoryOf(k.word); !ok || got != k.cat {
			t.Errorf("%s: %v %v", k.word, got, ok)
		}
		if kind := firstKeyword + kind(i); kind.word() != k.word {
			t.Errorf("%s has the wrong kind", k.word)
		}
		if quoted := ast.QuotedWord(k.word); quoted != (k.cat != unreserved) {
			t.Errorf("ast quotes %s: %v", k.word, quoted)
		}
		if (ast.QuoteIdent(k.word) == k.word) != (k.cat == unreserved) {
			t.Errorf("%s", ast.QuoteIdent(k.word))
		}
	}
	for _, spot := range []struct {
		got, want kind
		word      string
	}{{kwAbort, firstKeyword, "abort"}, {kwZone, firstKeyword + kind(len(keywords)) - 1, "zone"}} {
		if spot.got != spot.want || spot.got.word() != spot.word {
			t.Errorf("%s is out of line", spot.word)
		}
	}
	if IsReserved("name") || !IsReserved("select") || !IsReserved("left") || IsReserved("nothing_of_the_kind") {
		t.Error("IsReserved")
	}
	if _, ok := categoryOf("SELECT"); ok {
		t.Error("categoryOf takes folded words only")
	}
}

// TestEveryWordAsName uses every keyword where its category lets it stand, and where not.
func TestEveryWordAsName(t *testing.T) {
	for _, k := range keywords {
		accepts := func(sql string) bool {
			_, err := Parse(sql)
			return err == nil
		}
		if !accepts("SELECT 1 AS " + k.word) {
			t.Errorf("%s is no label", k.word)
		}
		if !accepts("SELECT t." + k.word + " FROM t") {
			t.Errorf("%s is no field", k.word)
		}
		// 1 ISNULL and 1 NOTNULL are expressions.
		if got, want := accepts("SELECT 1 "+k.word), k.bare || k.word == "isnull" || k.word == "notnull"; got != want {
			t.Errorf("%s as a bare label: %v", k.word, got)
		}
		column := k.cat == unreserved || k.cat == colName
		// (LIKE int) copies a table.
		if got := accepts("CREATE TABLE t (" + k.word + " int)"); got != (column || k.word == "like") {
			t.Errorf("%s as a column: %v", k.word, got)
		}
		if got := accepts("SELECT 1 FROM t AS " + k.word); got != column {
			t.Errorf("%s as an alias: %v", k.word, got)
		}
		function := k.cat == unreserved || k.cat == typeFuncName
		if got := accepts("SELECT " + k.word + "(x, y, z)"); got != function && k.cat == typeFuncName {
			t.Errorf("%s as a function: %v", k.word, got)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"a": "a", "A": `"A"`, "a b": `"a b"`, `a"b`: `"a""b"`, "1a": `"1a"`, "select": `"select"`, "": `""`, "ä": `"ä"`, "_a1": "_a1",
	} {
		if got := ast.QuoteIdent(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
	for in, want := range map[string]string{"a": "'a'", "it's": "'it''s'", `a\b`: `E'a\\b'`, "": "''"} {
		if got := ast.QuoteLiteral(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}
