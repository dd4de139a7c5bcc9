package scan

import (
	"github.com/inlaydb/inlay/engine/memory"
)

// charges lets a worker's decoders charge their buffers to the query. A scan
// cannot spill, and where everybody else holds all there is it still must be
// able to go on, for others free memory only as rows flow: so what is refused
// becomes a debt up to a share of the limit, others are asked to spill, and
// only beyond that the query fails, before the allocation.
type charges struct {
	res  *memory.Reservation
	debt int64 // granted to the decoder but not by the budget
}

// debtShare is how much of the query's limit one worker's scan may owe.
const debtShare = 4

func (c *charges) Grow(n int64) error {
	if c.res == nil || c.res.Grow(n) == nil {
		return nil
	}
	q := c.res.Query()
	q.Reclaim(c.res, n)
	if c.debt+n > q.Limit()/debtShare {
		return c.res.Exhausted(n)
	}
	c.debt += n
	return nil
}

func (c *charges) Shrink(n int64) {
	if c.res == nil {
		return
	}
	paid := min(n, c.debt)
	c.debt -= paid
	c.res.Shrink(n - paid)
}

func (c *charges) close() {
	if c.res != nil {
		c.res.Close()
		c.res = nil
	}
}

// nestedText is what the text of nested columns holds within one unit.
type nestedText struct {
	mem  *charges
	held int64
}

func (t *nestedText) grow(n int64) error {
	if t.mem == nil {
		return nil
	}
	if err := t.mem.Grow(n); err != nil {
		return err
	}
	t.held += n
	return nil
}

func (t *nestedText) close() {
	if t.mem != nil {
		t.mem.Shrink(t.held)
		t.held = 0
	}
}
