package mysql

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	postgres "github.com/inlaydb/inlay/planner/parser"
)

// Statements of MySQL's dialect, and what they are lowered to in Postgres's
// spelling, or the error with its position.
func TestLowering(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			stmts, err := Parse(d.Input)
			if err != nil {
				var e *sqlerr.Error
				if !errors.As(err, &e) {
					t.Fatalf("%s: not a SQL error: %v", d.Input, err)
				}
				return fmt.Sprintf("%s at %d: %s\n", e.Code, e.Position, e.Message)
			}
			var b strings.Builder
			for _, s := range stmts {
				text := ast.SQL(s)
				fmt.Fprintln(&b, text)
				if _, err := postgres.Parse(text); err != nil {
					fmt.Fprintf(&b, "which is no Postgres: %v\n", err)
				}
			}
			return b.String()
		})
	})
}

func TestReads(t *testing.T) {
	for text, want := range map[string]bool{
		"select `a` from t":                     true,
		"select a from t limit 1, 2":            true,
		"select a from t limit 1":               false, // no mark
		"select `a` frm t":                      false,
		"select now() + interval 1 day":         true,
		"select a <=> b from t":                 true,
		strings.Repeat("`", 1<<17) + "select 1": false,
	} {
		if got := Reads(text); got != want {
			t.Errorf("Reads(%.40q) = %v", text, got)
		}
	}
}

func TestLimits(t *testing.T) {
	for text, code := range map[string]sqlerr.Code{
		"select " + strings.Repeat("(", 5000) + "1": sqlerr.StatementTooComplex,
		"select '\xff'":                sqlerr.CharacterNotInRepertoire,
		strings.Repeat(" ", maxText+1): sqlerr.ProgramLimitExceeded,
	} {
		_, err := Parse(text)
		var e *sqlerr.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%.20q: %v, want %s", text, err, code)
		}
	}
}

// FuzzParse: any text gives statements or an error.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"select 1, 'a', `b`", "select date_add(d, interval '1:2' hour_minute) from t", "insert into t values (1)", "create table t (a int)",
		"select group_concat(distinct a order by 1 separator ',') from t", "show tables like 'a%'", "select @@version", "select a->'$.b[1]' from t",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stmts, err := Parse(text)
		if err != nil {
			var e *sqlerr.Error
			if !errors.As(err, &e) {
				t.Fatalf("not a SQL error: %v", err)
			}
			if e.Code == sqlerr.InternalError {
				t.Fatal(err)
			}
			return
		}
		for _, s := range stmts {
			_ = ast.SQL(s)
		}
	})
}
