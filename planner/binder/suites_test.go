package binder_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/parser"
)

// suites is where the benchmarks' queries are; the tests over them are
// skipped where they are not.
const suites = "../../../shared/bench/suites"

// TestSuites binds every query of TPC-H, TPC-DS and ClickBench.
func TestSuites(t *testing.T) {
	for name, declare := range map[string]func(*catalogtest.View){
		"tpch": catalogtest.TPCH, "tpcds": catalogtest.TPCDS, "clickbench": catalogtest.ClickBench, "spill": catalogtest.TPCH,
	} {
		t.Run(name, func(t *testing.T) {
			files, _ := filepath.Glob(filepath.Join(suites, name, "*.sql"))
			if len(files) == 0 {
				t.Skip("no queries at " + suites)
			}
			v := catalogtest.New()
			declare(v)
			for _, f := range files {
				text, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				stmts, err := parser.Parse(string(text))
				if err != nil {
					t.Errorf("%s: %v", f, err)
					continue
				}
				for _, s := range stmts {
					if _, err := binder.Bind(context.Background(), s, env(v, string(text))); err != nil {
						t.Errorf("%s: %v", filepath.Base(f), err)
					}
				}
			}
		})
	}
}

func BenchmarkBind(b *testing.B) {
	for _, q := range []string{"tpch/q02", "tpch/q01", "tpcds/q64", "clickbench/q29"} {
		b.Run("query="+q, func(b *testing.B) {
			text, err := os.ReadFile(filepath.Join(suites, q+".sql"))
			if err != nil {
				b.Skip("no queries at " + suites)
			}
			v := catalogtest.New()
			catalogtest.TPCH(v)
			if q[:5] == "tpcds" {
				catalogtest.TPCDS(v)
			}
			catalogtest.ClickBench(v)
			stmts, err := parser.Parse(string(text))
			if err != nil {
				b.Fatal(err)
			}
			e := env(v, string(text))
			b.ReportAllocs()
			for b.Loop() {
				e.IDs = nil
				if _, err := binder.Bind(context.Background(), stmts[0], e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
