package plannertest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/planner/explain"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/plannertest"
	"github.com/inlaydb/inlay/planner/rule"
)

// suites is where the benchmarks' queries are; tests over them are skipped
// where they are not.
const suites = "../../../shared/bench/suites"

// TestSuites plans every query of the benchmarks, checking after each rule.
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
					n, err := plannertest.BindStatement(v, string(text), s)
					if err != nil || n == nil {
						t.Errorf("%s: bind: %v", filepath.Base(f), err)
						continue
					}
					better, fired, err := plannertest.Optimise(v, n, rule.Options{})
					if err != nil {
						t.Errorf("%s: %v", filepath.Base(f), err)
						continue
					}
					p, err := plannertest.Physical(v, better)
					if err != nil {
						t.Errorf("%s: choose: %v", filepath.Base(f), err)
						continue
					}
					if only := os.Getenv("SHOW"); only != "" && strings.HasPrefix(filepath.Base(f), only) {
						fmt.Println(logical.Format(n))
						fmt.Println(fired)
						fmt.Println(logical.Format(better))
						fmt.Println(strings.Join(explain.Text(p, explain.Default(false), nil), "\n"))
					}
				}
			}
		})
	}
}
