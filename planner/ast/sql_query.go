package ast

import "fmt"

// subquery writes a query in parentheses.
func (w *writer) subquery(q *Query) {
	w.s("(")
	w.query(q)
	w.s(")")
}

func (w *writer) query(q *Query) {
	if q.With != nil {
		w.with(q.With)
		w.s(" ")
	}
	w.body(q.Body)
	if q.OrderBy != nil {
		w.s(" ")
		w.orderBy(q.OrderBy)
	}
	if l := q.Limit; l != nil {
		switch {
		case l.WithTies:
			w.s(" FETCH FIRST ")
			if l.Count != nil {
				w.expr(l.Count, levelPrimary)
			}
			w.s(" ROWS WITH TIES")
		case l.Count == nil:
			w.s(" LIMIT ALL")
		default:
			w.s(" LIMIT ")
			w.expr(l.Count, 0)
		}
	}
	if q.Offset != nil {
		w.s(" OFFSET ")
		w.expr(q.Offset, 0)
	}
	for i := range q.Locking {
		w.locking(&q.Locking[i])
	}
}

func (w *writer) locking(l *Locking) {
	w.s(" FOR ", [...]string{"KEY SHARE", "SHARE", "NO KEY UPDATE", "UPDATE"}[l.Strength])
	if l.Of != nil {
		w.s(" OF ")
		w.names(l.Of)
	}
	w.s([...]string{"", " NOWAIT", " SKIP LOCKED"}[l.Wait])
}

func (w *writer) body(b Body) {
	switch b := b.(type) {
	case *Select:
		w.selectCore(b)
	case *Values:
		w.s("VALUES ")
		w.list(len(b.Rows), func(i int) { w.paren(b.Rows[i]) })
	case *SetOp:
		w.setOp(b)
	case *Query:
		w.subquery(b)
	default:
		panic(fmt.Sprintf("ast: no SQL for %T", b))
	}
}

func (w *writer) setOp(s *SetOp) {
	tight := func(kind SetOpKind) int {
		if kind == Intersect {
			return 1
		}
		return 0
	}
	operand := func(b Body, min int) {
		if o, ok := b.(*SetOp); ok && tight(o.Kind) < min {
			w.s("(")
			w.body(b)
			w.s(")")
			return
		}
		w.body(b)
	}
	l := tight(s.Kind)
	operand(s.Left, l)
	w.s([...]string{" UNION ", " INTERSECT ", " EXCEPT "}[s.Kind])
	w.flag(s.All, "ALL ")
	operand(s.Right, l+1)
}

func (w *writer) selectCore(s *Select) {
	w.s("SELECT")
	w.flag(s.Distinct, " DISTINCT")
	if s.DistinctOn != nil {
		w.s(" ON ")
		w.paren(s.DistinctOn)
	}
	if s.Targets != nil {
		w.s(" ")
		w.targets(s.Targets)
	}
	if i := s.Into; i != nil {
		w.s(" INTO ", [...]string{"", "TEMPORARY ", "UNLOGGED "}[i.Persistence], "TABLE ")
		w.name(&i.Name)
	}
	if s.From != nil {
		w.s(" FROM ")
		w.from(s.From)
	}
	w.where(s.Where)
	if g := s.GroupBy; g != nil {
		w.s(" GROUP BY")
		w.flag(g.All, " ALL")
		w.flag(g.Distinct, " DISTINCT")
		if g.Items != nil {
			w.s(" ")
			w.exprs(g.Items)
		}
	}
	if s.Having != nil {
		w.s(" HAVING ")
		w.expr(s.Having, 0)
	}
	if s.Windows != nil {
		w.s(" WINDOW ")
		w.list(len(s.Windows), func(i int) {
			w.ident(s.Windows[i].Name)
			w.s(" AS ")
			w.windowSpec(s.Windows[i])
		})
	}
	if s.Qualify != nil {
		w.s(" QUALIFY ")
		w.expr(s.Qualify, 0)
	}
}

func (w *writer) where(x Expr) {
	if x != nil {
		w.s(" WHERE ")
		w.expr(x, 0)
	}
}

func (w *writer) targets(ts []*Target) {
	w.list(len(ts), func(i int) { w.target(ts[i]) })
}

func (w *writer) target(t *Target) {
	w.expr(t.Value, 0)
	w.optIdent(" AS ", t.Alias)
}

func (w *writer) with(c *With) {
	w.s("WITH ")
	w.flag(c.Recursive, "RECURSIVE ")
	w.list(len(c.CTEs), func(i int) { w.cte(c.CTEs[i]) })
}

func (w *writer) cte(c *CTE) {
	w.ident(c.Name)
	w.parenIdents("", c.Columns)
	w.s(" AS ", [...]string{"", "MATERIALIZED ", "NOT MATERIALIZED "}[c.Materialized], "(")
	w.statement(c.Stmt)
	w.s(")")
	if s := c.Search; s != nil {
		if s.Breadth {
			w.s(" SEARCH BREADTH FIRST BY ")
		} else {
			w.s(" SEARCH DEPTH FIRST BY ")
		}
		w.idents(s.Columns)
		w.s(" SET ")
		w.ident(s.Set)
	}
	if y := c.Cycle; y != nil {
		w.s(" CYCLE ")
		w.idents(y.Columns)
		w.s(" SET ")
		w.ident(y.Mark)
		if y.To != nil {
			w.s(" TO ")
			w.expr(y.To, 0)
			w.s(" DEFAULT ")
			w.expr(y.Default, 0)
		}
		w.s(" USING ")
		w.ident(y.Path)
	}
}

func (w *writer) from(items []FromItem) {
	w.list(len(items), func(i int) { w.fromItem(items[i]) })
}

func (w *writer) fromItem(f FromItem) {
	switch f := f.(type) {
	case *Relation:
		w.relation(f)
	case *SubqueryRef:
		w.flag(f.Lateral, "LATERAL ")
		w.subquery(f.Query)
		w.alias(f.Alias)
	case *FunctionRef:
		w.functionRef(f)
	case *Join:
		w.join(f)
	case *TableFunc:
		w.flag(f.Lateral, "LATERAL ")
		w.s(f.Text)
		w.alias(f.Alias)
	default:
		panic(fmt.Sprintf("ast: no SQL for %T", f))
	}
}

func (w *writer) relation(r *Relation) {
	w.flag(r.Only, "ONLY ")
	if r.Path {
		w.lit(r.Name.Object())
	} else {
		w.name(&r.Name)
	}
	w.alias(r.Alias)
	if s := r.Sample; s != nil {
		w.s(" TABLESAMPLE ")
		w.name(&s.Method)
		w.paren(s.Args)
		if s.Repeatable != nil {
			w.s(" REPEATABLE (")
			w.expr(s.Repeatable, 0)
			w.s(")")
		}
	}
}

func (w *writer) alias(a *Alias) {
	if a == nil {
		return
	}
	w.s(" AS ")
	if a.Name.Name != "" {
		w.ident(a.Name)
	}
	w.parenIdents("", a.Columns)
	w.columnDefs(a.ColumnDefs)
}

// columnDefs writes the column definitions of a function in FROM.
func (w *writer) columnDefs(defs []*ColumnDef) {
	if defs == nil {
		return
	}
	w.s("(")
	w.list(len(defs), func(i int) { w.columnDef(defs[i]) })
	w.s(")")
}

func (w *writer) functionRef(f *FunctionRef) {
	w.flag(f.Lateral, "LATERAL ")
	if f.RowsFrom {
		w.s("ROWS FROM (")
		w.list(len(f.Funcs), func(i int) {
			w.expr(f.Funcs[i].Call, 0)
			if f.Funcs[i].ColumnDefs != nil {
				w.s(" AS ")
				w.columnDefs(f.Funcs[i].ColumnDefs)
			}
		})
		w.s(")")
	} else {
		w.expr(f.Funcs[0].Call, 0)
	}
	w.flag(f.Ordinality, " WITH ORDINALITY")
	w.alias(f.Alias)
}

func (w *writer) join(j *Join) {
	w.flag(j.Alias != nil, "(")
	w.fromItem(j.Left)
	w.flag(j.Natural, " NATURAL")
	w.flag(j.Asof, " ASOF")
	w.s([...]string{" JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ", " CROSS JOIN ", " SEMI JOIN ", " ANTI JOIN "}[j.Kind])
	if r, ok := j.Right.(*Join); ok && r.Alias == nil {
		w.s("(")
		w.join(r)
		w.s(")")
	} else {
		w.fromItem(j.Right)
	}
	if j.On != nil {
		w.s(" ON ")
		w.expr(j.On, 0)
	}
	w.parenIdents(" USING ", j.Using)
	w.optIdent(" AS ", j.UsingAlias)
	if j.Alias != nil {
		w.s(")")
		w.alias(j.Alias)
	}
}
