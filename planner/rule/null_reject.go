package rule

import "github.com/inlaydb/inlay/planner/scalar"

// truth is what is known of an expression's value.
type truth uint8

const (
	canBe   truth = 0
	canNull truth = 1 << iota >> 1
	canTrue
	canFalse
	canValue // a value that is not boolean
	anything = canNull | canTrue | canFalse | canValue
)

// rejectsNull says whether pred is not true for a row in which all of nulls
// are NULL. An outer join that pads those columns then loses its padded rows.
func rejectsNull(pred scalar.Expr, nulls scalar.ColSet) bool {
	return outcomes(pred, nulls)&canTrue == 0
}

// nullOn says whether e is surely NULL where all of nulls are.
func nullOn(e scalar.Expr, nulls scalar.ColSet) bool { return outcomes(e, nulls) == canNull }

// outcomes is what e may be where all of nulls are NULL.
func outcomes(e scalar.Expr, nulls scalar.ColSet) truth {
	switch e := e.(type) {
	case *scalar.Column:
		if nulls.Has(e.ID) {
			return canNull
		}
	case *scalar.Const:
		switch {
		case e.Value.Null:
			return canNull
		case e.Value.True():
			return canTrue
		case e.Typ == boolType:
			return canFalse
		}
		return canValue
	case *scalar.Call:
		if e.Fn.Strict && !e.Variadic {
			for _, a := range e.Args {
				if outcomes(a, nulls) == canNull {
					return canNull
				}
			}
		}
	case *scalar.Cast:
		if outcomes(e.Arg, nulls) == canNull {
			return canNull
		}
	case *scalar.And:
		return fold3(e.Args, nulls, canFalse, canTrue)
	case *scalar.Or:
		return fold3(e.Args, nulls, canTrue, canFalse)
	case *scalar.Not:
		return negate(outcomes(e.Arg, nulls))
	case *scalar.IsNull:
		return test(outcomes(e.Arg, nulls), canNull, e.Not)
	case *scalar.BoolTest:
		want := [...]truth{canTrue, canFalse, canNull}[e.Want]
		o := outcomes(e.Arg, nulls)
		if o&canValue != 0 { // an opaque boolean: any value
			o |= canTrue | canFalse
		}
		return test(o, want, e.Not)
	case *scalar.Distinct:
		l, r := outcomes(e.Left, nulls), outcomes(e.Right, nulls)
		if l == canNull && r == canNull {
			return map[bool]truth{false: canFalse, true: canTrue}[e.Not]
		}
		if l == canNull && r&canNull == 0 || r == canNull && l&canNull == 0 {
			return map[bool]truth{false: canTrue, true: canFalse}[e.Not]
		}
		return canTrue | canFalse
	case *scalar.InList:
		if outcomes(e.Arg, nulls) == canNull {
			return canNull
		}
	case *scalar.NullIf:
		if outcomes(e.Left, nulls) == canNull {
			return canNull
		}
	case *scalar.Coalesce:
		var all truth
		for _, a := range e.Args {
			o := outcomes(a, nulls)
			all |= o &^ canNull
			if o&canNull == 0 {
				return all
			}
		}
		return all | canNull
	case *scalar.MinMax:
		for _, a := range e.Args {
			if outcomes(a, nulls) != canNull {
				return anything
			}
		}
		return canNull
	case *scalar.Case:
		return caseOutcomes(e, nulls)
	case *scalar.AnyArray:
		// Over an empty array ANY is false and ALL is true, whatever Arg is.
		if e.Op.Strict && outcomes(e.Arg, nulls) == canNull {
			if e.All {
				return canNull | canTrue
			}
			return canNull | canFalse
		}
	}
	return anything
}

func caseOutcomes(e *scalar.Case, nulls scalar.ColSet) truth {
	var all truth
	for _, w := range e.Whens {
		o := outcomes(w.Cond, nulls)
		if o&(canTrue|canValue) != 0 {
			all |= outcomes(w.Then, nulls)
		}
		if o == canTrue {
			return all
		}
	}
	return all | outcomes(e.Else, nulls)
}

// fold3 is AND (decides is false) or OR (decides is true) in three-valued logic.
func fold3(args []scalar.Expr, nulls scalar.ColSet, decides, neutral truth) truth {
	out := neutral
	for _, a := range args {
		o := outcomes(a, nulls)
		if o&canValue != 0 {
			o |= canTrue | canFalse
			o &^= canValue
		}
		var next truth
		for _, x := range [...]truth{canNull, canTrue, canFalse} {
			for _, y := range [...]truth{canNull, canTrue, canFalse} {
				if out&x == 0 || o&y == 0 {
					continue
				}
				switch {
				case x == decides || y == decides:
					next |= decides
				case x == canNull || y == canNull:
					next |= canNull
				default:
					next |= neutral
				}
			}
		}
		out = next
	}
	return out
}

func negate(o truth) truth {
	out := o & canNull
	if o&canTrue != 0 {
		out |= canFalse
	}
	if o&canFalse != 0 {
		out |= canTrue
	}
	if o&canValue != 0 {
		out |= canTrue | canFalse
	}
	return out
}

// test is "o is want", or its negation.
func test(o, want truth, not bool) truth {
	var out truth
	if o&want != 0 {
		out |= canTrue
	}
	if o&^want != 0 {
		out |= canFalse
	}
	if not {
		return negate(out)
	}
	return out
}
