package function

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
)

// Polymorphic arguments, as in Postgres: all anyelement arguments of a call
// have one type and all anyarray arguments are arrays of it; the anycompatible
// family agrees on a common type instead.

func polymorphic(t types.OID) bool {
	switch t {
	case types.AnyElementOID, types.AnyArrayOID, types.AnyNonArrayOID, types.AnyEnumOID,
		types.AnyCompatibleOID, types.AnyCompatibleArrayOID, types.AnyCompatibleNonArrayOID:
		return true
	}
	return false
}

// consistent says whether actual types fit the polymorphic ones among the
// declared, unknown literals fitting all.
func consistent(actual, declared []types.OID) bool {
	_, err := bind(actual, declared)
	return err == nil
}

// binding is what the polymorphic pseudo-types of one call stand for; 0 where
// not known.
type binding struct {
	elem, array             types.OID // anyelement, anyarray
	compatible, compatArray types.OID
}

// bind finds what the polymorphic types stand for. Unknown literals decide
// nothing, except that a call of nothing else takes anycompatible as text.
func bind(actual, declared []types.OID) (binding, error) {
	var b binding
	var common []types.OID
	nonArray, compatNonArray, anyCompatible := false, false, false
	for i, d := range declared {
		a := actual[i]
		switch d {
		case types.AnyElementOID, types.AnyNonArrayOID, types.AnyEnumOID:
			nonArray = nonArray || d == types.AnyNonArrayOID
			if a == types.UnknownOID {
				continue
			}
			if b.elem != 0 && b.elem != a {
				return b, notAlike("anyelement", b.elem, a)
			}
			b.elem = a
		case types.AnyArrayOID:
			if a == types.UnknownOID {
				continue
			}
			if b.array != 0 && b.array != a {
				return b, notAlike("anyarray", b.array, a)
			}
			b.array = a
		case types.AnyCompatibleOID, types.AnyCompatibleNonArrayOID:
			compatNonArray = compatNonArray || d == types.AnyCompatibleNonArrayOID
			anyCompatible = true
			if a != types.UnknownOID {
				common = append(common, a)
			}
		case types.AnyCompatibleArrayOID:
			anyCompatible = true
			if a == types.UnknownOID {
				continue
			}
			f := types.FactsOf(a)
			if f == nil || f.Elem == 0 {
				return b, mismatch("argument declared anycompatiblearray is not an array but type %s", types.FormatType(a, -1))
			}
			common = append(common, f.Elem)
		}
	}
	if b.array != 0 {
		f := types.FactsOf(b.array)
		if f == nil || f.Elem == 0 {
			return b, mismatch("argument declared anyarray is not an array but type %s", types.FormatType(b.array, -1))
		}
		if b.elem != 0 && b.elem != f.Elem {
			return b, mismatch("argument declared anyarray is not consistent with argument declared anyelement").
				WithDetail("%s versus %s", types.FormatType(b.array, -1), types.FormatType(b.elem, -1))
		}
		b.elem = f.Elem
	}
	if nonArray && b.elem != 0 && isArray(b.elem) {
		return b, mismatch("type matched to anynonarray is an array type: %s", types.FormatType(b.elem, -1))
	}
	if anyCompatible {
		t, ok := commonOID(common)
		if !ok {
			return b, mismatch("arguments of anycompatible family cannot be cast to a common type")
		}
		if compatNonArray && isArray(t) {
			return b, mismatch("type matched to anycompatiblenonarray is an array type: %s", types.FormatType(t, -1))
		}
		b.compatible = t
		b.compatArray = types.ArrayOf(types.New(t)).OID
	}
	if b.array == 0 && b.elem != 0 {
		b.array = types.ArrayOf(types.New(b.elem)).OID
	}
	return b, nil
}

// resolve is what a declared type stands for under b.
func (b binding) resolve(declared types.OID) types.OID {
	switch declared {
	case types.AnyElementOID, types.AnyNonArrayOID, types.AnyEnumOID:
		return b.elem
	case types.AnyArrayOID:
		return b.array
	case types.AnyCompatibleOID, types.AnyCompatibleNonArrayOID:
		return b.compatible
	case types.AnyCompatibleArrayOID:
		return b.compatArray
	}
	return declared
}

// resolveAll settles argument and result types of a call, or says in
// Postgres's words why that cannot be done.
func resolveAll(actual, declared []types.OID, result types.OID) (args []types.OID, res types.OID, err error) {
	b, err := bind(actual, declared)
	if err != nil {
		return nil, 0, err
	}
	args = make([]types.OID, len(declared))
	for i, d := range declared {
		args[i] = d
		if !polymorphic(d) {
			continue
		}
		if args[i] = b.resolve(d); args[i] == 0 {
			switch {
			case d == types.AnyArrayOID && b.elem != 0:
				return nil, 0, noArrayType(b.elem)
			case d == types.AnyCompatibleArrayOID && b.compatible != 0:
				return nil, 0, noArrayType(b.compatible)
			}
			return nil, 0, mismatch("could not determine polymorphic type because input has type unknown")
		}
	}
	res = b.resolve(result)
	if res == 0 && polymorphic(result) {
		if result == types.AnyArrayOID && b.elem != 0 {
			return nil, 0, noArrayType(b.elem)
		}
		return nil, 0, mismatch("could not determine polymorphic type because input has type unknown")
	}
	return args, res, nil
}

func notAlike(declared string, a, b types.OID) error {
	return mismatch(`arguments declared "%s" are not all alike`, declared).
		WithDetail("%s versus %s", types.FormatType(a, -1), types.FormatType(b, -1))
}

func noArrayType(elem types.OID) error {
	return sqlerr.New(sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatType(elem, -1))
}

func mismatch(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.DatatypeMismatch, format, args...)
}
