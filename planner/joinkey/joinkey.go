package joinkey

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Key is one equality between the two inputs of a join.
type Key struct {
	Left, Right scalar.Expr // of one type
	NullEqual   bool        // IS NOT DISTINCT FROM: NULL matches NULL
	On          scalar.Expr // the predicate it was made from
}

// Split parts the conjuncts of a join condition into keys and the rest. left
// and right are the columns of the inputs.
func Split(on []scalar.Expr, left, right scalar.ColSet) (keys []Key, rest []scalar.Expr) {
	for _, p := range on {
		if k, ok := Of(p, left, right); ok {
			keys = append(keys, k)
		} else {
			rest = append(rest, p)
		}
	}
	return keys, rest
}

// Of is the key in p, if p is an equality between an expression over left
// and one over right, neither constant.
func Of(p scalar.Expr, left, right scalar.ColSet) (Key, bool) {
	l, r, nullEqual, ok := Sides(p)
	if !ok || scalar.Volatility(p) == function.Volatile {
		return Key{}, false
	}
	lc, rc := scalar.Columns(l), scalar.Columns(r)
	if lc.Empty() || rc.Empty() {
		return Key{}, false
	}
	switch {
	case lc.SubsetOf(left) && rc.SubsetOf(right):
	case lc.SubsetOf(right) && rc.SubsetOf(left):
		l, r = r, l
	default:
		return Key{}, false
	}
	l, r, ok = Unify(l, r)
	return Key{Left: l, Right: r, NullEqual: nullEqual, On: p}, ok
}

// Sides are the two sides of an equality: = or IS NOT DISTINCT FROM.
func Sides(p scalar.Expr) (l, r scalar.Expr, nullEqual, ok bool) {
	switch p := p.(type) {
	case *scalar.Call:
		if p.Op == "=" && len(p.Args) == 2 {
			return p.Args[0], p.Args[1], false, true
		}
	case *scalar.Distinct:
		if p.Not {
			return p.Left, p.Right, true, true
		}
	}
	return nil, nil, false, false
}

// Unify casts the sides of an equality to one type under which equal values
// hash alike; false where there is none that loses nothing.
func Unify(l, r scalar.Expr) (scalar.Expr, scalar.Expr, bool) {
	lt, rt := l.Type(), r.Type()
	t, ok := common(lt, rt)
	if !ok {
		return nil, nil, false
	}
	return widen(l, t), widen(r, t), true
}

// intRank orders the integer types by width, floatRank the floats.
var (
	intRank   = map[types.OID]int{types.Int2OID: 1, types.Int4OID: 2, types.Int8OID: 3}
	floatRank = map[types.OID]int{types.Float4OID: 1, types.Float8OID: 2}
)

func common(a, b types.Type) (types.Type, bool) {
	if a.OID == b.OID {
		return commonSame(a, b)
	}
	switch {
	case intRank[a.OID] > 0 && intRank[b.OID] > 0:
		if intRank[a.OID] > intRank[b.OID] {
			return a, true
		}
		return b, true
	case floatRank[a.OID] > 0 && floatRank[b.OID] > 0:
		return types.New(types.Float8OID), true
	case plainText(a.OID) && plainText(b.OID):
		return types.New(types.TextOID), true
	}
	return types.Type{}, false
}

func commonSame(a, b types.Type) (types.Type, bool) {
	switch a.OID {
	case types.JSONOID, types.RecordOID, types.UnknownOID:
		return types.Type{}, false
	case types.NumericOID:
		if a.Digits == b.Digits && a.Scale == b.Scale {
			return a, true
		}
		if !a.Fixed() || !b.Fixed() {
			return types.New(types.NumericOID), true
		}
		scale := max(a.Scale, b.Scale)
		whole := max(a.Digits-a.Scale, b.Digits-b.Scale)
		return types.FixedNumeric(int(whole)+int(scale), int(scale)), true
	}
	if a.Typmod != b.Typmod {
		a.Typmod = -1
	}
	return a, true
}

// plainText says whether values of the type compare byte by byte. bpchar
// does not: it ignores trailing blanks.
func plainText(oid types.OID) bool {
	return oid == types.TextOID || oid == types.VarcharOID || oid == types.NameOID
}

// widen casts e to t where its values are kept differently; a difference of
// typmod alone needs no work.
func widen(e scalar.Expr, t types.Type) scalar.Expr {
	f := e.Type()
	if f.OID == t.OID && f.Digits == t.Digits && f.Scale == t.Scale {
		return e
	}
	if plainText(f.OID) && plainText(t.OID) {
		return &scalar.Cast{Arg: e, Typ: t, Context: function.Implicit, Method: function.Binary, Pos: -1}
	}
	return &scalar.Cast{Arg: e, Typ: t, Context: function.Implicit, Method: function.ByFunction, Pos: -1}
}
