package binder_test

import (
	"testing"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// TestNearestNames: hints that Postgres does not give.
func TestNearestNames(t *testing.T) {
	v := catalogtest.New()
	for _, s := range []string{"CREATE TABLE customers (i int)", "CREATE SCHEMA sales", "CREATE TABLE sales.regions (i int)"} {
		if err := execDDL(v, s); err != nil {
			t.Fatal(err)
		}
	}
	for sql, hint := range map[string]string{
		"SELECT * FROM custommers":      `Perhaps you meant the relation "customers".`,
		"SELECT * FROM public.customer": `Perhaps you meant the relation "public.customers".`,
		"SELECT * FROM sales.region":    `Perhaps you meant the relation "sales.regions".`,
		"SELECT * FROM regions":         `There is a relation "sales.regions": name its schema, or add that to search_path.`,
		"SELECT * FROM somethingelse":   "",
		"SELECT lenght('x')":            `Perhaps you meant the function "length".`,
		"SELECT nothinglikethat('x')":   "No function matches the given name and argument types. You might need to add explicit type casts.",
		"SELECT length(1, 2)":           "No function matches the given name and argument types. You might need to add explicit type casts.",
	} {
		_, err := bindText(v, sql)
		e, ok := sqlerr.As(err)
		if !ok || e.Hint != hint {
			t.Errorf("%s: %v, hint %q", sql, err, e.Hint)
		}
	}
}
