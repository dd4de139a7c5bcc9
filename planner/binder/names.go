package binder

import "github.com/inlaydb/inlay/planner/ast"

// noName is what a result column without a better name is called.
const noName = "?column?"

// columnName is the name that a result column gets from its expression
// (FigureColname): a column's own, a function's, a type's for casts.
func (b *binder) columnName(e ast.Expr) string {
	if name, _ := b.figureName(e); name != "" {
		return name
	}
	return noName
}

// figureName also tells how good the name is: 2 certain, 1 second-best (a
// cast's type, "case"), which an enclosing construct may override.
func (b *binder) figureName(e ast.Expr) (string, int) {
	switch e := e.(type) {
	case *ast.ColumnRef:
		return e.Parts[len(e.Parts)-1].Name, 2
	case *ast.Field:
		return e.Name.Name, 2
	case *ast.Subscript:
		return b.figureName(e.X)
	case *ast.FuncCall:
		return e.Name.Object(), 2
	case *ast.NullIf:
		return "nullif", 2
	case *ast.Cast:
		name, strength := b.figureName(e.X)
		if strength <= 1 {
			return e.Type.Name.Object(), 1
		}
		return name, strength
	case *ast.Collate:
		return b.figureName(e.X)
	case *ast.Grouping:
		return "grouping", 2
	case *ast.Exists:
		return "exists", 2
	case *ast.ArrayQuery:
		return "array", 2
	case *ast.Subquery:
		// Its name is known once it is bound.
		return b.subqueryNames[e], 2
	case *ast.Case:
		if e.Else != nil {
			if name, strength := b.figureName(e.Else); strength > 1 {
				return name, strength
			}
		}
		return "case", 1
	case *ast.Array:
		return "array", 2
	case *ast.Row:
		return "row", 2
	case *ast.Coalesce:
		return "coalesce", 2
	case *ast.MinMax:
		if e.Least {
			return "least", 2
		}
		return "greatest", 2
	case *ast.ValueFunc:
		return valueFuncs[e.Kind].name, 2
	case *ast.XMLFunc:
		return e.Name, 2
	case *ast.JSONFunc:
		return e.Name, 2
	case *ast.NamedArg:
		return b.figureName(e.Value)
	}
	return "", 0
}
