package ast

import (
	"fmt"
	"strings"
)

// Precedence of operators, as the grammar has it; see planner/parser.
const (
	levelOr = iota + 1
	levelAnd
	levelNot
	levelIs
	levelCompare
	levelLike
	levelEscape
	levelOp
	levelAdd
	levelMul
	levelPow
	levelAt
	levelCollate
	levelUnary
	levelCast
	levelPrimary
)

// opLevel gives the precedence of an infix operator.
func opLevel(op *Operator) int {
	if op.Explicit || len(op.Schema) > 0 {
		return levelOp
	}
	switch op.Name {
	case "<", ">", "=", "<=", ">=", "<>":
		return levelCompare
	case "+", "-":
		return levelAdd
	case "*", "/", "%":
		return levelMul
	case "^":
		return levelPow
	}
	return levelOp
}

// level gives the precedence of an expression's outermost construct.
func level(x Expr) int {
	switch x := x.(type) {
	case *Logical:
		if x.Or {
			return levelOr
		}
		return levelAnd
	case *Not:
		return levelNot
	case *IsTest, *IsDistinct:
		return levelIs
	case *Between, *In, *Like:
		return levelLike
	case *Quantified:
		return opLevel(&x.Op)
	case *Binary:
		return opLevel(&x.Op)
	case *Unary:
		if (x.Op.Name == "-" || x.Op.Name == "+") && !x.Op.Explicit {
			return levelUnary
		}
		return levelOp
	case *Collate:
		return levelCollate
	case *Cast:
		if x.Style == CastOperator {
			return levelCast
		}
	case *Const:
		if x.Kind == ConstInteger && x.Int < 0 || x.Kind == ConstNumeric && strings.HasPrefix(x.Text, "-") {
			return levelUnary
		}
	case *FuncCall:
		switch x.Syntax {
		case SyntaxAtTimeZone, SyntaxAtLocal:
			return levelAt
		case SyntaxIsNormalized:
			return levelIs
		case SyntaxOverlaps:
			return levelLike
		}
	}
	return levelPrimary
}

// expr writes x, in parentheses if it binds less tightly than min.
func (w *writer) expr(x Expr, min int) {
	if level(x) < min {
		w.s("(")
		w.expr0(x)
		w.s(")")
		return
	}
	w.expr0(x)
}

func (w *writer) exprs(xs []Expr) {
	w.list(len(xs), func(i int) { w.expr(xs[i], 0) })
}

func (w *writer) paren(xs []Expr) {
	w.s("(")
	w.exprs(xs)
	w.s(")")
}

func (w *writer) not(on bool) { w.flag(on, "NOT ") }

func (w *writer) expr0(x Expr) {
	switch x := x.(type) {
	case *Const:
		w.constant(x)
	case *Param:
		w.s("$", itoa(int64(x.Number)))
	case *ColumnRef:
		w.dotted(x.Parts)
	case *Star:
		w.star(x)
	case *Field:
		w.base(x.X, x.Parens)
		w.s(".")
		w.ident(x.Name)
	case *FieldStar:
		w.base(x.X, false)
		w.s(".*")
	case *Subscript:
		w.subscript(x)
	case *Unary:
		w.unary(x)
	case *Binary:
		l := opLevel(&x.Op)
		left := l
		if l == levelCompare {
			left++ // comparisons do not associate
		}
		w.expr(x.L, left)
		w.s(" ")
		w.operator(&x.Op)
		w.s(" ")
		w.expr(x.R, l+1)
	case *Logical:
		word, l := " AND ", levelAnd
		if x.Or {
			word, l = " OR ", levelOr
		}
		for i, a := range x.Args {
			if i > 0 {
				w.s(word)
			}
			w.expr(a, l+1)
		}
	case *Not:
		if f, ok := x.X.(*FuncCall); ok && f.Syntax == SyntaxIsNormalized {
			w.isNormalized(f, true)
			return
		}
		w.s("NOT ")
		w.expr(x.X, levelNot)
	case *IsTest:
		w.isTest(x)
	case *IsDistinct:
		w.expr(x.L, levelIs+1)
		w.s(" IS ")
		w.not(x.Not)
		w.s("DISTINCT FROM ")
		w.expr(x.R, levelIs+1)
	case *Between:
		w.expr(x.X, levelLike+1)
		w.s(" ")
		w.not(x.Not)
		w.s("BETWEEN ")
		w.flag(x.Symmetric, "SYMMETRIC ")
		w.expr(x.Lo, levelUnary) // no operator that is a word may stand here
		w.s(" AND ")
		w.expr(x.Hi, levelLike+1)
	case *In:
		w.expr(x.X, levelLike+1)
		w.s(" ")
		w.not(x.Not)
		w.s("IN ")
		if x.Query != nil {
			w.subquery(x.Query)
		} else {
			w.paren(x.List)
		}
	case *Like:
		w.like(x)
	case *Quantified:
		w.quantified(x)
	case *Exists:
		w.s("EXISTS ")
		w.subquery(x.Query)
	case *Subquery:
		w.subquery(x.Query)
	case *Array:
		w.flag(!x.Nested, "ARRAY")
		w.s("[")
		w.exprs(x.Elems)
		w.s("]")
	case *ArrayQuery:
		w.s("ARRAY")
		w.subquery(x.Query)
	case *Row:
		w.flag(x.Explicit, "ROW")
		w.paren(x.Elems)
	case *Case:
		w.caseExpr(x)
	case *Coalesce:
		w.s("COALESCE")
		w.paren(x.Args)
	case *NullIf:
		w.s("NULLIF(")
		w.expr(x.L, 0)
		w.s(", ")
		w.expr(x.R, 0)
		w.s(")")
	case *MinMax:
		if x.Least {
			w.s("LEAST")
		} else {
			w.s("GREATEST")
		}
		w.paren(x.Args)
	case *Cast:
		w.cast(x)
	case *Collate:
		w.expr(x.X, levelCollate)
		w.s(" COLLATE ")
		w.name(&x.Collation)
	case *FuncCall:
		w.funcCall(x)
	case *NamedArg:
		w.ident(x.Name)
		w.s(" => ")
		w.expr(x.Value, 0)
	case *ValueFunc:
		w.s(valueFuncs[x.Kind])
		if x.Precision >= 0 {
			w.s("(", itoa(int64(x.Precision)), ")")
		}
	case *Grouping:
		w.s("GROUPING")
		w.paren(x.Args)
	case *GroupingSet:
		w.s([...]string{"", "ROLLUP", "CUBE", "GROUPING SETS "}[x.Kind])
		w.paren(x.Items)
	case *SetToDefault:
		w.s("DEFAULT")
	case *CurrentOf:
		w.s("CURRENT OF ")
		w.ident(x.Cursor)
	case *XMLFunc:
		w.s(x.Text)
	case *JSONFunc:
		w.s(x.Text)
	default:
		panic(fmt.Sprintf("ast: no SQL for %T", x))
	}
}

var valueFuncs = [...]string{
	CurrentDate: "CURRENT_DATE", CurrentTime: "CURRENT_TIME", CurrentTimestamp: "CURRENT_TIMESTAMP",
	LocalTime: "LOCALTIME", LocalTimestamp: "LOCALTIMESTAMP", CurrentRole: "CURRENT_ROLE",
	CurrentUser: "CURRENT_USER", User: "USER", SessionUser: "SESSION_USER", CurrentCatalog: "CURRENT_CATALOG",
	CurrentSchema: "CURRENT_SCHEMA",
}

func (w *writer) constant(c *Const) {
	switch c.Kind {
	case ConstNull:
		w.s("NULL")
	case ConstBool:
		if c.Bool {
			w.s("true")
		} else {
			w.s("false")
		}
	case ConstInteger:
		w.s(itoa(c.Int))
	case ConstNumeric:
		w.s(c.Text)
	case ConstString:
		w.lit(c.Text)
	case ConstBit:
		w.s("B'", c.Text, "'")
	case ConstHexBit:
		w.s("X'", c.Text, "'")
	}
}

func (w *writer) star(x *Star) {
	for _, q := range x.Qualifier {
		w.ident(q)
		w.s(".")
	}
	w.s("*")
	if len(x.Exclude) > 0 {
		w.s(" EXCLUDE (")
		w.list(len(x.Exclude), func(i int) { w.dotted(x.Exclude[i].Parts) })
		w.s(")")
	}
	if len(x.Replace) > 0 {
		w.s(" REPLACE (")
		w.list(len(x.Replace), func(i int) { w.target(x.Replace[i]) })
		w.s(")")
	}
	if len(x.Rename) > 0 {
		w.s(" RENAME (")
		w.list(len(x.Rename), func(i int) {
			w.ident(x.Rename[i].From)
			w.s(" AS ")
			w.ident(x.Rename[i].To)
		})
		w.s(")")
	}
}

// base writes the operand of a field or subscript, which only some expressions may be without
// parentheses.
func (w *writer) base(x Expr, parens bool) {
	switch x.(type) {
	case *Subscript, *Field, *Param, *Subquery:
	default:
		parens = true
	}
	w.flag(parens, "(")
	w.expr0(x)
	w.flag(parens, ")")
}

func (w *writer) subscript(x *Subscript) {
	if c, ok := x.X.(*ColumnRef); ok {
		w.expr0(c)
	} else {
		w.base(x.X, x.Parens)
	}
	w.s("[")
	if x.Slice {
		if x.Lower != nil {
			w.expr(x.Lower, 0)
		}
		w.s(":")
		if x.Upper != nil {
			w.expr(x.Upper, 0)
		}
	} else {
		w.expr(x.Index, 0)
	}
	w.s("]")
}

func (w *writer) unary(x *Unary) {
	w.operator(&x.Op)
	l := level(x)
	if l == levelOp {
		w.s(" ")
		w.expr(x.X, l+1)
		return
	}
	var inner writer
	inner.expr(x.X, l)
	text := inner.String()
	if _, ok := x.X.(*Const); ok && x.Op.Name == "-" {
		text = "(" + text + ")" // a sign before a constant would become part of it
	}
	if text != "" && strings.ContainsRune("+-*/<>=~!@#%^&|`?", rune(text[0])) {
		w.s(" ")
	}
	w.s(text)
}

func (w *writer) isTest(x *IsTest) {
	w.expr(x.X, levelIs+1)
	w.s(" IS ")
	w.not(x.Not)
	w.s([...]string{"NULL", "TRUE", "FALSE", "UNKNOWN", "DOCUMENT", "JSON", "JSON OBJECT", "JSON ARRAY", "JSON SCALAR"}[x.Kind])
	w.flag(x.UniqueKeys, " WITH UNIQUE KEYS")
}

func (w *writer) like(x *Like) {
	w.expr(x.X, levelLike+1)
	w.s(" ")
	w.not(x.Not)
	w.s([...]string{"LIKE ", "ILIKE ", "SIMILAR TO "}[x.Kind])
	w.expr(x.Pattern, levelEscape+1)
	if x.Escape != nil {
		w.s(" ESCAPE ")
		w.expr(x.Escape, levelEscape+1)
	}
}

func (w *writer) quantified(x *Quantified) {
	l := opLevel(&x.Op)
	if l == levelCompare {
		l++
	}
	w.expr(x.X, l)
	w.s(" ")
	w.operator(&x.Op)
	if x.All {
		w.s(" ALL ")
	} else {
		w.s(" ANY ")
	}
	if x.Query != nil {
		w.subquery(x.Query)
		return
	}
	w.s("(")
	if _, ok := x.Array.(*Subquery); ok { // one more pair keeps it from being the query itself
		w.s("(")
		w.expr(x.Array, 0)
		w.s(")")
	} else {
		w.expr(x.Array, 0)
	}
	w.s(")")
}

func (w *writer) caseExpr(x *Case) {
	w.s("CASE")
	if x.Arg != nil {
		w.s(" ")
		w.expr(x.Arg, 0)
	}
	for i := range x.Whens {
		w.s(" WHEN ")
		w.expr(x.Whens[i].Cond, 0)
		w.s(" THEN ")
		w.expr(x.Whens[i].Result, 0)
	}
	if x.Else != nil {
		w.s(" ELSE ")
		w.expr(x.Else, 0)
	}
	w.s(" END")
}

func (w *writer) cast(x *Cast) {
	switch x.Style {
	case CastOperator:
		w.expr(x.X, levelCast)
		w.s("::")
		w.typeName(x.Type)
	case CastFunction:
		w.flag(x.Try, "TRY_")
		w.s("CAST(")
		w.expr(x.X, 0)
		w.s(" AS ")
		w.typeName(x.Type)
		w.s(")")
	case CastLiteral:
		if x.Type.Interval != 0 { // fields follow the value
			w.s("interval ")
			w.expr(x.X, 0)
			w.intervalFields(x.Type)
			return
		}
		w.simpleType(x.Type)
		w.s(" ")
		w.expr(x.X, 0)
	}
}
