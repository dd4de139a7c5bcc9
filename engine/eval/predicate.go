package eval

import (
	"time"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/planner/scalar"
)

// CompilePredicate makes a predicate that holds where all of preds are true.
//
// Conjuncts that cannot fail are put in the order that measurement says is
// cheapest: by cost per row over the fraction of rows dropped. Those that can
// fail, or are volatile, keep their order among themselves and come after
// everything that stood in front of them.
func CompilePredicate(preds []scalar.Expr, layout Layout, env *Env) (Predicate, error) {
	if env == nil {
		env = &Env{}
	}
	cp := &compiler{layout: layout, env: env}
	p := &conjunction{repeatable: true}
	var fixed []*conjunct
	var list []scalar.Expr
	for _, e := range preds {
		list = scalar.SplitAnd(list, e)
	}
	for _, e := range list {
		c, err := cp.condition(e)
		if err != nil {
			return nil, err
		}
		k := &conjunct{cond: c}
		volatile := scalar.Volatility(e) == function.Volatile
		p.repeatable = p.repeatable && !volatile
		if volatile || scalar.CanFail(e) {
			fixed = append(fixed, k)
		} else {
			p.list = append(p.list, k)
		}
	}
	p.free = len(p.list)
	p.list = append(p.list, fixed...)
	return p, nil
}

// conjunction is several conditions that all have to be true.
type conjunction struct {
	list       []*conjunct
	free       int // so many of list may change places
	batches    int
	repeatable bool
	f          frame
	bufs       [2][]int32
}

// conjunct is one condition and what was measured of it, decaying.
type conjunct struct {
	cond     cond
	in, kept float64 // rows
	nanos    float64
}

// rank is the cost of dropping a row.
func (c *conjunct) rank() float64 {
	return (c.nanos + 1) / (c.in - c.kept + 1e-3*c.in + 1e-9)
}

const (
	measureFirst = 4  // batches that are all measured
	measureEvery = 16 // then each so manieth
	decay        = 0.9
)

func (p *conjunction) Select(b *batch.Batch, out []int32) ([]int32, error) {
	if b.Rows() == 0 {
		return out, nil
	}
	p.f.cols, p.f.n = b.Cols, b.Len
	base := len(out)
	res, err := p.run(b.Sel, out)
	if err != nil {
		return out[:base], lowestError(err, p.repeatable, &p.f, b.Sel, func(sel []int32) error {
			_, err := p.run(sel, nil)
			return err
		})
	}
	return res, nil
}

func (p *conjunction) run(sel, out []int32) ([]int32, error) {
	measure := p.free > 1 && (p.batches < measureFirst || p.batches%measureEvery == 0)
	p.batches++
	if len(p.list) == 0 {
		return append(out, rowsOf(&p.f, sel)...), nil
	}
	cur := sel
	for k, c := range p.list {
		rows := p.f.count(cur)
		last := k == len(p.list)-1
		dst := p.bufs[k&1][:0]
		if last {
			dst = out
		}
		base := len(dst)
		var start time.Time
		if measure {
			start = time.Now()
		}
		res, err := c.cond.filter(&p.f, cur, true, dst)
		if err != nil {
			return out, err
		}
		if measure {
			c.nanos = c.nanos*decay + float64(time.Since(start).Nanoseconds())
			c.in = c.in*decay + float64(rows)
			c.kept = c.kept*decay + float64(len(res)-base)
		}
		if last {
			out = res
			break
		}
		p.bufs[k&1] = res
		if len(res) == 0 {
			return out, nil
		}
		cur = res
		if len(cur) == p.f.n {
			cur = nil
		}
	}
	if measure {
		p.reorder()
	}
	return out, nil
}

// reorder sorts the free conjuncts by rank; few and mostly in order.
func (p *conjunction) reorder() {
	for i := 1; i < p.free; i++ {
		for j := i; j > 0 && p.list[j].in > 0 && p.list[j-1].in > 0 && p.list[j].rank() < p.list[j-1].rank(); j-- {
			p.list[j], p.list[j-1] = p.list[j-1], p.list[j]
		}
	}
}
