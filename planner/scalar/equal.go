package scalar

import (
	"math"

	"github.com/inlaydb/inlay/catalog/types"
)

// Equal says whether a and b are the same expression: the same steps over
// the same columns and constants. Positions and column names do not count.
// Two calls of a volatile function are equal in this sense, as they are for
// GROUP BY in Postgres. Subqueries are equal only if they are one node.
func Equal(a, b Expr) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	switch a := a.(type) {
	case *Column:
		b, ok := b.(*Column)
		return ok && a.ID == b.ID
	case *Const:
		b, ok := b.(*Const)
		return ok && a.Typ == b.Typ && EqualDatum(a.Value, b.Value)
	case *Param:
		b, ok := b.(*Param)
		return ok && a.Index == b.Index && a.Typ == b.Typ
	case *Session:
		b, ok := b.(*Session)
		return ok && a.Fn == b.Fn && a.Typ == b.Typ
	case *Call:
		b, ok := b.(*Call)
		return ok && a.Fn == b.Fn && a.Typ == b.Typ && a.Variadic == b.Variadic && EqualLists(a.Args, b.Args)
	case *Cast:
		b, ok := b.(*Cast)
		return ok && a.Typ == b.Typ && a.Try == b.Try && (a.Context == b.Context || a.Typ.Typmod < 0) && Equal(a.Arg, b.Arg)
	case *And:
		b, ok := b.(*And)
		return ok && EqualLists(a.Args, b.Args)
	case *Or:
		b, ok := b.(*Or)
		return ok && EqualLists(a.Args, b.Args)
	case *Not:
		b, ok := b.(*Not)
		return ok && Equal(a.Arg, b.Arg)
	case *IsNull:
		b, ok := b.(*IsNull)
		return ok && a.Not == b.Not && Equal(a.Arg, b.Arg)
	case *BoolTest:
		b, ok := b.(*BoolTest)
		return ok && a.Want == b.Want && a.Not == b.Not && Equal(a.Arg, b.Arg)
	case *Distinct:
		b, ok := b.(*Distinct)
		return ok && a.Eq == b.Eq && a.Not == b.Not && Equal(a.Left, b.Left) && Equal(a.Right, b.Right)
	case *Case:
		b, ok := b.(*Case)
		return ok && equalCase(a, b)
	case *Coalesce:
		b, ok := b.(*Coalesce)
		return ok && a.Typ == b.Typ && EqualLists(a.Args, b.Args)
	case *NullIf:
		b, ok := b.(*NullIf)
		return ok && a.Eq == b.Eq && a.Typ == b.Typ && Equal(a.Left, b.Left) && Equal(a.Right, b.Right)
	case *MinMax:
		b, ok := b.(*MinMax)
		return ok && a.Greatest == b.Greatest && a.Typ == b.Typ && EqualLists(a.Args, b.Args)
	case *InList:
		b, ok := b.(*InList)
		return ok && a.Not == b.Not && a.Eq == b.Eq && Equal(a.Arg, b.Arg) && EqualLists(a.List, b.List)
	case *AnyArray:
		b, ok := b.(*AnyArray)
		return ok && a.All == b.All && a.Op == b.Op && Equal(a.Arg, b.Arg) && Equal(a.Array, b.Array)
	case *Array:
		b, ok := b.(*Array)
		return ok && a.Typ == b.Typ && EqualLists(a.Elems, b.Elems)
	case *Subscript:
		b, ok := b.(*Subscript)
		return ok && equalSubscripts(a, b)
	case *Row:
		b, ok := b.(*Row)
		return ok && a.Typ == b.Typ && EqualLists(a.Fields, b.Fields)
	}
	return false
}

func equalSubscripts(a, b *Subscript) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Slice == b.Slice && Equal(a.Arg, b.Arg) && Equal(a.Index, b.Index) && Equal(a.Upper, b.Upper) && equalSubscripts(a.Next, b.Next)
}

// EqualLists says whether two lists are equal member by member.
func EqualLists(a, b []Expr) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalCase(a, b *Case) bool {
	if len(a.Whens) != len(b.Whens) || a.Typ != b.Typ {
		return false
	}
	for i := range a.Whens {
		if !Equal(a.Whens[i].Cond, b.Whens[i].Cond) || !Equal(a.Whens[i].Then, b.Whens[i].Then) {
			return false
		}
	}
	return Equal(a.Else, b.Else)
}

// EqualKeys says whether two orderings are the same.
func EqualKeys(a, b []SortKey) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Desc != b[i].Desc || a[i].NullsFirst != b[i].NullsFirst || !Equal(a[i].Expr, b[i].Expr) {
			return false
		}
	}
	return true
}

// Equal says whether two aggregates compute the same.
func (a *Aggregate) Equal(b *Aggregate) bool {
	return a == b || a.Fn == b.Fn && a.Distinct == b.Distinct && a.Typ == b.Typ &&
		EqualLists(a.Args, b.Args) && EqualLists(a.Direct, b.Direct) &&
		Equal(a.Filter, b.Filter) && EqualKeys(a.OrderBy, b.OrderBy)
}

// Equal says whether two window calls compute the same.
func (w *WindowCall) Equal(o *WindowCall) bool {
	if w == o {
		return true
	}
	f, g := w.Frame, o.Frame
	return w.IgnoreNulls == o.IgnoreNulls && w.Agg.Equal(o.Agg) &&
		EqualLists(w.Partition, o.Partition) && EqualKeys(w.Order, o.Order) &&
		f.Unit == g.Unit && f.Start == g.Start && f.End == g.End && f.Exclude == g.Exclude &&
		Equal(f.StartOffset, g.StartOffset) && Equal(f.EndOffset, g.EndOffset)
}

// EqualDatum says whether two values are the same bit for bit. NULLs of one
// kind are the same.
func EqualDatum(a, b types.Datum) bool {
	if a.Kind != b.Kind || a.Null != b.Null {
		return false
	}
	if a.Null {
		return true
	}
	if a.I != b.I || a.U != b.U || a.S != b.S || math.Float64bits(a.F) != math.Float64bits(b.F) || len(a.L) != len(b.L) {
		return false
	}
	for i := range a.L {
		if !EqualDatum(a.L[i], b.L[i]) {
			return false
		}
	}
	return true
}
