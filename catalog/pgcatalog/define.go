package pgcatalog

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// scope is what rows are made from.
type scope struct {
	ctx     context.Context
	view    catalog.View
	session catalog.SessionFacts
}

// definition fills one relation.
type definition struct {
	items   func(*scope) []any
	columns map[string]func(*scope, any) any
}

var definitions = map[[2]string]*definition{}

// columns maps names to values of an item: nil, bool, an integer, types.OID,
// byte ("char"), string, column.IntervalValue, float64, []string, []types.OID or []int16.
type columns[T any] map[string]func(*scope, T) any

// define fills a relation of pg_catalog.
func define[T any](name string, items func(*scope) []T, cols columns[T]) {
	defineIn(PgCatalog, name, items, cols)
}

func defineIn[T any](schema, name string, items func(*scope) []T, cols columns[T]) {
	d := &definition{columns: map[string]func(*scope, any) any{}}
	d.items = func(s *scope) []any {
		list := items(s)
		out := make([]any, len(list))
		for i, it := range list {
			out[i] = it
		}
		return out
	}
	for c, f := range cols {
		d.columns[c] = func(s *scope, it any) any { return f(s, it.(T)) }
	}
	definitions[[2]string{schema, name}] = d
}

// is makes a column whose value is the same in every row.
func is[T any](v any) func(*scope, T) any { return func(*scope, T) any { return v } }

// generator makes the columns of rel that a scan asks for.
func generator(v catalog.View, rel *catalog.Relation) func(context.Context, catalog.View, catalog.SessionFacts, []int) ([]*column.Column, int, error) {
	return func(ctx context.Context, _ catalog.View, facts catalog.SessionFacts, cols []int) ([]*column.Column, int, error) {
		s := &scope{ctx: ctx, view: v, session: facts}
		var items []any
		d := definitions[[2]string{rel.Schema, rel.Name}]
		if d != nil {
			items = d.items(s)
		}
		out := make([]*column.Column, len(cols))
		for i, at := range cols {
			c := rel.Columns[at]
			vals := make([]types.Datum, len(items))
			var f func(*scope, any) any
			if d != nil {
				f = d.columns[c.Name]
			}
			for r, it := range items {
				var x any
				if f != nil {
					x = f(s, it)
				} else if c.NotNull {
					x = zeroValue
				}
				v, err := datum(x, c.Type)
				if err != nil {
					return nil, 0, fmt.Errorf("%s.%s.%s: %w", rel.Schema, rel.Name, c.Name, err)
				}
				vals[r] = v
			}
			out[i] = types.ColumnOf(c.Type.Kind(), c.Type.Elem().Kind(), vals)
		}
		return out, len(items), nil
	}
}

type zero struct{}

var zeroValue zero

// datum converts a Go value to one of type t.
func datum(x any, t types.Type) (types.Datum, error) {
	k := t.Kind()
	d := types.Datum{Kind: k}
	switch x := x.(type) {
	case nil:
		d.Null = true
	case zero:
	case bool:
		if k == column.Bytes { // yes_or_no
			d.S = map[bool]string{true: "YES", false: "NO"}[x]
			return d, nil
		}
		d = types.Bool(x)
	case int:
		d.I, d.F = int64(x), float64(x)
	case int16:
		d.I = int64(x)
	case int32:
		d.I = int64(x)
	case int64:
		d.I = x
	case types.OID:
		d.I = int64(x)
	case float64:
		d.F = x
	case column.IntervalValue:
		d = types.Interval(x)
	case byte:
		if x != 0 {
			d.S = string(rune(x))
		}
	case string:
		d.S = x
	case []string:
		for _, e := range x {
			d.L = append(d.L, types.Text(e))
		}
	case []types.OID:
		for _, e := range x {
			d.L = append(d.L, types.Int(column.Int64, int64(e)))
		}
	case []int16:
		for _, e := range x {
			d.L = append(d.L, types.Int(column.Int16, int64(e)))
		}
	default:
		return d, fmt.Errorf("no conversion from %T", x)
	}
	if !d.Null && d.Kind != k {
		return d, fmt.Errorf("%T for type %d", x, t.OID)
	}
	return d, nil
}
