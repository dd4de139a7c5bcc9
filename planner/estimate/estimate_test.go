package estimate_test

import (
	"context"
	"math"
	"testing"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/estimate"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/plannertest"
	"github.com/inlaydb/inlay/planner/rule"
	"github.com/inlaydb/inlay/storage/column"
)

func view() *catalogtest.View {
	v := catalogtest.New()
	known := func(ndv, nulls float64, lo, hi int64) catalog.ColumnStatistics {
		return catalog.ColumnStatistics{Distinct: ndv, NullFraction: nulls, Min: types.Int(column.Int32, lo), Max: types.Int(column.Int32, hi)}
	}
	fact := v.Table("fact", "id integer not null", "dim integer", "x integer", "s text", "primary key (id)")
	v.SetStatistics(fact, &catalog.Statistics{Rows: 1e6, Exact: true, Columns: []catalog.ColumnStatistics{
		known(-1, 0, 1, 1e6), known(1000, 0, 1, 1000), known(100, 0.2, 0, 99), {Distinct: 50, NullFraction: 0},
	}})
	dim := v.Table("dim", "id integer not null", "kind integer", "name text", "primary key (id)")
	v.SetStatistics(dim, &catalog.Statistics{Rows: 1000, Exact: true, Columns: []catalog.ColumnStatistics{
		known(-1, 0, 1, 1000), known(10, 0, 1, 10), {Distinct: 1000, NullFraction: 0},
	}})
	link := v.Table("link", "a integer", "b integer", "primary key (a, b)")
	v.SetStatistics(link, &catalog.Statistics{Rows: 5000, Exact: true, Columns: []catalog.ColumnStatistics{known(1000, 0, 1, 1000), known(100, 0, 0, 99)}})
	// As a Parquet footer has it: bounds and sizes only.
	foot := v.Table("foot", "dim integer", "flag text", "note text")
	v.SetStatistics(foot, &catalog.Statistics{Rows: 1e6, Columns: []catalog.ColumnStatistics{
		{Distinct: -1, NullFraction: 0, Min: types.Int(column.Int32, 1), Max: types.Int(column.Int32, 4000), AvgWidth: 1.5},
		{Distinct: -1, NullFraction: 0, AvgWidth: 0.25}, {Distinct: -1, NullFraction: 0, AvgWidth: 30},
	}})
	wide := v.Table("wide", "id integer not null")
	v.SetStatistics(wide, &catalog.Statistics{Rows: 1000, Columns: []catalog.ColumnStatistics{{Distinct: -1, NullFraction: 0, Min: types.Int(column.Int32, 1), Max: types.Int(column.Int32, 4000)}}})
	v.Table("unknown", "a integer")
	return v
}

func TestRows(t *testing.T) {
	v := view()
	for _, c := range []struct {
		sql  string
		want float64
		off  float64 // allowed factor; 0: 1.02
	}{
		{"SELECT 1 FROM fact", 1e6, 0},
		{"SELECT 1 FROM unknown", 1000, 0},
		{"SELECT 1 FROM fact WHERE id = 5", 1, 0},
		{"SELECT 1 FROM fact WHERE id = 5000000", 1e-3, 0}, // beyond its bounds
		{"SELECT 1 FROM fact WHERE dim = 5", 1000, 0},
		{"SELECT 1 FROM fact WHERE dim <> 5", 999000, 0},
		{"SELECT 1 FROM fact WHERE dim IN (1, 2, 3)", 3000, 0},
		{"SELECT 1 FROM fact WHERE dim NOT IN (1, 2, 3)", 997000, 0},
		{"SELECT 1 FROM fact WHERE dim = 5 OR dim = 6 OR s = 'x'", 22000, 1.05},
		{"SELECT 1 FROM fact WHERE dim <= 250", 250e3, 0},
		{"SELECT 1 FROM fact WHERE dim BETWEEN 101 AND 200", 100e3, 0},
		{"SELECT 1 FROM fact WHERE dim > 900 AND dim < 800", 1e-3, 0},
		{"SELECT 1 FROM fact WHERE x IS NULL", 200e3, 0},
		{"SELECT 1 FROM fact WHERE x IS NOT NULL", 800e3, 0},
		{"SELECT 1 FROM fact WHERE x = 3", 8000, 0},
		{"SELECT 1 FROM fact WHERE dim = 5 AND s = 'x'", 20, 0},
		{"SELECT 1 FROM fact WHERE s LIKE 'ab%'", 50e3, 0},
		{"SELECT 1 FROM fact WHERE s LIKE '%ab%'", 100e3, 0},
		{"SELECT 1 FROM fact WHERE s NOT LIKE '%ab%cd%'", 990e3, 0},
		{"SELECT 1 FROM fact WHERE s > 'x'", 333e3, 0},
		{"SELECT 1 FROM foot WHERE flag = 'x'", 250e3, 0}, // two bits a value: four values
		// joins
		{"SELECT 1 FROM fact, dim WHERE fact.dim = dim.id", 1e6, 0},
		{"SELECT 1 FROM fact, dim WHERE fact.dim = dim.id AND dim.kind = 3", 100e3, 0},
		{"SELECT 1 FROM fact LEFT JOIN dim ON fact.dim = dim.id AND dim.kind = 3", 1e6, 0},
		{"SELECT 1 FROM fact, link WHERE fact.dim = link.a AND fact.x = link.b", 1e6 * 0.8, 1.3}, // composite key
		{"SELECT 1 FROM foot, wide WHERE foot.dim = wide.id", 1e6, 0},                            // a foreign key, by its range
		{"SELECT 1 FROM dim WHERE EXISTS (SELECT 1 FROM fact WHERE fact.dim = dim.id)", 1000, 1.1},
		{"SELECT 1 FROM fact WHERE EXISTS (SELECT 1 FROM dim WHERE fact.dim = dim.id AND kind = 3)", 100e3, 1.1},
		{"SELECT 1 FROM fact WHERE NOT EXISTS (SELECT 1 FROM dim WHERE fact.dim = dim.id AND kind = 3)", 900e3, 1.1},
		// groups and the rest
		{"SELECT dim FROM fact GROUP BY dim", 1000, 0},
		{"SELECT DISTINCT dim, x FROM fact", 100e3, 0},
		{"SELECT DISTINCT dim, x, s FROM fact", 700e3, 1.05},
		{"SELECT dim FROM fact WHERE dim <= 10 GROUP BY dim", 10, 1.15},
		{"SELECT count(*) FROM fact", 1, 0},
		{"SELECT 1 FROM fact LIMIT 7", 7, 0},
		{"SELECT 1 FROM fact OFFSET 999990", 10, 0},
		{"SELECT id FROM fact UNION ALL SELECT id FROM dim", 1001000, 0},
		{"SELECT * FROM generate_series(1, 500) g", 500, 0},
		{"VALUES (1), (2), (3)", 3, 0},
		{"WITH q AS MATERIALIZED (SELECT dim, count(*) FROM fact GROUP BY dim) SELECT * FROM q, q r WHERE q.dim = r.dim", 1000, 0},
	} {
		n, err := plannertest.Bind(v, c.sql)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		n, _, err = plannertest.Optimise(v, n, rule.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		e := estimate.New(context.Background(), v)
		e.Observe(n)
		got := e.Rows(n)
		off := c.off
		if off == 0 {
			off = 1.02
		}
		if math.IsNaN(got) || got > c.want*off || got < c.want/off {
			t.Errorf("%s: %g rows, want %g", c.sql, got, c.want)
		}
	}
}

// TestSourceRows counts without statistics.
func TestSourceRows(t *testing.T) {
	for _, c := range []struct {
		src  catalog.Source
		want float64
	}{
		{&catalog.Memory{Segments: []*catalog.Segment{{Rows: 10}, {Rows: 32}}}, 42},
		{&catalog.Files{Files: []catalog.File{{Rows: 100, Size: 10}, {Rows: -1, Size: 40000}}}, 1100},
		{&catalog.Generated{}, 1000},
		{nil, 1000},
	} {
		n := &logical.Scan{Rel: &catalog.Relation{}, Source: c.src}
		if got := estimate.New(context.Background(), nil).Rows(n); got != c.want {
			t.Errorf("%T: %g rows, want %g", c.src, got, c.want)
		}
	}
}
