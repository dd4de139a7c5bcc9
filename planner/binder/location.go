package binder

import "github.com/inlaydb/inlay/planner/ast"

// loc is where Postgres points when it complains about an expression: at its
// leftmost token, parentheses aside (exprLocation).
func loc(n ast.Node) int32 {
	switch n := n.(type) {
	case *ast.Binary:
		return loc(n.L)
	case *ast.Unary:
		return n.Op.Pos
	case *ast.Logical:
		return loc(n.Args[0])
	case *ast.IsTest:
		return loc(n.X)
	case *ast.IsDistinct:
		return loc(n.L)
	case *ast.Between:
		return loc(n.X)
	case *ast.In:
		return loc(n.X)
	case *ast.Like:
		return loc(n.X)
	case *ast.Quantified:
		return loc(n.X)
	case *ast.Collate:
		return loc(n.X)
	case *ast.Subscript:
		return loc(n.X)
	case *ast.Field:
		return loc(n.X)
	case *ast.FieldStar:
		return loc(n.X)
	case *ast.Cast:
		c, literal := n.X.(*ast.Const)
		literal = literal && (c.Kind == ast.ConstString || c.Kind == ast.ConstNull)
		if literal || n.Style == ast.CastOperator {
			return loc(n.X)
		}
		return n.OpPos
	case *ast.FuncCall:
		at := n.NamePos
		for _, a := range n.Args {
			if p := loc(a); p < at && p >= 0 {
				at = p
			}
		}
		return at
	}
	return n.Span().Pos
}
