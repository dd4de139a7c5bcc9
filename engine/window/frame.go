package window

import (
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// ranges is a part of every row's frame: rows from[i] up to to[i].
type ranges struct{ from, to []int32 }

// frames computes the rows' frames: one list of ranges, or with EXCLUDE up to
// three that follow each other.
func (b *block) frames(f *Frame, keys []order.Key) ([]ranges, error) {
	r := ranges{make([]int32, b.n), make([]int32, b.n)}
	start, err := b.offset(f.StartOffset, f.Unit, "starting")
	if err != nil {
		return nil, err
	}
	end, err := b.offset(f.EndOffset, f.Unit, "ending")
	if err != nil {
		return nil, err
	}
	b.eachPartition(func(lo, hi int32, peers []int32) {
		switch f.Unit {
		case scalar.Rows:
			rowFrames(&r, f, lo, hi, start, end)
		case scalar.Groups:
			groupFrames(&r, f, lo, hi, peers, start, end)
		default:
			b.rangeFrames(&r, f, keys, lo, hi, peers)
		}
	})
	for i, from := range r.from {
		r.to[i] = max(r.to[i], from)
	}
	if f.Exclude == scalar.ExcludeNone {
		return []ranges{r}, nil
	}
	return b.exclude(r, f.Exclude), nil
}

// eachPartition gives each partition's rows and the starts of its peer groups,
// the partition's end included.
func (b *block) eachPartition(f func(lo, hi int32, peers []int32)) {
	g := 0
	for p := 0; p+1 < len(b.parts); p++ {
		lo, hi := b.parts[p], b.parts[p+1]
		e := g
		for b.peers[e] < hi {
			e++
		}
		f(lo, hi, b.peers[g:e+1])
		g = e
	}
}

// offset checks an offset column, whose value is the same in every row, and
// gives it as a number of rows or groups.
func (b *block) offset(pos int, unit scalar.FrameUnit, which string) (int64, error) {
	if pos < 0 || b.n == 0 {
		return 0, nil
	}
	c := b.cols[pos]
	if c.IsNull(0) {
		return 0, sqlerr.New(sqlerr.NullValueNotAllowed, "frame %s offset must not be null", which)
	}
	negative := false
	v := int64(0)
	switch c.Kind {
	case column.Int64:
		v = column.At[int64](c, 0)
		negative = v < 0
	case column.Int32:
		v = int64(column.At[int32](c, 0))
		negative = v < 0
	case column.Int16:
		v = int64(column.At[int16](c, 0))
		negative = v < 0
	case column.Float64:
		f := column.At[float64](c, 0)
		negative = f < 0 || f != f
	case column.Float32:
		f := column.At[float32](c, 0)
		negative = f < 0 || f != f
	case column.Int128:
		negative = column.At[column.Int128Value](c, 0).Hi < 0
	case column.Numeric:
		n := numeric.Decode(c.BytesAt(0))
		negative = n.Sign() < 0 || n.IsNaN()
	case column.Interval:
		negative = kernel.Span(column.At[column.IntervalValue](c, 0)).Hi < 0
	}
	if negative {
		if unit != scalar.Range {
			return 0, sqlerr.New(sqlerr.InvalidPrecedingOrFollowingSize, "frame %s offset must not be negative", which)
		}
		return 0, sqlerr.New(sqlerr.InvalidPrecedingOrFollowingSize, "invalid preceding or following size in window function")
	}
	return v, nil
}

// clamp is i + by, kept within lo and hi whatever by is.
func clamp(i int32, by int64, lo, hi int32) int32 {
	const far = 1 << 40
	return int32(min(max(int64(i)+min(max(by, -far), far), int64(lo)), int64(hi)))
}

func rowFrames(r *ranges, f *Frame, lo, hi int32, start, end int64) {
	for i := lo; i < hi; i++ {
		switch f.Start {
		case scalar.UnboundedPreceding:
			r.from[i] = lo
		case scalar.Preceding:
			r.from[i] = clamp(i, -start, lo, hi)
		case scalar.CurrentRow:
			r.from[i] = i
		case scalar.Following:
			r.from[i] = clamp(i, start, lo, hi)
		default:
			r.from[i] = hi
		}
		switch f.End {
		case scalar.UnboundedPreceding:
			r.to[i] = lo
		case scalar.Preceding:
			r.to[i] = clamp(i+1, -end, lo, hi)
		case scalar.CurrentRow:
			r.to[i] = i + 1
		case scalar.Following:
			r.to[i] = clamp(i+1, end, lo, hi)
		default:
			r.to[i] = hi
		}
	}
}

func groupFrames(r *ranges, f *Frame, lo, hi int32, peers []int32, start, end int64) {
	last := int32(len(peers) - 1)
	for g := int32(0); g < last; g++ {
		from, to := lo, hi
		switch f.Start {
		case scalar.Preceding:
			from = peers[clamp(g, -start, 0, last)]
		case scalar.CurrentRow:
			from = peers[g]
		case scalar.Following:
			from = peers[clamp(g, start, 0, last)]
		case scalar.UnboundedFollowing:
			from = hi
		}
		switch f.End {
		case scalar.Preceding:
			to = peers[clamp(g+1, -end, 0, last)]
		case scalar.CurrentRow:
			to = peers[g+1]
		case scalar.Following:
			to = peers[clamp(g+1, end, 0, last)]
		case scalar.UnboundedPreceding:
			to = lo
		}
		for i := peers[g]; i < peers[g+1]; i++ {
			r.from[i], r.to[i] = from, to
		}
	}
}

func (b *block) rangeFrames(r *ranges, f *Frame, keys []order.Key, lo, hi int32, peers []int32) {
	for g := 0; g+1 < len(peers); g++ {
		for i := peers[g]; i < peers[g+1]; i++ {
			switch f.Start {
			case scalar.UnboundedPreceding:
				r.from[i] = lo
			case scalar.CurrentRow:
				r.from[i] = peers[g]
			case scalar.UnboundedFollowing:
				r.from[i] = hi
			}
			switch f.End {
			case scalar.UnboundedPreceding:
				r.to[i] = lo
			case scalar.CurrentRow:
				r.to[i] = peers[g+1]
			case scalar.UnboundedFollowing:
				r.to[i] = hi
			}
		}
	}
	if f.StartBound >= 0 {
		b.boundFrames(r.from, keys[0], b.cols[f.StartBound], lo, hi, false)
	}
	if f.EndBound >= 0 {
		b.boundFrames(r.to, keys[0], b.cols[f.EndBound], lo, hi, true)
	}
}

// boundFrames finds for each row the first row whose key is not before the
// row's bound; with after, the first whose key is after it. As the bounds are
// in the order of the rows, one pass does. NULL keys are each other's peers.
func (b *block) boundFrames(out []int32, k order.Key, bound *column.Column, lo, hi int32, after bool) {
	key := b.cols[k.Pos]
	compare := kernel.Comparer(k.Type)
	at := lo
	for i := lo; i < hi; i++ {
		null := key.IsNull(int(i))
		for at < hi {
			atNull := key.IsNull(int(at))
			var pass bool // row at lies before the frame's start, or within its end
			switch {
			case null || atNull:
				switch {
				case after && k.NullsFirst:
					pass = atNull
				case after:
					pass = null
				case k.NullsFirst:
					pass = atNull && !null
				default:
					pass = !atNull && null
				}
			default:
				c := compare(key, int(at), bound, int(i))
				if k.Desc {
					c = -c
				}
				pass = c < 0 || after && c == 0
			}
			if !pass {
				break
			}
			at++
		}
		out[i] = at
	}
}

// exclude cuts the current row, or its peers, out of the frames.
func (b *block) exclude(r ranges, what scalar.Exclusion) []ranges {
	before := ranges{make([]int32, b.n), make([]int32, b.n)}
	self := ranges{make([]int32, b.n), make([]int32, b.n)}
	behind := ranges{make([]int32, b.n), make([]int32, b.n)}
	for g := 0; g+1 < len(b.peers); g++ {
		for i := b.peers[g]; i < b.peers[g+1]; i++ {
			lo, hi := b.peers[g], b.peers[g+1]
			if what == scalar.ExcludeCurrentRow {
				lo, hi = i, i+1
			}
			f, t := r.from[i], r.to[i]
			before.from[i], before.to[i] = f, max(f, min(t, lo))
			behind.from[i], behind.to[i] = min(t, max(f, hi)), t
			self.from[i], self.to[i] = i, i
			if what == scalar.ExcludeTies && f <= i && i < t {
				self.to[i] = i + 1
			}
		}
	}
	if what == scalar.ExcludeTies {
		return []ranges{before, self, behind}
	}
	return []ranges{before, behind}
}
