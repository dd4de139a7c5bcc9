package lower

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/scan"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/prune"
)

// maxConditionValues is the longest list that statistics are asked about value
// by value; of a longer one only the extremes.
const maxConditionValues = 256

// condition is what a predicate says of single columns' values, for pruning.
// What is not understood is prune.Unknown: it keeps every row, and a condition
// that statistics prove true of all rows is the whole predicate.
func (b *builder) condition(e scalar.Expr, layout eval.Layout) scan.Condition {
	unknown := scan.Condition{Op: prune.Unknown}
	switch e := e.(type) {
	case *scalar.And:
		return b.conditions(prune.And, e.Args, layout)
	case *scalar.Or:
		return b.conditions(prune.Or, e.Args, layout)
	case *scalar.Not:
		if at, _, ok := columnAt(e.Arg, layout); ok {
			return scan.Condition{Op: prune.Equal, Col: at, Values: []types.Datum{types.Bool(false)}}
		}
	case *scalar.Column: // a column that is a predicate by itself
		if at, ok := layout[e.ID]; ok && e.Typ.OID == types.BoolOID {
			return scan.Condition{Op: prune.Equal, Col: at, Values: []types.Datum{types.Bool(true)}}
		}
	case *scalar.IsNull:
		if at, _, ok := columnAt(e.Arg, layout); ok {
			op := prune.IsNull
			if e.Not {
				op = prune.IsNotNull
			}
			return scan.Condition{Op: op, Col: at}
		}
	case *scalar.Call:
		return b.comparison(e, layout)
	case *scalar.InList:
		at, col, ok := columnAt(e.Arg, layout)
		if !ok || e.Not || len(e.List) == 0 {
			return unknown
		}
		var values []types.Datum
		for _, x := range e.List {
			v, ok := b.known(x, col.Typ)
			if !ok {
				return unknown
			}
			values = append(values, v)
		}
		return equalsOneOf(at, values)
	case *scalar.AnyArray:
		at, col, ok := columnAt(e.Arg, layout)
		if !ok || e.All || e.OpName != "=" || e.Array.Type().Elem().OID != col.Typ.OID || !fixedValue(e.Array) {
			return unknown
		}
		list, err := eval.ConstantIn(e.Array, b.env.Eval)
		if err != nil || list.Null {
			return unknown
		}
		var values []types.Datum
		for _, d := range list.L {
			if d.Null {
				continue // equals nothing
			}
			v, ok := asBound(d, col.Typ, col.Typ)
			if !ok {
				return unknown
			}
			values = append(values, v)
		}
		return equalsOneOf(at, values)
	}
	return unknown
}

func (b *builder) conditions(op prune.Op, args []scalar.Expr, layout eval.Layout) scan.Condition {
	c := scan.Condition{Op: op}
	for _, a := range args {
		c.Of = append(c.Of, b.condition(a, layout))
	}
	return c
}

// columnAt is where a plain column of the scan lies.
func columnAt(e scalar.Expr, layout eval.Layout) (int, *scalar.Column, bool) {
	col, ok := e.(*scalar.Column)
	if !ok {
		return 0, nil, false
	}
	at, ok := layout[col.ID]
	return at, col, ok
}

// equalsOneOf says that a column equals one of values.
func equalsOneOf(at int, values []types.Datum) scan.Condition {
	if len(values) == 0 {
		return scan.Condition{Op: prune.Or}
	}
	if len(values) <= maxConditionValues {
		return scan.Condition{Op: prune.In, Col: at, Values: values}
	}
	lo, hi := values[0], values[0]
	for _, v := range values[1:] {
		if scan.Less(v, lo) {
			lo = v
		}
		if scan.Less(hi, v) {
			hi = v
		}
	}
	return scan.Condition{Op: prune.And, Of: []scan.Condition{
		{Op: prune.GreaterEq, Col: at, Values: []types.Datum{lo}},
		{Op: prune.LessEq, Col: at, Values: []types.Datum{hi}},
		{Op: prune.Unknown},
	}}
}

var (
	comparisonOps = map[string]prune.Op{"=": prune.Equal, "<>": prune.NotEqual, "<": prune.Less, "<=": prune.LessEq, ">": prune.Greater, ">=": prune.GreaterEq}
	turnedOps     = map[prune.Op]prune.Op{prune.Equal: prune.Equal, prune.NotEqual: prune.NotEqual, prune.Less: prune.Greater, prune.LessEq: prune.GreaterEq,
		prune.Greater: prune.Less, prune.GreaterEq: prune.LessEq}
)

// comparison is the condition of column op value, or value op column.
func (b *builder) comparison(e *scalar.Call, layout eval.Layout) scan.Condition {
	unknown := scan.Condition{Op: prune.Unknown}
	if len(e.Args) != 2 {
		return unknown
	}
	at, col, ok := columnAt(e.Args[0], layout)
	if e.Op == "~~" && ok {
		return b.like(at, col, e.Args[1])
	}
	op, known := comparisonOps[e.Op]
	if !known {
		return unknown
	}
	value := e.Args[1]
	if !ok {
		if at, col, ok = columnAt(e.Args[1], layout); !ok {
			return unknown
		}
		value, op = e.Args[0], turnedOps[op]
	}
	v, ok := b.known(value, col.Typ)
	if !ok {
		return unknown
	}
	return scan.Condition{Op: op, Col: at, Values: []types.Datum{v}}
}

// like is the condition of a pattern: strings that begin with what stands
// before its first wildcard.
func (b *builder) like(at int, col *scalar.Column, pattern scalar.Expr) scan.Condition {
	unknown := scan.Condition{Op: prune.Unknown}
	if !isText(col.Typ.OID) || !isText(pattern.Type().OID) || !fixedValue(pattern) {
		return unknown
	}
	v, err := eval.ConstantIn(pattern, b.env.Eval)
	if err != nil || v.Null {
		return unknown
	}
	n := strings.IndexAny(v.S, `%_\`)
	switch {
	case n < 0:
		return scan.Condition{Op: prune.Equal, Col: at, Values: []types.Datum{v}}
	case n == 0:
		return unknown
	}
	prefix := scan.Condition{Op: prune.Prefix, Col: at, Values: []types.Datum{types.Text(v.S[:n])}}
	if v.S[n:] == "%" {
		return prefix
	}
	return scan.Condition{Op: prune.And, Of: []scan.Condition{prefix, unknown}}
}

func isText(oid types.OID) bool { return oid == types.TextOID || oid == types.VarcharOID }

// fixedValue says whether an expression has one value for the execution.
func fixedValue(e scalar.Expr) bool {
	return len(columnsOf(e)) == 0 && scalar.Volatility(e) != function.Volatile
}

// known is a value that is fixed for the execution, in the form in which the
// column's bounds come. Only types whose order is that of the bytes or numbers
// take part.
func (b *builder) known(e scalar.Expr, t types.Type) (types.Datum, bool) {
	if !fixedValue(e) {
		return types.Datum{}, false
	}
	v, err := eval.ConstantIn(e, b.env.Eval)
	if err != nil || v.Null {
		return types.Datum{}, false // the predicate itself will tell
	}
	return asBound(v, e.Type(), t)
}

// asBound brings a value of type et to the form that column type t's bounds
// have; false where the two do not compare as these forms do.
func asBound(v types.Datum, et, t types.Type) (types.Datum, bool) {
	integers := func(o types.OID) bool { return o == types.Int2OID || o == types.Int4OID || o == types.Int8OID }
	floats := func(o types.OID) bool { return o == types.Float4OID || o == types.Float8OID }
	switch {
	case t.OID == types.BPCharOID:
		return types.Datum{}, false
	case t.OID == types.NumericOID:
		if et.OID != types.NumericOID || !et.Fixed() || !t.Fixed() || et.Scale > t.Scale || v.Kind == column.Int128 && t.Kind() == column.Int64 {
			return types.Datum{}, false
		}
		if digits := int(et.Digits) - int(et.Scale) + int(t.Scale); digits > 38 || digits > 18 && t.Kind() == column.Int64 {
			return types.Datum{}, false
		}
		c := kernel.Widen(v.Column(1, column.Invalid), t.Kind(), int(et.Scale), int(t.Scale))
		return types.FromColumn(c, 0), true
	case integers(t.OID) && integers(et.OID), floats(t.OID) && floats(et.OID):
		v.Kind = t.Kind() // bounds compare as int64 and float64
		return v, true
	case isText(t.OID) && isText(et.OID):
		return v, true
	case t.OID != et.OID || v.Kind != t.Kind():
		return types.Datum{}, false
	}
	switch v.Kind {
	case column.Bool, column.Int16, column.Int32, column.Int64, column.Fixed16:
		return v, true
	case column.Bytes: // others do not sort by their bytes
		return v, t.OID == types.ByteaOID
	}
	return types.Datum{}, false
}
