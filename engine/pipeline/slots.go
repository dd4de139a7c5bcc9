package pipeline

import "context"

// Slots are the CPU slots that all queries of the process share: a goroutine
// needs one to run. Waiters are served in the order of the channel, so a long
// query that yields between morsels cannot starve a short one. A nil *Slots
// holds nobody up: it is for work that is over before a slot is worth waiting for.
type Slots struct {
	tokens chan struct{}
}

// NewSlots makes n slots, usually one a core.
func NewSlots(n int) *Slots {
	s := &Slots{tokens: make(chan struct{}, n)}
	for range n {
		s.tokens <- struct{}{}
	}
	return s
}

// Count is how many slots there are.
func (s *Slots) Count() int { return cap(s.tokens) }

// Acquire takes a slot or returns ctx's error.
func (s *Slots) Acquire(ctx context.Context) error {
	if s == nil {
		return ctx.Err()
	}
	select {
	case <-s.tokens:
		return nil
	default:
	}
	select {
	case <-s.tokens:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Release gives a slot back.
func (s *Slots) Release() {
	if s != nil {
		s.tokens <- struct{}{}
	}
}

// Yield lets a waiter have the slot, if there is one, and queues for it again.
// The caller holds a slot again even where ctx has ended.
func (s *Slots) Yield(ctx context.Context) error {
	s.Release()
	if err := s.Acquire(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	return ctx.Err()
}

// Park gives the caller's slot back while wait runs and takes one again
// after. Nothing that others need may be locked meanwhile.
func (s *Slots) Park(ctx context.Context, wait func(ctx context.Context) error) error {
	s.Release()
	err := wait(ctx)
	if again := s.Acquire(context.WithoutCancel(ctx)); again != nil {
		return again
	}
	if err != nil {
		return err
	}
	return ctx.Err()
}
