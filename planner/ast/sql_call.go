package ast

// funcCall writes a call in the syntax it was written in.
func (w *writer) funcCall(f *FuncCall) {
	if f.Syntax != SyntaxPlain && w.special(f) {
		return
	}
	if len(f.Name.Parts) == 1 && f.Name.Parts[0].Name == "merge_action" && !f.Name.Parts[0].Quoted {
		w.s("merge_action")
	} else {
		w.name(&f.Name)
	}
	w.s("(")
	w.flag(f.Distinct, "DISTINCT ")
	w.flag(f.Star, "*")
	w.list(len(f.Args), func(i int) {
		w.flag(f.Variadic && i == len(f.Args)-1, "VARIADIC ")
		w.expr(f.Args[i], 0)
	})
	if !f.WithinGroup && f.OrderBy != nil {
		w.s(" ")
		w.orderBy(f.OrderBy)
	}
	w.s(")")
	w.callClauses(f)
}

func (w *writer) callClauses(f *FuncCall) {
	if f.WithinGroup {
		w.s(" WITHIN GROUP (")
		w.orderBy(f.OrderBy)
		w.s(")")
	}
	if f.Filter != nil {
		w.s(" FILTER (WHERE ")
		w.expr(f.Filter, 0)
		w.s(")")
	}
	w.flag(f.IgnoreNulls, " IGNORE NULLS")
	w.optIdent(" OVER ", f.OverName)
	if f.Over != nil {
		w.s(" OVER ")
		w.windowSpec(f.Over)
	}
}

// special writes the calls that have a syntax of their own.
func (w *writer) special(f *FuncCall) bool {
	a := f.Args
	between := func(i int, word string) {
		if i < len(a) {
			w.s(word)
			w.expr(a[i], 0)
		}
	}
	switch f.Syntax {
	case SyntaxExtract:
		w.s("EXTRACT(")
		w.expr(a[0], 0)
		between(1, " FROM ")
	case SyntaxSubstring:
		w.s("SUBSTRING(")
		w.expr(a[0], 0)
		between(1, " FROM ")
		between(2, " FOR ")
	case SyntaxSubstringSimilar:
		w.s("SUBSTRING(")
		w.expr(a[0], 0)
		between(1, " SIMILAR ")
		between(2, " ESCAPE ")
	case SyntaxPosition:
		w.s("POSITION(")
		w.expr(a[1], levelUnary)
		w.s(" IN ")
		w.expr(a[0], levelUnary)
	case SyntaxOverlay:
		w.s("OVERLAY(")
		w.expr(a[0], 0)
		between(1, " PLACING ")
		between(2, " FROM ")
		between(3, " FOR ")
	case SyntaxTrim:
		w.trim(f)
	case SyntaxAtTimeZone:
		w.expr(a[1], levelAt)
		w.s(" AT TIME ZONE ")
		w.expr(a[0], levelAt+1)
		return true
	case SyntaxAtLocal:
		w.expr(a[0], levelAt)
		w.s(" AT LOCAL")
		return true
	case SyntaxNormalize:
		w.s("NORMALIZE(")
		w.expr(a[0], 0)
		if len(a) > 1 {
			w.s(", ")
			w.word(a[1])
		}
	case SyntaxIsNormalized:
		w.isNormalized(f, false)
		return true
	case SyntaxCollationFor:
		w.s("COLLATION FOR (")
		w.expr(a[0], 0)
	case SyntaxOverlaps:
		w.paren(a[:2])
		w.s(" OVERLAPS ")
		w.paren(a[2:])
		return true
	case SyntaxXMLExists:
		w.s("XMLEXISTS(")
		w.expr(a[0], levelPrimary)
		w.s(" PASSING ")
		w.expr(a[1], levelPrimary)
	case SyntaxSystemUser:
		w.s("SYSTEM_USER")
		return true
	case SyntaxJSON:
		w.s(f.Name.Object(), "(")
		w.exprs(a)
	default:
		return false
	}
	w.s(")")
	w.callClauses(f)
	return true
}

func (w *writer) trim(f *FuncCall) {
	w.s("TRIM(")
	switch f.Name.Object() {
	case "ltrim":
		w.s("LEADING ")
	case "rtrim":
		w.s("TRAILING ")
	default:
		w.s("BOTH ")
	}
	if len(f.Args) == 2 {
		w.expr(f.Args[1], 0)
		w.s(" FROM ")
		w.expr(f.Args[0], 0)
		return
	}
	w.s("FROM ")
	w.exprs(f.Args)
}

// word writes a string constant that stands for a keyword.
func (w *writer) word(x Expr) {
	if c, ok := x.(*Const); ok {
		w.s(c.Text)
	}
}

func (w *writer) isNormalized(f *FuncCall, not bool) {
	w.expr(f.Args[0], levelIs+1)
	w.s(" IS ")
	w.not(not)
	if len(f.Args) > 1 {
		w.word(f.Args[1])
		w.s(" ")
	}
	w.s("NORMALIZED")
}

func (w *writer) orderBy(items []SortItem) {
	w.s("ORDER BY ")
	w.list(len(items), func(i int) { w.sortItem(&items[i]) })
}

func (w *writer) sortItem(s *SortItem) {
	if s.All {
		w.s("ALL")
	} else {
		w.expr(s.X, 0)
	}
	switch s.Direction {
	case SortAsc:
		w.s(" ASC")
	case SortDesc:
		w.s(" DESC")
	case SortUsing:
		w.s(" USING ")
		w.operator(&s.Using)
	}
	w.nulls(s.Nulls)
}

func (w *writer) nulls(n NullsOrder) {
	switch n {
	case NullsFirst:
		w.s(" NULLS FIRST")
	case NullsLast:
		w.s(" NULLS LAST")
	}
}

// windowSpec writes (…) of a window.
func (w *writer) windowSpec(d *WindowDef) {
	w.s("(")
	sep := ""
	if d.Base.Name != "" {
		w.ident(d.Base)
		sep = " "
	}
	if d.PartitionBy != nil {
		w.s(sep, "PARTITION BY ")
		w.exprs(d.PartitionBy)
		sep = " "
	}
	if d.OrderBy != nil {
		w.s(sep)
		w.orderBy(d.OrderBy)
		sep = " "
	}
	if d.Frame != nil {
		w.s(sep)
		w.frame(d.Frame)
	}
	w.s(")")
}

func (w *writer) frame(f *Frame) {
	w.s([...]string{"RANGE ", "ROWS ", "GROUPS "}[f.Mode])
	w.flag(f.Between, "BETWEEN ")
	w.bound(f.Start, f.StartOffset)
	if f.Between {
		w.s(" AND ")
		w.bound(f.End, f.EndOffset)
	}
	w.s([...]string{"", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP", " EXCLUDE TIES"}[f.Exclude])
}

func (w *writer) bound(kind BoundKind, offset Expr) {
	switch kind {
	case BoundUnboundedPreceding:
		w.s("UNBOUNDED PRECEDING")
	case BoundCurrentRow:
		w.s("CURRENT ROW")
	case BoundUnboundedFollowing:
		w.s("UNBOUNDED FOLLOWING")
	case BoundPreceding:
		w.expr(offset, 0)
		w.s(" PRECEDING")
	case BoundFollowing:
		w.expr(offset, 0)
		w.s(" FOLLOWING")
	}
}
