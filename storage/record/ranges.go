package record

import (
	"context"
	"sync"

	"github.com/inlaydb/inlay/storage/object"
)

// Lines says where records end.
type Lines struct {
	Newline byte // '\n', which also ends "\r\n", or '\r'
	Quote   byte // a newline between two of these is part of a field; 0: none
	Max     int  // most bytes of a record
}

// Size of a range: locally what stays in a core's cache, far away what is
// worth a request.
const (
	localRange  = 1 << 20
	remoteRange = 16 << 20
	localTail   = 16 << 10
	remoteTail  = 256 << 10
)

// Ranges is an uncompressed object cut into ranges. It is shared by workers;
// see the package comment for how.
type Ranges struct {
	store object.Store
	obj   object.Object
	lines Lines
	start int64 // where the first record starts
	size  int64 // of a range
	tail  int
	mu    sync.Mutex
	known []parity // by range
}

// parity says whether a quote is open at a range's end.
type parity struct {
	counted bool // own is
	own     bool // the range has an odd number of quotes
	settled bool // open is
	open    bool
	failed  bool // the range could not be read
	wait    chan struct{}
}

// NewRanges cuts the object from byte start on, where a record starts.
func NewRanges(store object.Store, obj object.Object, start int64, lines Lines) *Ranges {
	r := &Ranges{store: store, obj: obj, lines: lines, start: start, size: localRange, tail: localTail}
	if store.Remote() {
		r.size, r.tail = remoteRange, remoteTail
	}
	r.known = make([]parity, max(0, (obj.Size-start+r.size-1)/r.size))
	return r
}

// Len is the number of ranges. They must be taken in ascending order.
func (r *Ranges) Len() int { return len(r.known) }

// Park gives up the CPU while wait runs; nil: waits as it is.
type Park func(ctx context.Context, wait func(ctx context.Context) error) error

func (p Park) run(ctx context.Context, wait func(ctx context.Context) error) error {
	if p == nil {
		return wait(ctx)
	}
	return p(ctx, wait)
}

// Read reads the records that start in range k; there may be none.
func (r *Ranges) Read(ctx context.Context, k int, buf *Buffer, park Park) (Chunk, error) {
	counted := false
	defer func() {
		if !counted {
			r.publish(k, false, true)
		}
	}()
	from := r.start + int64(k)*r.size
	to := min(from+r.size, r.obj.Size)
	lead := int64(0) // the byte before the range tells whether a record starts at its first
	if k > 0 {
		lead = 1
	}
	n := int(to - from + lead)
	data := buf.room(n+r.tail, 0)[:n]
	if err := r.fetch(ctx, from-lead, data, park); err != nil {
		return Chunk{}, err
	}
	r.publish(k, odd(data[lead:], r.lines.Quote), false)
	counted = true
	skip := 0
	if k > 0 {
		open, err := r.before(ctx, k, park)
		if err != nil {
			return Chunk{}, err
		}
		skip = 1
		if open || data[0] != r.lines.Newline {
			skip += firstEnd(data[1:], r.lines.Newline, r.lines.Quote, open)
		}
		if skip == 0 || skip == n {
			return Chunk{Offset: to}, nil // all of it belongs to a record that starts before
		}
	}
	rec := data[skip:]
	if to == r.obj.Size {
		return Chunk{Data: buf.closed(rec, r.lines.Newline), Offset: from - lead + int64(skip)}, nil
	}
	// The last record ends at the first newline that is no field's from the
	// range's last byte on.
	end := len(rec)
	if odd(rec, r.lines.Quote) || rec[end-1] != r.lines.Newline {
		var err error
		if rec, err = r.finish(ctx, buf, skip, rec, to, park); err != nil {
			return Chunk{}, err
		}
	}
	return Chunk{Data: rec, Offset: from - lead + int64(skip)}, nil
}

// finish reads on until the record at the end of rec is over. rec lies at skip
// in buf and ends at offset to of the object.
func (r *Ranges) finish(ctx context.Context, buf *Buffer, skip int, rec []byte, to int64, park Park) ([]byte, error) {
	open := odd(rec, r.lines.Quote)
	last := lastEnd(rec, r.lines.Newline, r.lines.Quote)
	step := r.tail
	for to < r.obj.Size {
		n := int(min(int64(step), r.obj.Size-to))
		have := len(rec)
		all := buf.room(skip+have+n, skip+have)
		more := all[skip+have:]
		if err := r.fetch(ctx, to, more, park); err != nil {
			return nil, err
		}
		rec = all[skip:]
		if end := firstEnd(more, r.lines.Newline, r.lines.Quote, open); end >= 0 {
			return rec[:have+end], nil
		}
		open = open != odd(more, r.lines.Quote)
		to += int64(n)
		if len(rec)-last > r.lines.Max {
			return nil, &TooLongError{Offset: to - int64(len(rec)-last), Max: r.lines.Max}
		}
		step = min(2*step, 4<<20)
	}
	return buf.closed(rec, r.lines.Newline), nil
}

func (r *Ranges) fetch(ctx context.Context, off int64, p []byte, park Park) error {
	if !r.store.Remote() {
		return r.store.Read(ctx, r.obj, off, p)
	}
	opt := object.DefaultFetch(r.store)
	return park.run(ctx, func(ctx context.Context) error {
		f := object.NewFetcher(ctx, r.store, r.obj, opt)
		defer f.Close()
		var ranges []object.Range // a block each, so that none is put together
		for o := int64(0); o < int64(len(p)); o += opt.Block {
			ranges = append(ranges, object.Range{Off: off + o, Len: min(opt.Block, int64(len(p))-o)})
		}
		for i, s := range f.Plan(ranges) {
			b, err := s.Bytes(ctx, ranges[i].Off, int(ranges[i].Len))
			if err != nil {
				return err
			}
			copy(p[ranges[i].Off-off:], b)
			s.Release()
		}
		return nil
	})
}

// publish tells the parity of range k, and with it that of the ranges after it
// that are known already.
func (r *Ranges) publish(k int, own, failed bool) {
	if r.lines.Quote == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &r.known[k]
	p.counted, p.own, p.failed = true, own, failed
	open, fail := false, false
	if k > 0 {
		before := &r.known[k-1]
		if !before.settled {
			return
		}
		open, fail = before.open, before.failed
	}
	for ; k < len(r.known) && r.known[k].counted; k++ {
		p := &r.known[k]
		open = open != p.own
		fail = fail || p.failed
		p.settled, p.open, p.failed = true, open, fail
		if p.wait != nil {
			close(p.wait)
		}
	}
}

// before says whether a quote is open where range k starts.
func (r *Ranges) before(ctx context.Context, k int, park Park) (bool, error) {
	if r.lines.Quote == 0 {
		return false, nil
	}
	r.mu.Lock()
	p := &r.known[k-1]
	if !p.settled && p.wait == nil {
		p.wait = make(chan struct{})
	}
	settled, wait := p.settled, p.wait
	r.mu.Unlock()
	if !settled {
		err := park.run(ctx, func(ctx context.Context) error {
			select {
			case <-wait:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err != nil {
			return false, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[k-1].failed {
		return false, &object.Error{Op: "read", Object: r.store.URL(r.obj.Key), Offset: -1, Kind: object.KindShort}
	}
	return r.known[k-1].open, nil
}
