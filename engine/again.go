package engine

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/binder"
)

// Transactions do not wait for each other: of two that change a row the one
// that commits last fails. Where such a transaction is one statement at READ
// COMMITTED nobody has to know: Postgres would have let it wait and go on with
// the row as the other left it, and running it again does just that.

// mostRuns bounds the runs; each means that another transaction came through.
const mostRuns = 1000

// Commit ends the implicit transaction that p's run is all of, in place of
// Session.Sync. p must be one that MayRunAgain; its tag is known only after.
func (p *Portal) Commit(ctx context.Context) error {
	for range mostRuns - 1 {
		err := p.s.Sync(ctx)
		if err == nil || !outrun(err) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.Start(ctx, p.newEncoder); err != nil {
			return err
		}
	}
	return p.s.Sync(ctx)
}

// MayRunAgain says whether p, which has run, only changes rows, in no
// transaction block, and has told its client nothing.
func (p *Portal) MayRunAgain() bool {
	b := p.prepared.bound
	if b == nil || p.prepared.fields != nil || p.s.tx.block || p.s.tx.level != catalog.ReadCommitted {
		return false
	}
	return b.Kind == binder.KindInsert || b.Kind == binder.KindUpdate || b.Kind == binder.KindDelete
}

// outrun says that a commit failed because another came before it.
func outrun(err error) bool {
	e, ok := sqlerr.As(err)
	return ok && e.Code == sqlerr.SerializationFailure
}
