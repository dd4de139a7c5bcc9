package parser

import (
	"testing"
)

// q2 is TPC-H's second query.
const q2 = `
select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment
from part, supplier, partsupp, nation, region
where p_partkey = ps_partkey
	and s_suppkey = ps_suppkey
	and p_size = 15
	and p_type like '%BRASS'
	and s_nationkey = n_nationkey
	and n_regionkey = r_regionkey
	and r_name = 'EUROPE'
	and ps_supplycost = (
		select min(ps_supplycost)
		from partsupp, supplier, nation, region
		where p_partkey = ps_partkey
			and s_suppkey = ps_suppkey
			and s_nationkey = n_nationkey
			and n_regionkey = r_regionkey
			and r_name = 'EUROPE'
	)
order by s_acctbal desc, n_name, s_name, p_partkey
limit 100`

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, sql string }{
		{"select1", "SELECT 1"},
		{"tpch_q2", q2},
	} {
		b.Run("query="+c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.sql)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(c.sql); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
