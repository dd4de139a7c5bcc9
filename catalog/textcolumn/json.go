package textcolumn

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/jsonfile"
)

// JSONArrayInput reads a JSON array of scalars as an array of t's elements.
func JSONArrayInput(t types.Type, st *types.Style) types.InputFunc {
	elem := t.Elem()
	in := types.TextInput(elem, st)
	raw := elem.OID == types.JSONBOID || elem.OID == types.JSONOID
	return func(s string) (types.Datum, error) {
		d := types.Datum{Kind: column.List, L: []types.Datum{}}
		var first error
		ok := jsonfile.Elements([]byte(s), func(v []byte) {
			if first != nil {
				return
			}
			if string(v) == "null" {
				d.L = append(d.L, types.Null(elem.Kind()))
				return
			}
			text := v
			if t, ok := jsonfile.Text(v); ok && !raw {
				text = t
			}
			x, err := in(string(text))
			if err != nil {
				first = err
				return
			}
			d.L = append(d.L, x)
		})
		if first == nil && !ok {
			first = sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type %s: %s", t, quoted(s))
		}
		return d, first
	}
}

func quoted(s string) string { return `"` + s + `"` }
