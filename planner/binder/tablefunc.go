package binder

import (
	"encoding/json"
	"strconv"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// readers are the functions that read files, by name.
var readers = map[string]bool{"read_parquet": true, "read_csv": true, "read_csv_auto": true, "read_json": true, "read_json_auto": true, "read_ndjson": true, "read_ndjson_auto": true,
	"read_json_objects": true, "read_arrow": true, "parquet_scan": true}

// fromFunction binds functions in FROM. A function that returns a set is a
// TableFunc over one empty row; another is a projection over it. joinPlans puts
// them on top of what they read columns of.
func (b *binder) fromFunction(r *ast.FunctionRef, s *scope) (*source, error) {
	if len(r.Funcs) == 1 && !r.RowsFrom {
		if f, ok := r.Funcs[0].Call.(*ast.FuncCall); ok && readers[f.Name.Object()] && len(f.Name.Parts) == 1 {
			return b.fromReader(r, f, s)
		}
	}
	r = severalArrays(r)
	kind, lateral := s.kind, s.lateral
	s.kind, s.lateral = inFromFunction, true // functions in FROM are LATERAL by themselves
	defer func() { s.kind, s.lateral = kind, lateral }()

	var plan logical.Node = emptyRow()
	var cols []logical.Column
	var names []string
	first := ""
	tf := &logical.TableFunc{Input: plan}
	single1 := len(r.Funcs) == 1
	scalarResult := false
	proj := &logical.Project{Input: plan}
	for i := range r.Funcs {
		f := &r.Funcs[i]
		defs := f.ColumnDefs
		if single1 && r.Alias != nil && r.Alias.ColumnDefs != nil {
			defs = r.Alias.ColumnDefs
		}
		name := "?column?"
		if n, _ := b.figureName(f.Call); n != "" {
			name = n
		}
		if i == 0 {
			first = name
		}
		fn, args, x, err := b.tableCall(s, f.Call)
		if err != nil {
			return nil, err
		}
		colName := name
		if single1 && r.Alias != nil && r.Alias.Name.Name != "" {
			colName = r.Alias.Name.Name
		}
		if fn == nil && !single1 && types.ArrayOf(x.Type()).OID != 0 { // a set of one row
			fn = function.Named("unnest")[0]
			args = []scalar.Expr{&scalar.Array{Elems: []scalar.Expr{x}, Typ: types.ArrayOf(types.New(x.Type().OID))}}
			x = nullConst(types.New(x.Type().OID), -1)
		}
		if fn == nil { // not a set: one row
			if defs != nil {
				return nil, b.errAt(defs[0].Pos, sqlerr.SyntaxError, `a column definition list is only allowed for functions returning "record"`)
			}
			col := logical.Column{ID: b.ids.Column(), Name: colName, Type: x.Type()}
			proj.Cols = append(proj.Cols, col)
			proj.Exprs = append(proj.Exprs, x)
			cols, names = append(cols, col), append(names, colName)
			scalarResult = true
			continue
		}
		call, err := b.tableColumns(fn, args, x, colName, defs, f)
		if err != nil {
			return nil, err
		}
		scalarResult = len(fn.Columns) == 0
		tf.Calls = append(tf.Calls, *call)
		for _, c := range call.Cols {
			cols, names = append(cols, c), append(names, c.Name)
		}
	}
	switch {
	case len(tf.Calls) > 0 && len(proj.Cols) > 0:
		return nil, b.errAt(r.Pos, sqlerr.FeatureNotSupported, "ROWS FROM with functions that return no set is not supported yet")
	case len(tf.Calls) > 0:
		plan = tf
	default:
		plan = proj
	}
	if r.Ordinality {
		c := logical.Column{ID: b.ids.Column(), Name: "ordinality", Type: types.New(types.Int8OID), NotNull: true}
		cols, names = append(cols, c), append(names, "ordinality")
		if plan == proj {
			proj.Cols = append(proj.Cols, c)
			proj.Exprs = append(proj.Exprs, &scalar.Const{Value: types.Int(c.Type.Kind(), 1), Typ: c.Type, Pos: -1})
		} else {
			tf.Ordinality = &c
		}
	}
	it := b.newItem(s, first, cols, names)
	it.function = single1 && scalarResult
	if err := b.rename(it, r.Alias); err != nil {
		return nil, err
	}
	return single(plan, it), nil
}

// severalArrays makes ROWS FROM (unnest(a), unnest(b)) of unnest(a, b).
func severalArrays(r *ast.FunctionRef) *ast.FunctionRef {
	out := *r
	out.Funcs = nil
	for i := range r.Funcs {
		f, ok := r.Funcs[i].Call.(*ast.FuncCall)
		if !ok || len(f.Args) < 2 || len(f.Name.Parts) != 1 || f.Name.Object() != "unnest" || f.Variadic || r.Funcs[i].ColumnDefs != nil {
			out.Funcs = append(out.Funcs, r.Funcs[i])
			continue
		}
		for _, a := range f.Args {
			one := *f
			one.Args = []ast.Expr{a}
			out.Funcs = append(out.Funcs, ast.RowsFromItem{Call: &one})
		}
	}
	return &out
}

// tableCall binds one call in FROM: fn and its arguments for a function that
// returns a set, else the expression.
func (b *binder) tableCall(s *scope, e ast.Expr) (fn *function.Function, args []scalar.Expr, x scalar.Expr, err error) {
	call, ok := e.(*ast.FuncCall)
	if !ok {
		x, err = b.expr(s, e)
		return nil, nil, x, err
	}
	c, err := b.resolveCall(s, call)
	if err != nil {
		return nil, nil, nil, err
	}
	if c.call.Fn != nil {
		switch c.call.Fn.Class {
		case function.SetReturning:
			args, err = b.coerceArgs(c.call, c.args, call.Args, call.NamePos)
			if err != nil {
				return nil, nil, nil, err
			}
			// x only carries the result's type.
			return c.call.Fn, args, nullConst(c.call.ResultType(argTypes(args)), -1), nil
		case function.Aggregate, function.OrderedSet, function.Window:
			x, err = b.funcCall(s, call)
			return nil, nil, x, err
		}
	}
	x, err = b.finishCall(c.call, c.args, call.Variadic, call.NamePos, call)
	return nil, nil, x, err
}

// tableColumns names and types the columns of a set-returning call.
func (b *binder) tableColumns(fn *function.Function, args []scalar.Expr, x scalar.Expr, name string, defs []*ast.ColumnDef, f *ast.RowsFromItem) (*logical.TableCall, error) {
	call := &logical.TableCall{Fn: fn, Args: args}
	add := func(name string, t types.Type) {
		call.Cols = append(call.Cols, logical.Column{ID: b.ids.Column(), Name: name, Type: t})
	}
	t := x.Type()
	switch {
	case len(fn.Columns) > 0:
		if defs != nil {
			return nil, b.errAt(defs[0].Pos, sqlerr.SyntaxError, `a column definition list is redundant for a function with OUT parameters`)
		}
		for i, c := range fn.Columns {
			n := c.Name
			if n == "" {
				n = "column" + strconv.Itoa(i+1)
			}
			ct := types.New(c.Type)
			if c.Type == types.AnyElementOID && len(args) > 0 {
				if el := args[0].Type().Elem(); el.OID != 0 {
					ct = types.New(el.OID)
				}
			}
			add(n, ct)
		}
	case t.OID == types.RecordOID:
		if defs == nil {
			return nil, b.errAt(loc(f.Call), sqlerr.SyntaxError, `a column definition list is required for functions returning "record"`)
		}
		for _, d := range defs {
			ct, err := b.typeName(d.Type)
			if err != nil {
				return nil, err
			}
			add(d.Name.Name, ct)
		}
	default:
		if defs != nil {
			return nil, b.errAt(defs[0].Pos, sqlerr.SyntaxError, `a column definition list is only allowed for functions returning "record"`)
		}
		add(name, t)
	}
	return call, nil
}

// fromReader binds read_parquet('…', option => value) and its kin.
func (b *binder) fromReader(r *ast.FunctionRef, f *ast.FuncCall, s *scope) (*source, error) {
	if r.Ordinality {
		return nil, b.errAt(r.Pos, sqlerr.FeatureNotSupported, "WITH ORDINALITY is not supported for %s", f.Name.Object())
	}
	var patterns []string
	options := map[string]string{}
	for i, a := range f.Args {
		if n, ok := a.(*ast.NamedArg); ok {
			v, err := b.optionText(s, n.Value)
			if err != nil {
				return nil, err
			}
			options[n.Name.Name] = v
			continue
		}
		if i > 0 {
			return nil, b.errAt(a.Span().Pos, sqlerr.UndefinedFunction, "%s takes one path, or an array of paths, and named options", f.Name.Object())
		}
		list, err := b.pathList(s, a)
		if err != nil {
			return nil, err
		}
		patterns = list
	}
	if len(patterns) == 0 {
		return nil, b.errAt(f.NamePos, sqlerr.UndefinedFunction, "function %s() does not exist", f.Name.Object()).
			WithHint("Give it the path of a file, or a pattern of paths.")
	}
	rel, src, err := b.files(f.Args[0].Span().Pos, patterns, f.Name.Object(), options)
	if err != nil {
		return nil, err
	}
	scan := b.scan(rel, src)
	it := b.newItem(s, f.Name.Object(), scan.Cols, nil)
	it.rel, it.schema = rel, rel.Schema
	if err := b.rename(it, r.Alias); err != nil {
		return nil, err
	}
	scan.Alias = it.name
	return single(scan, it), nil
}

// pathList is a path, or an array of paths.
func (b *binder) pathList(s *scope, e ast.Expr) ([]string, error) {
	if a, ok := e.(*ast.Array); ok {
		var out []string
		for _, x := range a.Elems {
			p, err := b.optionText(s, x)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
		return out, nil
	}
	p, err := b.optionText(s, e)
	return []string{p}, err
}

// optionText is a constant as text; an array of them is a JSON array.
func (b *binder) optionText(s *scope, e ast.Expr) (string, error) {
	if a, ok := e.(*ast.Array); ok {
		list := []string{}
		for _, x := range a.Elems {
			v, err := b.optionText(s, x)
			if err != nil {
				return "", err
			}
			list = append(list, v)
		}
		text, err := json.Marshal(list)
		return string(text), err
	}
	x, err := b.expr(s, e)
	if err != nil {
		return "", err
	}
	if c, ok := x.(*scalar.Const); ok && !c.Value.Null {
		switch c.Typ.OID {
		case types.UnknownOID, types.TextOID, types.VarcharOID:
			return c.Value.S, nil
		case types.BoolOID:
			return strconv.FormatBool(c.Value.True()), nil
		case types.Int4OID, types.Int8OID:
			return strconv.FormatInt(c.Value.I, 10), nil
		}
	}
	return "", b.errAt(loc(e), sqlerr.FeatureNotSupported, "paths and options of files must be constants")
}
