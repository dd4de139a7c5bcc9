package engine

import (
	"context"
	"fmt"
	"math"

	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
)

// write runs an INSERT, UPDATE or DELETE to its end. Rows of RETURNING wait in
// the queue.
func (p *Portal) write(ctx context.Context, b *binder.Bound) error {
	n, err := p.runWrite(ctx, b.Plan, b.IDs)
	if err != nil {
		return err
	}
	switch b.Kind {
	case binder.KindInsert:
		p.tag = fmt.Sprintf("INSERT 0 %d", n)
	case binder.KindUpdate:
		p.tag = fmt.Sprintf("UPDATE %d", n)
	case binder.KindDelete:
		p.tag = fmt.Sprintf("DELETE %d", n)
	}
	return nil
}

// runWrite runs a plan that writes and says how many rows it changed.
func (p *Portal) runWrite(ctx context.Context, node logical.Node, ids *logical.IDs) (int64, error) {
	plan, err := p.s.plan(ctx, node, ids, p.args)
	if err != nil {
		return 0, err
	}
	encoder := p.newEncoder
	if encoder == nil { // CREATE TABLE AS gives no rows
		encoder = func() (Encoder, error) { return &result.Keeper{}, nil }
	}
	queue := result.NewQueue(encoder, false)
	queue.Limit(math.MaxInt) // RETURNING's rows wait until the statement has ended
	runCtx, cancel := p.s.deadline(ctx)
	defer cancel()
	r, err := p.lowered(runCtx, plan, false, queue)
	if err != nil {
		return 0, err
	}
	if err := r.run(runCtx); err != nil {
		return 0, p.s.whyEnded(runCtx, err)
	}
	queue.Finish(nil)
	p.warn()
	p.queue = queue
	return r.lowered.Affected(), nil
}
