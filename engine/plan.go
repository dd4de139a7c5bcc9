package engine

import (
	"context"
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/planner"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// plan optimises a bound plan and chooses a physical one.
func (s *Session) plan(ctx context.Context, node logical.Node, ids *logical.IDs, args []types.Datum) (physical.Node, error) {
	return planner.Plan(ctx, node, s.plannerEnv(ids, args))
}

func (s *Session) plannerEnv(ids *logical.IDs, args []types.Datum) planner.Env {
	return planner.Env{Statistics: s.tx.lastView, Evaluator: folder{s.evalEnv(args)}}
}

// folder evaluates constants for the planner.
type folder struct{ env *eval.Env }

// Evaluate implements rule.Evaluator.
func (f folder) Evaluate(_ context.Context, e scalar.Expr) (types.Datum, error) {
	return eval.ConstantIn(e, f.env)
}

// effects is what functions may do to the session.
type effects struct {
	s   *Session
	ctx context.Context // of the run: the functions that sleep end with it
	// exec is the run, whose slot a function that waits gives back; nil: no slot is held yet.
	exec *pipeline.Execution
	// view and txn are the statement's, for sequences.
	view catalog.View
	txn  catalog.Txn
}

// park gives the CPU slot of the function's worker back while wait runs.
func (x *effects) park(wait func(ctx context.Context) error) error {
	if x.exec == nil {
		return wait(x.ctx)
	}
	return x.exec.Park(x.ctx, wait)
}

// SetConfig is set_config().
func (x *effects) SetConfig(name, value string, local bool) (string, error) {
	if _, err := x.s.vars.set(name, value, local); err != nil {
		return "", err
	}
	v, _ := x.s.Setting(name)
	return v, nil
}

// Sleep is pg_sleep().
func (x *effects) Sleep(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	return x.park(func(ctx context.Context) error {
		select {
		case <-t.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// Cancel is pg_cancel_backend().
func (x *effects) Cancel(pid int32) bool { return x.s.opt.Cancel != nil && x.s.opt.Cancel(pid) }

// Terminate is pg_terminate_backend().
func (x *effects) Terminate(pid int32) bool {
	return x.s.opt.Terminate != nil && x.s.opt.Terminate(pid)
}
