package binder_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/scalar"
)

// The files under testdata hold three commands:
//
//	exec     DDL that declares what follows
//	plan     a statement; below it its columns and types, and its plan
//	ddl      DDL statements, one a line; below each what it would do
//	columns  a statement; below it its columns and types only, one line a
//	         statement (statements are lines)
//	ours     as plan, for what Postgres does not have or does otherwise
//
// An error is its code, message, position (with the text that stands there),
// detail and hint. TestPostgres asks a Postgres 15 for the same.
func TestGolden(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		v := catalogtest.New()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "exec":
				for _, s := range splitStatements(t, d.Input) {
					if err := execDDL(v, s); err != nil {
						return errorText(s, err)
					}
				}
				return "ok\n"
			case "plan", "ours":
				b, err := bindText(v, d.Input)
				if err != nil {
					return errorText(d.Input, err)
				}
				if b.Kind == binder.KindExplain {
					b = b.Explained
				}
				if b.Plan == nil {
					return ddlText(b)
				}
				return describe(b) + logical.Format(b.Plan)
			case "ddl":
				return eachLine(d.Input, func(s string) string {
					b, err := bindText(v, s)
					if err != nil {
						return errorLine(s, err)
					}
					return strings.ReplaceAll(strings.TrimSpace(ddlText(b)), "\n", " | ")
				})
			case "columns":
				return eachLine(d.Input, func(s string) string {
					b, err := bindText(v, s)
					if err != nil {
						return errorLine(s, err)
					}
					return describe(b)
				})
			}
			t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
			return ""
		})
	})
}

func eachLine(input string, f func(string) string) string {
	var sb strings.Builder
	for _, l := range strings.Split(input, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			sb.WriteString(strings.TrimRight(f(l), "\n") + "\n")
		}
	}
	return sb.String()
}

func splitStatements(t *testing.T, sql string) []string {
	stmts, err := parser.Parse(sql)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range stmts {
		out = append(out, s.Span().Text(sql))
	}
	return out
}

func bindText(v *catalogtest.View, sql string) (*binder.Bound, error) {
	stmts, err := parser.Parse(sql)
	if err != nil {
		return nil, err
	}
	if len(stmts) != 1 {
		return nil, fmt.Errorf("%d statements", len(stmts))
	}
	return binder.Bind(context.Background(), stmts[0], env(v, sql))
}

// execDDL carries out the DDL that declares things.
func execDDL(v *catalogtest.View, sql string) error {
	b, err := bindText(v, sql)
	if err != nil {
		return err
	}
	switch d := b.DDL.(type) {
	case *binder.CreateTable:
		v.Add(d.Relation)
	case *binder.CreateView:
		v.Add(d.Relation)
	case *binder.CreateSchema:
		v.AddSchema(d.Schema.Name)
	case *binder.AlterTable:
		v.Add(d.New)
	default:
		return fmt.Errorf("cannot carry out %T here", b.DDL)
	}
	return nil
}

func env(v *catalogtest.View, sql string) binder.Env {
	return binder.Env{SQL: sql, View: v, SearchPath: []string{"pg_temp", "pg_catalog", "public"}, Creation: "public", Database: "binder", User: "postgres", Files: files{}}
}

// files is a FileResolver with one relation for all paths but missing.parquet.
type files struct{}

func (files) ResolveFiles(_ context.Context, patterns []string, fn string, options map[string]string) (*catalog.Relation, catalog.Source, error) {
	name := fmt.Sprintf("%s%v%v", fn, patterns, options)
	if patterns[0] == "missing.parquet" {
		return nil, nil, sqlerr.New(sqlerr.UndefinedFile, `no file matches "%s"`, patterns[0])
	}
	return &catalog.Relation{Name: name, Kind: catalog.ForeignTable, Columns: []catalog.Column{
		{Name: "x", Type: types.New(types.Int4OID), Attnum: 1}, {Name: "y", Type: types.New(types.TextOID), Attnum: 2}}}, &catalog.Files{}, nil
}

// describe is the result's columns, and the parameters' types.
func describe(b *binder.Bound) string {
	var parts []string
	for _, c := range b.Columns {
		parts = append(parts, c.Name+" "+c.Type.String())
	}
	s := "(" + strings.Join(parts, ", ") + ")"
	if len(b.Params) > 0 {
		parts = parts[:0]
		for _, p := range b.Params {
			parts = append(parts, types.FormatType(p.OID, -1))
		}
		s += " $(" + strings.Join(parts, ", ") + ")"
	}
	return s + "\n"
}

// ddlText is a bound DDL statement with its notices.
func ddlText(b *binder.Bound) string {
	var s strings.Builder
	for _, n := range b.Notices {
		fmt.Fprintf(&s, "%s %s: %s\n", n.Severity, n.Code, n.Message)
	}
	fmt.Fprintf(&s, "%s: ", b.Tag)
	switch d := b.DDL.(type) {
	case *binder.CreateTable:
		if d.Exists {
			return s.String() + "exists\n"
		}
		s.WriteString(relationText(d.Relation) + "\n")
		if d.Query != nil {
			s.WriteString(logical.Format(d.Query))
		}
	case *binder.CreateView:
		if d.Exists {
			return s.String() + "exists\n"
		}
		fmt.Fprintf(&s, "%s AS %s\n", relationText(d.Relation), d.Relation.Definition)
	case *binder.AlterRelation:
		fmt.Fprintf(&s, "%s to %s\n", d.Old.Name, relationText(d.New))
		for _, v := range d.Views {
			fmt.Fprintf(&s, "%s AS %s\n", v.Name, v.Definition)
		}
	case *binder.AlterTable:
		fmt.Fprintf(&s, "%s to %s", d.Old.Name, relationText(d.New))
		if d.Rewrite {
			s.WriteString(" rewrite")
			for i, e := range d.Exprs {
				fmt.Fprintf(&s, " %s = %s", d.New.Columns[i].Name, scalar.String(e))
			}
		}
		for _, c := range d.Checks {
			s.WriteString(" check " + scalar.String(c.Expr))
		}
		s.WriteString("\n")
	case *binder.DropRelations:
		for _, r := range d.Relations {
			s.WriteString(r.Name + " ")
		}
		s.WriteString("\n")
	default:
		fmt.Fprintf(&s, "%T\n", d)
	}
	return s.String()
}

func relationText(r *catalog.Relation) string {
	s := fmt.Sprintf("%c %s.%s (", r.Kind, r.Schema, r.Name)
	for i, c := range r.Columns {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%d %s %s", c.Attnum, c.Name, c.Type)
		if c.NotNull {
			s += " not null"
		}
		if c.Default != "" {
			s += " default " + c.Default
		}
		if c.Generated != "" {
			s += " generated " + c.Generated
		}
	}
	for _, c := range r.Constraints {
		s += fmt.Sprintf("; %c %s %v", c.Kind, c.Name, c.Columns)
		if c.Expr != "" {
			s += " " + c.Expr
		}
	}
	return s + ")"
}

func errorText(sql string, err error) string {
	e, ok := sqlerr.As(err)
	if !ok {
		return "not a coded error: " + err.Error() + "\n"
	}
	s := fmt.Sprintf("ERROR %s: %s\n", e.Code, e.Message)
	if e.Position > 0 {
		r := []rune(sql)
		at := string(r[e.Position-1:])
		if i := strings.IndexByte(at, '\n'); i >= 0 {
			at = at[:i]
		}
		if len(at) > 12 {
			at = at[:12] + "…"
		}
		s += fmt.Sprintf("at %d: %s\n", e.Position, at)
	}
	if e.Detail != "" {
		s += "DETAIL: " + e.Detail + "\n"
	}
	if e.Hint != "" {
		s += "HINT: " + e.Hint + "\n"
	}
	return s
}

func errorLine(sql string, err error) string {
	return strings.ReplaceAll(strings.TrimSpace(errorText(sql, err)), "\n", " | ")
}

// TestPostgres asks a real Postgres for the columns and errors of testdata. It
// needs INLAY_POSTGRES_DSN, a database of its own whose schema public it empties.
func TestPostgres(t *testing.T) {
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
	exec := func(sql string) error { return conn.Exec(ctx, sql).Close() }
	ask := func(sql string) string {
		d, err := conn.Prepare(ctx, "", sql, nil)
		var e *pgconn.PgError
		if errors.As(err, &e) {
			return errorText(sql, &sqlerr.Error{Code: sqlerr.Code(e.Code), Message: e.Message,
				Position: int(e.Position), Detail: e.Detail, Hint: e.Hint})
		}
		if err != nil {
			return err.Error()
		}
		b := &binder.Bound{}
		for _, f := range d.Fields {
			b.Columns = append(b.Columns, binder.Column{Name: f.Name, Type: types.Type{OID: types.OID(f.DataTypeOID), Typmod: f.TypeModifier}})
		}
		for _, p := range d.ParamOIDs {
			b.Params = append(b.Params, types.New(types.OID(p)))
		}
		return describe(b)
	}
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		if err := exec("DROP SCHEMA IF EXISTS public CASCADE; DROP SCHEMA IF EXISTS s CASCADE; CREATE SCHEMA public"); err != nil {
			t.Fatal(err)
		}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "exec":
				if err := exec(d.Input); err != nil {
					t.Errorf("%s: %v", d.Pos, err)
				}
			case "ddl":
				got := strings.Split(d.Expected, "\n")
				i := 0
				eachLine(d.Input, func(s string) string {
					want := ""
					if err := exec("BEGIN; " + s); err != nil {
						var e *pgconn.PgError
						errors.As(err, &e)
						if e.Position > 0 {
							e.Position -= int32(len("BEGIN; "))
						}
						want = errorLine(s, &sqlerr.Error{Code: sqlerr.Code(e.Code), Message: e.Message, Position: int(e.Position), Detail: e.Detail, Hint: e.Hint})
					}
					exec("ROLLBACK")
					if isError := strings.HasPrefix(got[i], "ERROR"); (want != "" || isError) && got[i] != want {
						t.Errorf("%s: %s\nPostgres: %s\nours:     %s", d.Pos, s, want, got[i])
					}
					i++
					return ""
				})
			case "plan":
				want := ask(d.Input)
				if !strings.HasPrefix(d.Expected, want) {
					t.Errorf("%s:\n%s\nPostgres: %s\nours: %s", d.Pos, d.Input, want, firstLines(d.Expected, strings.Count(want, "\n")))
				}
			case "columns":
				got := strings.Split(d.Expected, "\n")
				i := 0
				eachLine(d.Input, func(s string) string {
					want := strings.ReplaceAll(strings.TrimSpace(ask(s)), "\n", " | ")
					if i >= len(got) || got[i] != want {
						t.Errorf("%s: %s\nPostgres: %s\nours:     %s", d.Pos, s, want, got[min(i, len(got)-1)])
					}
					i++
					return ""
				})
			}
			return d.Expected
		})
	})
}

func firstLines(s string, n int) string {
	lines := strings.SplitAfter(s, "\n")
	return strings.Join(lines[:min(len(lines), max(n, 1))], "")
}
