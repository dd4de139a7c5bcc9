package object

import (
	"context"
	"sync"
)

// Ahead brings ranges into the cache of a store before they are read. What is
// on its way when a Read wants it is waited for, not asked again. A failure is
// not told: the Read that follows meets it itself.
type Ahead struct {
	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// NewAhead makes the requests' owner. Close it.
func NewAhead(ctx context.Context) *Ahead {
	a := &Ahead{}
	a.ctx, a.stop = context.WithCancel(ctx)
	return a
}

// Close ends what is under way and waits for it.
func (a *Ahead) Close() {
	a.stop()
	a.wg.Wait()
}

// Bring starts to bring ranges, which ascend, of an object. It does nothing
// where the store keeps nothing.
func (a *Ahead) Bring(s Store, o Object, ranges []Range) {
	rc, ok := s.(*rangeCached)
	if !ok || o.Version == "" {
		return
	}
	const most = aheadRequest / cacheBlock
	for i := 0; i < len(ranges); {
		first := ranges[i].Off / cacheBlock
		end := ranges[i].Off + ranges[i].Len
		// Near ranges are one request, as long as it stays small.
		for i++; i < len(ranges) && ranges[i].Off <= end+aheadGap; i++ {
			end = max(end, ranges[i].Off+ranges[i].Len)
		}
		last := (min(end, o.Size) - 1) / cacheBlock
		for ; first <= last; first += most {
			a.part(rc, o, first, min(first+most-1, last))
		}
	}
}

// aheadGap is how far apart two ranges may lie that are read as one.
const aheadGap = 256 << 10

func (a *Ahead) part(s *rangeCached, o Object, first, last int64) {
	a.wg.Go(func() {
		select {
		case s.c.flying <- struct{}{}:
			defer func() { <-s.c.flying }()
		case <-a.ctx.Done():
			return
		}
		blocks, mine := s.c.claim(cachedName{s.Store.URL(o.Key), o.Version}, first, last)
		if blocks == nil {
			return
		}
		defer s.c.unpin(blocks)
		_ = s.fetch(a.ctx, o, blocks, mine, 0, nil) // the Read that wants it will tell
	})
}
