package memory

import (
	"context"
	"errors"
	"sync"
)

// ErrStuck says that what was waited for cannot come: all who could give
// memory back wait themselves.
var ErrStuck = errors.New("no memory will come free")

// room is where goroutines wait for memory, or for others of their query.
// Each release, and each Notify, starts a new generation: all waiters look
// again. A waiter that has looked in the present generation and found nothing
// counts as blocked, so that it shows when nobody is left who could help.
type room struct {
	sync.Mutex
	gen     uint64
	wake    chan struct{} // closed when the generation ends
	waiters []*waiter     // those for memory
}

type waiter struct {
	q       *Query
	want    int64
	refused chan struct{}
	stuck   bool
}

// Enter says that one more goroutine runs for the query, Leave that one fewer
// does: it has ended, or waits for something outside such as a client. A query
// starts with one, which ends it. Who waits for memory goes on waiting while
// somebody runs who may free some.
func (q *Query) Enter() { q.active.Add(1) }

// Leave is the counterpart of Enter.
func (q *Query) Leave() {
	q.active.Add(-1)
	q.Notify()
}

// Notify says that more has changed than a release of memory: what an
// operator could not spill before it may be able to spill now. All that wait
// look again.
func (q *Query) Notify() {
	q.budget.epoch.Add(1)
	q.budget.notify()
}

func (b *Budget) notify() {
	if b.waiters.Load() == 0 {
		return
	}
	b.room.Lock()
	b.room.gen++
	close(b.room.wake)
	b.room.wake = make(chan struct{})
	b.room.Unlock()
}

// Wait returns once try, which is called again after every release of memory
// and every Notify, says true. The calling goroutine is one of those
// that have entered the query. want is the bytes that it waits for, 0 where it
// waits for another goroutine of its query. Where nobody that runs could free
// them the error is ErrStuck; of several that wait in vain one gets it.
func (q *Query) Wait(ctx context.Context, want int64, try func() bool) error {
	b := q.budget
	b.waiters.Add(1)
	defer b.waiters.Add(-1)
	for {
		b.room.Lock()
		gen, wake := b.room.gen, b.room.wake
		b.room.Unlock()
		if try() {
			return nil
		}
		b.room.Lock()
		if b.room.gen != gen {
			b.room.Unlock()
			continue
		}
		if q.blockedIn != gen {
			q.blockedIn, q.blocked = gen, 0
		}
		q.blocked++
		x := &waiter{q: q, want: want, refused: make(chan struct{})}
		if want > 0 {
			b.room.waiters = append(b.room.waiters, x)
		}
		b.judge()
		b.room.Unlock()
		var err error
		select {
		case <-wake:
		case <-x.refused:
		case <-ctx.Done():
			err = ctx.Err()
		}
		b.room.Lock()
		for i, o := range b.room.waiters {
			if o == x {
				b.room.waiters = append(b.room.waiters[:i], b.room.waiters[i+1:]...)
				break
			}
		}
		if b.room.gen == gen && q.blockedIn == gen {
			if !x.stuck {
				q.blocked--
			} else if err == nil {
				err = ErrStuck
			}
		}
		b.room.Unlock()
		if err != nil {
			return err
		}
	}
}

// runs says whether a goroutine of the query may still free memory. b.room is held.
func (q *Query) runs(gen uint64) bool {
	blocked := int64(0)
	if q.blockedIn == gen {
		blocked = q.blocked
	}
	return q.active.Load() > blocked
}

// judge refuses one of those that wait in vain, if there are any. b.room is held.
func (b *Budget) judge() {
	gen := b.room.gen
	others := -1 // of queries that run and hold memory; counted when first needed
	for _, x := range b.room.waiters {
		if x.stuck || x.q.runs(gen) {
			continue
		}
		if x.q.used.Load()+x.want <= x.q.limit { // else other queries cannot help
			if others < 0 {
				others = b.running(gen)
			}
			if others > 0 {
				continue
			}
		}
		x.stuck = true
		x.q.blocked-- // it runs again, to end its query
		close(x.refused)
		return
	}
}

func (b *Budget) running(gen uint64) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for q := range b.mu.queries {
		if q.used.Load() > 0 && q.runs(gen) {
			n++
		}
	}
	return n
}

// Seen is what a goroutine knew when it last asked for memory.
type Seen uint64

// Await waits until want bytes could be reserved, having asked others to
// spill. They are not reserved yet: the caller tries again what was refused,
// first looking again for what it could spill itself. seen belongs to the
// calling goroutine: where there was a Notify since its last Await this one
// returns at once, for the caller may have looked too early.
func (r *Reservation) Await(ctx context.Context, want int64, seen *Seen) error {
	b := r.q.budget
	epoch := Seen(b.epoch.Load())
	if *seen != epoch {
		*seen = epoch
		r.q.Reclaim(r, want)
		return nil
	}
	err := r.q.Wait(ctx, want, func() bool {
		if Seen(b.epoch.Load()) != epoch || r.q.used.Load()+want <= r.q.limit && b.used.Load()+want <= b.limit {
			return true
		}
		r.q.Reclaim(r, want)
		return false
	})
	if errors.Is(err, ErrStuck) {
		return r.Exhausted(want)
	}
	return err
}
