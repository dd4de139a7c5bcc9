package aggregate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// collect is the aggregates that need their values again at the end, in the
// order in which they came: array_agg, string_agg and the ordered-set ones. The
// values of all groups lie in one store; each group links its own by element
// numbers. The last direct columns are kept once per group.
type collect struct {
	strictArgs int
	elem       []column.Kind // of the collected columns
	direct     []column.Kind
	finish     func(g *gathered) (*column.Column, error)

	res        *memory.Reservation
	store      *slab.Store
	ids        []slab.RowID // by element
	next       []uint32     // by element: element + 1 of the same group
	head, tail []uint32     // by group: element + 1
	count      []uint32
	directs    *slab.Store
	directID   []slab.RowID // by group; NoRow
	held       int64
	room       int64 // reserved ahead by reserve
}

// gathered is the values of some groups, one group after the other.
type gathered struct {
	cols   []*column.Column
	ends   []int // by group: end of its values
	direct []*column.Column
	result types.Type
}

func (a *collect) strict() int { return a.strictArgs }
func (a *collect) width() int64 {
	if len(a.direct) > 0 {
		return 16
	}
	return 12
}

func (a *collect) grow(n int) {
	a.head, a.tail, a.count = grown(a.head, n), grown(a.tail, n), grown(a.count, n)
	if len(a.direct) > 0 {
		old := len(a.directID)
		a.directID = grown(a.directID, n)
		for i := old; i < n; i++ {
			a.directID[i] = slab.NoRow
		}
	}
}

func (a *collect) reset(n int) {
	clear(a.head[:n])
	clear(a.tail[:n])
	clear(a.count[:n])
	for i := range a.directID {
		a.directID[i] = slab.NoRow
	}
	a.free()
}

func (a *collect) free() {
	a.store.Reset()
	if a.directs != nil {
		a.directs.Reset()
	}
	a.res.Shrink(a.held + a.room)
	a.ids, a.next, a.held, a.room = nil, nil, 0, 0
}

func (a *collect) kinds() []column.Kind {
	out := make([]column.Kind, len(a.elem), len(a.elem)+len(a.direct))
	for i := range out {
		out[i] = column.List
	}
	return append(out, a.direct...)
}

// reserve sets aside what an add of n rows will take, and gives it back for
// the store to take: an add right after it finds the memory unless another
// worker was faster, which add's own error covers.
func (a *collect) reserve(args []*column.Column, n int) error {
	if need := len(a.ids) + n; need > cap(a.ids) {
		to := max(need, 2*cap(a.ids), 64)
		if err := a.res.Grow(int64(to) * 8); err != nil {
			return err
		}
		ids, next := make([]slab.RowID, len(a.ids), to), make([]uint32, len(a.ids), to)
		copy(ids, a.ids)
		copy(next, a.next)
		a.res.Shrink(a.held)
		a.ids, a.next, a.held = ids, next, int64(to)*8
	}
	bound := int64(slab.ChunkRows/8) + int64(n)*64
	for _, c := range args {
		bound += 2 * kernel.NewBuilder(c.Kind).AppendSize(c, nil)
	}
	if err := a.res.Grow(bound); err != nil {
		return err
	}
	a.res.Shrink(bound)
	return nil
}

func (a *collect) add(args []*column.Column, groups []uint32, n int) error {
	ne := len(a.elem)
	if err := a.push(args[:ne], groups, n); err != nil {
		return err
	}
	if len(a.direct) == 0 {
		return nil
	}
	return a.keepDirect(args[ne:], groups, n)
}

func (a *collect) keepDirect(cols []*column.Column, groups []uint32, n int) error {
	for i := range n {
		g := group(groups, i)
		if a.directID[g] != slab.NoRow {
			continue
		}
		if _, err := a.directs.Append(cols, []int32{int32(i)}, 0, 1); err != nil {
			return a.refused(err)
		}
		c := a.directs.Chunks() - 1
		a.directID[g] = slab.ID(c, a.directs.ChunkLen(c)-1)
	}
	return nil
}

func (a *collect) refused(err error) error {
	if errors.Is(err, memory.ErrRefused) {
		return a.res.Exhausted(1 << 16)
	}
	return err
}

// push stores n values and links them.
func (a *collect) push(cols []*column.Column, groups []uint32, n int) error {
	for done := 0; done < n; {
		// Piece by piece, so that the ids of a piece follow each other in one chunk.
		chunk := a.store.Chunks() - 1
		piece := n - done
		if chunk >= 0 && a.store.ChunkLen(chunk) < slab.ChunkRows {
			piece = min(piece, slab.ChunkRows-a.store.ChunkLen(chunk))
		}
		before := a.store.Rows()
		if _, err := a.store.Append(cols, nil, done, done+piece); err != nil {
			return a.refused(err)
		}
		if a.store.Rows()-before != piece {
			panic("aggregate: store lost rows")
		}
		chunk = a.store.Chunks() - 1
		first := a.store.ChunkLen(chunk) - piece
		if first < 0 { // strings closed a chunk midway: the ids run over its end
			first += a.store.ChunkLen(chunk - 1)
			chunk--
		}
		for i := range piece {
			if first == a.store.ChunkLen(chunk) {
				chunk, first = chunk+1, 0
			}
			a.link(group(groups, done+i), slab.ID(chunk, first))
			first++
		}
		done += piece
	}
	return nil
}

func (a *collect) link(g uint32, id slab.RowID) {
	a.ids = append(a.ids, id)
	a.next = append(a.next, 0)
	e := uint32(len(a.ids))
	if a.head[g] == 0 {
		a.head[g] = e
	} else {
		a.next[a.tail[g]-1] = e
	}
	a.tail[g] = e
	a.count[g]++
}

// gather collects the values of groups lo to hi.
func (a *collect) gather(lo, hi int) *gathered {
	out := &gathered{ends: make([]int, hi-lo)}
	var ids []slab.RowID
	for g := lo; g < hi; g++ {
		for e := a.head[g]; e != 0; e = a.next[e-1] {
			ids = append(ids, a.ids[e-1])
		}
		out.ends[g-lo] = len(ids)
	}
	sc := slab.NewScratch(len(a.elem) + len(a.direct))
	for i := range a.elem {
		out.cols = append(out.cols, a.store.Gather(sc, i, i, ids, nil, 0, false))
	}
	for i := range a.direct {
		out.direct = append(out.direct, a.directs.Gather(sc, len(a.elem)+i, i, a.directID[lo:hi], nil, 0, true))
	}
	return out
}

func (a *collect) export(lo, hi int) []*column.Column {
	g := a.gather(lo, hi)
	lists := column.NewFlat(column.List, hi-lo)
	views := column.Values[column.ListView](lists)
	from := 0
	for i, to := range g.ends {
		views[i] = column.ListView{Off: uint32(from), Len: uint32(to - from)}
		from = to
	}
	var out []*column.Column
	for _, c := range g.cols {
		l := *lists
		l.Child = c
		out = append(out, &l)
	}
	return append(out, g.direct...)
}

func (a *collect) merge(state []*column.Column, groups []uint32, n int) error {
	ne := len(a.elem)
	views := column.Values[column.ListView](state[0])
	var of []uint32
	for i, v := range views[:n] {
		for range v.Len {
			of = append(of, group(groups, i))
		}
	}
	if len(of) > 0 {
		cols := make([]*column.Column, ne)
		at := make([]int32, len(of))
		for i := range cols {
			at = at[:0]
			for _, v := range column.Values[column.ListView](state[i])[:n] {
				for j := range v.Len {
					at = append(at, int32(v.Off+j))
				}
			}
			cols[i] = column.Gather(state[i].Child, at)
		}
		if err := a.reserve(cols, len(of)); err != nil {
			return err
		}
		if err := a.push(cols, of, len(of)); err != nil {
			return err
		}
	}
	if len(a.direct) == 0 {
		return nil
	}
	var some []int32
	var sg []uint32
	for i, v := range views[:n] {
		if v.Len > 0 {
			some, sg = append(some, int32(i)), append(sg, group(groups, i))
		}
	}
	cols := make([]*column.Column, len(a.direct))
	for i := range cols {
		cols[i] = column.Gather(state[ne+i], some)
	}
	return a.keepDirect(cols, sg, len(some))
}

func (a *collect) result(lo, hi int) (*column.Column, error) { return a.finish(a.gather(lo, hi)) }

func collectMaker(name string, args []types.Type, result types.Type) maker {
	var finish func(g *gathered) (*column.Column, error)
	strict, direct := 1, 0
	switch name {
	case "array_agg":
		strict, finish = 0, finishArray
	case "json_agg", "jsonb_agg":
		strict, finish = 0, finishJSONArray(name == "jsonb_agg")
	case "json_object_agg", "jsonb_object_agg":
		strict, finish = 0, finishJSONObject(name == "jsonb_object_agg")
	case "string_agg":
		finish = finishString
	case "percentile_cont":
		direct, finish = 1, finishPercentileCont
	case "percentile_disc":
		direct, finish = 1, finishPercentileDisc
	case "mode":
		finish = finishMode(args[0])
	case "min":
		finish = finishExtreme(args[0], -1)
	case "max":
		finish = finishExtreme(args[0], 1)
	case "any_value":
		finish = finishExtreme(args[0], 0)
	}
	if len(args) <= direct {
		return nil
	}
	kinds := make([]column.Kind, len(args))
	for i, t := range args {
		kinds[i] = t.Kind()
	}
	elem, dir := kinds[:len(kinds)-direct], kinds[len(kinds)-direct:]
	return func(res *memory.Reservation) accumulator {
		a := &collect{strictArgs: strict, elem: elem, direct: dir, res: res, store: slab.NewStore(elem, res)}
		a.finish = func(g *gathered) (*column.Column, error) {
			g.result = result
			return finish(g)
		}
		if direct > 0 {
			a.directs = slab.NewStore(dir, res)
		}
		return a
	}
}

func finishArray(g *gathered) (*column.Column, error) {
	out := column.NewFlat(column.List, len(g.ends))
	if g.cols[0].Kind == column.List {
		return finishNested(g, out)
	}
	out.Child = g.cols[0]
	views := column.Values[column.ListView](out)
	from := 0
	for i, to := range g.ends {
		if from == to {
			out.SetNull(i)
			continue
		}
		views[i] = column.ListView{Off: uint32(from), Len: uint32(to - from)}
		from = to
	}
	return out, nil
}

// finishNested is array_agg of arrays, which have to have the same dimensions.
func finishNested(g *gathered, out *column.Column) (*column.Column, error) {
	b := kernel.NewBuilder(g.result.Elem().Kind())
	views := column.Values[column.ListView](out)
	from := 0
	for i, to := range g.ends {
		if from == to {
			out.SetNull(i)
			continue
		}
		start := b.Len()
		var inner []column.Dim
		for e := from; e < to; e++ {
			if g.cols[0].IsNull(e) {
				return nil, sqlerr.New(sqlerr.NullValueNotAllowed, "cannot accumulate null arrays")
			}
			s, p := g.cols[0].Slot(e)
			l := column.Values[column.ListView](s)[p]
			dims := l.Dims()
			switch {
			case len(dims) == 0:
				return nil, sqlerr.New(sqlerr.ArraySubscriptError, "cannot accumulate empty arrays")
			case inner == nil:
				inner = dims
			case !slices.Equal(inner, dims):
				return nil, sqlerr.New(sqlerr.ArraySubscriptError, "cannot accumulate arrays of different dimensionality")
			}
			for j := range l.Len {
				b.Append(s.Child, []int32{int32(l.Off + j)})
			}
		}
		shape, err := column.ShapeOf(append([]column.Dim{{Lower: 1, Len: int32(to - from)}}, inner...))
		if err != nil {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "%s", err)
		}
		views[i] = column.ListView{Off: uint32(start), Len: uint32(b.Len() - start), Shape: shape}
		from = to
	}
	out.Child = b.Column()
	return out, nil
}

func finishString(g *gathered) (*column.Column, error) {
	out := column.NewFlat(column.Bytes, len(g.ends))
	views := column.Values[column.View](out)
	var heap []byte
	from := 0
	for i, to := range g.ends {
		if from == to {
			out.SetNull(i)
			continue
		}
		start := len(heap)
		for e := from; e < to; e++ {
			if e > from && !g.cols[1].IsNull(e) {
				heap = append(heap, g.cols[1].BytesAt(e)...)
			}
			heap = append(heap, g.cols[0].BytesAt(e)...)
		}
		if len(heap)-start > 1<<30-1 || len(heap) > math.MaxUint32 {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "string buffer exceeds maximum allowed length (%d bytes)", 1<<30-1)
		}
		views[i] = column.MakeView(heap[start:], 0, uint32(start))
		if views[i].Len <= column.MaxInline {
			heap = heap[:start]
		}
		from = to
	}
	out.Bufs = [][]byte{heap}
	return out, nil
}

// fractions gives group i's fractions, one or those of an array; none where
// the result is NULL.
func (g *gathered) fractions(i int) (fs []float64, null []bool, array bool, err error) {
	d := g.direct[0]
	if d.IsNull(i) {
		return nil, nil, d.Kind == column.List, nil
	}
	check := func(f float64) error {
		if f < 0 || f > 1 || math.IsNaN(f) {
			return sqlerr.New(sqlerr.NumericValueOutOfRange, "percentile value %s is not between 0 and 1", fmt.Sprintf("%g", f))
		}
		return nil
	}
	if d.Kind != column.List {
		f := column.At[float64](d, i)
		return []float64{f}, []bool{false}, false, check(f)
	}
	l := column.At[column.ListView](d, i)
	for j := range int(l.Len) {
		p := int(l.Off) + j
		if d.Child.IsNull(p) {
			fs, null = append(fs, 0), append(null, true)
			continue
		}
		f := column.At[float64](d.Child, p)
		if err := check(f); err != nil {
			return nil, nil, true, err
		}
		fs, null = append(fs, f), append(null, false)
	}
	return fs, null, true, nil
}

// percentiles makes the result column from a function of one fraction over the
// sorted values from to to.
func (g *gathered) percentiles(value func(f float64, from, to int) types.Datum) (*column.Column, error) {
	kind, elem := g.result.Kind(), g.result.Elem().Kind()
	vals := make([]types.Datum, len(g.ends))
	from := 0
	for i, to := range g.ends {
		vals[i] = types.Null(kind)
		if from == to {
			continue
		}
		fs, null, array, err := g.fractions(i)
		if err != nil {
			return nil, err
		}
		switch {
		case fs == nil && !array:
		case !array:
			vals[i] = value(fs[0], from, to)
		case !g.direct[0].IsNull(i):
			l := make([]types.Datum, len(fs))
			for j, f := range fs {
				if null[j] {
					l[j] = types.Null(elem)
				} else {
					l[j] = value(f, from, to)
				}
			}
			vals[i] = types.Datum{Kind: column.List, L: l}
		}
		from = to
	}
	return types.ColumnOf(kind, elem, vals), nil
}

func finishPercentileDisc(g *gathered) (*column.Column, error) {
	return g.percentiles(func(f float64, from, to int) types.Datum {
		n := to - from
		row := max(1, int(math.Ceil(f*float64(n))))
		return types.FromColumn(g.cols[0], from+row-1)
	})
}

func finishPercentileCont(g *gathered) (*column.Column, error) {
	c := g.cols[0]
	return g.percentiles(func(f float64, from, to int) types.Datum {
		at := f * float64(to-from-1)
		lo, hi := int(math.Floor(at)), int(math.Ceil(at))
		part := at - float64(lo)
		if c.Kind == column.Interval {
			a, b := column.At[column.IntervalValue](c, from+lo), column.At[column.IntervalValue](c, from+hi)
			return types.Interval(lerpInterval(a, b, part))
		}
		a, b := column.At[float64](c, from+lo), column.At[float64](c, from+hi)
		if lo == hi {
			return types.Float(a)
		}
		return types.Float(a + part*(b-a))
	})
}

func lerpInterval(a, b column.IntervalValue, part float64) column.IntervalValue {
	d := divideInterval(column.IntervalValue{Months: b.Months - a.Months, Days: b.Days - a.Days, Micros: b.Micros - a.Micros}, 1/part)
	if part == 0 {
		return a
	}
	return column.IntervalValue{Months: a.Months + d.Months, Days: a.Days + d.Days, Micros: a.Micros + d.Micros}
}

func finishMode(t types.Type) func(g *gathered) (*column.Column, error) {
	return func(g *gathered) (*column.Column, error) {
		compare := kernel.Comparer(t)
		c := g.cols[0]
		at := make([]int32, len(g.ends))
		var null []int
		from := 0
		for i, to := range g.ends {
			if from == to {
				null = append(null, i)
				continue
			}
			best, bestN := from, 0
			for run := from; run < to; {
				e := run + 1
				for e < to && compare(c, run, c, e) == 0 {
					e++
				}
				if e-run > bestN {
					best, bestN = run, e-run
				}
				run = e
			}
			at[i] = int32(best)
			from = to
		}
		return picked(t, c, at, null), nil
	}
}

// finishExtreme is min, max and any_value of arrays.
func finishExtreme(t types.Type, sign int) func(g *gathered) (*column.Column, error) {
	return func(g *gathered) (*column.Column, error) {
		compare := kernel.Comparer(t)
		c := g.cols[0]
		at := make([]int32, len(g.ends))
		var null []int
		from := 0
		for i, to := range g.ends {
			if from == to {
				null = append(null, i)
				continue
			}
			best := from
			for e := from + 1; e < to; e++ {
				if sign*compare(c, e, c, best) > 0 {
					best = e
				}
			}
			at[i] = int32(best)
			from = to
		}
		return picked(t, c, at, null), nil
	}
}

// picked is rows at of c, and NULL where null says.
func picked(t types.Type, c *column.Column, at []int32, null []int) *column.Column {
	if len(null) == len(at) {
		return column.NewNull(t.Kind(), len(at))
	}
	out := column.Gather(c, at)
	for _, i := range null {
		out.SetNull(i)
	}
	return out
}
