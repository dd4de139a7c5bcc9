package operator

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/storage/column"
)

// Start finds the implementation of a set-returning function. out are its
// result columns, names what they are called.
func Start(fn *function.Function, args, out []types.Type, names []string, env *eval.Env) (StartFunc, error) {
	var f StartFunc
	switch k := fn.Kernel; k {
	case "json_each", "jsonb_each", "json_each_text", "jsonb_each_text":
		f = listed(out, jsonEach(k, isBinary(k), isText(k)))
	case "json_array_elements", "jsonb_array_elements", "json_array_elements_text", "jsonb_array_elements_text":
		f = listed(out, jsonElements(k, isBinary(k), isText(k)))
	case "json_object_keys", "jsonb_object_keys":
		f = listed(out, jsonKeys(k))
	case "json_to_record", "jsonb_to_record":
		f = listed(out, jsonRecords(k, isBinary(k), false, names, out, env))
	case "json_to_recordset", "jsonb_to_recordset":
		f = listed(out, jsonRecords(k, isBinary(k), true, names, out, env))
	case "jsonb_path_query", "jsonb_path_query_tz":
		f = listed(out, eval.PathRows)
	case "regexp_matches":
		f = listed(out, regexpMatches())
	case "regexp_split_to_table":
		f = listed(out, regexpSplitToTable())
	case "generate_series":
		f = generateSeries(out[0], args, env)
	case "unnest":
		f = listed(out, func(a []types.Datum) ([][]types.Datum, error) { return single(a[0].L), nil })
	case "_pg_expandarray":
		f = listed(out, func(a []types.Datum) ([][]types.Datum, error) {
			rows := single(a[0].L)
			for i := range rows {
				rows[i] = append(rows[i], types.Int(column.Int32, int64(i+1)))
			}
			return rows, nil
		})
	case "generate_subscripts":
		f = listed(out, func(a []types.Datum) ([][]types.Datum, error) {
			var rows [][]types.Datum
			dims := column.ShapeDims(uint32(a[0].U), len(a[0].L))
			if a[1].I < 1 || a[1].I > int64(len(dims)) {
				return nil, nil
			}
			d := dims[a[1].I-1]
			lower := d.Lower
			if t := args[0].OID; t == types.Int2VectorOID || t == types.OIDVectorOID {
				lower = 0
			}
			for i := range d.Len {
				rows = append(rows, []types.Datum{types.Int(column.Int32, int64(lower+i))})
			}
			if len(a) > 2 && a[2].I != 0 {
				for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
					rows[i], rows[j] = rows[j], rows[i]
				}
			}
			return rows, nil
		})
	case "string_to_table":
		return func(a []types.Datum) (Rows, error) {
			if a[0].Null {
				return none{}, nil
			}
			return &list{out: out, rows: stringToTable(a)}, nil
		}, nil
	case "pg_partition_ancestors":
		f = listed(out, func(a []types.Datum) ([][]types.Datum, error) { return nil, nil })
	case "pg_options_to_table":
		f = listed(out, func(a []types.Datum) ([][]types.Datum, error) {
			var rows [][]types.Datum
			for _, o := range a[0].L {
				k, v, ok := strings.Cut(o.S, "=")
				d := types.Text(v)
				d.Null = !ok
				rows = append(rows, []types.Datum{types.Text(k), d})
			}
			return rows, nil
		})
	}
	if f == nil {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "function %s is not supported yet", fn.Name)
	}
	return f, nil
}

func isBinary(kernel string) bool { return strings.HasPrefix(kernel, "jsonb") }
func isText(kernel string) bool   { return strings.HasSuffix(kernel, "_text") }

func regexpFlags(a []types.Datum) string {
	if len(a) < 3 {
		return ""
	}
	return a[2].S
}

func regexpMatches() func([]types.Datum) ([][]types.Datum, error) {
	return func(a []types.Datum) ([][]types.Datum, error) {
		var r eval.RegexpRows // workers share the function
		found, err := r.Matches(a[0].S, a[1].S, regexpFlags(a))
		rows := make([][]types.Datum, len(found))
		for i, m := range found {
			d := types.Datum{Kind: column.List, L: make([]types.Datum, len(m))}
			for k, g := range m {
				d.L[k] = types.Text(string(g))
				d.L[k].Null = g == nil
			}
			rows[i] = []types.Datum{d}
		}
		return rows, err
	}
}

func regexpSplitToTable() func([]types.Datum) ([][]types.Datum, error) {
	return func(a []types.Datum) ([][]types.Datum, error) {
		var r eval.RegexpRows
		parts, err := r.Split(a[0].S, a[1].S, regexpFlags(a))
		rows := make([][]types.Datum, len(parts))
		for i, p := range parts {
			rows[i] = []types.Datum{types.Text(p)}
		}
		return rows, err
	}
}

// listed makes rows all at once, of arguments that are not NULL.
func listed(out []types.Type, make func([]types.Datum) ([][]types.Datum, error)) StartFunc {
	return func(args []types.Datum) (Rows, error) {
		if anyNull(args) {
			return none{}, nil
		}
		rows, err := make(args)
		return &list{out: out, rows: rows}, err
	}
}

func single(vals []types.Datum) [][]types.Datum {
	rows := make([][]types.Datum, len(vals))
	for i, v := range vals {
		rows[i] = []types.Datum{v}
	}
	return rows
}

func stringToTable(a []types.Datum) [][]types.Datum {
	var parts []string
	switch {
	case a[0].S == "":
	case a[1].Null:
		for _, r := range a[0].S {
			parts = append(parts, string(r))
		}
	case a[1].S == "":
		parts = []string{a[0].S}
	default:
		parts = strings.Split(a[0].S, a[1].S)
	}
	var rows [][]types.Datum
	for _, p := range parts {
		d := types.Text(p)
		d.Null = len(a) > 2 && !a[2].Null && a[2].S == p
		rows = append(rows, []types.Datum{d})
	}
	return rows
}

// list is rows that are there already.
type list struct {
	out  []types.Type
	rows [][]types.Datum
}

func (l *list) Next(limit int) ([]*column.Column, int, error) {
	n := min(limit, len(l.rows))
	if n == 0 {
		return nil, 0, nil
	}
	cols := make([]*column.Column, len(l.out))
	vals := make([]types.Datum, n)
	for c, t := range l.out {
		for i, r := range l.rows[:n] {
			vals[i] = r[c]
		}
		cols[c] = types.ColumnOf(t.Kind(), t.Elem().Kind(), vals)
	}
	l.rows = l.rows[n:]
	return cols, n, nil
}
