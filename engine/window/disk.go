package window

import (
	"context"
	"errors"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// fromDisk collects rows of the merge until a partition ends behind enough of
// them, or a peer group where the partition is too long and may be cut.
func (r *reader) fromDisk(ctx context.Context) (*block, error) {
	s := r.s
	if s.merge == nil {
		m, err := s.w.s.NewMerge(ctx, r.w)
		if err != nil {
			return nil, err
		}
		s.merge = m
		s.pend = slab.NewStore(kindsOf(s.w), s.w.s.Reservation())
	}
	d := &diskBlock{r: r}
	if s.last != nil { // what came behind the last block
		s.pend.Reset()
		b := s.last
		s.last = nil
		if err := d.take(ctx, b); err != nil {
			return nil, err
		}
	}
	var b batch.Batch
	for {
		q := s.w.s.Reservation().Query()
		d.squeezed = d.squeezed || s.pend.Held() > (q.Limit()-q.Used())/4 // the block takes as much again, and more
		if d.full() {
			break
		}
		more, err := s.merge.Next(ctx, r.w, &b, r.sc)
		if err != nil {
			return nil, err
		}
		if !more {
			s.merge.Close()
			s.done = true
			d.end()
			break
		}
		if err := d.take(ctx, &b); err != nil {
			return nil, err
		}
	}
	return d.block(ctx)
}

func kindsOf(w *Window) []column.Kind {
	out := make([]column.Kind, len(w.spec.Input))
	for i, t := range w.spec.Input {
		out[i] = t.Kind()
	}
	return out
}

// diskBlock is a block that is being collected in the source's pend.
type diskBlock struct {
	r        *reader
	rows     int
	part     int              // the last place where a partition begins
	peer     int              // the last place where a peer group begins
	tail     []*column.Column // the last row's keys
	ended    bool
	squeezed bool // memory is short: cut as soon as possible
}

// cutAt is where the block can end now; 0: nowhere yet.
func (d *diskBlock) cutAt() (at int, goesOn bool) {
	switch {
	case d.ended:
		return d.rows, false
	case d.part > 0 && (d.part >= blockRows || d.squeezed || d.rows >= 2*blockRows):
		return d.part, false
	case d.r.s.w.streams && d.peer > 0 && (d.rows > pieceAbove || d.squeezed):
		return d.peer, true
	}
	return 0, false
}

func (d *diskBlock) full() bool {
	at, _ := d.cutAt()
	return at > 0
}

func (d *diskBlock) end() { d.ended = true }

// take adds a batch's rows and notes where partitions and peer groups begin.
func (d *diskBlock) take(ctx context.Context, b *batch.Batch) error {
	s := d.r.s
	keys := append(s.w.partition[:len(s.w.partition):len(s.w.partition)], s.w.spec.Order...)
	// Row 0 of the marks is the last row so far.
	for i := b.Len - 1; i >= -1; i-- {
		if i < 0 {
			break
		}
		newPart, newPeer := d.differs(b, i, keys)
		if newPeer && d.rows+i > d.peer {
			d.peer = d.rows + i
		}
		if newPart && d.rows+i > d.part {
			d.part = d.rows + i
		}
		if newPart {
			break
		}
	}
	d.tail = d.tail[:0]
	for _, k := range keys {
		bld := kernel.NewBuilder(b.Cols[k.Pos].Kind)
		bld.Append(b.Cols[k.Pos], []int32{int32(b.Len - 1)})
		d.tail = append(d.tail, bld.Column())
	}
	for lo := 0; lo < b.Len; {
		done, err := s.pend.Append(b.Cols, nil, lo, b.Len)
		if err != nil {
			if !errors.Is(err, memory.ErrRefused) {
				return err
			}
			d.squeezed = true
			if err := slab.Await(ctx, d.r.w, s.w.s.Reservation(), memory.Wanted(err, 1<<18)); err != nil {
				return err
			}
		}
		lo = done
	}
	d.rows += b.Len
	return nil
}

// differs says whether row i begins a partition, and a peer group.
func (d *diskBlock) differs(b *batch.Batch, i int, keys []order.Key) (part, peer bool) {
	if i == 0 && d.rows == 0 {
		return false, false
	}
	for k, key := range keys {
		c := b.Cols[key.Pos]
		prev, p := c, i-1
		if i == 0 {
			prev, p = d.tail[k], 0
		}
		x, y := prev.IsNull(p), c.IsNull(i)
		if x != y || !x && kernel.Comparer(key.Type)(prev, p, c, i) != 0 {
			return k < len(d.r.s.w.partition), true
		}
	}
	return false, false
}

// block makes the rows up to the cut a block and keeps the rest for the next.
func (d *diskBlock) block(ctx context.Context) (*block, error) {
	s := d.r.s
	at, goesOn := d.cutAt()
	if at == 0 {
		return nil, nil
	}
	if err := d.r.reserve(at); err != nil {
		if err := slab.Grow(ctx, d.r.w, s.w.s.Reservation(), int64(at)*s.w.s.RowBytes()); err != nil {
			return nil, err
		}
		d.r.held += int64(at) * s.w.s.RowBytes()
	}
	ids := make([]slab.RowID, 0, d.rows)
	for c := range s.pend.Chunks() {
		for i := range s.pend.ChunkLen(c) {
			ids = append(ids, slab.ID(c, i))
		}
	}
	gather := func(ids []slab.RowID) *batch.Batch {
		sc := slab.NewScratch(len(s.w.spec.Input))
		out := &batch.Batch{Len: len(ids)}
		for i := range s.w.spec.Input {
			out.Cols = append(out.Cols, s.pend.Gather(sc, i, i, ids, nil, 0, false))
		}
		return out
	}
	b := gather(ids[:at])
	if at < d.rows {
		s.last = gather(ids[at:])
	}
	s.pend.Reset()
	s.done = s.done && s.last == nil
	return &block{n: at, cols: b.Cols, goesOn: goesOn}, nil
}
