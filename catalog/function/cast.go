package function

import (
	"slices"

	"github.com/inlaydb/inlay/catalog/types"
)

// FindCast says how a value of type from becomes one of type to in a context:
// a row of pg_cast, or by rule through the text form or element by element.
// from and to may be the same: that is a Binary cast. ok is false where
// Postgres has none. A constant of type unknown is not cast: its text is read
// as the target type (types.Input).
func FindCast(from, to types.OID, ctx CastContext) (*Cast, bool) {
	if from == to {
		return &Cast{From: from, To: to, Context: Implicit, Method: Binary}, true
	}
	if c := facts().castByPair[[2]types.OID{from, to}]; c != nil {
		if c.Context > ctx {
			return nil, false
		}
		return c, true
	}
	if from == types.UnknownOID {
		return textCast(from, to), true
	}
	if c, ok := arrayCast(from, to, ctx); ok {
		return c, true
	}
	switch {
	case ctx >= Assignment && category(to) == 'S', ctx >= Explicit && category(from) == 'S':
		if f := types.FactsOf(from); f == nil || f.Pseudo && from != types.RecordOID && from != types.CStringOID {
			return nil, false
		}
		if f := types.FactsOf(to); f == nil || f.Pseudo && to != types.RecordOID && to != types.CStringOID {
			return nil, false
		}
		return textCast(from, to), true
	}
	return nil, false
}

func textCast(from, to types.OID) *Cast {
	c := &Cast{From: from, To: to, Context: Explicit, Method: InOut, Volatility: Stable, CanFail: castFails(from, to)}
	if category(to) == 'S' {
		c.Context = Assignment
	}
	if steadyText(from) && steadyText(to) {
		c.Volatility = Immutable
	}
	return c
}

// steadyText says whether a type's text form depends on no setting.
func steadyText(t types.OID) bool {
	if f := types.FactsOf(t); f != nil && f.Elem != 0 {
		return steadyText(f.Elem)
	}
	switch t {
	case types.BoolOID, types.Int2OID, types.Int4OID, types.Int8OID, types.NumericOID, types.TextOID, types.VarcharOID,
		types.BPCharOID, types.NameOID, types.CharOID, types.UUIDOID, types.OIDOID, types.UnknownOID, types.JSONOID,
		types.JSONBOID, types.XIDOID, types.TIDOID, types.Float4OID, types.Float8OID:
		return true
	}
	return false
}

// arrayCast casts arrays whose elements can be cast.
func arrayCast(from, to types.OID, ctx CastContext) (*Cast, bool) {
	if to == types.Int2VectorOID || to == types.OIDVectorOID {
		return nil, false
	}
	f, t := types.FactsOf(from), types.FactsOf(to)
	if f == nil || t == nil || f.Elem == 0 || t.Elem == 0 {
		return nil, false
	}
	e, ok := FindCast(f.Elem, t.Elem, ctx)
	if !ok {
		return nil, false
	}
	c := *e
	c.OID, c.From, c.To = 0, from, to
	if c.Method != Binary {
		c.Method = Elements
	}
	return &c, true
}

func category(t types.OID) byte {
	if f := types.FactsOf(t); f != nil {
		return f.Category
	}
	return 0
}

func preferred(cat byte, t types.OID) bool {
	f := types.FactsOf(t)
	return f != nil && f.Category == cat && f.Preferred
}

// BinaryCoercible says whether Postgres sees a value of type from as one of
// type to without work.
func BinaryCoercible(from, to types.OID) bool {
	if from == to || to == types.AnyOID || to == types.AnyElementOID || to == types.AnyCompatibleOID {
		return true
	}
	if (to == types.AnyArrayOID || to == types.AnyCompatibleArrayOID) && isArray(from) {
		return true
	}
	c := facts().castByPair[[2]types.OID{from, to}]
	return c != nil && c.CatalogMethod == 'b' && c.Context == Implicit
}

func isArray(t types.OID) bool {
	f := types.FactsOf(t)
	return f != nil && f.Elem != 0
}

// CanCoerce says whether all of the types from can become the types to in a
// context; to may hold pseudo-types.
func CanCoerce(from, to []types.OID, ctx CastContext) bool {
	generics := false
	for i, t := range to {
		f := from[i]
		switch {
		case f == t || t == types.AnyOID:
		case polymorphic(t):
			generics = true
		case f == types.UnknownOID:
		default:
			if _, ok := FindCast(f, t, ctx); !ok {
				return false
			}
		}
	}
	return !generics || consistent(from, to)
}

// castFails says whether a cast can raise an error for some value.
func castFails(from, to types.OID) bool {
	if f, t := types.FactsOf(from), types.FactsOf(to); f != nil && t != nil && f.Elem != 0 && t.Elem != 0 {
		return castFails(f.Elem, t.Elem)
	}
	if from == to || category(to) == 'S' {
		return false
	}
	return !slices.Contains(safeCasts[from], to)
}

// safeCasts lists the casts, other than to strings, that cannot fail.
var safeCasts = map[types.OID][]types.OID{
	types.BoolOID:     {types.Int4OID},
	types.CharOID:     {types.Int4OID},
	types.Int2OID:     append([]types.OID{types.Int4OID, types.Int8OID, types.Float4OID, types.Float8OID, types.NumericOID}, oidTypes...),
	types.Int4OID:     append([]types.OID{types.BoolOID, types.Int8OID, types.Float4OID, types.Float8OID, types.NumericOID}, oidTypes...),
	types.Int8OID:     {types.Float4OID, types.Float8OID, types.NumericOID},
	types.Float4OID:   {types.Float8OID, types.NumericOID},
	types.Float8OID:   {types.NumericOID},
	types.OIDOID:      append([]types.OID{types.Int4OID, types.Int8OID}, oidTypes...),
	types.RegclassOID: {types.OIDOID, types.Int4OID, types.Int8OID}, types.RegtypeOID: {types.OIDOID, types.Int4OID, types.Int8OID},
	types.RegprocOID:      {types.OIDOID, types.Int4OID, types.Int8OID, types.RegprocedureOID},
	types.RegprocedureOID: {types.OIDOID, types.Int4OID, types.Int8OID, types.RegprocOID},
	types.RegnamespaceOID: {types.OIDOID, types.Int4OID, types.Int8OID}, types.RegroleOID: {types.OIDOID, types.Int4OID, types.Int8OID},
	types.TimestampOID:   {types.DateOID, types.TimeOID},
	types.TimestamptzOID: {types.DateOID, types.TimeOID, types.TimestampOID, types.TimetzOID},
	types.TimeOID:        {types.IntervalOID, types.TimetzOID},
	types.TimetzOID:      {types.TimeOID},
	types.IntervalOID:    {types.TimeOID},
	types.JSONBOID:       {types.JSONOID},
}

var oidTypes = []types.OID{types.OIDOID, types.RegclassOID, types.RegtypeOID, types.RegprocOID, types.RegprocedureOID,
	types.RegoperOID, types.RegoperatorOID, types.RegnamespaceOID, types.RegroleOID, types.RegcollationOID,
	types.RegconfigOID, types.RegdictionaryOID}
