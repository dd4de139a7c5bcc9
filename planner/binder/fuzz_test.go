package binder_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
)

// FuzzBind binds whatever parses: no panic, every error has a code, and a plan
// reads no column that none of its nodes makes.
func FuzzBind(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, path := range files {
		if st, err := os.Stat(path); err != nil || st.IsDir() {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			if w, _, _ := strings.Cut(line, " "); w != "" && strings.ToUpper(w) == w && len(w) > 3 && !strings.HasPrefix(w, "ERROR") {
				f.Add(line)
			}
		}
	}
	v := catalogtest.New()
	v.Table("t", "a integer not null", "b text", "c numeric(10,2) default 1.5", "d date", "e bigint", "primary key (a)")
	v.Table("u", "a integer", "x text", "f double precision", "ts timestamp", "v varchar(10)", "ok boolean", "arr integer[]")
	v.View("w", "SELECT a, b FROM t", "a integer", "b text")
	f.Fuzz(func(t *testing.T, sql string) {
		stmts, err := parser.Parse(sql)
		if err != nil {
			return
		}
		for _, s := range stmts {
			b, err := binder.Bind(context.Background(), s, env(v, sql))
			if err != nil {
				if e, ok := sqlerr.As(err); !ok || e.Code == sqlerr.InternalError {
					t.Errorf("%s: %v", sql, err)
				}
				continue
			}
			if b.Plan == nil {
				continue
			}
			if out := logical.Outer(b.Plan); !out.Empty() {
				t.Errorf("%s: the plan reads columns from nowhere: %v\n%s", sql, out, logical.Format(b.Plan))
			}
			logical.Format(b.Plan)
		}
	})
}
