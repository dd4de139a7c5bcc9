package mysql

import (
	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/planner/ast"
)

// query lowers anything that gives rows.
func (l *lowering) query(n tidb.Node) *ast.Query {
	switch n := n.(type) {
	case *tidb.SelectStmt:
		return l.selectQuery(n)
	case *tidb.SetOprStmt:
		return l.setQuery(n, n.With, n.SelectList, n.OrderBy, n.Limit)
	case *tidb.SetOprSelectList:
		return l.setQuery(n, n.With, n, n.OrderBy, n.Limit)
	case *tidb.SubqueryExpr:
		return l.query(n.Query)
	}
	l.refuse(n, "this query")
	return nil
}

func (l *lowering) selectQuery(n *tidb.SelectStmt) *ast.Query {
	outer, windows := l.aliases, l.windows
	defer func() { l.aliases, l.windows = outer, windows }()
	q := &ast.Query{Range: l.rng(n), With: l.with(n.With)}
	switch n.Kind {
	case tidb.SelectStmtKindTable:
		q.Body = &ast.Select{Range: q.Range, Targets: []*ast.Target{{Range: q.Range, Value: &ast.Star{Range: q.Range}}}, From: l.from(n.From)}
	case tidb.SelectStmtKindValues:
		v := &ast.Values{Range: q.Range}
		for _, row := range n.Lists {
			v.Rows = append(v.Rows, l.values(row.Values))
		}
		q.Body = v
	default:
		q.Body = l.selectBody(n)
	}
	q.OrderBy = l.orderBy(n.OrderBy)
	q.Limit, q.Offset = l.limit(n.Limit)
	q.Locking = l.locking(n.LockInfo)
	if n.SelectIntoOpt != nil {
		l.refuse(n.SelectIntoOpt, "SELECT INTO OUTFILE")
	}
	return q
}

func (l *lowering) selectBody(n *tidb.SelectStmt) *ast.Select {
	s := &ast.Select{Range: l.rng(n), Distinct: n.Distinct}
	l.aliases = map[string]tidb.ExprNode{}
	for _, f := range n.Fields.Fields {
		if f.AsName.O != "" && f.Expr != nil {
			l.aliases[f.AsName.L] = f.Expr
		}
	}
	s.From = l.from(n.From)
	if n.From != nil && len(s.From) == 1 {
		if r, ok := s.From[0].(*ast.Relation); ok && len(r.Name.Parts) == 1 && r.Name.Parts[0].Name == "dual" && !r.Name.Parts[0].Quoted {
			s.From = nil
		}
	}
	for _, f := range n.Fields.Fields {
		s.Targets = append(s.Targets, l.target(f))
	}
	if n.Where != nil {
		aliases := l.aliases
		l.aliases = nil // WHERE cannot name them
		s.Where = l.cond(n.Where)
		l.aliases = aliases
	}
	if n.GroupBy != nil {
		s.GroupBy = l.groupBy(n.GroupBy)
	}
	if n.Having != nil {
		grouped := map[string]tidb.ExprNode{}
		for name, e := range l.aliases {
			grouped[name] = e
		}
		if n.GroupBy != nil {
			for _, g := range n.GroupBy.Items {
				if c, ok := g.Expr.(*tidb.ColumnNameExpr); ok {
					delete(grouped, c.Name.Name.L)
				}
			}
		}
		all := l.aliases
		l.aliases = grouped
		s.Having = l.cond(n.Having.Expr)
		l.aliases = all
		if s.GroupBy == nil && !aggregates(n) {
			// MySQL filters the rows then.
			if s.Where == nil {
				s.Where = s.Having
			} else {
				s.Where = &ast.Logical{Range: s.Range, OpPos: s.Range.Pos, Args: []ast.Expr{s.Where, s.Having}}
			}
			s.Having = nil
		}
	}
	for i := range n.WindowSpecs {
		w := l.window(&n.WindowSpecs[i])
		w.Name = l.ident(w.Range, n.WindowSpecs[i].Name)
		s.Windows = append(s.Windows, w)
	}
	return s
}

// aggregates says whether a select list or HAVING has an aggregate.
func aggregates(n *tidb.SelectStmt) bool {
	v := &aggregateFinder{}
	for _, f := range n.Fields.Fields {
		if f.Expr != nil {
			f.Expr.Accept(v)
		}
	}
	if n.Having != nil {
		n.Having.Expr.Accept(v)
	}
	return v.found
}

type aggregateFinder struct{ found bool }

func (v *aggregateFinder) Enter(n tidb.Node) (tidb.Node, bool) {
	switch n.(type) {
	case *tidb.AggregateFuncExpr:
		v.found = true
	case *tidb.SubqueryExpr:
		return n, true
	}
	return n, false
}

func (v *aggregateFinder) Leave(n tidb.Node) (tidb.Node, bool) { return n, true }

// target names a column as MySQL does: by its alias, its column, or its text.
func (l *lowering) target(f *tidb.SelectField) *ast.Target {
	if w := f.WildCard; w != nil {
		r := l.rng(f)
		star := &ast.Star{Range: r}
		if w.Schema.O != "" {
			star.Qualifier = append(star.Qualifier, l.ident(r, w.Schema))
		}
		if w.Table.O != "" {
			star.Qualifier = append(star.Qualifier, l.ident(r, w.Table))
		}
		return &ast.Target{Range: r, Value: star}
	}
	aliases := l.aliases
	l.aliases = nil // the members of a list cannot name each other
	t := &ast.Target{Range: l.rng(f.Expr), Value: l.value(f.Expr)}
	l.aliases = aliases
	switch {
	case f.AsName.O != "":
		t.Alias = l.ident(t.Range, f.AsName)
	default:
		if _, ok := t.Value.(*ast.ColumnRef); !ok && f.Text() != "" {
			t.Alias = ast.Ident{Range: t.Range, Name: truncate(f.Text()), Quoted: true}
		}
	}
	return t
}

// truncate cuts a name to the 63 bytes that names may have, between characters.
func truncate(s string) string {
	if len(s) <= 63 {
		return s
	}
	i := 63
	for i > 0 && s[i]&0xc0 == 0x80 {
		i--
	}
	return s[:i]
}

func (l *lowering) groupBy(n *tidb.GroupByClause) *ast.GroupBy {
	g := &ast.GroupBy{Range: l.rng(n)}
	aliases := l.aliases
	l.aliases = nil // a bare alias the binder finds, after columns
	for _, item := range n.Items {
		g.Items = append(g.Items, l.ordinal(item.Expr))
	}
	l.aliases = aliases
	if n.Rollup {
		g.Items = []ast.Expr{&ast.GroupingSet{Range: g.Range, Kind: ast.GroupingRollup, Items: g.Items}}
	}
	return g
}

// ordinal is a member of GROUP BY or ORDER BY: a position, a bare name, or an
// expression, which in MySQL's ORDER BY may name aliases.
func (l *lowering) ordinal(e tidb.ExprNode) ast.Expr {
	switch e := e.(type) {
	case *tidb.PositionExpr:
		return &ast.Const{Range: l.rng(e), Kind: ast.ConstInteger, Int: int64(e.N)}
	case *tidb.ColumnNameExpr:
		aliases := l.aliases
		l.aliases = nil
		defer func() { l.aliases = aliases }()
		return l.value(e)
	case *tidb.ParenthesesExpr:
		return l.ordinal(e.Expr)
	}
	return l.value(e)
}

func (l *lowering) orderBy(n *tidb.OrderByClause) []ast.SortItem {
	if n == nil {
		return nil
	}
	return l.sortItems(n.Items)
}

// sortItems sorts NULLs first when ascending, as MySQL does.
func (l *lowering) sortItems(items []*tidb.ByItem) []ast.SortItem {
	var out []ast.SortItem
	for _, item := range items {
		s := ast.SortItem{Range: l.rng(item.Expr), X: l.ordinal(item.Expr), Direction: ast.SortAsc, Nulls: ast.NullsFirst}
		if item.Desc {
			s.Direction, s.Nulls = ast.SortDesc, ast.NullsLast
		}
		out = append(out, s)
	}
	return out
}

func (l *lowering) limit(n *tidb.Limit) (*ast.Limit, ast.Expr) {
	if n == nil {
		return nil, nil
	}
	lim := &ast.Limit{Range: l.rng(n), Count: l.value(n.Count)}
	if n.Offset == nil {
		return lim, nil
	}
	return lim, l.value(n.Offset)
}

func (l *lowering) locking(n *tidb.SelectLockInfo) []ast.Locking {
	if n == nil || n.LockType == tidb.SelectLockNone {
		return nil
	}
	k := ast.Locking{Strength: ast.LockUpdate}
	switch n.LockType {
	case tidb.SelectLockForShare, tidb.SelectLockForShareNoWait, tidb.SelectLockForShareSkipLocked:
		k.Strength = ast.LockShare
	}
	switch n.LockType {
	case tidb.SelectLockForUpdateNoWait, tidb.SelectLockForShareNoWait:
		k.Wait = ast.LockNoWait
	case tidb.SelectLockForUpdateSkipLocked, tidb.SelectLockForShareSkipLocked:
		k.Wait = ast.LockSkipLocked
	}
	for _, t := range n.Tables {
		k.Of = append(k.Of, l.tableName(t))
	}
	return []ast.Locking{k}
}

// setQuery folds a list of queries that set operators part. INTERSECT's
// precedence is in the tree already, as a list of its own.
func (l *lowering) setQuery(n tidb.Node, with *tidb.WithClause, list *tidb.SetOprSelectList, order *tidb.OrderByClause, limit *tidb.Limit) *ast.Query {
	q := &ast.Query{Range: l.rng(n), With: l.with(with)}
	for i, s := range list.Selects {
		var after *tidb.SetOprType
		switch s := s.(type) {
		case *tidb.SelectStmt:
			after = s.AfterSetOperator
		case *tidb.SetOprSelectList:
			after = s.AfterSetOperator
		}
		body := ast.Body(l.query(s))
		if inner := body.(*ast.Query); inner.With == nil && inner.OrderBy == nil && inner.Limit == nil && inner.Offset == nil && inner.Locking == nil {
			body = inner.Body
		}
		if i == 0 {
			q.Body = body
			continue
		}
		op := &ast.SetOp{Range: l.rng(s), OpPos: l.rng(s).Pos, Left: q.Body, Right: body}
		switch *after {
		case tidb.UnionAll:
			op.All = true
		case tidb.Except:
			op.Kind = ast.Except
		case tidb.ExceptAll:
			op.Kind, op.All = ast.Except, true
		case tidb.Intersect:
			op.Kind = ast.Intersect
		case tidb.IntersectAll:
			op.Kind, op.All = ast.Intersect, true
		}
		q.Body = op
	}
	aliases := l.aliases
	l.aliases = nil
	q.OrderBy = l.orderBy(order)
	l.aliases = aliases
	q.Limit, q.Offset = l.limit(limit)
	return q
}

func (l *lowering) with(n *tidb.WithClause) *ast.With {
	if n == nil {
		return nil
	}
	w := &ast.With{Range: l.rng(n), Recursive: n.IsRecursive}
	for _, c := range n.CTEs {
		r := l.rng(c)
		w.CTEs = append(w.CTEs, &ast.CTE{Range: r, Name: l.ident(r, c.Name), Columns: l.idents(r, c.ColNameList), Stmt: l.query(c.Query)})
	}
	return w
}

func (l *lowering) window(n *tidb.WindowSpec) *ast.WindowDef {
	w := &ast.WindowDef{Range: l.rng(n)}
	if n.Ref.O != "" {
		w.Base = l.ident(w.Range, n.Ref)
	}
	if n.PartitionBy != nil {
		for _, item := range n.PartitionBy.Items {
			w.PartitionBy = append(w.PartitionBy, l.value(item.Expr))
		}
	}
	if n.OrderBy != nil {
		aliases := l.aliases
		l.aliases = nil
		w.OrderBy = l.sortItems(n.OrderBy.Items)
		l.aliases = aliases
	}
	if f := n.Frame; f != nil {
		w.Frame = &ast.Frame{Range: w.Range, Between: true}
		switch f.Type {
		case tidb.Rows:
			w.Frame.Mode = ast.FrameRows
		case tidb.Groups:
			w.Frame.Mode = ast.FrameGroups
		}
		w.Frame.Start, w.Frame.StartOffset = l.bound(&f.Extent.Start)
		w.Frame.End, w.Frame.EndOffset = l.bound(&f.Extent.End)
	}
	return w
}

func (l *lowering) bound(b *tidb.FrameBound) (ast.BoundKind, ast.Expr) {
	switch {
	case b.Type == tidb.CurrentRow:
		return ast.BoundCurrentRow, nil
	case b.Type == tidb.Preceding && b.UnBounded:
		return ast.BoundUnboundedPreceding, nil
	case b.UnBounded:
		return ast.BoundUnboundedFollowing, nil
	}
	var x ast.Expr
	if b.Unit != tidb.TimeUnitInvalid {
		x = l.interval(b.Expr, b.Unit)
	} else {
		x = l.value(b.Expr)
	}
	if b.Type == tidb.Preceding {
		return ast.BoundPreceding, x
	}
	return ast.BoundFollowing, x
}
