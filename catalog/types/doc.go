// Package types declares Inlay's SQL types: as in Postgres a type is an OID
// and a typmod, and what is known of each OID stands in one table of facts
// (facts.go) that the binder, the wire and pg_type read.
//
// A value is kept in a column.Kind; KindOf maps types to kinds:
//
//	bool → Bool; int2 → Int16; int4, date → Int32; float4/8 → Float32/64
//	int8, oid & reg*, xid, time, timestamp, timestamptz → Int64
//	"char", text, varchar, bpchar, name, bytea, json, jsonb (canonical text), unknown → Bytes
//	tid → Bytes (6, as on the wire); timetz → Bytes (12 that sort as the values do, see datetime.TimeTZ)
//	uuid → Fixed16; interval → Interval; arrays, int2vector, oidvector → List
//	numeric → by its static precision, see below
//
// Numeric. Where scale and an upper bound of the digits are known statically,
// a numeric is a scaled integer: Int64 to 18 digits, Int128 to 38. Elsewhere
// (division, avg, unconstrained columns) it is Numeric, where each value
// brings its own display scale. The kind that a Type maps to is the widest
// that a batch may bring: a batch of an Int128-typed numeric may come as
// Int64 at the same scale, since kernels compute narrow and widen on
// overflow. Operators that store values widen to the type's kind first
// (column kinds of one logical column must not mix in a hash table or run).
package types
