package eval

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/engine/kernel"
)

// kernels finds the implementation of a function of the catalog by the name
// in its row. Each file of functions adds its own.
var kernels = map[string]builder{
	"eq": comparison(kernel.EQ), "ne": comparison(kernel.NE), "lt": comparison(kernel.LT),
	"le": comparison(kernel.LE), "gt": comparison(kernel.GT), "ge": comparison(kernel.GE),
	"bpchar_eq": comparison(kernel.EQ), "bpchar_ne": comparison(kernel.NE), "bpchar_lt": comparison(kernel.LT),
	"bpchar_le": comparison(kernel.LE), "bpchar_gt": comparison(kernel.GT), "bpchar_ge": comparison(kernel.GE),
	"datetime_eq": comparison(kernel.EQ), "datetime_ne": comparison(kernel.NE), "datetime_lt": comparison(kernel.LT),
	"datetime_le": comparison(kernel.LE), "datetime_gt": comparison(kernel.GT), "datetime_ge": comparison(kernel.GE),

	"add": arithmetic(opAdd), "sub": arithmetic(opSub), "mul": arithmetic(opMul), "div": arithmetic(opDiv), "mod": arithmetic(opMod),
	"neg": unaryMinus, "abs": absolute, "pos": identity,

	"like": like(false, false, false), "not_like": like(true, false, false),
	"ilike": like(false, true, false), "not_ilike": like(true, true, false),
	"bytea_like": like(false, false, true), "bytea_not_like": like(true, false, true),
}

// register adds implementations to the table while the package starts.
func register(m map[string]builder) {
	for name, b := range m {
		if _, twice := kernels[name]; twice {
			panic("engine/eval: two kernels named " + name)
		}
		kernels[name] = b
	}
}

// comparisonOf says which comparison a function is.
func comparisonOf(fn *function.Function) (kernel.Comparison, bool) {
	switch fn.Kernel {
	case "eq", "bpchar_eq", "datetime_eq":
		return kernel.EQ, true
	case "ne", "bpchar_ne", "datetime_ne":
		return kernel.NE, true
	case "lt", "bpchar_lt", "datetime_lt":
		return kernel.LT, true
	case "le", "bpchar_le", "datetime_le":
		return kernel.LE, true
	case "gt", "bpchar_gt", "datetime_gt":
		return kernel.GT, true
	case "ge", "bpchar_ge", "datetime_ge":
		return kernel.GE, true
	}
	return 0, false
}
