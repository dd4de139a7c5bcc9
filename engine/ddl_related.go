package engine

import (
	"context"
	"strconv"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/lower"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// makeRelated makes the indexes and sequences of a table, which is there. Its
// rows must agree with unique indexes; columns at numbered take their values
// from the new sequences.
func (s *Session) makeRelated(ctx context.Context, table *catalog.Relation, made []*catalog.Relation, numbered []int) error {
	txn := s.tx.txn
	for _, m := range made {
		r := *m
		if r.Sequence != nil {
			info := *r.Sequence
			info.OwnerTable = table.OID
			r.Sequence = &info
			seq, err := txn.CreateRelation(&r)
			if err != nil {
				return err
			}
			if err := s.ownDefault(ctx, table.OID, seq, numbered); err != nil {
				return err
			}
			continue
		}
		info := *r.Index
		info.Table = table.OID
		r.Index = &info
		idx, err := txn.CreateRelation(&r)
		if err != nil {
			return err
		}
		if info.Unique {
			if err := s.checkIndex(ctx, table.OID, idx); err != nil {
				return err
			}
		}
	}
	return nil
}

// ownDefault makes a column's default the next value of a sequence, and
// numbers the rows that are there.
func (s *Session) ownDefault(ctx context.Context, table types.OID, seq *catalog.Relation, numbered []int) error {
	txn := s.tx.txn
	rel, ok := txn.Peek().RelationByOID(table)
	if !ok {
		return sqlerr.Internal("table %d is not there", table)
	}
	changed := *rel
	changed.Columns = append([]catalog.Column(nil), rel.Columns...)
	at := changed.ColumnByAttnum(seq.Sequence.OwnerColumn)
	if at < 0 {
		return sqlerr.Internal("sequence %s has no column", sqlerr.Quote(seq.Name))
	}
	changed.Columns[at].Default = "nextval('" + strconv.FormatUint(uint64(seq.OID), 10) + "'::regclass)"
	if err := txn.ReplaceRelation(&changed); err != nil {
		return err
	}
	for _, n := range numbered {
		if n != at {
			continue
		}
		made := map[*column.Column]*column.Column{}
		return txn.AlterColumns(table, changed.Columns, func(old []*column.Column, n int) ([]*column.Column, error) {
			out := append([]*column.Column(nil), old...)
			if c, ok := made[old[at]]; ok { // a replay at commit keeps the numbers
				out[at] = c
				return out, nil
			}
			vals := make([]types.Datum, n)
			for i := range vals {
				v, err := txn.Sequences().NextValue(ctx, seq)
				if err != nil {
					return nil, err
				}
				vals[i] = types.Int(changed.Columns[at].Type.Kind(), v)
			}
			out[at] = types.ColumnOf(changed.Columns[at].Type.Kind(), column.Invalid, vals)
			made[old[at]] = out[at]
			return out, nil
		})
	}
	return nil
}

// writeEnv is what checks of rows outside of a statement's plan need.
func (s *Session) writeEnv(ctx context.Context, view catalog.View) lower.Env {
	e := s.runEnv(ctx, nil)
	e.View = view
	return lower.Env{Eval: e, View: view, Txn: s.tx.txn, Session: s, Rules: s.rules(ctx, view), Defer: s.deferCheck}
}

// rules binds what tables demand of their rows.
func (s *Session) rules(ctx context.Context, view catalog.View) func(*catalog.Relation) (*logical.Rules, error) {
	return func(rel *catalog.Relation) (*logical.Rules, error) {
		return binder.Rules(ctx, binder.Env{View: view, SearchPath: s.SearchPath(), Creation: s.creationSchema(), Database: s.Database(),
			User: s.User(), Input: s.Style()}, rel)
	}
}

func (s *Session) checkIndex(ctx context.Context, table types.OID, idx *catalog.Relation) error {
	view := s.e.decorate(s.tx.txn.Peek(), s)
	rel, _ := view.RelationByOID(table)
	return lower.CheckIndex(ctx, s.writeEnv(ctx, view), rel, idx)
}

// checkForeign holds a table's rows to its foreign keys of some names.
func (s *Session) checkForeign(ctx context.Context, table types.OID, names []string) error {
	if len(names) == 0 {
		return nil
	}
	view := s.e.decorate(s.tx.txn.Peek(), s)
	rel, _ := view.RelationByOID(table)
	for i := range rel.Constraints {
		for _, n := range names {
			if c := &rel.Constraints[i]; c.Name == n && c.Kind == 'f' {
				if err := lower.CheckForeign(ctx, s.writeEnv(ctx, view), rel, c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// alterSequence changes a sequence and, with RESTART, its value.
func (s *Session) alterSequence(ctx context.Context, d *binder.AlterSequence) error {
	q := s.tx.txn.Sequences()
	state, err := q.SequenceState(ctx, d.Old)
	if err != nil {
		return err
	}
	info := d.New.Sequence
	switch {
	case d.Restart != nil:
		state = catalog.SequenceState{Last: *d.Restart}
	case state.Last < info.Min:
		return sqlerr.New(sqlerr.InvalidParameterValue, "RESTART value (%d) cannot be less than MINVALUE (%d)", state.Last, info.Min)
	case state.Last > info.Max:
		return sqlerr.New(sqlerr.InvalidParameterValue, "RESTART value (%d) cannot be greater than MAXVALUE (%d)", state.Last, info.Max)
	}
	if err := s.tx.txn.ReplaceRelation(d.New); err != nil {
		return err
	}
	return q.SetSequence(ctx, d.New, state)
}

// deferCheck takes a foreign key's check for the end of the transaction.
func (s *Session) deferCheck(c *catalog.Constraint, check func(context.Context) error) bool {
	deferred := c.Deferred
	if mode, ok := s.tx.constraints[c.OID]; ok {
		deferred = mode
	} else if s.tx.allConstraints != nil {
		deferred = *s.tx.allConstraints
	}
	if deferred {
		s.tx.deferred = append(s.tx.deferred, check)
	}
	return deferred
}

// checkDeferred makes the checks that wait for the end of the transaction.
func (s *Session) checkDeferred(ctx context.Context) error {
	checks := s.tx.deferred
	s.tx.deferred = nil
	for _, c := range checks {
		if err := c(ctx); err != nil {
			return err
		}
	}
	return nil
}

// setConstraints is SET CONSTRAINTS. IMMEDIATE makes what waits happen now.
func (s *Session) setConstraints(ctx context.Context, a *ast.SetConstraints) error {
	if !s.tx.block {
		s.noticef(sqlerr.SeverityWarning, sqlerr.NoActiveSQLTransaction, "SET CONSTRAINTS can only be used in transaction blocks")
		return nil
	}
	view, err := s.view(ctx)
	if err != nil {
		return err
	}
	if a.All {
		s.tx.constraints, s.tx.allConstraints = nil, &a.Deferred
	}
	for i := range a.Names {
		name := &a.Names[i]
		found := false
		for _, sc := range view.Schemas() {
			if name.Schema() != "" && name.Schema() != sc.Name {
				continue
			}
			for _, r := range view.Relations(sc.Name) {
				for k := range r.Constraints {
					c := &r.Constraints[k]
					if c.Name != name.Object() {
						continue
					}
					found = true
					if !c.Deferrable {
						return sqlerr.New(sqlerr.WrongObjectType, "constraint %s is not deferrable", sqlerr.Quote(c.Name))
					}
					if s.tx.constraints == nil {
						s.tx.constraints = map[types.OID]bool{}
					}
					s.tx.constraints[c.OID] = a.Deferred
				}
			}
		}
		if !found {
			return sqlerr.New(sqlerr.UndefinedObject, "constraint %s does not exist", sqlerr.Quote(name.Object()))
		}
	}
	if a.Deferred {
		return nil
	}
	return s.checkDeferred(ctx)
}
