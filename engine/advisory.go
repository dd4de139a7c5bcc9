package engine

import (
	"context"
	"sync"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/eval"
)

// advisoryLocks are the locks of pg_advisory_lock() and its family. They are
// shared or exclusive, taken as often as asked and given back as often, for
// the session or the transaction.
//
// Who waits tries again whenever any lock is given back. Before it waits, it
// looks for a ring of sessions that wait for each other.
type advisoryLocks struct {
	mu      sync.Mutex
	held    map[eval.AdvisoryKey]map[*Session]*holding
	waiting map[*Session]eval.AdvisoryKey
	changed chan struct{} // closed when a lock is given back; nil: nobody waits
}

// holding counts how often a session holds a lock.
type holding struct {
	session     [2]int // shared, exclusive
	transaction [2]int
}

func (h *holding) empty() bool     { return *h == holding{} }
func (h *holding) exclusive() bool { return h.session[1]+h.transaction[1] > 0 }

func mode(shared bool) int {
	if shared {
		return 0
	}
	return 1
}

// blockers are the sessions that keep s from a lock.
func (l *advisoryLocks) blockers(s *Session, key eval.AdvisoryKey, shared bool) []*Session {
	var out []*Session
	for other, h := range l.held[key] {
		if other != s && (!shared || h.exclusive()) {
			out = append(out, other)
		}
	}
	return out
}

// ring says whether a session that s would wait for waits, in the end, for s.
func (l *advisoryLocks) ring(s *Session, key eval.AdvisoryKey, seen map[*Session]bool) bool {
	for other := range l.held[key] {
		if other == s {
			if len(seen) > 0 {
				return true
			}
			continue
		}
		if seen[other] {
			continue
		}
		next, waits := l.waiting[other]
		if !waits {
			continue
		}
		seen[other] = true
		if l.ring(s, next, seen) {
			return true
		}
	}
	return false
}

func (l *advisoryLocks) take(s *Session, key eval.AdvisoryKey, shared, transaction bool) {
	if l.held == nil {
		l.held = map[eval.AdvisoryKey]map[*Session]*holding{}
		l.waiting = map[*Session]eval.AdvisoryKey{}
	}
	if l.held[key] == nil {
		l.held[key] = map[*Session]*holding{}
	}
	h := l.held[key][s]
	if h == nil {
		h = &holding{}
		l.held[key][s] = h
	}
	if transaction {
		h.transaction[mode(shared)]++
	} else {
		h.session[mode(shared)]++
	}
}

// lock takes a lock; without wait it says at once whether it could.
func (l *advisoryLocks) lock(ctx context.Context, s *Session, key eval.AdvisoryKey, shared, transaction, wait bool, timeout <-chan time.Time) (bool, error) {
	for {
		l.mu.Lock()
		if len(l.blockers(s, key, shared)) == 0 {
			l.take(s, key, shared, transaction)
			l.mu.Unlock()
			return true, nil
		}
		if !wait {
			l.mu.Unlock()
			return false, nil
		}
		if l.ring(s, key, map[*Session]bool{}) {
			l.mu.Unlock()
			return false, sqlerr.New(sqlerr.DeadlockDetected, "deadlock detected")
		}
		l.waiting[s] = key
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		var err error
		select {
		case <-changed:
		case <-ctx.Done():
			err = ctx.Err()
		case <-timeout:
			err = sqlerr.New(sqlerr.LockNotAvailable, "canceling statement due to lock timeout")
		}
		l.mu.Lock()
		delete(l.waiting, s)
		l.mu.Unlock()
		if err != nil {
			return false, err
		}
	}
}

// unlock gives a session's lock back once; false: it does not hold it.
func (l *advisoryLocks) unlock(s *Session, key eval.AdvisoryKey, shared bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.held[key][s]
	if h == nil || h.session[mode(shared)] == 0 {
		return false
	}
	h.session[mode(shared)]--
	l.release(s, key, h)
	return true
}

// release forgets a holding that is empty and wakes who waits; the caller
// holds mu.
func (l *advisoryLocks) release(s *Session, key eval.AdvisoryKey, h *holding) {
	if h.empty() {
		delete(l.held[key], s)
		if len(l.held[key]) == 0 {
			delete(l.held, key)
		}
	}
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// unlockAll gives back what a session holds for its transaction, or for
// itself, or both.
func (l *advisoryLocks) unlockAll(s *Session, transaction, session bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, by := range l.held {
		h := by[s]
		if h == nil {
			continue
		}
		if transaction {
			h.transaction = [2]int{}
		}
		if session {
			h.session = [2]int{}
		}
		l.release(s, key, h)
	}
}

// AdvisoryLock makes effects an eval.AdvisoryLocks, with the next two.
func (x *effects) AdvisoryLock(key eval.AdvisoryKey, shared, transaction, wait bool) (ok bool, err error) {
	locks := &x.s.e.advisory
	if ok, err = locks.lock(x.ctx, x.s, key, shared, transaction, false, nil); ok || err != nil || !wait {
		return ok, err
	}
	var timeout <-chan time.Time
	if ms, _ := parseAmount(x.s.mustGet("lock_timeout"), "ms"); ms > 0 {
		t := time.NewTimer(time.Duration(ms) * time.Millisecond)
		defer t.Stop()
		timeout = t.C
	}
	err = x.park(func(ctx context.Context) error {
		ok, err = locks.lock(ctx, x.s, key, shared, transaction, true, timeout)
		return err
	})
	return ok, err
}

// AdvisoryUnlock is pg_advisory_unlock().
func (x *effects) AdvisoryUnlock(key eval.AdvisoryKey, shared bool) bool {
	return x.s.e.advisory.unlock(x.s, key, shared)
}

// AdvisoryUnlockAll is pg_advisory_unlock_all().
func (x *effects) AdvisoryUnlockAll() { x.s.e.advisory.unlockAll(x.s, false, true) }
