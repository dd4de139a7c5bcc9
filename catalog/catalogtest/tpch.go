package catalogtest

// TPCH declares the tables of TPC-H as its Parquet files have them, with row
// counts and (~) numbers of distinct values of scale 1.
func TPCH(v *View) {
	declareAll(v, []tableSpec{
		{"region", 5, `
			r_regionkey bigint ~5
			r_name text ~5
			r_comment text ~5
		`},
		{"nation", 25, `
			n_nationkey bigint ~25
			n_name text ~25
			n_regionkey bigint ~5
			n_comment text ~25
		`},
		{"supplier", 10000, `
			s_suppkey bigint ~9442
			s_name text ~9922
			s_address text ~10000
			s_nationkey bigint ~25
			s_phone text ~10000
			s_acctbal numeric(15,2) ~9867
			s_comment text ~9722
		`},
		{"customer", 150000, `
			c_custkey bigint ~145848
			c_name text ~150000
			c_address text ~150000
			c_nationkey bigint ~25
			c_phone text ~150000
			c_acctbal numeric(15,2) ~140053
			c_mktsegment text ~5
			c_comment text ~146344
		`},
		{"part", 200000, `
			p_partkey bigint ~195166
			p_name text ~200000
			p_mfgr text ~5
			p_brand text ~25
			p_type text ~149
			p_size integer ~51
			p_container text ~40
			p_retailprice numeric(15,2) ~20325
			p_comment text ~135294
		`},
		{"partsupp", 800000, `
			ps_partkey bigint ~195166
			ps_suppkey bigint ~9442
			ps_availqty integer ~9442
			ps_supplycost numeric(15,2) ~99442
			ps_comment text ~780433
		`},
		{"orders", 1500000, `
			o_orderkey bigint ~1500000
			o_custkey bigint ~98671
			o_orderstatus text ~3
			o_totalprice numeric(15,2) ~1448443
			o_orderdate date ~2313
			o_orderpriority text ~5
			o_clerk text ~1018
			o_shippriority integer ~1
			o_comment text ~1500000
		`},
		{"lineitem", 6001215, `
			l_orderkey bigint ~1504932
			l_partkey bigint ~195166
			l_suppkey bigint ~9442
			l_linenumber integer ~7
			l_quantity numeric(15,2) ~50
			l_extendedprice numeric(15,2) ~1035753
			l_discount numeric(15,2) ~11
			l_tax numeric(15,2) ~9
			l_returnflag text ~3
			l_linestatus text ~2
			l_shipdate date ~2411
			l_commitdate date ~2375
			l_receiptdate date ~2459
			l_shipinstruct text ~4
			l_shipmode text ~7
			l_comment text ~4748355
		`},
	})
}
