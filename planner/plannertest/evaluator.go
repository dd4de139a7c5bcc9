package plannertest

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// Evaluator folds integer arithmetic and comparisons, dates ± intervals and
// the casts between them, and concatenation. Division by zero is an error, as
// is all that it does not know.
type Evaluator struct{}

var errUnknown = errors.New("plannertest: no evaluator for this expression")

// Evaluate computes e, whose operands are constants.
func (Evaluator) Evaluate(_ context.Context, e scalar.Expr) (types.Datum, error) {
	switch e := e.(type) {
	case *scalar.Call:
		return call(e)
	case *scalar.Cast:
		return cast(e)
	}
	return types.Datum{}, errUnknown
}

func call(e *scalar.Call) (types.Datum, error) {
	if len(e.Args) != 2 || e.Op == "" {
		return types.Datum{}, errUnknown
	}
	a, b := e.Args[0].(*scalar.Const), e.Args[1].(*scalar.Const)
	at, bt := a.Typ.OID, b.Typ.OID
	switch {
	case integer(at) && integer(bt):
		return integers(e, a.Value.I, b.Value.I)
	case at == types.TextOID && bt == types.TextOID:
		return texts(e, a.Value.S, b.Value.S)
	case (at == types.DateOID || at == types.TimestampOID) && bt == types.IntervalOID && (e.Op == "+" || e.Op == "-"):
		micros := a.Value.I
		if at == types.DateOID {
			micros *= 86400e6
		}
		iv := b.Value.AsInterval()
		if e.Op == "-" {
			iv.Months, iv.Days, iv.Micros = -iv.Months, -iv.Days, -iv.Micros
		}
		t := time.UnixMicro(micros).UTC().AddDate(0, int(iv.Months), int(iv.Days)).Add(time.Duration(iv.Micros) * time.Microsecond)
		return types.Int(column.Int64, t.UnixMicro()), nil
	case at == types.DateOID && bt == types.Int4OID && e.Typ.OID == types.DateOID:
		if e.Op == "+" {
			return types.Int(column.Int32, a.Value.I+b.Value.I), nil
		}
		return types.Int(column.Int32, a.Value.I-b.Value.I), nil
	}
	return types.Datum{}, errUnknown
}

func integer(t types.OID) bool {
	return t == types.Int2OID || t == types.Int4OID || t == types.Int8OID
}

func integers(e *scalar.Call, a, b int64) (types.Datum, error) {
	num := func(v int64) (types.Datum, error) { return types.Int(e.Typ.Kind(), v), nil }
	yes := func(v bool) (types.Datum, error) { return types.Bool(v), nil }
	switch e.Op {
	case "+":
		return num(a + b)
	case "-":
		return num(a - b)
	case "*":
		return num(a * b)
	case "/":
		if b == 0 {
			return types.Datum{}, errors.New("division by zero")
		}
		return num(a / b)
	case "=":
		return yes(a == b)
	case "<>":
		return yes(a != b)
	case "<":
		return yes(a < b)
	case "<=":
		return yes(a <= b)
	case ">":
		return yes(a > b)
	case ">=":
		return yes(a >= b)
	}
	return types.Datum{}, errUnknown
}

func texts(e *scalar.Call, a, b string) (types.Datum, error) {
	switch e.Op {
	case "||":
		return types.Text(a + b), nil
	case "=":
		return types.Bool(a == b), nil
	case "<>":
		return types.Bool(a != b), nil
	case "<":
		return types.Bool(strings.Compare(a, b) < 0), nil
	}
	return types.Datum{}, errUnknown
}

func cast(e *scalar.Cast) (types.Datum, error) {
	c := e.Arg.(*scalar.Const)
	from, to := c.Typ.OID, e.Typ.OID
	switch {
	case integer(from) && integer(to):
		return types.Int(e.Typ.Kind(), c.Value.I), nil
	case from == types.DateOID && to == types.TimestampOID:
		return types.Int(column.Int64, c.Value.I*86400e6), nil
	case from == types.TimestampOID && to == types.DateOID && c.Value.I >= 0:
		return types.Int(column.Int32, c.Value.I/86400e6), nil
	case from == types.VarcharOID && to == types.TextOID:
		return types.Text(c.Value.S), nil
	}
	return types.Datum{}, errUnknown
}
