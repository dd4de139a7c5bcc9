package binder

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// callNamed calls a function of pg_catalog that some syntax stands for.
func (b *binder) callNamed(name string, args []scalar.Expr, pos int32) (scalar.Expr, error) {
	ts := argTypes(args)
	c, err := function.Resolve("", name, ts, function.Want{})
	if err != nil {
		return nil, b.placeCall(err, pos)
	}
	return b.finishCall(c, args, false, pos, nil)
}

func argTypes(args []scalar.Expr) []types.Type {
	ts := make([]types.Type, len(args))
	for i, a := range args {
		ts[i] = a.Type()
	}
	return ts
}

// boundCall is a function call whose arguments are bound and whose function
// is resolved and checked against the way it is called.
type boundCall struct {
	call *function.Call
	args []scalar.Expr
	node *ast.FuncCall
}

// funcCall binds a call as an expression.
func (b *binder) funcCall(s *scope, e *ast.FuncCall) (scalar.Expr, error) {
	if sch := e.Name.Schema(); (sch == "" || sch == "pg_catalog") && hypothetical[e.Name.Object()] {
		switch {
		case e.WithinGroup:
			return b.hypotheticalCall(s, e)
		case e.IsWindow() && len(e.Args) > 0:
			return nil, b.errAt(e.NamePos, sqlerr.WrongObjectType, "WITHIN GROUP is required for ordered-set aggregate %s", e.Name.Object())
		}
	}
	c, err := b.resolveCall(s, e)
	if err != nil {
		return nil, err
	}
	if c.call.Fn == nil {
		return b.coerce(c.args[0], types.New(c.call.CastTo), explicit, e.NamePos)
	}
	switch c.call.Fn.Class {
	case function.Aggregate, function.OrderedSet:
		if e.IsWindow() {
			return b.windowCall(s, c)
		}
		return b.aggregateCall(s, c)
	case function.Window:
		return b.windowCall(s, c)
	case function.SetReturning:
		return b.setCall(s, c)
	}
	return b.finishCall(c.call, c.args, e.Variadic, e.NamePos, e)
}

// resolveCall binds a call's arguments and finds its function. Arguments of
// aggregates and window functions are bound under their own rules, which need
// to know the function's class; so the name decides the class first.
func (b *binder) resolveCall(s *scope, e *ast.FuncCall) (*boundCall, error) {
	if err := b.checkDatabase(&e.Name); err != nil {
		return nil, err
	}
	restore := b.enterCall(s, e)
	args, names, err := b.callArgs(s, e)
	restore()
	if err != nil {
		return nil, err
	}
	w := function.Want{Names: names, Variadic: e.Variadic, Ordered: len(e.OrderBy) > 0 && !e.WithinGroup}
	all := args
	if e.WithinGroup {
		w.Within = len(e.OrderBy)
		restore := b.enterCall(s, e)
		for i := range e.OrderBy {
			x, err := b.expr(s, e.OrderBy[i].X)
			if err != nil {
				restore()
				return nil, err
			}
			all = append(all[:len(all):len(all)], x)
		}
		restore()
	}
	c, err := function.Resolve(e.Name.Schema(), e.Name.Object(), argTypes(all), w)
	if err != nil {
		if sch := e.Name.Schema(); sch != "" && b.env.View != nil {
			if _, ok := b.env.View.Schema(sch); !ok && sch != "pg_catalog" {
				return nil, b.errAt(e.NamePos, sqlerr.InvalidSchemaName, "schema %s does not exist", sqlerr.Quote(sch))
			}
		}
		return nil, b.placeCall(nearestFunction(err, e.Name.Object()), e.NamePos)
	}
	if err := b.checkCall(e, c); err != nil {
		return nil, err
	}
	return &boundCall{call: c, args: all, node: e}, nil
}

// enterCall notes that the arguments of an aggregate or window function are
// bound, where the name says that it is one; the result undoes it.
func (b *binder) enterCall(s *scope, e *ast.FuncCall) func() {
	if s.sel == nil {
		return func() {}
	}
	class := function.Scalar
	for _, f := range function.Named(e.Name.Object()) {
		class = f.Class
		if class == function.Aggregate || class == function.OrderedSet || class == function.Window {
			break
		}
	}
	st := s.sel
	agg, win := st.inAggregate, st.inWindow
	switch {
	case e.IsWindow():
		st.inWindow = true
	case class == function.Aggregate || class == function.OrderedSet:
		st.inAggregate = true
	}
	return func() { st.inAggregate, st.inWindow = agg, win }
}

// callArgs binds the arguments of a call; names is nil where none is named.
func (b *binder) callArgs(s *scope, e *ast.FuncCall) (args []scalar.Expr, names []string, err error) {
	args = make([]scalar.Expr, 0, len(e.Args))
	for i, a := range e.Args {
		if n, ok := a.(*ast.NamedArg); ok {
			if names == nil {
				names = make([]string, len(e.Args))
			}
			for _, other := range names {
				if other == n.Name.Name {
					return nil, nil, b.errAt(n.Pos, sqlerr.SyntaxError, "argument name %s used more than once", sqlerr.Quote(other))
				}
			}
			names[i] = n.Name.Name
		} else if names != nil {
			return nil, nil, b.errAt(a.Span().Pos, sqlerr.SyntaxError, "positional argument cannot follow named argument")
		}
		x, err := b.expr(s, a)
		if err != nil {
			return nil, nil, err
		}
		args = append(args, x)
	}
	return args, names, nil
}

// checkCall refuses decorations that the function's class does not take.
func (b *binder) checkCall(e *ast.FuncCall, c *function.Call) error {
	name := e.Name.String()
	refuse := func(format string) error {
		return b.errAt(e.NamePos, sqlerr.WrongObjectType, format, name)
	}
	class := function.Scalar
	if c.Fn != nil {
		class = c.Fn.Class
	}
	switch class {
	case function.Aggregate, function.OrderedSet:
		if class == function.Aggregate {
			if e.WithinGroup {
				return refuse("%s is not an ordered-set aggregate, so it cannot have WITHIN GROUP")
			}
			if len(e.Args) == 0 && !e.Star {
				return b.errAt(e.NamePos, sqlerr.WrongObjectType, "%s(*) must be used to call a parameterless aggregate function", name)
			}
			if e.IsWindow() && e.Distinct {
				return b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "DISTINCT is not implemented for window functions")
			}
			if e.IsWindow() && len(e.OrderBy) > 0 {
				return b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "aggregate ORDER BY is not implemented for window functions")
			}
			return nil
		}
		switch {
		case !e.WithinGroup:
			return refuse("WITHIN GROUP is required for ordered-set aggregate %s")
		case e.IsWindow():
			return b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "OVER is not supported for ordered-set aggregate %s", name)
		case e.Distinct:
			return b.errAt(e.NamePos, sqlerr.SyntaxError, "cannot use DISTINCT with WITHIN GROUP")
		}
		return nil
	case function.Window:
		switch {
		case !e.IsWindow():
			return refuse("window function %s requires an OVER clause")
		case e.WithinGroup:
			return refuse("window function %s cannot have WITHIN GROUP")
		case e.Distinct:
			return b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "DISTINCT is not implemented for window functions")
		case len(e.OrderBy) > 0:
			return b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "aggregate ORDER BY is not implemented for window functions")
		case e.Filter != nil:
			return b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "FILTER is not implemented for non-aggregate window functions")
		}
		return nil
	}
	switch {
	case e.Star:
		return b.errAt(e.NamePos, sqlerr.WrongObjectType, "%s(*) specified, but %s is not an aggregate function", name, name)
	case e.Distinct:
		return refuse("DISTINCT specified, but %s is not an aggregate function")
	case e.WithinGroup:
		return refuse("WITHIN GROUP specified, but %s is not an aggregate function")
	case len(e.OrderBy) > 0:
		return refuse("ORDER BY specified, but %s is not an aggregate function")
	case e.Filter != nil:
		return refuse("FILTER specified, but %s is not an aggregate function")
	case e.IsWindow():
		return refuse("OVER specified, but %s is not a window function nor an aggregate function")
	}
	return nil
}

// coerceArgs brings actual arguments to their declared types, named ones into
// place, defaults filled in, variadic ones into an array.
func (b *binder) coerceArgs(c *function.Call, args []scalar.Expr, nodes []ast.Expr, pos int32) ([]scalar.Expr, error) {
	out := make([]scalar.Expr, len(args))
	for i, a := range args {
		p := pos
		if i < len(nodes) {
			p = loc(nodes[i])
		}
		if _, ok := a.(*scalar.Const); ok && a.Type().OID == types.UnknownOID && c.Fn.Kernel == "pg_typeof" {
			out[i] = a
			continue
		}
		x, err := b.coerceArg(a, c.Args[i], p)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	if c.Slots != nil {
		placed := make([]scalar.Expr, len(c.Slots))
		for i, at := range c.Slots {
			if at >= 0 {
				placed[i] = out[at]
				continue
			}
			d := c.Fn.DefaultArgs[len(c.Fn.DefaultArgs)-(len(c.Fn.Args)-i)]
			x, err := b.literal(&scalar.Const{Value: types.Text(d), Typ: types.New(types.UnknownOID), Pos: -1}, types.New(c.Fn.Args[i]))
			if err != nil {
				return nil, err
			}
			placed[i] = x
		}
		out = placed
	}
	if c.Spread && c.Fn.Variadic != types.AnyOID {
		n := len(c.Fn.Args) - 1
		elem := types.New(c.Args[n])
		arr := &scalar.Array{Typ: types.ArrayOf(elem)}
		for _, x := range out[n:] {
			arr.Elems = append(arr.Elems, b.retype(x, elem))
		}
		out = append(out[:n:n], arr)
	}
	return out, nil
}

// finishCall makes the call of a scalar function.
func (b *binder) finishCall(c *function.Call, args []scalar.Expr, variadic bool, pos int32, node *ast.FuncCall) (scalar.Expr, error) {
	if c.Fn == nil {
		return b.coerce(args[0], types.New(c.CastTo), explicit, pos)
	}
	var nodes []ast.Expr
	if node != nil {
		nodes = node.Args
	}
	out, err := b.coerceArgs(c, args, nodes, pos)
	if err != nil {
		return nil, err
	}
	return &scalar.Call{Fn: c.Fn, Args: out, Typ: c.ResultType(argTypes(out)), Variadic: variadic, Pos: scalar.Pos(pos)}, nil
}

// setCall binds a set-returning function in an expression: of a SELECT list
// it is computed below the list, in step with others of its depth.
func (b *binder) setCall(s *scope, c *boundCall) (scalar.Expr, error) {
	e := c.node
	if why := refuseSet(s.kind); why != "" {
		return nil, b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "%s", why)
	}
	st := s.sel
	switch {
	case st == nil || s.kind == inNothing || s.kind == inFromFunction:
		return nil, b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "set-returning functions must appear at top level of FROM")
	case st.inAggregate:
		return nil, b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "aggregate function calls cannot contain set-returning function calls").
			WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")
	case st.inWindow:
		return nil, b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "window function calls cannot contain set-returning function calls").
			WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")
	}
	args, err := b.coerceArgs(c.call, c.args, e.Args, e.NamePos)
	if err != nil {
		return nil, err
	}
	if row := st.sameSet(c.call.Fn, args); row != nil {
		st.srfPos = append(st.srfPos, e.NamePos)
		return row, nil
	}
	t := c.call.ResultType(argTypes(args))
	call, err := b.tableColumns(c.call.Fn, args, nullConst(t, -1), c.call.Fn.Name, nil, &ast.RowsFromItem{Call: e})
	if err != nil {
		return nil, err
	}
	depth := 0
	for _, a := range args {
		cols := scalar.Columns(a)
		cols.Each(func(id scalar.ColumnID) {
			if d, ok := st.srfDepth[id]; ok {
				depth = max(depth, d+1)
			}
		})
	}
	for len(st.srfs) <= depth {
		st.srfs = append(st.srfs, nil)
	}
	st.srfs[depth] = append(st.srfs[depth], *call)
	if st.srfDepth == nil {
		st.srfDepth = make(map[scalar.ColumnID]int)
	}
	st.srfPos = append(st.srfPos, e.NamePos)
	for _, col := range call.Cols {
		st.srfDepth[col.ID] = depth
		st.made.Add(col.ID)
	}
	return setResult(call, scalar.Pos(e.NamePos)), nil
}

// setResult is the value of a set-returning call in one row.
func setResult(call *logical.TableCall, pos scalar.Pos) scalar.Expr {
	row := &scalar.Row{Typ: types.New(types.RecordOID)}
	for _, col := range call.Cols {
		row.Fields = append(row.Fields, &scalar.Column{ID: col.ID, Typ: col.Type, Name: col.Name, Pos: pos})
		row.Names = append(row.Names, col.Name)
	}
	if len(row.Fields) == 1 {
		return row.Fields[0]
	}
	return row
}

// sameSet is the value of an equal call that is there already: called twice in
// step, it gives the same. So a call in GROUP BY or ORDER BY is that of the list.
func (st *selection) sameSet(fn *function.Function, args []scalar.Expr) scalar.Expr {
	if fn.Volatility == function.Volatile {
		return nil
	}
	for _, calls := range st.srfs {
	next:
		for i := range calls {
			if calls[i].Fn != fn || len(calls[i].Args) != len(args) {
				continue
			}
			for k, a := range args {
				if !scalar.Equal(a, calls[i].Args[k]) || scalar.Volatility(a) == function.Volatile {
					continue next
				}
			}
			return setResult(&calls[i], -1)
		}
	}
	return nil
}

// setMark and noSetSince find set-returning functions inside constructs that
// may leave an argument unevaluated.
func (b *binder) setMark(s *scope) int {
	if s.sel == nil {
		return 0
	}
	return len(s.sel.srfPos)
}

func (b *binder) noSetSince(s *scope, mark int, construct string) error {
	if s.sel == nil || len(s.sel.srfPos) == mark {
		return nil
	}
	return b.errAt(s.sel.srfPos[mark], sqlerr.FeatureNotSupported, "set-returning functions are not allowed in %s", construct).
		WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")
}
