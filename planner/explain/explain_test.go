package explain_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/planner"
	"github.com/inlaydb/inlay/planner/explain"
	"github.com/inlaydb/inlay/planner/plannertest"
	"github.com/inlaydb/inlay/planner/scalar"
)

// TestExplain prints plans in all forms. "analyze" makes actuals up: node i
// gave 10 × i rows in i ms, the second node spilled, the last never ran.
func TestExplain(t *testing.T) {
	v := catalogtest.New()
	v.Table("t", "a integer not null", "b integer", "c text", "d numeric(10,2)", "e date", "f double precision", "g bigint", "h timestamp", "primary key (a)")
	v.Table("u", "a integer", "b integer", "c text")
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			n, err := plannertest.Bind(v, d.Input)
			if err != nil {
				return err.Error() + "\n"
			}
			p, err := planner.Plan(context.Background(), n, planner.Env{Statistics: v, Evaluator: plannertest.Evaluator{}})
			if err != nil {
				return err.Error() + "\n"
			}
			opt := explain.Default(d.HasArg("analyze"))
			opt.Verbose, opt.Buffers = d.HasArg("verbose"), d.HasArg("buffers")
			if d.HasArg("no-costs") {
				opt.Costs = false
			}
			if d.HasArg("no-timing") {
				opt.Timing = false
			}
			run := &explain.Run{Node: actual, Planning: 1500 * time.Microsecond, Execution: 250 * time.Millisecond, Memory: 3 << 20}
			if d.Cmd == "json" {
				s := explain.JSON(p, opt, run)
				if !json.Valid([]byte(s)) {
					t.Errorf("%s: not JSON", d.Pos)
				}
				return s + "\n"
			}
			return strings.Join(explain.Text(p, opt, run), "\n") + "\n"
		})
	})
}

func actual(id int) *explain.Actual {
	if id > 3 {
		return nil
	}
	a := &explain.Actual{Rows: int64(id) * 10, Loops: 1, Start: time.Microsecond, Total: time.Duration(id) * time.Millisecond}
	switch id {
	case 2:
		a.Memory, a.SpilledBytes, a.SpillPartitions = 1<<20, 5<<20, 8
	case 3:
		a.Details = []explain.Detail{{Label: "Row Groups Pruned by Statistics", Value: 12}, {Label: "Bytes Read", Value: 4096, Unit: "bytes", IO: true}}
	}
	return a
}

// TestDeparse spells expressions as Postgres does. The wanted texts are
// Postgres 15's own, from EXPLAIN VERBOSE, but for the order of conjuncts.
func TestDeparse(t *testing.T) {
	v := catalogtest.New()
	v.Table("t", "a integer", "b integer", "c text", "d numeric(10,2)", "e date", "f double precision", "g bigint", "h timestamp", "i boolean", "j interval", "k integer[]")
	for _, c := range []struct{ sql, want string }{
		{"a + 1", "(a + 1)"},
		{"-a", "(- a)"},
		{"c || 'x'", "(c || 'x'::text)"},
		{"CASE WHEN b = 1 THEN 'x' ELSE 'y' END", "CASE WHEN (b = 1) THEN 'x'::text ELSE 'y'::text END"},
		{"a IS DISTINCT FROM b", "(a IS DISTINCT FROM b)"},
		{"coalesce(c, 'z')", "COALESCE(c, 'z'::text)"},
		{"greatest(a, b, 3)", "GREATEST(a, b, 3)"},
		{"nullif(a, 3)", "NULLIF(a, 3)"},
		{"a IN (1, 2, 3)", "(a = ANY ('{1,2,3}'::integer[]))"},
		{"c NOT IN ('a', 'b c')", `(c <> ALL ('{a,"b c"}'::text[]))`},
		{"d > 1.5", "(d > 1.5)"},
		{"d = 2", "(d = '2'::numeric)"},
		{"a = -1", "(a = '-1'::integer)"},
		{"e < date '2020-01-01'", "(e < '2020-01-01'::date)"},
		{"g = 5", "(g = 5)"},
		{"f > float8 '0.5'", "(f > '0.5'::double precision)"},
		{"f > float8 '1e100'", "(f > '1e+100'::double precision)"},
		{"h = timestamp '2020-01-02 03:04:05.5'", "(h = '2020-01-02 03:04:05.5'::timestamp without time zone)"},
		{"i IS TRUE", "(i IS TRUE)"},
		{"i IS NOT UNKNOWN", "(i IS NOT UNKNOWN)"},
		{"NOT i AND i", "((NOT i) AND i)"},
		{"j = interval '1 year 2 days 03:04:05'", "(j = '1 year 2 days 03:04:05'::interval)"},
		{"extract(year from e)", "EXTRACT(year FROM e)"},
		{"k[1]", "k[1]"},
		{"k[1:2]", "k[1:2]"},
		{"ARRAY[a, b]", "ARRAY[a, b]"},
		{"upper(c) LIKE 'a%'", "(upper(c) ~~ 'a%'::text)"},
		{"a::text", "(a)::text"},
		{"(a + 1)::bigint", "((a + 1))::bigint"},
		{"NULL::integer", "NULL::integer"},
		{"'it''s'::text", "'it''s'::text"},
	} {
		n, err := plannertest.Bind(v, "SELECT "+c.sql+" FROM t")
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		e := projected(n)
		got := explain.Deparse(e, func(c *scalar.Column) string { return c.Name })
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.sql, got, c.want)
		}
	}
}

func Example() {
	v := catalogtest.New()
	v.Table("t", "a integer", "b text")
	n, _ := plannertest.Bind(v, "SELECT b, count(*) FROM t WHERE a > 1 GROUP BY b")
	p, _ := planner.Plan(context.Background(), n, planner.Env{})
	for _, line := range explain.Text(p, explain.Options{}, nil) {
		fmt.Println(line)
	}
	// Output:
	// HashAggregate
	//   Group Key: b
	//   ->  Seq Scan on t
	//         Filter: (a > 1)
}
