package binder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/parser"
)

// TestCorpus binds the statements of the .slt files under INLAY_BIND_CORPUS
// and compares columns and errors with those of the Postgres at
// INLAY_POSTGRES_DSN, whose schema public it empties. It reports and does not
// fail: much of such corpora is not supported yet, and that is counted apart.
func TestCorpus(t *testing.T) {
	dir, dsn := os.Getenv("INLAY_BIND_CORPUS"), os.Getenv("INLAY_POSTGRES_DSN")
	if dir == "" || dsn == "" {
		t.Skip("INLAY_BIND_CORPUS or INLAY_POSTGRES_DSN is not set")
	}
	ctx := context.Background()
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	files, _ := filepath.Glob(dir)
	sort.Strings(files)
	c := corpus{t: t, conn: conn, verbose: os.Getenv("INLAY_BIND_VERBOSE") != ""}
	for _, f := range files {
		c.file(f)
	}
	t.Logf("same %d, different %d, unsupported %d, parser %d", c.same, c.different, c.unsupported, c.syntax)
}

type corpus struct {
	t                                    *testing.T
	conn                                 *pgconn.PgConn
	v                                    *catalogtest.View
	verbose                              bool
	same, different, unsupported, syntax int
}

func (c *corpus) file(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	c.exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	c.v = catalogtest.New()
	c.records(path, string(text))
}

func (c *corpus) records(path, text string) {
	for _, record := range strings.Split(text, "\n\n") {
		lines := strings.Split(record, "\n")
		if name, ok := strings.CutPrefix(lines[0], "include "); ok {
			if part, err := os.ReadFile(filepath.Join(filepath.Dir(path), strings.TrimSpace(name))); err == nil {
				c.records(path, string(part))
			}
			continue
		}
		for len(lines) > 0 && !strings.HasPrefix(lines[0], "statement") && !strings.HasPrefix(lines[0], "query") {
			lines = lines[1:]
		}
		if len(lines) < 2 {
			continue
		}
		var sql []string
		for _, l := range lines[1:] {
			if strings.HasPrefix(l, "----") {
				break
			}
			sql = append(sql, l)
		}
		c.statement(path, strings.TrimSuffix(strings.TrimSpace(strings.Join(sql, "\n")), ";"))
	}
}

func (c *corpus) exec(sql string) error { return c.conn.Exec(context.Background(), sql).Close() }

var boundStatement = regexp.MustCompile(`(?is)^\s*(\(*\s*select|with|values|table|insert|update|delete)\b`)

func (c *corpus) statement(path, sql string) {
	if !boundStatement.MatchString(sql) {
		if e := c.exec(sql); e == nil {
			c.declare(sql)
		}
		return
	}
	want := c.ask(sql)
	got := ""
	b, err := bindText(c.v, sql)
	if err != nil {
		got = errorLine(sql, err)
		if sqlerr.Has(err, sqlerr.FeatureNotSupported) && !strings.HasPrefix(want, "ERROR 0A000") {
			c.unsupported++
			c.c("unsupported", path, sql, want, got)
			return
		}
		if sqlerr.Has(err, sqlerr.SyntaxError) && !strings.HasPrefix(want, "ERROR 42601") {
			c.syntax++
		}
	} else {
		got = strings.TrimSpace(describe(b))
	}
	if got == want {
		c.same++
		return
	}
	c.different++
	c.c("different", path, sql, want, got)
}

func (c *corpus) c(what, path, sql, want, got string) {
	if !c.verbose && what == "unsupported" {
		return
	}
	c.t.Logf("%s %s: %s\nPostgres: %s\nours:     %s", what, filepath.Base(path), sql, want, got)
}

// declare carries out DDL that Postgres took.
func (c *corpus) declare(sql string) {
	stmts, err := parser.Parse(sql)
	if err != nil || len(stmts) != 1 {
		return
	}
	b, err := bindText(c.v, sql)
	if err != nil {
		c.t.Logf("ddl: %s\nours:     %s", sql, errorLine(sql, err))
		return
	}
	switch d := b.DDL.(type) {
	case *binder.CreateTable:
		if !d.Exists {
			c.v.Add(d.Relation)
		}
	case *binder.CreateView:
		c.v.Add(d.Relation)
	case *binder.CreateSchema:
		c.v.AddSchema(d.Schema.Name)
	case *binder.AlterTable:
		c.v.Add(d.New)
	case *binder.AlterRelation:
		c.v.Drop(d.Old)
		c.v.Add(d.New)
	case *binder.DropRelations:
		for _, r := range d.Relations {
			c.v.Drop(r)
		}
	}
}

func (c *corpus) ask(sql string) string {
	d, err := c.conn.Prepare(context.Background(), "", sql, nil)
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return errorLine(sql, &sqlerr.Error{Code: sqlerr.Code(e.Code), Message: e.Message, Position: int(e.Position), Detail: e.Detail, Hint: e.Hint})
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
	return strings.TrimSpace(describe(b))
}
