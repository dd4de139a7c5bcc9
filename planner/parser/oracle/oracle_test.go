package oracle

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	pgquery "github.com/wasilibs/go-pgquery"
	pgparser "github.com/wasilibs/go-pgquery/parser"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/parser"
)

var (
	rewrite = flag.Bool("rewrite", false, "write testdata/ratchet anew")
	show    = flag.String("show", "", "print the disagreements of a kind: accept, text, tree")
)

// The kinds of disagreement.
const (
	accept = "accept" // one parser takes it, the other does not
	text   = "text"   // both refuse it, with different words or cursors
	tree   = "tree"   // Postgres reads Inlay's text of the tree differently
)

var location = regexp.MustCompile(`,?"(?:location|stmt_len|stmt_location)":-?\d+`)

// compare gives the kind of disagreement about sql and what it is, or "".
func compare(sql string) (kind, what string) {
	stmts, err := parser.Parse(sql)
	want, pgErr := pgquery.ParseToJSON(sql)
	if err == nil && slices.ContainsFunc(stmts, func(s ast.Statement) bool { return onPurpose(s) }) {
		return "", ""
	}
	if (err == nil) != (pgErr == nil) {
		return accept, fmt.Sprintf("inlay: %v\npostgres: %v", err, pgErr)
	}
	if err != nil {
		e, _ := sqlerr.As(err)
		var p *pgparser.Error
		if !errors.As(pgErr, &p) {
			return text, pgErr.Error()
		}
		if e.Message != p.Message || e.Position != p.Cursorpos {
			return text, fmt.Sprintf("inlay: %s @%d\npostgres: %s @%d", e.Message, e.Position, p.Message, p.Cursorpos)
		}
		return "", ""
	}
	var again strings.Builder
	for _, s := range stmts {
		again.WriteString(ast.SQL(s))
		again.WriteString(";\n")
	}
	got, pgErr := pgquery.ParseToJSON(again.String())
	if pgErr != nil {
		return tree, fmt.Sprintf("%s\npostgres: %v", again.String(), pgErr)
	}
	if want, got := normal(want), normal(got); want != got {
		return tree, fmt.Sprintf("%swant %s\ngot  %s", again.String(), want, got)
	}
	return "", ""
}

// normal drops from a tree what does not count.
func normal(json string) string {
	json = location.ReplaceAllString(json, "")
	return strings.ReplaceAll(json, "{,", "{")
}

func TestOracle(t *testing.T) {
	known := readRatchet(t)
	counts := map[string]int{}
	all := corpora()
	for _, corpus := range slices.Sorted(maps.Keys(all)) {
		n := 0
		for _, sql := range all[corpus] {
			if !utf8.ValidString(sql) || strings.ContainsRune(sql, 0) {
				continue
			}
			n++
			kind, what := compare(sql)
			if kind == "" {
				continue
			}
			counts[corpus+" "+kind]++
			if *show == kind {
				t.Logf("%s: %s\n%s\n%s", corpus, kind, sql, what)
			}
		}
		for _, kind := range []string{accept, text, tree} {
			key := corpus + " " + kind
			t.Logf("%s: %d of %d", key, counts[key], n)
			if limit, ok := known[key]; !*rewrite && (!ok || counts[key] > limit) {
				t.Errorf("%s: %d disagreements, where testdata/ratchet allows %d", key, counts[key], limit)
			}
			known[key] = counts[key]
		}
	}
	if *rewrite {
		writeRatchet(t, known)
	}
}

func readRatchet(t *testing.T) map[string]int {
	known := map[string]int{}
	data, err := os.ReadFile("testdata/ratchet")
	if err != nil && !*rewrite {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var corpus, kind string
		var n int
		if _, err := fmt.Sscanf(line, "%s %s %d", &corpus, &kind, &n); err == nil {
			known[corpus+" "+kind] = n
		}
	}
	return known
}

func writeRatchet(t *testing.T, known map[string]int) {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(known)) {
		fmt.Fprintf(&b, "%s %d\n", key, known[key])
	}
	if err := os.WriteFile("testdata/ratchet", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
