package memory

import (
	"context"
	"slices"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// change is one entry of a transaction's log: it makes the next shared state
// and fails where it does not apply any more.
type change func(*state) (*state, error)

// txn works on its own states; see the package comment.
type txn struct {
	cat    *Catalog
	level  catalog.Isolation
	base   *state // shared state that log starts from
	shared *state // base with log applied
	log    []change
	space  *temporary
	temp   *state
	saves  []savepoint
	over   bool
}

type savepoint struct {
	name   string
	shared *state
	base   *state
	log    int
	temp   *state
}

func (t *txn) View(ctx context.Context) (catalog.View, error) {
	if t.level == catalog.ReadCommitted {
		base, err := t.cat.state(ctx)
		if err != nil {
			return nil, err
		}
		if err := t.rebase(base); err != nil {
			return nil, err
		}
	}
	return t.viewOf(t.shared), nil
}

// rebase puts the log on a newer base.
func (t *txn) rebase(base *state) error {
	if base == t.base {
		return nil
	}
	s := base
	for _, c := range t.log {
		next, err := c(s)
		if err != nil {
			return err
		}
		s = next
	}
	t.base, t.shared = base, s
	return nil
}

func (t *txn) apply(temp bool, c change) error {
	if temp {
		next, err := c(t.temp)
		if err == nil {
			t.temp = next
		}
		return err
	}
	next, err := c(t.shared)
	if err != nil {
		return err
	}
	t.shared = next
	t.log = append(t.log, c)
	return nil
}

func (t *txn) isTemp(oid types.OID) bool {
	_, ok := t.temp.tables[oid]
	return ok
}

func (t *txn) CreateSchema(s catalog.Schema) error {
	if s.OID == 0 {
		s.OID = t.cat.nextOID(SchemaKind, false)
	}
	return t.apply(false, func(st *state) (*state, error) { return st.withSchema(s) })
}

func (t *txn) DropSchema(nm string) error {
	return t.apply(false, func(st *state) (*state, error) { return st.withoutSchema(nm) })
}

func (t *txn) RenameSchema(nm, to string) error {
	return t.apply(false, func(st *state) (*state, error) { return st.withRenamedSchema(nm, to) })
}

func (t *txn) CreateRelation(r *catalog.Relation) (*catalog.Relation, error) {
	rel := *r
	if rel.Temporary {
		rel.Schema = TempSchema
	}
	rel.OID = t.cat.nextOID(rel.Kind, rel.Schema == TempSchema)
	t.number(&rel)
	err := t.apply(rel.Schema == TempSchema, func(st *state) (*state, error) { return st.withRelation(&rel) })
	return &rel, err
}

func (t *txn) ReplaceRelation(r *catalog.Relation) error {
	rel := *r
	t.number(&rel)
	return t.apply(t.isTemp(r.OID), func(st *state) (*state, error) { return st.withReplaced(&rel) })
}

// number gives OIDs to constraints that have none yet.
func (t *txn) number(rel *catalog.Relation) {
	rel.Constraints = slices.Clone(rel.Constraints)
	for i := range rel.Constraints {
		if c := &rel.Constraints[i]; c.Kind == 'f' && c.RefRelation == 0 { // of a new table to itself
			c.RefRelation = rel.OID
		}
		if rel.Constraints[i].OID == 0 {
			rel.Constraints[i].OID = t.cat.nextOID(ConstraintKind, rel.Schema == TempSchema)
		}
	}
}

func (t *txn) DropRelation(oid types.OID) error {
	return t.apply(t.isTemp(oid), func(st *state) (*state, error) { return st.withoutRelation(oid) })
}

func (t *txn) AlterColumns(oid types.OID, cols []catalog.Column, rewrite func([]*column.Column, int) ([]*column.Column, error)) error {
	// A commit that finds others ahead applies this anew. Rows that are the same
	// then keep what they were made to, since rewrite may draw from a sequence.
	made := map[int64]rewritten{}
	return t.apply(t.isTemp(oid), func(st *state) (*state, error) {
		tab, ok := st.tables[oid]
		if !ok {
			return nil, gone("")
		}
		rel := *tab.rel
		rel.Columns = cols
		next, err := st.withReplaced(&rel)
		if err != nil || rewrite == nil {
			return next, err
		}
		segments := make([]*catalog.Segment, len(tab.segments))
		for i, s := range tab.segments {
			if m, ok := made[s.ID]; ok && m.of(s) {
				segments[i] = m.to
				continue
			}
			seg := *s
			seg.Keys = new(sync.Map)
			cols := s.Columns
			if s.Deleted != nil { // what is gone need not meet anything: new rows under a new identity
				var live []int32
				for r := range s.Rows {
					if !column.Bit(s.Deleted, r) {
						live = append(live, int32(r))
					}
				}
				cols = make([]*column.Column, len(s.Columns))
				for k, c := range s.Columns {
					cols[k] = column.Gather(c, live)
				}
				seg.ID, seg.Rows, seg.Deleted = t.cat.segments.Add(1), len(live), nil
			}
			if seg.Columns, err = rewrite(cols, seg.Rows); err != nil {
				return nil, err
			}
			segments[i] = &seg
			made[s.ID] = rewritten{from: s, to: &seg}
		}
		return next.withRows(oid, segments, tab.rows)
	})
}

// rewritten is a segment and what AlterColumns made of it.
type rewritten struct{ from, to *catalog.Segment }

// of says whether s holds the rows that were rewritten.
func (r rewritten) of(s *catalog.Segment) bool {
	return slices.Equal(r.from.Columns, s.Columns) && slices.Equal(r.from.Deleted, s.Deleted)
}

func (t *txn) Append(_ context.Context, oid types.OID, cols []*column.Column, n int) error {
	if n == 0 {
		return nil
	}
	seg := &catalog.Segment{ID: t.cat.segments.Add(1), Rows: n, Columns: cols, Keys: new(sync.Map)}
	return t.apply(t.isTemp(oid), func(st *state) (*state, error) { return st.withAppended(oid, seg) })
}

func (t *txn) Delete(_ context.Context, oid types.OID, rows []catalog.RowID) (int, error) {
	temp := t.isTemp(oid)
	from := t.shared
	if temp {
		from = t.temp
	}
	next, n, err := from.withDeleted(oid, rows, false)
	if err != nil || n == 0 {
		return n, err
	}
	if temp {
		t.temp = next
		return n, nil
	}
	kept := slices.Clone(rows)
	t.shared = next
	t.log = append(t.log, func(st *state) (*state, error) {
		s, _, err := st.withDeleted(oid, kept, true)
		return s, err
	})
	return n, nil
}

func (t *txn) Truncate(_ context.Context, oid types.OID) error {
	return t.apply(t.isTemp(oid), func(st *state) (*state, error) { return st.withRows(oid, nil, 0) })
}

func (t *txn) viewOf(shared *state) *view {
	return &view{shared: shared, temp: t.temp, sequences: &t.cat.sequences}
}

func (t *txn) Peek() catalog.View { return t.viewOf(t.shared) }

func (t *txn) Guard(_ context.Context, rel types.OID, check func(catalog.View) error) error {
	if t.isTemp(rel) { // nobody else changes it
		return check(t.Peek())
	}
	return t.apply(false, func(st *state) (*state, error) { return st, check(t.viewOf(st)) })
}

func (t *txn) Sequences() catalog.Sequences { return &t.cat.sequences }

func (t *txn) Savepoint(nm string) {
	t.saves = append(t.saves, savepoint{nm, t.shared, t.base, len(t.log), t.temp})
}

func (t *txn) find(nm string) int {
	for i := len(t.saves) - 1; i >= 0; i-- {
		if t.saves[i].name == nm {
			return i
		}
	}
	return -1
}

func (t *txn) RollbackTo(nm string) bool {
	i := t.find(nm)
	if i < 0 {
		return false
	}
	s := t.saves[i]
	t.shared, t.base, t.log, t.temp = s.shared, s.base, t.log[:s.log:s.log], s.temp
	t.saves = t.saves[:i+1]
	return true
}

func (t *txn) Release(nm string) bool {
	i := t.find(nm)
	if i < 0 {
		return false
	}
	t.saves = t.saves[:i]
	return true
}

func (t *txn) Commit(ctx context.Context) error {
	if t.over {
		return sqlerr.New(sqlerr.InvalidTransactionState, "transaction is over")
	}
	t.over = true
	if len(t.log) > 0 {
		t.cat.mu.Lock()
		defer t.cat.mu.Unlock()
		base, err := t.cat.refreshed(ctx)
		if err != nil {
			return err
		}
		if err := t.rebase(base); err != nil {
			return err
		}
		t.shared = t.shared.compacted(base)
		if k := t.cat.keeper; k != nil && base.version != t.shared.version {
			if err := k.Commit(ctx, base.contents(), t.shared.contents()); err != nil {
				return err
			}
		}
		t.cat.mu.current = t.shared
	}
	t.space.state = t.temp.compacted(t.space.state)
	return nil
}

func (t *txn) Rollback() error {
	t.over = true
	return nil
}
