package plannertest

import (
	"context"
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// footer is what a Parquet footer says of a column.
type footer struct {
	name      string
	low, high string  // "" unknown; dates as text, numbers as whole numbers at the column's scale
	bytes     float64 // stored, per row
}

// TPCH declares TPC-H's tables with the statistics that the footers of its
// files at scale 1 give: row counts, bounds and sizes, but no distinct values.
func TPCH() *catalogtest.View {
	v := catalogtest.New()
	catalogtest.TPCH(v)
	for name, cols := range tpchFooters {
		rel, _ := v.Relation("public", name)
		old, _ := v.Statistics(context.Background(), rel)
		st := &catalog.Statistics{Rows: old.Rows, Exact: true}
		for i, c := range cols {
			cs := catalog.ColumnStatistics{NullFraction: 0, Distinct: -1, AvgWidth: c.bytes}
			cs.Min, cs.Max = bound(c.low, rel.Columns[i].Type), bound(c.high, rel.Columns[i].Type)
			st.Columns = append(st.Columns, cs)
		}
		v.SetStatistics(rel, st)
	}
	return v
}

func bound(s string, t types.Type) types.Datum {
	if s == "" {
		return types.Datum{}
	}
	if t.OID == types.DateOID {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			panic(err)
		}
		return types.Int(column.Int32, d.Unix()/86400)
	}
	if t.Kind() == column.Bytes {
		return types.Text(s)
	}
	n := int64(0)
	neg := s[0] == '-'
	for _, r := range s {
		if r >= '0' {
			n = n*10 + int64(r-'0')
		}
	}
	if neg {
		n = -n
	}
	return types.Int(t.Kind(), n)
}

var tpchFooters = map[string][]footer{
	"region": {
		{"r_regionkey", "0", "4", 13.6},
		{"r_name", "AFRICA", "MIDDLE EAST", 18},
		{"r_comment", "", "", 64.8},
	},
	"nation": {
		{"n_nationkey", "0", "24", 6.72},
		{"n_name", "ALGERIA", "VIETNAM", 12.2},
		{"n_regionkey", "0", "4", 3.08},
		{"n_comment", "", "", 46.4},
	},
	"supplier": {
		{"s_suppkey", "1", "10000", 5.76},
		{"s_name", "", "", 6.78},
		{"s_address", "", "", 30.5},
		{"s_nationkey", "0", "24", 0.642},
		{"s_phone", "", "", 13.6},
		{"s_acctbal", "-99822", "999972", 6.68},
		{"s_comment", "", "", 25.9},
	},
	"customer": {
		{"c_custkey", "1", "150000", 5.94},
		{"c_name", "", "", 6.91},
		{"c_address", "", "", 30.5},
		{"c_nationkey", "0", "24", 0.632},
		{"c_phone", "", "", 13.8},
		{"c_acctbal", "-99999", "999999", 6.8},
		{"c_mktsegment", "AUTOMOBILE", "MACHINERY", 0.381},
		{"c_comment", "", "", 27.8},
	},
	"part": {
		{"p_partkey", "1", "200000", 6.03},
		{"p_name", "", "", 13.9},
		{"p_mfgr", "", "", 0.379},
		{"p_brand", "", "", 0.63},
		{"p_type", "", "", 1.02},
		{"p_size", "1", "50", 0.756},
		{"p_container", "", "", 0.756},
		{"p_retailprice", "90100", "209899", 2.13},
		{"p_comment", "", "", 8.85},
	},
	"partsupp": {
		{"ps_partkey", "1", "200000", 2.49},
		{"ps_suppkey", "1", "10000", 2.56},
		{"ps_availqty", "1", "9999", 2.55},
		{"ps_supplycost", "100", "100000", 5.51},
		{"ps_comment", "", "", 42.9},
	},
	"orders": {
		{"o_orderkey", "1", "6000000", 6.01},
		{"o_custkey", "1", "149999", 4.9},
		{"o_orderstatus", "", "", 0.254},
		{"o_totalprice", "85771", "55528516", 7.61},
		{"o_orderdate", "1992-01-01", "1998-08-02", 1.61},
		{"o_orderpriority", "", "", 0.379},
		{"o_clerk", "", "", 1.31},
		{"o_shippriority", "0", "0", 0.00155},
		{"o_comment", "", "", 20.2},
	},
	"lineitem": {
		{"l_orderkey", "1", "6000000", 2.67},
		{"l_partkey", "1", "200000", 5.65},
		{"l_suppkey", "1", "10000", 2.11},
		{"l_linenumber", "1", "7", 0.264},
		{"l_quantity", "100", "5000", 0.756},
		{"l_extendedprice", "90100", "10494950", 6.88},
		{"l_discount", "0", "10", 0.504},
		{"l_tax", "0", "8", 0.504},
		{"l_returnflag", "A", "R", 0.246},
		{"l_linestatus", "", "", 0.157},
		{"l_shipdate", "1992-01-02", "1998-12-01", 1.59},
		{"l_commitdate", "1992-01-31", "1998-10-31", 1.59},
		{"l_receiptdate", "1992-01-04", "1998-12-31", 1.59},
		{"l_shipinstruct", "", "", 0.254},
		{"l_shipmode", "AIR", "TRUCK", 0.379},
		{"l_comment", "", "", 13.4},
	},
}
