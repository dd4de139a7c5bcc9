package scan

import (
	"context"
	"sort"
	"sync"

	"github.com/inlaydb/inlay/storage/object"
)

// A scan over remote files asks for what its next units will read while
// workers are busy with earlier ones:
//
//	units   │ read │ read │ being read │ on their way …       │ not asked for yet
//	                                    ◄───── aheadBytes ────►
//
// The first aheadStart bytes are asked for when the scan is made, which is
// before the pipelines that run ahead of it: their work hides the wait.
const (
	aheadStart = 8 << 20
	aheadBytes = 32 << 20
)

// ahead is a scan's requests ahead of use.
type ahead struct {
	mu       sync.Mutex
	requests *object.Ahead // nil: the files are near
	next     int           // unit to ask for
	sums     []int64       // bytes asked for up to and with each unit before next
}

// start begins to ask, if the files are remote. They end with Close.
func (a *ahead) start(ctx context.Context, s *Files) {
	if len(s.units) == 0 || !s.units[0].file.file.Remote() {
		return
	}
	a.requests = object.NewAhead(ctx)
	a.reach(ctx, s, 0, aheadStart)
}

// Close ends requests under way.
func (s *Files) Close() {
	if s.ahead.requests != nil {
		s.ahead.requests.Close()
	}
}

// reach asks for units behind unit i, up to window bytes.
func (a *ahead) reach(ctx context.Context, s *Files, i int, window int64) {
	if a.requests == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next < i { // what workers have begun, they ask for themselves
		for ; a.next < i; a.next++ {
			a.sums = append(a.sums, a.sum(a.next-1))
		}
	}
	for a.next < len(s.units) && a.sum(a.next-1)-a.sum(i-1) < window {
		a.sums = append(a.sums, a.sum(a.next-1)+a.bring(ctx, s, a.next))
		a.next++
	}
}

func (a *ahead) sum(i int) int64 {
	if i < 0 {
		return 0
	}
	return a.sums[i]
}

// bring asks for the columns of a unit and says how many bytes that is.
func (a *ahead) bring(ctx context.Context, s *Files, i int) int64 {
	u := &s.units[i]
	if i > 0 && s.units[i-1].group == u.group {
		return 0 // a stretch of the same row group
	}
	st, err := s.spec.Opener.StoreOf(ctx, *u.file.info)
	if err != nil {
		return 0 // the unit's reader will tell
	}
	var ranges []object.Range
	size := int64(0)
	for _, leaf := range u.file.leaves {
		if leaf == nil {
			continue
		}
		r := u.file.file.ChunkRange(u.index, leaf)
		ranges = append(ranges, r)
		size += r.Len
	}
	sort.Slice(ranges, func(i, j int) bool { return ranges[i].Off < ranges[j].Off })
	a.requests.Bring(st, u.file.file.Object, ranges)
	return size
}
