// Package memory is the process's memory budget and what queries reserve
// from it.
//
//	Budget (one per process) ─► Query (one per running statement) ─► Reservation (one per operator state)
//
// Grow comes before the allocation. When it is refused the operator spills
// its own state and asks again; when that frees nothing more, Await asks other
// states of the query, then of other queries, to spill at their next batch
// boundary, and waits for what anybody gives back. Where all who could give
// something wait themselves the query ends with ErrExhausted, which the engine
// reports as 53200.
package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// ErrRefused says that a reservation does not fit now; spilling may help.
var ErrRefused = errors.New("memory reservation refused")

// refusal is ErrRefused for a number of bytes.
type refusal int64

func (refusal) Error() string        { return ErrRefused.Error() }
func (refusal) Is(target error) bool { return target == ErrRefused }

// Wanted is how many bytes a refusal was for; least where err does not say.
// That is what to Await before the same is tried again.
func Wanted(err error, least int64) int64 {
	var n refusal
	if errors.As(err, &n) {
		return int64(n)
	}
	return least
}

// ErrExhausted says that a reservation does not fit and nothing is left to spill.
type ErrExhausted struct {
	Want, Used, Limit int64 // bytes
	What              string
}

func (e *ErrExhausted) Error() string {
	return fmt.Sprintf("out of memory: %s needs %d bytes more with %d of %d in use", e.What, e.Want, e.Used, e.Limit)
}

// Budget is the memory that all queries share.
type Budget struct {
	limit int64
	used  atomic.Int64
	peak  atomic.Int64
	mu    struct {
		sync.Mutex
		queries map[*Query]struct{}
	}

	epoch   atomic.Uint64 // times of Notify
	waiters atomic.Int64  // goroutines in Wait
	room    room
}

// NewBudget makes a budget of limit bytes.
func NewBudget(limit int64) *Budget {
	b := &Budget{limit: limit}
	b.mu.queries = map[*Query]struct{}{}
	b.room.wake = make(chan struct{})
	b.epoch.Store(1)
	return b
}

// Limit, Used and Peak are in bytes.
func (b *Budget) Limit() int64 { return b.limit }
func (b *Budget) Used() int64  { return b.used.Load() }
func (b *Budget) Peak() int64  { return b.peak.Load() }

// NewQuery opens a statement's account with a limit of its own (0: the budget's).
func (b *Budget) NewQuery(limit int64) *Query {
	if limit <= 0 || limit > b.limit {
		limit = b.limit
	}
	q := &Query{budget: b, limit: limit}
	q.active.Store(1)
	q.mu.states = map[*Reservation]struct{}{}
	b.mu.Lock()
	b.mu.queries[q] = struct{}{}
	b.mu.Unlock()
	return q
}

func (b *Budget) take(n int64) bool {
	for {
		u := b.used.Load()
		if u+n > b.limit {
			return false
		}
		if b.used.CompareAndSwap(u, u+n) {
			raise(&b.peak, u+n)
			return true
		}
	}
}

func raise(peak *atomic.Int64, v int64) {
	for p := peak.Load(); v > p && !peak.CompareAndSwap(p, v); p = peak.Load() {
	}
}

// Query is one statement's account.
type Query struct {
	budget *Budget
	limit  int64
	used   atomic.Int64
	peak   atomic.Int64
	mu     struct {
		sync.Mutex
		states map[*Reservation]struct{}
	}

	active    atomic.Int64 // goroutines that run, or wait in Wait
	blocked   int64        // of these, how many wait; guarded by budget.room
	blockedIn uint64       // the generation that blocked belongs to
}

// Used and Peak are in bytes.
func (q *Query) Used() int64 { return q.used.Load() }
func (q *Query) Peak() int64 { return q.peak.Load() }

// Limit is the most that the query may hold.
func (q *Query) Limit() int64 { return q.limit }

// Close returns everything that the query still holds.
func (q *Query) Close() {
	q.budget.mu.Lock()
	delete(q.budget.mu.queries, q)
	q.budget.mu.Unlock()
	q.mu.Lock()
	defer q.mu.Unlock()
	for r := range q.mu.states {
		r.release(r.held.Swap(0))
	}
	clear(q.mu.states)
}

// Reserve opens a reservation for one operator state. name shows in EXPLAIN
// ANALYZE and in errors.
func (q *Query) Reserve(name string) *Reservation {
	r := &Reservation{q: q, name: name}
	q.mu.Lock()
	q.mu.states[r] = struct{}{}
	q.mu.Unlock()
	return r
}

// Reclaim asks other states of the query, and then of all queries, for want
// bytes: those that can spill are marked and will see WantSpill. It returns
// how many bytes were asked for.
func (q *Query) Reclaim(asker *Reservation, want int64) int64 {
	got := q.mark(asker, want)
	if got >= want {
		return got
	}
	q.budget.mu.Lock()
	others := make([]*Query, 0, len(q.budget.mu.queries))
	for o := range q.budget.mu.queries {
		if o != q {
			others = append(others, o)
		}
	}
	q.budget.mu.Unlock()
	for _, o := range others {
		if got >= want {
			break
		}
		got += o.mark(asker, want-got)
	}
	return got
}

func (q *Query) mark(asker *Reservation, want int64) (got int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for r := range q.mu.states {
		if r == asker || !r.spillable.Load() || r.held.Load() == 0 {
			continue
		}
		got += r.held.Load()
		r.wantSpill.Store(true)
		if got >= want {
			break
		}
	}
	return got
}

// Spiller is a state that can give memory back by writing to disk.
type Spiller interface {
	// Spill frees about want bytes; it is called only by the goroutine that
	// owns the state, or under the state's own lock.
	Spill(ctx context.Context, want int64) (freed int64, err error)
}

// Reservation is what one operator state holds. It may be used by several
// goroutines.
type Reservation struct {
	q         *Query
	name      string
	held      atomic.Int64
	peak      atomic.Int64
	spillable atomic.Bool
	wantSpill atomic.Bool
}

// SetSpillable says that the owner looks at WantSpill at batch boundaries.
func (r *Reservation) SetSpillable(yes bool) { r.spillable.Store(yes) }

// WantSpill says, once, that somebody else needs memory.
func (r *Reservation) WantSpill() bool { return r.wantSpill.Load() && r.wantSpill.Swap(false) }

// Grow reserves n bytes more, or returns ErrRefused and changes nothing.
func (r *Reservation) Grow(n int64) error {
	if n <= 0 {
		return nil
	}
	for {
		u := r.q.used.Load()
		if u+n > r.q.limit {
			return refusal(n)
		}
		if r.q.used.CompareAndSwap(u, u+n) {
			raise(&r.q.peak, u+n)
			break
		}
	}
	if !r.q.budget.take(n) {
		r.q.used.Add(-n)
		return refusal(n)
	}
	raise(&r.peak, r.held.Add(n))
	return nil
}

// Shrink gives n bytes back.
func (r *Reservation) Shrink(n int64) {
	if n <= 0 {
		return
	}
	r.held.Add(-n)
	r.release(n)
}

func (r *Reservation) release(n int64) {
	r.q.used.Add(-n)
	r.q.budget.used.Add(-n)
	if n > 0 {
		r.q.budget.notify()
	}
}

// Absorb takes over n bytes that another reservation of the query holds.
func (r *Reservation) Absorb(o *Reservation, n int64) {
	if n <= 0 || o == r {
		return
	}
	o.held.Add(-n)
	raise(&r.peak, r.held.Add(n))
}

// Held and Peak are in bytes.
func (r *Reservation) Held() int64 { return r.held.Load() }
func (r *Reservation) Peak() int64 { return r.peak.Load() }

// Close gives everything back and forgets the reservation.
func (r *Reservation) Close() {
	r.q.mu.Lock()
	delete(r.q.mu.states, r)
	r.q.mu.Unlock()
	r.release(r.held.Swap(0))
}

// Exhausted is the error for a state that can neither grow by n nor spill.
func (r *Reservation) Exhausted(n int64) error {
	return &ErrExhausted{Want: n, Used: r.q.used.Load(), Limit: min(r.q.limit, r.q.budget.limit), What: r.name}
}

// Query is the account that the reservation belongs to.
func (r *Reservation) Query() *Query { return r.q }
