package parser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cockroachdb/datadriven"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// TestGolden runs the files of testdata/golden (a failing fuzz input lands beside them). Commands:
//
//	error    the error as psql shows it, with its caret
//	sql      the statements' text as ast.SQL gives it
//	tree     the nodes with the text that their ranges cover
//	notice   the notices
//
// In error files the argument postgres=… says where Inlay differs from Postgres 15 and why.
func TestGolden(t *testing.T) {
	datadriven.Walk(t, "testdata/golden", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			stmts, notices, err := ParseNotices(d.Input)
			if d.Cmd == "error" {
				if err == nil {
					t.Errorf("%s: no error", d.Pos)
					return "accepted\n"
				}
				return psqlError(d.Input, err)
			}
			if err != nil {
				t.Errorf("%s: %v", d.Pos, err)
				return psqlError(d.Input, err)
			}
			var b strings.Builder
			switch d.Cmd {
			case "sql":
				for _, s := range stmts {
					b.WriteString(ast.SQL(s) + "\n")
				}
				roundTrip(t, d.Input)
			case "tree":
				for _, s := range stmts {
					dumpTree(&b, d.Input, reflect.ValueOf(s), "", 0)
				}
			case "notice":
				for _, n := range notices {
					fmt.Fprintf(&b, "%s %s: %s\n", n.Severity, n.Code, n.Message)
				}
			default:
				t.Fatalf("%s: no command %s", d.Pos, d.Cmd)
			}
			return b.String()
		})
	})
}

// psqlError shows an error as psql does, with its code.
func psqlError(sql string, err error) string {
	e, ok := sqlerr.As(err)
	if !ok {
		return "not a *sqlerr.Error: " + err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", e.Code, e.Message)
	if e.Position > 0 {
		before := string([]rune(sql)[:e.Position-1])
		line := strings.Count(before, "\n")
		text := strings.Split(sql, "\n")[line]
		prefix := fmt.Sprintf("LINE %d: ", line+1)
		column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
		fmt.Fprintf(&b, "%s%s\n%s^\n", prefix, text, strings.Repeat(" ", len(prefix)+column))
	}
	if e.Detail != "" {
		fmt.Fprintf(&b, "DETAIL: %s\n", e.Detail)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "HINT: %s\n", e.Hint)
	}
	return b.String()
}

// dumpTree writes the nodes of a tree, each with the text of its range and, where it
// has one, the cursor's place.
func dumpTree(b *strings.Builder, sql string, v reflect.Value, label string, depth int) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			dumpTree(b, sql, v.Elem(), label, depth)
		}
	case reflect.Slice:
		for i := range v.Len() {
			dumpTree(b, sql, v.Index(i), fmt.Sprintf("%s[%d]", label, i), depth)
		}
	case reflect.Struct:
		r, ranged := v.Type().FieldByName("Range")
		if !ranged || !r.Anonymous {
			return
		}
		span, _ := v.FieldByName("Range").Interface().(ast.Range)
		if span == (ast.Range{}) {
			return
		}
		fmt.Fprintf(b, "%s%s %s |%s|", strings.Repeat("  ", depth), label, v.Type().Name(), strings.Join(strings.Fields(span.Text(sql)), " "))
		if n, ok := v.Addr().Interface().(ast.Node); ok {
			if at := ast.Location(n); at != span.Pos {
				fmt.Fprintf(b, " cursor at |%.3s|", sql[at:])
			}
		}
		b.WriteString("\n")
		if v.Type() == reflect.TypeFor[ast.Ident]() {
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); !f.Anonymous {
				dumpTree(b, sql, v.Field(i), f.Name, depth+1)
			}
		}
	}
}

// TestErrorsOfPostgres asks a real Postgres 15 for the errors in testdata/golden. It needs
// INLAY_POSTGRES_DSN, and is how the golden errors are checked, not how they are made.
func TestErrorsOfPostgres(t *testing.T) {
	dsn := os.Getenv("INLAY_POSTGRES_DSN")
	if dsn == "" {
		t.Skip("INLAY_POSTGRES_DSN is not set")
	}
	ctx := context.Background()
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	datadriven.Walk(t, "testdata/golden", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd != "error" || d.HasArg("postgres") {
				return d.Expected
			}
			_, err := conn.Prepare(ctx, "", d.Input, nil)
			var e *pgconn.PgError
			if !errors.As(err, &e) {
				t.Errorf("%s: Postgres gives no error: %v", d.Pos, err)
				return d.Expected
			}
			return psqlError(d.Input, &sqlerr.Error{Code: sqlerr.Code(e.Code), Message: e.Message,
				Position: int(e.Position), Detail: e.Detail, Hint: e.Hint})
		})
	})
}
