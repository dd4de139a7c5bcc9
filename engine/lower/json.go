package lower

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
)

// jsonArguments makes the arguments of a JSON aggregate ones that
// engine/aggregate only has to put together: JSON of values, text of keys.
// With DISTINCT the arguments themselves follow, since they make rows differ.
func jsonArguments(a *scalar.Aggregate) ([]scalar.Expr, error) {
	text := types.New(types.TextOID)
	constant := func(s string) scalar.Expr { return &scalar.Const{Value: types.Text(s), Typ: text, Pos: -1} }
	var out []scalar.Expr
	binary := strings.HasPrefix(a.Fn.Kernel, "jsonb")
	switch a.Fn.Kernel {
	default:
		return a.Args, nil
	case "json_agg", "jsonb_agg":
		out = append(out, jsonOf(a.Args[0], binary))
		if t := a.Args[0].Type(); !binary && (t.IsArray() || t.OID == types.RecordOID) {
			out = append(out, constant("\n "))
		} else if a.Distinct {
			out = append(out, constant(""))
		}
	case "json_object_agg", "jsonb_object_agg":
		switch t := a.Args[0].Type(); {
		case t.IsArray(), t.OID == types.RecordOID, t.OID == types.JSONOID, t.OID == types.JSONBOID:
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "key value must be scalar, not array, composite, or json")
		}
		key := a.Args[0]
		if key.Type().OID != types.TextOID {
			key = &scalar.Cast{Arg: key, Typ: text, Context: function.Explicit, Method: function.InOut, Volatility: function.Stable, Pos: a.Pos}
			if t := a.Args[0].Type().OID; t == types.UnknownOID || t == types.VarcharOID {
				key.(*scalar.Cast).Method = function.Binary
			}
		}
		out = append(out, key, jsonOf(a.Args[1], binary))
	}
	if a.Distinct {
		out = append(out, a.Args...)
	}
	return out, nil
}

// jsonOf is to_json(x) or to_jsonb(x).
func jsonOf(x scalar.Expr, binary bool) scalar.Expr {
	name, t := "to_json", types.JSONOID
	if binary {
		name, t = "to_jsonb", types.JSONBOID
	}
	if x.Type().OID == t {
		return x
	}
	if x.Type().OID == types.UnknownOID {
		x = &scalar.Cast{Arg: x, Typ: types.New(types.TextOID), Context: function.Implicit, Method: function.Binary, Pos: -1}
	}
	return &scalar.Call{Fn: function.Named(name)[0], Args: []scalar.Expr{x}, Typ: types.New(t), Pos: -1}
}
