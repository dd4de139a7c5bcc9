package mysql

import (
	"strings"

	tidb "github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/opcode"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/inlaydb/inlay/planner/ast"
)

// A condition and a value are one thing in MySQL, of type integer. Here a
// condition is boolean: cond lowers what stands where a truth value is
// asked for, value anything else.

// isCondition says whether n's answer is a truth value.
func isCondition(n tidb.ExprNode) bool {
	switch n := n.(type) {
	case *tidb.BinaryOperationExpr:
		switch n.Op {
		case opcode.LogicAnd, opcode.LogicOr, opcode.LogicXor, opcode.GE, opcode.LE, opcode.EQ, opcode.NE, opcode.LT, opcode.GT, opcode.NullEQ:
			return true
		}
	case *tidb.UnaryOperationExpr:
		return n.Op == opcode.Not || n.Op == opcode.Not2
	case *tidb.BetweenExpr, *tidb.PatternInExpr, *tidb.PatternLikeOrIlikeExpr, *tidb.PatternRegexpExpr, *tidb.IsNullExpr, *tidb.IsTruthExpr,
		*tidb.ExistsSubqueryExpr, *tidb.CompareSubqueryExpr:
		return true
	case *tidb.ParenthesesExpr:
		return isCondition(n.Expr)
	case *tidb.FuncCallExpr:
		switch n.FnName.L {
		case "isnull", "regexp_like", "json_valid":
			return true
		}
	}
	return false
}

// cond lowers n to a boolean.
func (l *lowering) cond(n tidb.ExprNode) ast.Expr {
	r := l.rng(n)
	switch n := n.(type) {
	case *tidb.ParenthesesExpr:
		return l.cond(n.Expr)
	case *tidb.BinaryOperationExpr:
		if x := l.comparison(n); x != nil {
			return x
		}
	case *tidb.UnaryOperationExpr:
		if n.Op == opcode.Not || n.Op == opcode.Not2 {
			return &ast.Not{Range: r, X: l.cond(n.V)}
		}
	case *tidb.BetweenExpr:
		return &ast.Between{Range: r, OpPos: r.Pos, X: l.value(n.Expr), Lo: l.value(n.Left), Hi: l.value(n.Right), Not: n.Not}
	case *tidb.PatternInExpr:
		in := &ast.In{Range: r, OpPos: r.Pos, X: l.value(n.Expr), Not: n.Not}
		if n.Sel != nil {
			in.Query = l.subquery(n.Sel)
		} else {
			in.List = l.values(n.List)
		}
		return in
	case *tidb.PatternLikeOrIlikeExpr:
		k := &ast.Like{Range: r, OpPos: r.Pos, X: l.text1(n.Expr), Pattern: l.value(n.Pattern), Not: n.Not}
		if !n.IsLike {
			k.Kind = ast.LikeILike
		}
		if n.EscapeExplicit && n.Escape != '\\' {
			k.Escape = str(r, string([]byte{n.Escape}))
		}
		return k
	case *tidb.PatternRegexpExpr:
		op := "~*" // MySQL's default collations know no case
		if n.Not {
			op = "!~*"
		}
		return l.binary(r, op, l.value(n.Expr), l.value(n.Pattern))
	case *tidb.IsNullExpr:
		return &ast.IsTest{Range: r, OpPos: r.Pos, X: l.value(n.Expr), Kind: ast.TestNull, Not: n.Not}
	case *tidb.IsTruthExpr:
		t := &ast.IsTest{Range: r, OpPos: r.Pos, X: l.cond(n.Expr), Kind: ast.TestFalse, Not: n.Not}
		if n.True != 0 {
			t.Kind = ast.TestTrue
		}
		return t
	case *tidb.ExistsSubqueryExpr:
		var x ast.Expr = &ast.Exists{Range: r, Query: l.subquery(n.Sel)}
		if n.Not {
			x = &ast.Not{Range: r, X: x}
		}
		return x
	case *tidb.CompareSubqueryExpr:
		op, ok := comparisons[n.Op]
		if !ok {
			l.refuse(n, "%s with ANY or ALL", strings.ToUpper(n.Op.String()))
		}
		return &ast.Quantified{Range: r, Op: ast.Operator{Range: r, Name: op}, All: n.All, X: l.value(n.L), Query: l.subquery(n.R)}
	case *tidb.FuncCallExpr:
		switch n.FnName.L {
		case "isnull":
			l.arity(n, 1, 1)
			return &ast.IsTest{Range: r, OpPos: r.Pos, X: l.value(n.Args[0]), Kind: ast.TestNull}
		case "regexp_like":
			l.arity(n, 2, 3)
			return l.fn(r, "regexp_like", append(l.values(n.Args[:2]), l.matchType(n, 2))...)
		case "json_valid":
			l.arity(n, 1, 1)
			return &ast.IsTest{Range: r, OpPos: r.Pos, X: l.value(n.Args[0]), Kind: ast.TestJSON}
		case "if":
			l.arity(n, 3, 3)
			return &ast.Case{Range: r, Whens: []ast.When{{Range: r, Cond: l.cond(n.Args[0]), Result: l.cond(n.Args[1])}}, Else: l.cond(n.Args[2])}
		}
	}
	x := l.value(n)
	switch c := x.(type) {
	case *ast.Const:
		switch c.Kind {
		case ast.ConstInteger:
			return &ast.Const{Range: r, Kind: ast.ConstBool, Bool: c.Int != 0}
		case ast.ConstBool:
			return c
		case ast.ConstNull:
			return l.cast(r, c, "bool")
		}
	}
	return l.own(r, "truth", x)
}

var comparisons = map[opcode.Op]string{
	opcode.GE: ">=", opcode.LE: "<=", opcode.EQ: "=", opcode.NE: "<>", opcode.LT: "<", opcode.GT: ">",
}

// comparison lowers the operators whose answer is a truth value, or gives nil.
func (l *lowering) comparison(n *tidb.BinaryOperationExpr) ast.Expr {
	r := l.rng(n)
	switch n.Op {
	case opcode.LogicAnd, opcode.LogicOr:
		return &ast.Logical{Range: r, OpPos: r.Pos, Or: n.Op == opcode.LogicOr, Args: l.chain(n.Op, n, nil)}
	case opcode.LogicXor:
		return l.binary(r, "<>", l.cond(n.L), l.cond(n.R))
	case opcode.NullEQ:
		return &ast.IsDistinct{Range: r, OpPos: r.Pos, L: l.value(n.L), R: l.value(n.R), Not: true}
	}
	if op, ok := comparisons[n.Op]; ok {
		return l.binary(r, op, l.value(n.L), l.value(n.R))
	}
	return nil
}

// chain is the operands of a left-deep chain of AND or OR.
func (l *lowering) chain(op opcode.Op, n tidb.ExprNode, to []ast.Expr) []ast.Expr {
	if b, ok := n.(*tidb.BinaryOperationExpr); ok && b.Op == op {
		return append(l.chain(op, b.L, to), l.cond(b.R))
	}
	return append(to, l.cond(n))
}

func (l *lowering) values(list []tidb.ExprNode) []ast.Expr {
	var out []ast.Expr
	for _, n := range list {
		out = append(out, l.value(n))
	}
	return out
}

// value lowers n to what MySQL computes for it; a truth value is 0, 1 or NULL.
func (l *lowering) value(n tidb.ExprNode) ast.Expr {
	r := l.rng(n)
	if isCondition(n) {
		return l.cast(r, l.cond(n), "int4")
	}
	switch n := n.(type) {
	case *tidb.ParenthesesExpr:
		return l.value(n.Expr)
	case *tidb.ColumnNameExpr:
		return l.column(r, n.Name)
	case *driver.ParamMarkerExpr:
		return &ast.Param{Range: r, Number: n.Order}
	case tidb.ValueExpr:
		return l.constant(n)
	case *tidb.BinaryOperationExpr:
		return l.arithmetic(n)
	case *tidb.UnaryOperationExpr:
		return l.unary(n)
	case *tidb.CaseExpr:
		return l.caseExpr(n)
	case *tidb.SubqueryExpr:
		return &ast.Subquery{Range: r, Query: l.subquery(n)}
	case *tidb.RowExpr:
		return &ast.Row{Range: r, Elems: l.values(n.Values)}
	case *tidb.FuncCastExpr:
		return l.castTo(r, l.value(n.Expr), n.Tp)
	case *tidb.FuncCallExpr:
		return l.call(n)
	case *tidb.AggregateFuncExpr:
		return l.aggregate(n)
	case *tidb.WindowFuncExpr:
		return l.windowCall(n)
	case *tidb.DefaultExpr:
		if n.Name == nil {
			return &ast.SetToDefault{Range: r}
		}
		l.refuse(n, "DEFAULT(column)")
	case *tidb.SetCollationExpr:
		return l.value(n.Expr)
	case *tidb.PositionExpr:
		return &ast.Const{Range: r, Kind: ast.ConstInteger, Int: int64(n.N)}
	case *tidb.VariableExpr:
		return l.variable(n)
	case *tidb.ValuesExpr:
		return &ast.ColumnRef{Range: r, Parts: []ast.Ident{{Range: r, Name: "excluded"}, l.ident(r, n.Column.Name.Name)}}
	case *tidb.MatchAgainst:
		l.refuse(n, "MATCH … AGAINST")
	case *tidb.TimeUnitExpr:
		return str(r, strings.ToLower(n.Unit.String()))
	}
	l.refuse(n, "this expression")
	return nil
}

func (l *lowering) column(r ast.Range, c *tidb.ColumnName) ast.Expr {
	if c.Table.O == "" {
		if e, ok := l.aliases[c.Name.L]; ok {
			if own, ok := e.(*tidb.ColumnNameExpr); !ok || own.Name.Name.L != c.Name.L {
				aliases := l.aliases
				l.aliases = nil
				defer func() { l.aliases = aliases }()
				return l.value(e)
			}
		}
	}
	ref := &ast.ColumnRef{Range: r}
	for _, p := range []tidb.CIStr{c.Schema, c.Table, c.Name} {
		if p.O != "" {
			ref.Parts = append(ref.Parts, l.ident(r, p))
		}
	}
	return ref
}

func (l *lowering) subquery(n tidb.ExprNode) *ast.Query {
	aliases := l.aliases
	l.aliases = nil
	defer func() { l.aliases = aliases }()
	switch n := n.(type) {
	case *tidb.SubqueryExpr:
		return l.query(n.Query)
	case *tidb.ParenthesesExpr:
		return l.subquery(n.Expr)
	}
	l.refuse(n, "this subquery")
	return nil
}

// arithmetic lowers + - * / % and the bit operators. Division by zero is NULL.
func (l *lowering) arithmetic(n *tidb.BinaryOperationExpr) ast.Expr {
	r := l.rng(n)
	a, b := l.value(n.L), l.value(n.R)
	switch n.Op {
	case opcode.Plus:
		return l.binary(r, "+", a, b)
	case opcode.Minus:
		return l.binary(r, "-", a, b)
	case opcode.Mul:
		return l.binary(r, "*", a, b)
	case opcode.Div:
		return l.own(r, "divide", a, b)
	case opcode.IntDiv:
		return l.own(r, "int_divide", a, b)
	case opcode.Mod:
		return l.own(r, "mod", a, b)
	case opcode.And:
		return l.binary(r, "&", a, b)
	case opcode.Or:
		return l.binary(r, "|", a, b)
	case opcode.Xor:
		return l.binary(r, "#", a, b)
	case opcode.LeftShift:
		return l.binary(r, "<<", l.cast(r, a, "int8"), l.cast(r, b, "int4"))
	case opcode.RightShift:
		return l.binary(r, ">>", l.cast(r, a, "int8"), l.cast(r, b, "int4"))
	}
	l.refuse(n, "operator %s", n.Op.String())
	return nil
}

func (l *lowering) unary(n *tidb.UnaryOperationExpr) ast.Expr {
	r := l.rng(n)
	x := l.value(n.V)
	switch n.Op {
	case opcode.Plus:
		return x
	case opcode.Minus:
		if c, ok := x.(*ast.Const); ok {
			switch {
			case c.Kind == ast.ConstInteger && c.Int > 0:
				return &ast.Const{Range: r, Kind: c.Kind, Int: -c.Int}
			case c.Kind == ast.ConstNumeric && !strings.HasPrefix(c.Text, "-"):
				return &ast.Const{Range: r, Kind: c.Kind, Text: "-" + c.Text}
			}
		}
		return &ast.Unary{Range: r, Op: ast.Operator{Range: r, Name: "-"}, X: x}
	case opcode.BitNeg:
		return &ast.Unary{Range: r, Op: ast.Operator{Range: r, Name: "~"}, X: x}
	}
	l.refuse(n, "operator %s", n.Op.String())
	return nil
}

func (l *lowering) caseExpr(n *tidb.CaseExpr) ast.Expr {
	c := &ast.Case{Range: l.rng(n)}
	if n.Value != nil {
		c.Arg = l.value(n.Value)
	}
	for _, w := range n.WhenClauses {
		when := ast.When{Range: l.rng(w.Expr), Result: l.value(w.Result)}
		if n.Value != nil {
			when.Cond = l.value(w.Expr)
		} else {
			when.Cond = l.cond(w.Expr)
		}
		c.Whens = append(c.Whens, when)
	}
	if n.ElseClause != nil {
		c.Else = l.value(n.ElseClause)
	}
	return c
}

// variable lowers @@name to the setting of that name.
func (l *lowering) variable(n *tidb.VariableExpr) ast.Expr {
	r := l.rng(n)
	if !n.IsSystem {
		l.refuse(n, "a user variable")
	}
	switch strings.ToLower(n.Name) {
	case "version":
		return l.fn(r, "version")
	case "version_comment":
		return str(r, "Inlay")
	case "autocommit":
		return &ast.Const{Range: r, Kind: ast.ConstInteger, Int: 1}
	case "sql_mode":
		return str(r, "ONLY_FULL_GROUP_BY")
	case "max_allowed_packet":
		return &ast.Const{Range: r, Kind: ast.ConstInteger, Int: maxText}
	case "transaction_isolation", "tx_isolation":
		return str(r, "REPEATABLE-READ")
	case "time_zone", "session.time_zone":
		return l.fn(r, "current_setting", str(r, "TimeZone"))
	}
	return l.fn(r, "current_setting", str(r, strings.ToLower(n.Name)))
}
