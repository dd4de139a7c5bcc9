package oracle

import (
	"reflect"

	"github.com/inlaydb/inlay/planner/ast"
)

// onPurpose reports whether a tree uses what Postgres 17 does not have: an extension of
// Inlay, or a feature of Postgres 18.
func onPurpose(n any) bool {
	return walk(reflect.ValueOf(n), func(n any) bool {
		switch n := n.(type) {
		case *ast.Star:
			return n.Exclude != nil || n.Replace != nil || n.Rename != nil
		case *ast.GroupBy:
			return n.All && n.Items == nil
		case *ast.SortItem:
			return n.All
		case *ast.Relation:
			return n.Path
		case *ast.Cast:
			return n.Try
		case *ast.Select:
			return n.Qualify != nil
		case *ast.Join:
			return n.Asof
		case *ast.FuncCall:
			return n.IgnoreNulls
		case *ast.CreateTable:
			return n.OrReplace
		case *ast.CreateTableAs:
			return n.OrReplace && !n.Materialized
		case *ast.CreateView:
			return n.IfNotExists
		case *ast.Describe, *ast.Summarize:
			return true
		case *ast.Returning: // Postgres 18
			return n.Old.Name != "" || n.New.Name != ""
		case *ast.Constraint:
			return n.WithoutOverlaps || n.RefPeriod || n.NotEnforced ||
				n.Kind == ast.ConstraintGenerated && !n.Stored || n.Kind == ast.ConstraintNotNull && n.Columns != nil
		}
		return false
	})
}

// walk calls f for every node under v until it gives true.
func walk(v reflect.Value, f func(any) bool) bool {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return !v.IsNil() && walk(v.Elem(), f)
	case reflect.Slice:
		for i := range v.Len() {
			if walk(v.Index(i), f) {
				return true
			}
		}
	case reflect.Struct:
		if v.CanAddr() && f(v.Addr().Interface()) {
			return true
		}
		for i := range v.NumField() {
			if walk(v.Field(i), f) {
				return true
			}
		}
	}
	return false
}
