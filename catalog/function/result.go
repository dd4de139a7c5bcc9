package function

import "github.com/inlaydb/inlay/catalog/types"

// resultType is the rule that refines a function's result, by its kernel; nil
// where New(Result) says all.
//
// Only numerics need one: where the digits and scale of all values are known
// statically they stay known through arithmetic, so that the engine may keep
// scaled integers.
func resultType(f *Function) func([]types.Type) types.Type {
	if f.Result == types.AnyElementOID || f.Result == types.AnyCompatibleOID {
		return polymorphicNumeric(f)
	}
	if f.Result != types.NumericOID {
		return nil
	}
	switch f.Kernel {
	case "add", "sub":
		return func(a []types.Type) types.Type { return types.AddNumeric(a[0], a[1]) }
	case "mul":
		return func(a []types.Type) types.Type { return types.MulNumeric(a[0], a[1]) }
	case "mod":
		return func(a []types.Type) types.Type { return types.ModNumeric(a[0], a[1]) }
	case "neg", "pos", "abs", "min", "max":
		return func(a []types.Type) types.Type { return a[0].WithoutTypmod() }
	case "cast":
		return func(a []types.Type) types.Type { return types.AsNumeric(a[0]) }
	case "sum":
		switch f.Args[0] {
		case types.Int8OID:
			return func([]types.Type) types.Type { return types.FixedNumeric(38, 0) }
		case types.NumericOID:
			return func(a []types.Type) types.Type { return types.SumNumeric(a[0]) }
		}
	}
	return nil
}

// polymorphicNumeric carries a numeric's digits from the arguments that the
// result's type comes from; several arguments must agree.
func polymorphicNumeric(f *Function) func([]types.Type) types.Type {
	return func(args []types.Type) types.Type {
		var t types.Type
		for i, a := range args {
			declared := f.Args[min(i, len(f.Args)-1)]
			if declared != types.AnyElementOID && declared != types.AnyCompatibleOID {
				continue
			}
			switch {
			case t.OID == 0:
				t = a.WithoutTypmod()
			case t.OID == types.NumericOID && a.OID == types.NumericOID:
				t = types.UnionNumeric(t, a.WithoutTypmod())
			}
		}
		if t.OID == 0 { // the result comes from an array: its elements have no static scale
			return types.Type{}
		}
		return t
	}
}
