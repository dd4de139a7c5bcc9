package object

import (
	"container/list"
	"context"
	"os"
	"sync"
	"sync/atomic"
)

// RangeCache keeps what was read of remote objects in one file on local disk,
// block by block, up to a budget of bytes.
//
//	Read(object version, range) ─► blocks ─┬─ kept: from the file
//	                                       ├─ on their way: wait
//	                                       └─ neither: one request a stretch ─► file
//
// The file's pages are the operating system's to keep in memory: what is hot
// costs a copy and none of the process's heap, and what is not gives way. What
// was used longest ago goes first. Since a block belongs to one version of an
// object, it never grows stale. The file has no name once it is open, so that
// nothing of it stays behind however the process ends.
//
// A disk that is full or failing turns the cache off, not the reader.
type RangeCache struct {
	dir    string
	slots  int64         // blocks that fit
	flying chan struct{} // one for each request ahead of use
	counts CacheCounts
	mu     struct {
		sync.Mutex
		file    *os.File // nil before the first block, and when off
		off     bool
		used    int64   // slots taken since the start
		free    []int64 // slots given back
		objects map[cachedName]map[int64]*cachedBlock
		recent  *list.List // of *cachedBlock that are there; front: used last
	}
}

// CacheCounts is how a RangeCache is doing. Fields may be read at any time.
type CacheCounts struct {
	Hits, Misses, Evicted atomic.Int64 // blocks
}

// cacheBlock is the unit that is kept: small beside a column chunk, so that
// little is read that nobody asked for.
const cacheBlock = 64 << 10

// aheadRequest is the most bytes of one request ahead of use, and aheadAtOnce
// how many of them a process has under way.
const (
	aheadRequest = 2 << 20
	aheadAtOnce  = 16
)

type cachedName struct{ url, version string }

// cachedBlock is one block of an object version. done and failed settle while
// it is on its way; slot, pins and place are guarded by RangeCache.mu.
type cachedBlock struct {
	of    cachedName
	n     int64
	slot  int64
	pins  int           // readers at its slot
	place *list.Element // in recent; nil while on its way
	done  chan struct{}
}

// NewRangeCache makes a cache of about budget bytes in a file below dir, which
// is made at the first use. A budget below one block keeps nothing.
func NewRangeCache(dir string, budget int64) *RangeCache {
	c := &RangeCache{dir: dir, slots: budget / cacheBlock, flying: make(chan struct{}, aheadAtOnce)}
	c.mu.objects = map[cachedName]map[int64]*cachedBlock{}
	c.mu.recent = list.New()
	return c
}

// Counts says how the cache is doing.
func (c *RangeCache) Counts() *CacheCounts { return &c.counts }

// Close gives the file back. No read may be under way.
func (c *RangeCache) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.off = true
	f := c.mu.file
	c.mu.file = nil
	if f == nil {
		return nil
	}
	return f.Close()
}

// Over makes a view of s that reads through the cache.
func (c *RangeCache) Over(s Store) Store {
	if c == nil || c.slots == 0 {
		return s
	}
	return &rangeCached{Store: s, c: c}
}

type rangeCached struct {
	Store
	c *RangeCache
}

// Read implements Store.
func (s *rangeCached) Read(ctx context.Context, o Object, off int64, p []byte) error {
	end := off + int64(len(p))
	if o.Version == "" || len(p) == 0 || off < 0 || end > o.Size {
		return s.Store.Read(ctx, o, off, p)
	}
	name := cachedName{s.Store.URL(o.Key), o.Version}
	blocks, mine := s.c.claim(name, off/cacheBlock, (end-1)/cacheBlock)
	if blocks == nil { // off
		return s.Store.Read(ctx, o, off, p)
	}
	defer s.c.unpin(blocks)
	if err := s.fetch(ctx, o, blocks, mine, off, p); err != nil {
		return err
	}
	for i := 0; i < len(blocks); {
		b := blocks[i]
		if mine[i] {
			i++ // fetch put it into p
			continue
		}
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		j := i + 1
		for j < len(blocks) && !mine[j] && ended(blocks[j]) && blocks[j].slot == b.slot+int64(j-i) && b.slot >= 0 {
			j++
		}
		from := max(off, b.n*cacheBlock)
		to := min(end, blocks[j-1].n*cacheBlock+cacheBlock)
		into := p[from-off : to-off]
		if b.slot >= 0 && s.c.load(b.slot*cacheBlock+from-b.n*cacheBlock, into) {
			s.c.counts.Hits.Add(int64(j - i))
		} else if err := s.Store.Read(ctx, o, from, into); err != nil {
			// Who had it on its way failed, was cancelled, or found no room.
			return err
		}
		i = j
	}
	return nil
}

func ended(b *cachedBlock) bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}

// claim finds the blocks first to last, pinned, and says which of them the
// caller has to bring. It gives nil when the cache is off.
func (c *RangeCache) claim(name cachedName, first, last int64) (blocks []*cachedBlock, mine []bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.off || last-first >= c.slots/4 {
		return nil, nil
	}
	if c.mu.file == nil {
		f, err := openUnnamed(c.dir)
		if err != nil {
			c.mu.off = true
			return nil, nil
		}
		c.mu.file = f
	}
	of := c.mu.objects[name]
	if of == nil {
		of = map[int64]*cachedBlock{}
		c.mu.objects[name] = of
	}
	blocks, mine = make([]*cachedBlock, 0, last-first+1), make([]bool, last-first+1)
	for n := first; n <= last; n++ {
		b := of[n]
		if b == nil {
			b = &cachedBlock{of: name, n: n, slot: -1, done: make(chan struct{})}
			of[n] = b
			mine[n-first] = true
		} else if b.place != nil {
			c.mu.recent.MoveToFront(b.place)
		}
		b.pins++
		blocks = append(blocks, b)
	}
	return blocks, mine
}

// unpin ends the use of blocks. Those that were on their way and did not come
// are settled by fetch.
func (c *RangeCache) unpin(blocks []*cachedBlock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range blocks {
		b.pins--
	}
}

// fetch reads the blocks that are mine, a stretch a request, keeps them, and
// copies what lies in p's range, which begins at off. p may be nil.
func (s *rangeCached) fetch(ctx context.Context, o Object, blocks []*cachedBlock, mine []bool, off int64, p []byte) error {
	var wg sync.WaitGroup
	var first error
	var errMu sync.Mutex
	for i := 0; i < len(blocks); {
		if !mine[i] {
			i++
			continue
		}
		j := i + 1
		for j < len(blocks) && mine[j] {
			j++
		}
		stretch := blocks[i:j]
		one := func() {
			if err := s.stretch(ctx, o, stretch, off, p); err != nil {
				errMu.Lock()
				if first == nil {
					first = err
				}
				errMu.Unlock()
			}
		}
		if i == 0 && j == len(blocks) {
			one()
		} else {
			wg.Go(one)
		}
		i = j
	}
	wg.Wait()
	return first
}

// stretch reads touching blocks with one request.
func (s *rangeCached) stretch(ctx context.Context, o Object, blocks []*cachedBlock, off int64, p []byte) error {
	kept := false
	defer func() {
		if !kept {
			s.c.drop(blocks)
		}
		for _, b := range blocks {
			close(b.done)
		}
	}()
	begin := blocks[0].n * cacheBlock
	end := min(blocks[len(blocks)-1].n*cacheBlock+cacheBlock, o.Size)
	direct := p != nil && begin >= off && end <= off+int64(len(p))
	var buf []byte
	if direct {
		buf = p[begin-off : end-off]
	} else {
		buf = takeBuffer(int(end - begin))
		defer giveBuffer(buf)
	}
	if err := s.Store.Read(ctx, o, begin, buf); err != nil {
		return err
	}
	s.c.counts.Misses.Add(int64(len(blocks)))
	if p != nil && !direct {
		from, to := max(begin, off), min(end, off+int64(len(p)))
		copy(p[from-off:to-off], buf[from-begin:])
	}
	kept = s.c.keep(blocks, buf)
	return nil
}

// keep writes blocks to the file.
func (c *RangeCache) keep(blocks []*cachedBlock, data []byte) bool {
	slots := make([]int64, len(blocks))
	c.mu.Lock()
	f := c.mu.file
	got := 0
	for ; got < len(blocks) && f != nil; got++ {
		s, ok := c.slot()
		if !ok {
			break
		}
		slots[got] = s
	}
	c.mu.Unlock()
	ok := got == len(blocks)
	for i := 0; ok && i < got; {
		j := i + 1
		for j < got && slots[j] == slots[i]+int64(j-i) {
			j++
		}
		part := data[i*cacheBlock : min(j*cacheBlock, len(data))]
		if _, err := f.WriteAt(part, slots[i]*cacheBlock); err != nil {
			ok = false
			c.mu.Lock()
			c.mu.off = true
			c.mu.Unlock()
		}
		i = j
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		c.mu.free = append(c.mu.free, slots[:got]...)
		return false
	}
	for i, b := range blocks {
		b.slot = slots[i]
		b.place = c.mu.recent.PushFront(b)
	}
	return true
}

// slot finds room for one block, at the cost of what was used longest ago. The
// caller holds mu.
func (c *RangeCache) slot() (int64, bool) {
	if n := len(c.mu.free); n > 0 {
		s := c.mu.free[n-1]
		c.mu.free = c.mu.free[:n-1]
		return s, true
	}
	if c.mu.used < c.slots {
		c.mu.used++
		return c.mu.used - 1, true
	}
	for e := c.mu.recent.Back(); e != nil; e = e.Prev() {
		b := e.Value.(*cachedBlock)
		if b.pins > 0 {
			continue
		}
		c.mu.recent.Remove(e)
		c.forget(b)
		c.counts.Evicted.Add(1)
		return b.slot, true
	}
	return 0, false
}

// forget takes a block out of the index. The caller holds mu.
func (c *RangeCache) forget(b *cachedBlock) {
	of := c.mu.objects[b.of]
	delete(of, b.n)
	if len(of) == 0 {
		delete(c.mu.objects, b.of)
	}
}

// drop forgets blocks that did not come.
func (c *RangeCache) drop(blocks []*cachedBlock) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range blocks {
		c.forget(b)
	}
}

// load reads from the file; whoever calls holds a pin on the blocks.
func (c *RangeCache) load(at int64, p []byte) bool {
	c.mu.Lock()
	f := c.mu.file
	c.mu.Unlock()
	if f == nil {
		return false
	}
	_, err := f.ReadAt(p, at)
	return err == nil
}

// openUnnamed makes a file that no name leads to.
func openUnnamed(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "inlay-ranges-")
	if err != nil {
		return nil, err
	}
	// Where an open file cannot be removed, it stays until the next start.
	_ = os.Remove(f.Name())
	return f, nil
}
