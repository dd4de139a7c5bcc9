package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// hypothetical is the window functions that are also hypothetical-set
// aggregates: what they would give for one more row with the given values.
var hypothetical = map[string]bool{"rank": true, "dense_rank": true, "percent_rank": true, "cume_dist": true}

// hypotheticalCall binds one by counting rows that sort before the given one:
//
//	rank          1 + count(*) of rows before
//	dense_rank    1 + count(distinct row(keys)) of rows before
//	percent_rank  (rank - 1) / count(*), 0 of no rows
//	cume_dist     (1 + count(*) of rows before or beside) / (1 + count(*))
func (b *binder) hypotheticalCall(s *scope, e *ast.FuncCall) (scalar.Expr, error) {
	name := e.Name.Object()
	switch {
	case e.IsWindow():
		return nil, b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "OVER is not supported for ordered-set aggregate %s", name)
	case e.Distinct:
		return nil, b.errAt(e.NamePos, sqlerr.SyntaxError, "cannot use DISTINCT with WITHIN GROUP")
	}
	if len(e.Args) != len(e.OrderBy) {
		var ts []string
		for _, n := range argNodes(e) {
			restore := b.enterCall(s, e)
			x, err := b.expr(s, n)
			restore()
			if err != nil {
				return nil, err
			}
			ts = append(ts, types.FormatType(x.Type().OID, -1))
		}
		err := b.errAt(e.NamePos, sqlerr.UndefinedFunction, "function %s(%s) does not exist", e.Name.String(), strings.Join(ts, ", "))
		return nil, err.WithHint("To use the hypothetical-set aggregate %s, the number of hypothetical direct arguments (here %d) must match the number of ordering columns (here %d).",
			name, len(e.Args), len(e.OrderBy))
	}
	restore := b.enterCall(s, e)
	args := make([]scalar.Expr, len(e.Args))
	keys, err := b.sortList(s, e.OrderBy)
	for i := 0; i < len(args) && err == nil; i++ {
		if args[i], err = b.expr(s, e.Args[i]); err != nil {
			break
		}
		pair := []scalar.Expr{args[i], keys[i].Expr}
		var t types.Type
		if t, err = b.commonType(pair, "WITHIN GROUP", []int32{loc(e.Args[i]), loc(e.OrderBy[i].X)}); err != nil {
			break
		}
		if args[i], err = b.coerce(args[i], t, implicit, loc(e.Args[i])); err != nil {
			break
		}
		keys[i].Expr, err = b.coerce(keys[i].Expr, t, implicit, loc(e.OrderBy[i].X))
	}
	var filter scalar.Expr
	if err == nil && e.Filter != nil {
		filter, err = b.condition(e.Filter, s, inFilter)
	}
	restore()
	if err != nil {
		return nil, err
	}
	var before scalar.Expr
	if before, err = b.sortsBefore(keys, args, name == "cume_dist", e.NamePos); err != nil {
		return nil, err
	}
	count := func(distinct bool, cond ...scalar.Expr) (scalar.Expr, error) {
		fn, err := function.Resolve("", "count", nil, function.Want{})
		if err != nil {
			return nil, err
		}
		a := &scalar.Aggregate{Fn: fn.Fn, Typ: types.New(types.Int8OID), Pos: scalar.Pos(e.NamePos)}
		if distinct {
			row := &scalar.Row{Typ: types.New(types.RecordOID)}
			for _, k := range keys {
				row.Fields = append(row.Fields, k.Expr)
			}
			if fn, err = function.Resolve("", "count", []types.Type{row.Typ}, function.Want{}); err != nil {
				return nil, err
			}
			a.Fn, a.Distinct, a.Args = fn.Fn, true, []scalar.Expr{row}
		}
		if filter != nil {
			cond = append(cond, filter)
		}
		if len(cond) > 0 {
			a.Filter = and(cond)
		}
		return b.addAggregate(s, e, a)
	}
	n, err := count(name == "dense_rank", before)
	if err != nil {
		return nil, err
	}
	one := &scalar.Const{Value: types.Int(column.Int64, 1), Typ: types.New(types.Int8OID), Pos: -1}
	rank, err := b.operator("+", one, n, e.NamePos)
	if err != nil || name == "rank" || name == "dense_rank" {
		return rank, err
	}
	all, err := count(false)
	if err != nil {
		return nil, err
	}
	over := func(x, y scalar.Expr) (scalar.Expr, error) {
		f8 := types.New(types.Float8OID)
		var err error
		if x, err = b.coerce(x, f8, implicit, -1); err != nil {
			return nil, err
		}
		if y, err = b.coerce(y, f8, implicit, -1); err != nil {
			return nil, err
		}
		return b.operator("/", x, y, e.NamePos)
	}
	if name == "cume_dist" {
		rows, err := b.operator("+", one, all, e.NamePos)
		if err != nil {
			return nil, err
		}
		return over(rank, rows)
	}
	empty, err := b.operator("=", all, &scalar.Const{Value: types.Int(column.Int64, 0), Typ: types.New(types.Int8OID), Pos: -1}, -1)
	if err != nil {
		return nil, err
	}
	part, err := over(n, all)
	if err != nil {
		return nil, err
	}
	return &scalar.Case{
		Whens: []scalar.When{{Cond: empty, Then: &scalar.Const{Value: types.Float(0), Typ: types.New(types.Float8OID), Pos: -1}}},
		Else:  part, Typ: types.New(types.Float8OID),
	}, nil
}

// sortsBefore says whether a row's keys sort before the given values, or with
// ties before or beside them.
func (b *binder) sortsBefore(keys []scalar.SortKey, values []scalar.Expr, ties bool, pos int32) (scalar.Expr, error) {
	var out scalar.Expr
	if ties {
		out = and(nil)
	}
	for i := len(keys) - 1; i >= 0; i-- {
		k := keys[i]
		op := "<"
		if k.Desc {
			op = ">"
		}
		less, err := b.operator(op, k.Expr, values[i], pos)
		if err != nil {
			return nil, err
		}
		same, err := b.distinctFrom(k.Expr, values[i], true, pos)
		if err != nil {
			return nil, err
		}
		keyNull, valueNull := &scalar.IsNull{Arg: k.Expr}, &scalar.IsNull{Arg: values[i]}
		null := scalar.Expr(&scalar.And{Args: []scalar.Expr{&scalar.Not{Arg: keyNull}, valueNull}})
		if k.NullsFirst {
			null = &scalar.And{Args: []scalar.Expr{keyNull, &scalar.Not{Arg: valueNull}}}
		}
		first := &scalar.Or{Args: []scalar.Expr{&scalar.BoolTest{Arg: less, Want: scalar.WantTrue}, null}}
		if out == nil {
			out = first
			continue
		}
		out = &scalar.Or{Args: []scalar.Expr{first, &scalar.And{Args: []scalar.Expr{same, out}}}}
	}
	return out, nil
}
