package planner_test

import (
	"context"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/planner"
	"github.com/inlaydb/inlay/planner/explain"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/plannertest"
)

// TestPlans compares physical plans, as EXPLAIN (COSTS off) shows them, with
// golden ones: TPC-H over the statistics of scale 1, and what the choice of
// algorithms has to get right.
func TestPlans(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		v := plannertest.TPCH()
		small(v)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd != "plan" {
				d.Fatalf(t, "unknown command %s", d.Cmd)
			}
			p, err := plan(v, d.Input)
			if err != nil {
				return err.Error() + "\n"
			}
			if strings.HasSuffix(path, "tpch") {
				noCrossProducts(t, d.Pos, p)
			}
			return strings.Join(explain.Text(p, explain.Options{}, nil), "\n") + "\n"
		})
	})
}

// small declares tables without statistics.
func small(v *catalogtest.View) {
	v.Table("t", "a integer not null", "b integer", "c text", "d numeric(10,2)", "primary key (a)")
	v.Table("u", "a integer", "b bigint", "c text", "e date")
	v.Table("arr", "id integer not null", "xs integer[]")
}

func plan(v *catalogtest.View, sql string) (physical.Node, error) {
	n, err := plannertest.Bind(v, sql)
	if err != nil {
		return nil, err
	}
	return planner.Plan(context.Background(), n, planner.Env{Statistics: v, Evaluator: plannertest.Evaluator{}})
}

// noCrossProducts: nested loops only beside a subquery's one row.
func noCrossProducts(t *testing.T, pos string, p physical.Node) {
	if n, ok := p.(*physical.NestedLoop); ok && n.Inner.Properties().Rows > 1 && n.Outer.Properties().Rows > 1 {
		t.Errorf("%s: a cross product", pos)
	}
	for _, in := range p.Inputs() {
		noCrossProducts(t, pos, in)
	}
}

// BenchmarkPlan measures rules, join order and choice, without parsing and
// binding.
func BenchmarkPlan(b *testing.B) {
	v := plannertest.TPCH()
	for name, sql := range map[string]string{
		"q2": q2, "q8": q8,
	} {
		b.Run("query="+name, func(b *testing.B) {
			n, err := plannertest.Bind(v, sql)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := planner.Plan(context.Background(), n, planner.Env{Statistics: v, Evaluator: plannertest.Evaluator{}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

const q2 = `SELECT
    s_acctbal,
    s_name,
    n_name,
    p_partkey,
    p_mfgr,
    s_address,
    s_phone,
    s_comment
FROM
    part,
    supplier,
    partsupp,
    nation,
    region
WHERE
    p_partkey = ps_partkey
    AND s_suppkey = ps_suppkey
    AND p_size = 15
    AND p_type LIKE '%BRASS'
    AND s_nationkey = n_nationkey
    AND n_regionkey = r_regionkey
    AND r_name = 'EUROPE'
    AND ps_supplycost = (
        SELECT
            min(ps_supplycost)
        FROM
            partsupp,
            supplier,
            nation,
            region
        WHERE
            p_partkey = ps_partkey
            AND s_suppkey = ps_suppkey
            AND s_nationkey = n_nationkey
            AND n_regionkey = r_regionkey
            AND r_name = 'EUROPE')
ORDER BY
    s_acctbal DESC,
    n_name,
    s_name,
    p_partkey
LIMIT 100`

const q8 = `SELECT
    o_year,
    sum(
        CASE WHEN nation = 'BRAZIL' THEN
            volume
        ELSE
            0
        END) / sum(volume) AS mkt_share
FROM (
    SELECT
        extract(year FROM o_orderdate) AS o_year,
        l_extendedprice * (1 - l_discount) AS volume,
        n2.n_name AS nation
    FROM
        part,
        supplier,
        lineitem,
        orders,
        customer,
        nation n1,
        nation n2,
        region
    WHERE
        p_partkey = l_partkey
        AND s_suppkey = l_suppkey
        AND l_orderkey = o_orderkey
        AND o_custkey = c_custkey
        AND c_nationkey = n1.n_nationkey
        AND n1.n_regionkey = r_regionkey
        AND r_name = 'AMERICA'
        AND s_nationkey = n2.n_nationkey
        AND o_orderdate BETWEEN CAST('1995-01-01' AS date)
        AND CAST('1996-12-31' AS date)
        AND p_type = 'ECONOMY ANODIZED STEEL') AS all_nations
GROUP BY
    o_year
ORDER BY
    o_year`
