package scalar

// Walk calls f for e and, as long as f says so, for e's operands in the order
// of evaluation. The plans of subqueries are not entered, the expressions of
// their tests are.
func Walk(e Expr, f func(Expr) bool) {
	if e == nil || !f(e) {
		return
	}
	Operands(e, func(o Expr) { Walk(o, f) })
}

// Any says whether f holds for e or for some expression in it.
func Any(e Expr, f func(Expr) bool) bool {
	found := false
	Walk(e, func(e Expr) bool {
		if !found && f(e) {
			found = true
		}
		return !found
	})
	return found
}

// Operands calls f for each direct operand of e, in the order of evaluation.
func Operands(e Expr, f func(Expr)) {
	switch e := e.(type) {
	case *Column, *Const, *Param, *Session:
	case *Call:
		each(e.Args, f)
	case *Cast:
		f(e.Arg)
	case *And:
		each(e.Args, f)
	case *Or:
		each(e.Args, f)
	case *Not:
		f(e.Arg)
	case *IsNull:
		f(e.Arg)
	case *BoolTest:
		f(e.Arg)
	case *Distinct:
		f(e.Left)
		f(e.Right)
	case *Case:
		for i := range e.Whens {
			f(e.Whens[i].Cond)
			f(e.Whens[i].Then)
		}
		f(e.Else)
	case *Coalesce:
		each(e.Args, f)
	case *NullIf:
		f(e.Left)
		f(e.Right)
	case *MinMax:
		each(e.Args, f)
	case *InList:
		f(e.Arg)
		each(e.List, f)
	case *AnyArray:
		f(e.Arg)
		f(e.Array)
	case *Array:
		each(e.Elems, f)
	case *Subscript:
		f(e.Arg)
		for d := e; d != nil; d = d.Next {
			if d.Index != nil {
				f(d.Index)
			}
			if d.Upper != nil {
				f(d.Upper)
			}
		}
	case *Row:
		each(e.Fields, f)
	case *Subquery:
		for i := range e.Tests {
			f(e.Tests[i].Arg)
			if e.Tests[i].Cast != nil {
				f(e.Tests[i].Cast)
			}
		}
	}
}

func each(list []Expr, f func(Expr)) {
	for _, e := range list {
		f(e)
	}
}

// Rewrite rebuilds e from the leaves up: f sees each node after its operands
// were rewritten. What does not change is shared. Plans of subqueries are
// not entered.
func Rewrite(e Expr, f func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	return f(Map(e, func(o Expr) Expr { return Rewrite(o, f) }))
}

// ReplaceColumns puts f's answer in the place of each column; nil leaves it.
// Plans of subqueries are not entered: see logical.ReplaceColumns.
func ReplaceColumns(e Expr, f func(*Column) Expr) Expr {
	return Rewrite(e, func(e Expr) Expr {
		if c, ok := e.(*Column); ok {
			if r := f(c); r != nil {
				return r
			}
		}
		return e
	})
}

// Map is e with f's answer in the place of each direct operand, or e itself
// where nothing changed.
func Map(e Expr, f func(Expr) Expr) Expr {
	switch e := e.(type) {
	case *Call:
		if l, ok := mapList(e.Args, f); ok {
			c := *e
			c.Args = l
			return &c
		}
	case *Cast:
		if a := f(e.Arg); a != e.Arg {
			c := *e
			c.Arg = a
			return &c
		}
	case *And:
		if l, ok := mapList(e.Args, f); ok {
			return &And{Args: l}
		}
	case *Or:
		if l, ok := mapList(e.Args, f); ok {
			return &Or{Args: l}
		}
	case *Not:
		if a := f(e.Arg); a != e.Arg {
			return &Not{Arg: a}
		}
	case *IsNull:
		if a := f(e.Arg); a != e.Arg {
			return &IsNull{Arg: a, Not: e.Not}
		}
	case *BoolTest:
		if a := f(e.Arg); a != e.Arg {
			return &BoolTest{Arg: a, Want: e.Want, Not: e.Not}
		}
	case *Distinct:
		if l, r := f(e.Left), f(e.Right); l != e.Left || r != e.Right {
			c := *e
			c.Left, c.Right = l, r
			return &c
		}
	case *Case:
		return mapCase(e, f)
	case *Coalesce:
		if l, ok := mapList(e.Args, f); ok {
			return &Coalesce{Args: l, Typ: e.Typ}
		}
	case *NullIf:
		if l, r := f(e.Left), f(e.Right); l != e.Left || r != e.Right {
			c := *e
			c.Left, c.Right = l, r
			return &c
		}
	case *MinMax:
		if l, ok := mapList(e.Args, f); ok {
			c := *e
			c.Args = l
			return &c
		}
	case *InList:
		a := f(e.Arg)
		if l, ok := mapList(e.List, f); ok || a != e.Arg {
			c := *e
			c.Arg, c.List = a, l
			return &c
		}
	case *AnyArray:
		if a, b := f(e.Arg), f(e.Array); a != e.Arg || b != e.Array {
			c := *e
			c.Arg, c.Array = a, b
			return &c
		}
	case *Array:
		if l, ok := mapList(e.Elems, f); ok {
			return &Array{Elems: l, Typ: e.Typ}
		}
	case *Subscript:
		arg := f(e.Arg)
		if c := mapBounds(e, f); arg != e.Arg || c != e {
			d := *c
			d.Arg = arg
			return &d
		}
	case *Row:
		if l, ok := mapList(e.Fields, f); ok {
			c := *e
			c.Fields = l
			return &c
		}
	case *Subquery:
		return mapTests(e, f)
	}
	return e
}

func mapList(list []Expr, f func(Expr) Expr) ([]Expr, bool) {
	for i, e := range list {
		n := f(e)
		if n == e {
			continue
		}
		out := append([]Expr(nil), list...)
		out[i] = n
		for j := i + 1; j < len(list); j++ {
			out[j] = f(list[j])
		}
		return out, true
	}
	return list, false
}

func mapCase(e *Case, f func(Expr) Expr) Expr {
	whens, changed := e.Whens, false
	for i, w := range e.Whens {
		n := When{f(w.Cond), f(w.Then)}
		if n == w {
			continue
		}
		if !changed {
			whens, changed = append([]When(nil), e.Whens...), true
		}
		whens[i] = n
	}
	els := f(e.Else)
	if !changed && els == e.Else {
		return e
	}
	return &Case{Whens: whens, Else: els, Typ: e.Typ}
}

func mapTests(e *Subquery, f func(Expr) Expr) Expr {
	tests, changed := e.Tests, false
	for i, t := range e.Tests {
		n := t
		n.Arg = f(t.Arg)
		if t.Cast != nil {
			n.Cast = f(t.Cast)
		}
		if n == t {
			continue
		}
		if !changed {
			tests, changed = append([]SubqueryTest(nil), e.Tests...), true
		}
		tests[i] = n
	}
	if !changed {
		return e
	}
	c := *e
	c.Tests = tests
	return &c
}

// Operands calls f for each expression of a, in the order of evaluation.
func (a *Aggregate) Operands(f func(Expr)) {
	each(a.Direct, f)
	each(a.Args, f)
	if a.Filter != nil {
		f(a.Filter)
	}
	for i := range a.OrderBy {
		f(a.OrderBy[i].Expr)
	}
}

// Map is a with f's answer in the place of each expression.
func (a *Aggregate) Map(f func(Expr) Expr) *Aggregate {
	c := *a
	var ch1, ch2, ch3 bool
	c.Direct, ch1 = mapList(a.Direct, f)
	c.Args, ch2 = mapList(a.Args, f)
	if a.Filter != nil {
		c.Filter = f(a.Filter)
	}
	c.OrderBy, ch3 = MapKeys(a.OrderBy, f)
	if !ch1 && !ch2 && !ch3 && c.Filter == a.Filter {
		return a
	}
	return &c
}

// MapKeys is keys with f's answer in the place of each expression, and
// whether any changed.
func MapKeys(keys []SortKey, f func(Expr) Expr) ([]SortKey, bool) {
	out, changed := keys, false
	for i, k := range keys {
		n := f(k.Expr)
		if n == k.Expr {
			continue
		}
		if !changed {
			out, changed = append([]SortKey(nil), keys...), true
		}
		out[i].Expr = n
	}
	return out, changed
}

// Operands calls f for each expression of w: arguments, keys, frame bounds.
func (w *WindowCall) Operands(f func(Expr)) {
	w.Agg.Operands(f)
	each(w.Partition, f)
	for i := range w.Order {
		f(w.Order[i].Expr)
	}
	for _, e := range [...]Expr{w.Frame.StartOffset, w.Frame.EndOffset, w.Frame.StartBound, w.Frame.EndBound} {
		if e != nil {
			f(e)
		}
	}
}

// Map is w with f's answer in the place of each expression.
func (w *WindowCall) Map(f func(Expr) Expr) *WindowCall {
	c := *w
	var ch1, ch2 bool
	c.Agg = w.Agg.Map(f)
	c.Partition, ch1 = mapList(w.Partition, f)
	c.Order, ch2 = MapKeys(w.Order, f)
	for _, e := range [...]*Expr{&c.Frame.StartOffset, &c.Frame.EndOffset, &c.Frame.StartBound, &c.Frame.EndBound} {
		if *e != nil {
			*e = f(*e)
		}
	}
	if !ch1 && !ch2 && c.Agg == w.Agg && c.Frame == w.Frame {
		return w
	}
	return &c
}

// mapBounds is e with its bounds mapped, e itself if none changed.
func mapBounds(e *Subscript, f func(Expr) Expr) *Subscript {
	if e == nil {
		return nil
	}
	c := *e
	if e.Index != nil {
		c.Index = f(e.Index)
	}
	if e.Upper != nil {
		c.Upper = f(e.Upper)
	}
	c.Next = mapBounds(e.Next, f)
	if c != *e {
		return &c
	}
	return e
}
