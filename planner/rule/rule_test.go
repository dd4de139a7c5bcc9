package rule_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/plannertest"
	"github.com/inlaydb/inlay/planner/rule"
)

// TestRules runs the golden files. A file is about one rule, or a few that
// belong together:
//
//	plan fired=… not-fired=… disable=…
//	SELECT …
//	----
//	the optimised logical plan
func TestRules(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		v := tables()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "plan":
				return plan(t, v, d)
			}
			d.Fatalf(t, "unknown command %s", d.Cmd)
			return ""
		})
	})
}

func plan(t *testing.T, v *catalogtest.View, d *datadriven.TestData) string {
	n, err := plannertest.Bind(v, d.Input)
	if err != nil {
		return errorText(err)
	}
	better, fired, err := plannertest.Optimise(v, n, rule.Options{Disable: disabled(d)})
	if err != nil {
		return errorText(err)
	}
	checkFired(t, d, fired)
	return logical.Format(better)
}

func errorText(err error) string {
	return fmt.Sprintf("%s: %s\n", sqlerr.CodeOf(err), sqlerr.From(err).Message)
}

func disabled(d *datadriven.TestData) map[string]bool {
	out := map[string]bool{}
	for _, a := range d.CmdArgs {
		if a.Key == "disable" {
			for _, v := range a.Vals {
				out[v] = true
			}
		}
	}
	return out
}

func checkFired(t *testing.T, d *datadriven.TestData, fired []string) {
	for _, a := range d.CmdArgs {
		for _, v := range a.Vals {
			switch a.Key {
			case "fired":
				if !slices.Contains(fired, v) {
					t.Errorf("%s: %s did not fire: %s", d.Pos, v, strings.Join(fired, " "))
				}
			case "not-fired":
				if slices.Contains(fired, v) {
					t.Errorf("%s: %s fired", d.Pos, v)
				}
			}
		}
	}
}

// tables are those that the golden files ask.
func tables() *catalogtest.View {
	v := catalogtest.New()
	v.Table("t", "a integer not null", "b integer", "c text", "d numeric(10,2)", "e date", "primary key (a)")
	v.Table("u", "a integer", "b integer", "c text", "d numeric(10,2)", "e date")
	v.Table("w", "a integer not null", "b integer not null", "x integer", "unique (a, b)")
	big := v.Table("big", "a integer", "b integer", "c text")
	v.SetStatistics(big, &catalog.Statistics{Rows: 1e6, Columns: []catalog.ColumnStatistics{
		{Distinct: 50, NullFraction: 0}, {Distinct: 20, NullFraction: 0}, {Distinct: 1000, NullFraction: 0},
	}})
	v.Table("arr", "id integer not null", "xs integer[]", "primary key (id)")
	return v
}
