package operator

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/eval/jsontext"
	"github.com/inlaydb/inlay/storage/column"
)

func badJSON(format string, args ...any) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, format, args...)
}

// jsonDatum is a part of a document, as JSON or as ->> gives it.
func jsonDatum(v jsontext.Value, text, binary bool) types.Datum {
	if text {
		s, ok := v.Text()
		d := types.Text(s)
		d.Null = !ok
		return d
	}
	if binary {
		return types.Text(string(v.Append(nil)))
	}
	return types.Text(v.Raw)
}

// jsonEach is json_each and its relatives: a row for each field.
func jsonEach(name string, binary, text bool) func([]types.Datum) ([][]types.Datum, error) {
	return func(a []types.Datum) ([][]types.Datum, error) {
		v := jsontext.Parse(a[0].S)
		switch {
		case v.Kind == '{':
		case binary:
			return nil, badJSON("cannot call %s on a non-object", name)
		case v.Kind == '[':
			return nil, badJSON("cannot deconstruct an array as an object")
		default:
			return nil, badJSON("cannot deconstruct a scalar")
		}
		rows := make([][]types.Datum, len(v.Items))
		for i, item := range v.Items {
			rows[i] = []types.Datum{types.Text(v.Keys[i]), jsonDatum(item, text, binary)}
		}
		return rows, nil
	}
}

// jsonElements is json_array_elements and its relatives.
func jsonElements(name string, binary, text bool) func([]types.Datum) ([][]types.Datum, error) {
	return func(a []types.Datum) ([][]types.Datum, error) {
		v := jsontext.Parse(a[0].S)
		switch {
		case v.Kind == '[':
		case binary && v.Kind == '{':
			return nil, badJSON("cannot extract elements from an object")
		case binary:
			return nil, badJSON("cannot extract elements from a scalar")
		case v.Kind == '{':
			return nil, badJSON("cannot call %s on a non-array", name)
		default:
			return nil, badJSON("cannot call %s on a scalar", name)
		}
		rows := make([][]types.Datum, len(v.Items))
		for i, item := range v.Items {
			rows[i] = []types.Datum{jsonDatum(item, text, binary)}
		}
		return rows, nil
	}
}

// jsonKeys is json_object_keys and jsonb_object_keys.
func jsonKeys(name string) func([]types.Datum) ([][]types.Datum, error) {
	return func(a []types.Datum) ([][]types.Datum, error) {
		v := jsontext.Parse(a[0].S)
		switch v.Kind {
		case '{':
		case '[':
			return nil, badJSON("cannot call %s on an array", name)
		default:
			return nil, badJSON("cannot call %s on a scalar", name)
		}
		rows := make([][]types.Datum, len(v.Keys))
		for i, k := range v.Keys {
			rows[i] = []types.Datum{types.Text(k)}
		}
		return rows, nil
	}
}

// jsonRecords is json_to_record and json_to_recordset: objects whose fields
// become columns by name.
func jsonRecords(name string, binary, set bool, names []string, out []types.Type, env *eval.Env) func([]types.Datum) ([][]types.Datum, error) {
	row := func(v jsontext.Value) ([]types.Datum, error) {
		vals := make([]types.Datum, len(out))
		for k, t := range out {
			item, ok := v.Field(names[k])
			if !ok {
				vals[k] = types.Null(t.Kind())
				continue
			}
			var err error
			if vals[k], err = jsonField(item, t, names[k], env); err != nil {
				return nil, err
			}
		}
		return vals, nil
	}
	return func(a []types.Datum) ([][]types.Datum, error) {
		v := jsontext.Parse(a[0].S)
		if !set {
			switch v.Kind {
			case '{':
			case '[':
				return nil, badJSON("cannot call populate_composite on an array")
			default:
				return nil, badJSON("cannot call populate_composite on a scalar")
			}
			r, err := row(v)
			return [][]types.Datum{r}, err
		}
		switch {
		case v.Kind == '[':
		case binary:
			return nil, badJSON("cannot call %s on a non-array", name)
		case v.Kind == '{':
			return nil, badJSON("cannot call %s on an object", name)
		default:
			return nil, badJSON("cannot call %s on a scalar", name)
		}
		rows := make([][]types.Datum, len(v.Items))
		for i, item := range v.Items {
			if item.Kind != '{' {
				return nil, badJSON("argument of %s must be an array of objects", name)
			}
			var err error
			if rows[i], err = row(item); err != nil {
				return nil, err
			}
		}
		return rows, nil
	}
}

// jsonField reads a JSON value as a value of a type: JSON as it is, arrays
// element by element, the rest through its text.
func jsonField(v jsontext.Value, t types.Type, key string, env *eval.Env) (types.Datum, error) {
	switch {
	case t.OID == types.JSONOID:
		return types.Text(v.Raw), nil
	case t.OID == types.JSONBOID:
		s, err := types.CanonicalJSON(v.Raw)
		return types.Text(s), err
	case v.Kind == 'n':
		return types.Null(t.Kind()), nil
	case t.IsArray() && v.Kind == '[':
		d := types.Datum{Kind: column.List, L: make([]types.Datum, len(v.Items))}
		for i, item := range v.Items {
			var err error
			if d.L[i], err = jsonField(item, t.Elem(), key, env); err != nil {
				return d, err
			}
		}
		return d, nil
	case t.IsArray() && v.Kind != '"':
		return types.Datum{}, sqlerr.New(sqlerr.InvalidTextRepresentation, "expected JSON array").WithHint("See the value of key %s.", sqlerr.Quote(key))
	}
	s, _ := v.Text()
	return types.Input(s, t, env.Style())
}
