package function

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
)

// CommonType is the type that the branches of a CASE, COALESCE, UNION, VALUES
// or ARRAY share, by Postgres's rule (the documentation's chapter 10.5): text
// where all are unknown; else the first known type, moved along to later ones
// of its category that it can be cast to implicitly. context begins the error
// text ("CASE", "UNION", "ARRAY"); index is the offending element of ts.
func CommonType(ts []types.Type, context string) (t types.Type, index int, err error) {
	oids := make([]types.OID, len(ts))
	for i, x := range ts {
		oids[i] = x.OID
	}
	common, bad, ok := selectCommon(oids)
	if !ok {
		return types.Type{}, bad, sqlerr.New(sqlerr.DatatypeMismatch, "%s types %s and %s cannot be matched", context,
			types.FormatType(common, -1), types.FormatType(oids[bad], -1))
	}
	for i, o := range oids {
		if o != types.UnknownOID && !CanCoerce(oids[i:i+1], []types.OID{common}, Implicit) {
			return types.Type{}, i, sqlerr.New(sqlerr.CannotCoerce, "%s could not convert type %s to %s", context,
				types.FormatType(o, -1), types.FormatType(common, -1))
		}
	}
	return commonFacts(ts, common), 0, nil
}

// commonFacts adds the typmod where all have the same, and what is known of
// the digits of numerics.
func commonFacts(ts []types.Type, common types.OID) types.Type {
	if common == types.NumericOID {
		first := true
		var t types.Type
		for _, x := range ts {
			if x.OID == types.UnknownOID {
				// A NULL or a literal that will be read as numeric: the binder knows.
				continue
			}
			n := x
			if x.OID != types.NumericOID {
				n = types.AsNumeric(x)
			}
			if first {
				t, first = n, false
			} else {
				t = types.UnionNumeric(t, n)
			}
		}
		return t
	}
	typmod := int32(-2)
	for _, x := range ts {
		switch {
		case x.OID != common:
			return types.New(common)
		case typmod == -2:
			typmod = x.Typmod
		case typmod != x.Typmod:
			return types.New(common)
		}
	}
	if typmod < -1 {
		typmod = -1
	}
	return types.Type{OID: common, Typmod: typmod}
}

// selectCommon walks the types once; where a category differs, bad is the
// index of the offending type and t what had been chosen before it.
func selectCommon(oids []types.OID) (t types.OID, bad int, ok bool) {
	t = types.UnknownOID
	var cat byte
	pref := false
	for i, o := range oids {
		switch {
		case o == types.UnknownOID || o == t:
		case t == types.UnknownOID:
			t, cat, pref = o, category(o), preferred(category(o), o)
		case category(o) != cat:
			return t, i, false
		case !pref && CanCoerce([]types.OID{t}, []types.OID{o}, Implicit) && !CanCoerce([]types.OID{o}, []types.OID{t}, Implicit):
			t, pref = o, preferred(category(o), o)
		}
	}
	if t == types.UnknownOID {
		t = types.TextOID
	}
	return t, 0, true
}

func commonOID(oids []types.OID) (types.OID, bool) {
	t, _, ok := selectCommon(oids)
	if !ok {
		return 0, false
	}
	for i := range oids {
		if !CanCoerce(oids[i:i+1], []types.OID{t}, Implicit) {
			return 0, false
		}
	}
	return t, true
}
