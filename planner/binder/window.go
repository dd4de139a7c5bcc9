package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// windowCall binds a window function, or an aggregate with OVER. Its column
// is computed over the grouped rows of this query.
func (b *binder) windowCall(s *scope, c *boundCall) (scalar.Expr, error) {
	e := c.node
	if why := refuseWindow(s.kind); why != "" {
		return nil, b.errAt(e.NamePos, sqlerr.WindowingError, "%s", why)
	}
	st := s.sel
	switch {
	case st == nil:
		return nil, b.errAt(e.NamePos, sqlerr.WindowingError, "window functions are not allowed here")
	case st.inAggregate:
		return nil, b.errAt(e.NamePos, sqlerr.GroupingError, "aggregate function calls cannot contain window function calls")
	case st.inWindow:
		return nil, b.errAt(e.NamePos, sqlerr.WindowingError, "window function calls cannot be nested")
	}
	call := &scalar.WindowCall{
		Agg:         &scalar.Aggregate{Fn: c.call.Fn, Pos: scalar.Pos(e.NamePos)},
		IgnoreNulls: e.IgnoreNulls,
	}
	if err := b.aggregateParts(s, c, call.Agg); err != nil {
		return nil, err
	}
	if e.IgnoreNulls {
		switch c.call.Fn.Name {
		case "lag", "lead", "first_value", "last_value", "nth_value":
		default:
			return nil, b.errAt(e.NamePos, sqlerr.FeatureNotSupported, "function %s does not accept RESPECT/IGNORE NULLS", c.call.Fn.Name)
		}
	}
	spec, err := b.windowSpec(s, st, e)
	if err != nil {
		return nil, err
	}
	call.Partition, call.Order, call.Frame = spec.partition, spec.order, spec.frame
	for _, w := range st.wins {
		if w.Call.Equal(call) && b.stableAggregate(call.Agg) {
			return w.Col.Ref(), nil
		}
	}
	col := logical.Column{ID: b.ids.Column(), Name: c.call.Fn.Name, Type: call.Agg.Typ, NotNull: neverNull(c.call.Fn)}
	st.wins = append(st.wins, logical.WindowItem{Col: col, Call: call})
	st.made.Add(col.ID)
	return &scalar.Column{ID: col.ID, Typ: col.Type, Name: col.Name, Pos: scalar.Pos(e.NamePos)}, nil
}

func neverNull(f *function.Function) bool {
	switch f.Name {
	case "count", "row_number", "rank", "dense_rank", "percent_rank", "cume_dist":
		return true
	}
	return false
}

type windowSpec struct {
	partition []scalar.Expr
	order     []scalar.SortKey
	orderBy   []ast.SortItem
	frame     scalar.Frame
	framed    bool
}

// windowSpec resolves OVER: a name, or a specification that may refine one.
func (b *binder) windowSpec(s *scope, st *selection, e *ast.FuncCall) (*windowSpec, error) {
	if e.OverName.Name != "" {
		def := findWindow(st.windows, e.OverName.Name)
		if def == nil {
			return nil, b.errAt(e.OverName.Pos, sqlerr.UndefinedObject, `window %s does not exist`, sqlerr.Quote(e.OverName.Name))
		}
		return b.windowDef(s, st, def)
	}
	return b.windowDef(s, st, e.Over)
}

func findWindow(list []*ast.WindowDef, name string) *ast.WindowDef {
	for _, w := range list {
		if w.Name.Name == name {
			return w
		}
	}
	return nil
}

// checkWindows refuses names that the WINDOW clause defines twice, and binds
// windows that no function uses, for their errors.
func (b *binder) checkWindows(s *scope, st *selection) error {
	for i, w := range st.windows {
		if findWindow(st.windows[:i], w.Name.Name) != nil {
			return b.errAt(b.windowPos(w), sqlerr.WindowingError, `window %s is already defined`, sqlerr.Quote(w.Name.Name))
		}
		if st.usedWindows[w] {
			continue
		}
		if _, err := b.windowDef(s, st, w); err != nil {
			return err
		}
	}
	return nil
}

// windowPos is where a window's specification starts: after its name in WINDOW.
func (b *binder) windowPos(w *ast.WindowDef) int32 {
	if w.Name.Name == "" || int(w.Name.End) > len(b.sql) {
		return w.Pos
	}
	if i := strings.IndexByte(b.sql[w.Name.End:], '('); i >= 0 {
		return w.Name.End + int32(i)
	}
	return w.Pos
}

func (b *binder) windowDef(s *scope, st *selection, def *ast.WindowDef) (*windowSpec, error) {
	out := &windowSpec{}
	if def.Name.Name != "" {
		if st.usedWindows == nil {
			st.usedWindows = make(map[*ast.WindowDef]bool)
		}
		st.usedWindows[def] = true
	}
	if def.Base.Name != "" {
		base, err := b.baseWindow(s, st, def)
		if err != nil {
			return nil, err
		}
		out.partition, out.order, out.orderBy = base.partition, base.order, base.orderBy
	}
	kind := s.kind
	defer func() { s.kind = kind }()
	s.kind = inWindowPartition
	for _, p := range def.PartitionBy {
		x, err := b.expr(s, p)
		if err != nil {
			return nil, err
		}
		if x, err = b.knownOrText(x, p); err != nil {
			return nil, err
		}
		if err := b.hashable(x.Type(), loc(p)); err != nil {
			return nil, err
		}
		out.partition = append(out.partition, x)
	}
	s.kind = inWindowOrder
	if len(def.OrderBy) > 0 {
		keys, err := b.sortList(s, def.OrderBy)
		if err != nil {
			return nil, err
		}
		out.order, out.orderBy = keys, def.OrderBy
	}
	out.frame = scalar.Frame{Unit: scalar.Range, Start: scalar.UnboundedPreceding, End: scalar.CurrentRow}
	if def.Frame != nil {
		out.framed = true
		if err := b.frame(s, def, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// baseWindow is the window that def refines: only one without a frame, and
// def may add an ORDER BY to it where it has none.
func (b *binder) baseWindow(s *scope, st *selection, def *ast.WindowDef) (*windowSpec, error) {
	name := def.Base.Name
	list := st.windows
	for i, w := range list {
		if w == def {
			list = list[:i] // a named window sees those before it
		}
	}
	base := findWindow(list, name)
	if base == nil {
		return nil, b.errAt(b.windowPos(def), sqlerr.UndefinedObject, `window %s does not exist`, sqlerr.Quote(name))
	}
	spec, err := b.windowDef(s, st, base)
	if err != nil {
		return nil, err
	}
	switch {
	case len(def.PartitionBy) > 0:
		return nil, b.errAt(b.windowPos(def), sqlerr.WindowingError, `cannot override PARTITION BY clause of window %s`, sqlerr.Quote(name))
	case len(def.OrderBy) > 0 && len(spec.order) > 0:
		return nil, b.errAt(b.windowPos(def), sqlerr.WindowingError, `cannot override ORDER BY clause of window %s`, sqlerr.Quote(name))
	case spec.framed:
		e := b.errAt(b.windowPos(def), sqlerr.WindowingError, `cannot copy window %s because it has a frame clause`, sqlerr.Quote(name))
		if len(def.OrderBy) == 0 && def.Frame == nil {
			e.WithHint("Omit the parentheses in this OVER clause.")
		}
		return nil, e
	}
	return spec, nil
}

var boundKinds = [...]scalar.BoundKind{
	ast.BoundUnboundedPreceding: scalar.UnboundedPreceding, ast.BoundPreceding: scalar.Preceding, ast.BoundCurrentRow: scalar.CurrentRow,
	ast.BoundFollowing: scalar.Following, ast.BoundUnboundedFollowing: scalar.UnboundedFollowing,
}

func (b *binder) frame(s *scope, def *ast.WindowDef, w *windowSpec) error {
	f := def.Frame
	out := scalar.Frame{
		Unit:  [...]scalar.FrameUnit{ast.FrameRange: scalar.Range, ast.FrameRows: scalar.Rows, ast.FrameGroups: scalar.Groups}[f.Mode],
		Start: boundKinds[f.Start], End: boundKinds[f.End],
		Exclude: [...]scalar.Exclusion{ast.ExcludeNoOthers: scalar.ExcludeNone, ast.ExcludeCurrentRow: scalar.ExcludeCurrentRow,
			ast.ExcludeGroup: scalar.ExcludeGroup, ast.ExcludeTies: scalar.ExcludeTies}[f.Exclude],
	}
	if out.Unit == scalar.Groups && len(w.order) == 0 {
		return b.errAt(b.windowPos(def), sqlerr.WindowingError, "GROUPS mode requires an ORDER BY clause")
	}
	offsets := f.StartOffset != nil || f.EndOffset != nil
	if out.Unit == scalar.Range && offsets {
		if len(w.order) != 1 {
			return b.errAt(b.windowPos(def), sqlerr.WindowingError, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
		}
		if err := b.rangeFrame(s, f, w, &out); err != nil {
			return err
		}
		w.frame = out
		return nil
	}
	kind := inFrameRows
	if out.Unit == scalar.Groups {
		kind = inFrameGroups
	}
	for _, o := range [...]struct {
		from ast.Expr
		to   *scalar.Expr
	}{{f.StartOffset, &out.StartOffset}, {f.EndOffset, &out.EndOffset}} {
		if o.from == nil {
			continue
		}
		x, err := b.exprKind(s, o.from, kind)
		if err != nil {
			return err
		}
		word := "ROWS"
		if kind == inFrameGroups {
			word = "GROUPS"
		}
		if x, err = b.coerceTo(x, types.New(types.Int8OID), word, o.from); err != nil {
			return err
		}
		if err := b.noLocalColumns(s, x, word); err != nil {
			return err
		}
		*o.to = x
	}
	w.frame = out
	return nil
}

// rangeFrame binds offsets of RANGE: the frame's ends are the order key plus
// or minus the offset, computed per row. Key and ends are widened to a type
// in which the sum is exact.
func (b *binder) rangeFrame(s *scope, f *ast.Frame, w *windowSpec, out *scalar.Frame) error {
	key := w.order[0].Expr
	wide, offset := rangeTypes(key.Type())
	if wide == 0 {
		at := f.StartOffset
		if at == nil {
			at = f.EndOffset
		}
		return b.errAt(loc(at), sqlerr.FeatureNotSupported, "RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s",
			types.FormatType(key.Type().OID, -1))
	}
	keyType := key.Type()
	key, err := b.coerce(key, types.New(wide), implicit, -1)
	if err != nil {
		return err
	}
	w.order = []scalar.SortKey{{Expr: key, Desc: w.order[0].Desc, NullsFirst: w.order[0].NullsFirst}}
	bound := func(n ast.Expr, kind scalar.BoundKind) (off, at scalar.Expr, err error) {
		if n == nil {
			return nil, nil, nil
		}
		x, err := b.exprKind(s, n, inFrameRange)
		if err != nil {
			return nil, nil, err
		}
		if err := b.noLocalColumns(s, x, "RANGE"); err != nil {
			return nil, nil, err
		}
		if x.Type().OID == types.UnknownOID && offset == types.Int8OID { // read as the key's own type
			if x, err = b.coerce(x, types.New(keyType.OID), implicit, loc(n)); err != nil {
				return nil, nil, err
			}
		}
		from := x.Type()
		x, ok, err := b.tryCoerce(x, offset, implicit, loc(n))
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			return nil, nil, b.errAt(loc(n), sqlerr.FeatureNotSupported,
				"RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s and offset type %s",
				types.FormatType(keyType.OID, -1), types.FormatType(from.OID, -1)).
				WithHint("Cast the offset value to an appropriate type.")
		}
		op := "+"
		if (kind == scalar.Preceding) != w.order[0].Desc {
			op = "-"
		}
		c, err := b.operator(op, key, x, loc(n))
		return x, c, err
	}
	if out.StartOffset, out.StartBound, err = bound(f.StartOffset, out.Start); err != nil {
		return err
	}
	out.EndOffset, out.EndBound, err = bound(f.EndOffset, out.End)
	return err
}

// rangeTypes are the type in which an order key is compared under RANGE with
// offsets, and the offset's type; 0 where there is none.
func rangeTypes(t types.Type) (key, offset types.OID) {
	switch t.OID {
	case types.Int2OID, types.Int4OID, types.Int8OID:
		return types.Int8OID, types.Int8OID
	case types.Float4OID, types.Float8OID:
		return types.Float8OID, types.Float8OID
	case types.NumericOID:
		return types.NumericOID, types.NumericOID
	case types.DateOID, types.TimestampOID:
		return types.TimestampOID, types.IntervalOID
	case types.TimestamptzOID, types.TimeOID, types.IntervalOID:
		return t.OID, types.IntervalOID
	}
	return 0, 0
}
