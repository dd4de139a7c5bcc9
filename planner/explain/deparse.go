package explain

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
)

// text is an expression in Postgres's spelling: operators in parentheses,
// constants with a cast where their spelling does not say their type.
func (n *names) text(e scalar.Expr) string {
	switch e := e.(type) {
	case *scalar.Column:
		return n.columnText(e)
	case *scalar.Const:
		return constant(e)
	case *scalar.Param:
		return "$" + strconv.Itoa(e.Index)
	case *scalar.Call:
		return n.call(e)
	case *scalar.Cast:
		return n.cast(e)
	case *scalar.And:
		return n.joined(e.Args, " AND ")
	case *scalar.Or:
		return n.joined(e.Args, " OR ")
	case *scalar.Not:
		return "(NOT " + n.text(e.Arg) + ")"
	case *scalar.IsNull:
		if e.Not {
			return "(" + n.text(e.Arg) + " IS NOT NULL)"
		}
		return "(" + n.text(e.Arg) + " IS NULL)"
	case *scalar.BoolTest:
		word := [...]string{"TRUE", "FALSE", "UNKNOWN"}[e.Want]
		if e.Not {
			word = "NOT " + word
		}
		return "(" + n.text(e.Arg) + " IS " + word + ")"
	case *scalar.Distinct:
		op := " IS DISTINCT FROM "
		if e.Not {
			op = " IS NOT DISTINCT FROM "
		}
		return "(" + n.text(e.Left) + op + n.text(e.Right) + ")"
	case *scalar.Case:
		var b strings.Builder
		b.WriteString("CASE")
		for _, w := range e.Whens {
			b.WriteString(" WHEN " + n.text(w.Cond) + " THEN " + n.text(w.Then))
		}
		b.WriteString(" ELSE " + n.text(e.Else) + " END")
		return b.String()
	case *scalar.Coalesce:
		return "COALESCE(" + join(n.list(e.Args)) + ")"
	case *scalar.NullIf:
		return "NULLIF(" + n.text(e.Left) + ", " + n.text(e.Right) + ")"
	case *scalar.MinMax:
		if e.Greatest {
			return "GREATEST(" + join(n.list(e.Args)) + ")"
		}
		return "LEAST(" + join(n.list(e.Args)) + ")"
	case *scalar.InList:
		return n.inList(e)
	case *scalar.AnyArray:
		word := " ANY ("
		if e.All {
			word = " ALL ("
		}
		return "(" + n.text(e.Arg) + " " + e.OpName + word + n.text(e.Array) + "))"
	case *scalar.Array:
		return "ARRAY[" + join(n.list(e.Elems)) + "]"
	case *scalar.Subscript:
		return n.subscript(e)
	case *scalar.Row:
		return "ROW(" + join(n.list(e.Fields)) + ")"
	case *scalar.Session:
		return strings.ToUpper(e.Fn.Name)
	case *scalar.Subquery:
		return "(SubPlan)"
	case nil:
		return "NULL"
	}
	return "?"
}

func (n *names) joined(args []scalar.Expr, sep string) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = n.text(a)
	}
	return "(" + strings.Join(parts, sep) + ")"
}

// call spells operators infix and the functions that have a syntax of their own.
func (n *names) call(e *scalar.Call) string {
	switch {
	case e.Op != "" && len(e.Args) == 2:
		return "(" + n.text(e.Args[0]) + " " + e.Op + " " + n.text(e.Args[1]) + ")"
	case e.Op != "" && len(e.Args) == 1:
		return "(" + e.Op + " " + n.text(e.Args[0]) + ")"
	}
	switch e.Fn.Name {
	case "extract":
		if c, ok := e.Args[0].(*scalar.Const); ok && !c.Value.Null && len(e.Args) == 2 {
			return "EXTRACT(" + c.Value.S + " FROM " + n.text(e.Args[1]) + ")"
		}
	case "substring":
		if len(e.Args) == 3 {
			return `"substring"(` + join(n.list(e.Args)) + ")"
		}
	}
	args := n.list(e.Args)
	if e.Variadic && len(args) > 0 {
		args[len(args)-1] = "VARIADIC " + args[len(args)-1]
	}
	return ident(e.Fn.Name) + "(" + join(args) + ")"
}

func (n *names) cast(e *scalar.Cast) string {
	return "(" + n.text(e.Arg) + ")::" + types.FormatType(e.Typ.OID, e.Typ.Typmod)
}

// inList spells a list of constants as Postgres's planner does: an array.
func (n *names) inList(e *scalar.InList) string {
	op, word := "=", "ANY"
	if e.Not {
		op, word = "<>", "ALL"
	}
	elems := make([]string, len(e.List))
	plain := true
	for i, x := range e.List {
		c, ok := x.(*scalar.Const)
		plain = plain && ok
		if ok {
			elems[i] = element(c)
		}
	}
	if !plain {
		return "(" + n.text(e.Arg) + " " + op + " " + word + " (ARRAY[" + join(n.list(e.List)) + "]))"
	}
	typ := types.FormatType(e.List[0].Type().OID, -1)
	return "(" + n.text(e.Arg) + " " + op + " " + word + " ('{" + strings.ReplaceAll(strings.Join(elems, ","), "'", "''") + "}'::" + typ + "[]))"
}

func (n *names) subscript(e *scalar.Subscript) string {
	s := n.text(e.Arg)
	if _, ok := e.Arg.(*scalar.Column); !ok {
		s = "(" + s + ")"
	}
	s += "["
	if e.Index != nil {
		s += n.text(e.Index)
	}
	if e.Slice {
		s += ":"
		if e.Upper != nil {
			s += n.text(e.Upper)
		}
	}
	return s + "]"
}

func (n *names) aggregate(a *scalar.Aggregate) string {
	var b strings.Builder
	b.WriteString(ident(a.Fn.Name) + "(")
	if len(a.Direct) > 0 {
		b.WriteString(join(n.list(a.Direct)) + ") WITHIN GROUP (ORDER BY ")
	}
	if a.Distinct {
		b.WriteString("DISTINCT ")
	}
	switch {
	case len(a.Args) == 0 && a.Fn.Name == "count":
		b.WriteString("*")
	default:
		b.WriteString(join(n.list(a.Args)))
	}
	if len(a.OrderBy) > 0 && len(a.Direct) == 0 {
		b.WriteString(" ORDER BY " + join(n.keys(a.OrderBy)))
	}
	b.WriteString(")")
	if a.Filter != nil {
		f := n.text(a.Filter)
		if !strings.HasPrefix(f, "(") {
			f = "(" + f + ")"
		}
		b.WriteString(" FILTER (WHERE " + f + ")")
	}
	return b.String()
}
