package join

import (
	"context"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// NewOperator implements pipeline.Factory: the probe step.
func (h *Hash) NewOperator(_ context.Context, w *pipeline.Worker) (pipeline.Operator, error) {
	p, err := h.newProber(w)
	if err != nil {
		return nil, err
	}
	p.table = h.table
	return &probe{prober: p}, nil
}

// probe is one worker's probe step.
type probe struct {
	*prober
	aside  *slab.Partitions // rows of partitions that are on disk
	order  []int32
	hashes []uint64
}

func (p *probe) Process(ctx context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	p.h.probeRows.Add(int64(in.Rows()))
	if p.h.rows == 0 && p.h.sh.pairs && !p.h.sh.preserveProbe || p.h.rows == 0 && p.h.sh.semiProbe {
		return pipeline.Done, nil // nothing can match
	}
	if !p.h.parted.Load() || !p.h.spilled.Any() {
		return p.run(in, emit)
	}
	return p.runParted(ctx, in, emit)
}

// Flush brings what was set aside to disk, so that its partitions can be loaded
// one by one.
func (p *probe) Flush(ctx context.Context, _ pipeline.Emit) (pipeline.Status, error) {
	if p.aside == nil {
		return pipeline.More, nil
	}
	_, err := p.aside.Spill(ctx, p.w, p.aside.Held())
	return pipeline.More, err
}

// runParted sets rows of spilled partitions aside and joins the others.
func (p *probe) runParted(ctx context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	rows, words, nulls := p.words.run(in, true)
	stay := append([]int32(nil), nulls...)
	p.order, p.hashes = p.order[:0], p.hashes[:0]
	for k, r := range rows {
		hash := p.words.hashOf(words[k])
		if p.h.spilled.Is(slab.PartitionOf(hash, 0, partitionBits)) {
			p.order = append(p.order, r)
			p.hashes = append(p.hashes, hash)
			continue
		}
		stay = append(stay, r)
	}
	if len(p.order) > 0 {
		if p.aside == nil {
			p.aside = p.h.newAside(p.w)
		}
		if err := p.aside.Append(ctx, p.w, in.Cols, p.order, p.hashes); err != nil {
			return pipeline.Done, err
		}
	}
	if len(stay) == 0 {
		return pipeline.More, nil
	}
	sortRows(stay, len(nulls))
	return p.run(in.WithSelection(stay), emit)
}

// sortRows merges the two ascending runs that meet at n.
func sortRows(rows []int32, n int) {
	if n == 0 || n == len(rows) {
		return
	}
	out := make([]int32, 0, len(rows))
	i, j := 0, n
	for i < n && j < len(rows) {
		if rows[i] < rows[j] {
			out = append(out, rows[i])
			i++
		} else {
			out = append(out, rows[j])
			j++
		}
	}
	out = append(append(out, rows[i:n]...), rows[j:]...)
	copy(rows, out)
}

// newAside makes partitions for probe rows, which the leftovers read.
func (h *Hash) newAside(w *pipeline.Worker) *slab.Partitions {
	res := w.Memory.Reserve("Hash Join")
	res.SetSpillable(true)
	p := slab.NewPartitions(kindsOf(h.spec.ProbeTypes), partitionBits, 0, res, nil, h.node)
	h.mu.Lock()
	h.mu.own = append(h.mu.own, res)
	h.mu.probes = append(h.mu.probes, p)
	h.mu.Unlock()
	return p
}

// prober joins batches of the probe side with one table, for one worker.
type prober struct {
	h        *Hash
	w        *pipeline.Worker
	table    *table
	words    *worder
	residual eval.Predicate
	cols     *slab.Scratch // build columns of the output
	pairCols *slab.Scratch // build columns of the residual
	keyCols  *slab.Scratch // build keys to compare
	out      batch.Batch
	pair     batch.Batch
	pos      []int32  // physical probe rows still in play
	cur      []uint32 // their build rows, +1
	word     []uint64
	ids      []slab.RowID
	codes    []int32 // of the present round's build rows, if coded
	coded    bool
	keep     []int32
	hitPos   []int32
	hitIDs   []slab.RowID
	matched  []uint64 // by physical probe row
	sel      []int32
	selRows  []int32
	// A build side that is tried block by block: which rows of the batch have
	// matched an earlier block. What depends on no match waits for the last.
	carry   []uint64
	partial bool
}

func (h *Hash) newProber(w *pipeline.Worker) (*prober, error) {
	p := &prober{h: h, w: w, words: h.probeWorder(), cols: slab.NewScratch(len(h.spec.Out)), pairCols: slab.NewScratch(len(h.spec.Pair)),
		keyCols: slab.NewScratch(len(h.spec.BuildKeys))}
	var err error
	if h.spec.Residual != nil {
		p.residual, err = h.spec.Residual(w)
	}
	return p, err
}

// tracks says whether the join must know which probe rows have matched.
func (p *prober) tracks() bool {
	sh := p.h.sh
	return sh.preserveProbe || sh.semiProbe || sh.antiProbe || sh.markProbe || sh.single
}

// run joins one batch.
func (p *prober) run(in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	rows, words, nulls := p.words.run(in, p.h.spec.NullAware)
	if len(nulls) > 0 {
		p.h.probeNull.Store(true)
	}
	if p.tracks() {
		need := (in.Len + 63) / 64
		if cap(p.matched) < need {
			p.matched = make([]uint64, need+need/4)
		}
		p.matched = p.matched[:need]
		clear(p.matched)
		copy(p.matched, p.carry)
	}
	p.lookUp(rows, words)
	sh := p.h.sh
	first := (sh.semiProbe || sh.antiProbe || sh.markProbe) && p.residual == nil
	for len(p.pos) > 0 {
		st, err := p.round(in, emit, first)
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	if p.partial {
		copy(p.carry, p.matched)
		return pipeline.More, nil
	}
	return p.finish(in, nulls, emit)
}

// lookUp finds the heads of all rows and keeps those that have one.
func (p *prober) lookUp(rows []int32, words []uint64) {
	n := len(rows)
	if cap(p.pos) < n {
		p.pos, p.cur, p.word = make([]int32, n+n/4), make([]uint32, n+n/4), make([]uint64, n+n/4)
		p.ids, p.keep = make([]slab.RowID, n+n/4), make([]int32, n+n/4)
		p.hitPos, p.hitIDs = make([]int32, n+n/4), make([]slab.RowID, n+n/4)
	}
	pos, cur, word := p.pos[:n], p.cur[:n], p.word[:n]
	t := p.table
	k := 0
	if t.dense {
		lo, heads := t.lo, t.heads
		for i, w := range words {
			d := w - lo
			if d >= uint64(len(heads)) {
				continue
			}
			head := heads[d]
			pos[k], cur[k] = rows[i], head
			if head != 0 {
				k++
			}
		}
	} else if p.h.exact {
		heads, skip, shift := t.heads, t.skip&63, t.shift
		for i, w := range words {
			head := heads[kernel.HashInt(int64(w))<<skip>>shift]
			pos[k], cur[k], word[k] = rows[i], head, w
			if head != 0 {
				k++
			}
		}
	} else {
		heads, skip, shift := t.heads, t.skip&63, t.shift
		for i, w := range words {
			head := heads[w<<skip>>shift]
			pos[k], cur[k], word[k] = rows[i], head, w
			if head != 0 {
				k++
			}
		}
	}
	p.pos, p.cur, p.word = pos[:k], cur[:k], word[:k]
}

// round compares each row in play with its current build row, hands on the
// matches, and moves on to the next build rows.
func (p *prober) round(in *batch.Batch, emit pipeline.Emit, first bool) (pipeline.Status, error) {
	t := p.table
	pos, cur, word := p.pos, p.cur, p.word
	hitPos, hitIDs := p.hitPos[:cap(p.hitPos)], p.hitIDs[:cap(p.hitIDs)]
	n := 0
	if t.dense {
		for k, c := range cur {
			hitPos[k], hitIDs[k] = pos[k], c-1
		}
		n = len(cur)
	} else {
		links := t.links
		for k, c := range cur {
			hitPos[n], hitIDs[n] = pos[k], c-1
			if links[c-1].word == word[k] {
				n++
			}
		}
	}
	hitPos, hitIDs = hitPos[:n], hitIDs[:n]
	if n > 0 && !p.h.exact {
		hitPos, hitIDs = p.compareKeys(hitPos, hitIDs)
	}
	if len(hitPos) > 0 && p.residual != nil {
		var err error
		if hitPos, hitIDs, err = p.checkResidual(in, hitPos, hitIDs); err != nil {
			return pipeline.Done, err
		}
	}
	st, err := p.matches(in, hitPos, hitIDs, emit)
	if err != nil || st == pipeline.Done {
		return pipeline.Done, err
	}
	p.advance(first)
	return pipeline.More, nil
}

// advance moves all rows in play to their next build row. Where the first
// match is enough, rows that have one leave.
func (p *prober) advance(first bool) {
	t := p.table
	k := 0
	switch {
	case t.dense && t.next == nil:
	case t.dense:
		for i, c := range p.cur {
			next := t.next[c-1]
			p.pos[k], p.cur[k] = p.pos[i], next
			if next == 0 || first && column.Bit(p.matched, int(p.pos[i])) {
				continue
			}
			k++
		}
	default:
		for i, c := range p.cur {
			next := t.links[c-1].next
			p.pos[k], p.cur[k], p.word[k] = p.pos[i], next, p.word[i]
			if next == 0 || first && column.Bit(p.matched, int(p.pos[i])) {
				continue
			}
			k++
		}
		p.word = p.word[:k]
	}
	p.pos, p.cur = p.pos[:k], p.cur[:k]
}

// compareKeys keeps the pairs whose keys are equal, which equal hashes do not
// prove.
func (p *prober) compareKeys(hitPos []int32, hitIDs []slab.RowID) ([]int32, []slab.RowID) {
	n := len(hitPos)
	keep := p.keep[:n]
	for i := range keep {
		keep[i] = int32(i)
	}
	for i, k := range p.h.spec.BuildKeys {
		b := p.table.store.Gather(p.keyCols, i, k, hitIDs, nil, 0, false)
		b = p.words.commonOther(i, b)
		equalNulls := p.h.spec.NullEqual != nil && p.h.spec.NullEqual[i]
		keep = kernel.Match(p.words.cols[i], hitPos, b, nil, keep, equalNulls)
		if len(keep) == 0 {
			break
		}
	}
	if len(keep) == n {
		return hitPos, hitIDs
	}
	for at, k := range keep {
		hitPos[at], hitIDs[at] = hitPos[k], hitIDs[k]
	}
	return hitPos[:len(keep)], hitIDs[:len(keep)]
}

// checkResidual keeps the pairs for which the rest of the condition is true.
func (p *prober) checkResidual(in *batch.Batch, hitPos []int32, hitIDs []slab.RowID) ([]int32, []slab.RowID, error) {
	spec := &p.h.spec
	if len(p.pair.Cols) != len(spec.Pair) {
		p.pair.Cols = make([]*column.Column, len(spec.Pair))
	}
	for i, c := range spec.Pair {
		if c.Build {
			p.pair.Cols[i] = p.table.store.Gather(p.pairCols, i, c.At, hitIDs, hitPos, in.Len, false)
		} else {
			p.pair.Cols[i] = in.Cols[c.At]
		}
	}
	p.pair.Len, p.pair.Sel = in.Len, hitPos
	sel, err := p.residual.Select(&p.pair, p.selRows[:0])
	if err != nil {
		return nil, nil, err
	}
	p.selRows = sel
	k, at := 0, 0
	for _, r := range sel {
		for hitPos[k] != r {
			k++
		}
		hitPos[at], hitIDs[at] = r, hitIDs[k]
		at++
		k++
	}
	return hitPos[:at], hitIDs[:at], nil
}

// matches hands on one round's matches: at most one per probe row, ascending.
func (p *prober) matches(in *batch.Batch, hitPos []int32, hitIDs []slab.RowID, emit pipeline.Emit) (pipeline.Status, error) {
	if len(hitPos) == 0 {
		return pipeline.More, nil
	}
	sh := p.h.sh
	if sh.single && sh.preserveProbe {
		for _, r := range hitPos {
			if column.Bit(p.matched, int(r)) {
				return pipeline.Done, tooManyRows()
			}
		}
	}
	if p.tracks() {
		for _, r := range hitPos {
			column.SetBit(p.matched, int(r))
		}
	}
	if sh.flags() {
		for _, id := range hitIDs {
			if p.table.mark(id) && sh.single {
				return pipeline.Done, tooManyRows()
			}
		}
	}
	if !sh.pairs {
		return pipeline.More, nil
	}
	p.coded = false
	if len(hitPos) < in.Len/sparse {
		return emit(p.compact(in, hitPos, hitIDs))
	}
	b := p.result(in)
	for i, c := range p.h.spec.Out {
		if c.Build {
			b.Cols[i] = p.gather(i, c.At, hitIDs, hitPos, in.Len)
		}
	}
	b.Sel = hitPos
	return emit(b)
}

// sparse is which share of a batch's rows must have matched for the probe
// columns to go on as they are, by selection; of fewer they are gathered, as
// every further step pays for the length of a batch.
const sparse = 4

// compact is the matches as a dense batch.
func (p *prober) compact(in *batch.Batch, hitPos []int32, hitIDs []slab.RowID) *batch.Batch {
	b := p.result(in)
	for i, c := range p.h.spec.Out {
		if c.Build {
			b.Cols[i] = p.gather(i, c.At, hitIDs, nil, 0)
		} else {
			b.Cols[i] = p.cols.GatherColumn(i, in.Cols[c.At], hitPos)
			p.shareCodes(in.Cols, b.Cols, i)
		}
	}
	b.Len = len(hitPos)
	return b
}

// gather collects build column col as output column i: texts of a small build
// side as codes, which they share, of others copies of the values.
func (p *prober) gather(i, col int, ids []slab.RowID, at []int32, n int) *column.Column {
	d := p.table.dict(col)
	if d == nil {
		return p.table.store.Gather(p.cols, i, col, ids, at, n, false)
	}
	if !p.coded {
		p.codes, p.coded = slab.Codes(p.codes, ids, at, n), true
	}
	return p.table.store.GatherCodes(p.cols, i, col, d, p.codes, ids, at)
}

// shareCodes lets output column i share its codes with an earlier one whose
// input did.
func (p *prober) shareCodes(in, out []*column.Column, i int) {
	src := in[p.h.spec.Out[i].At]
	for j, c := range p.h.spec.Out[:i] {
		if !c.Build && column.SameCodes(in[c.At], src) {
			out[i].Codes = out[j].Codes
			return
		}
	}
}

func tooManyRows() error {
	return sqlerr.New(sqlerr.CardinalityViolation, "more than one row returned by a subquery used as an expression")
}

// result is the output batch with the probe columns in place.
func (p *prober) result(in *batch.Batch) *batch.Batch {
	n := len(p.h.spec.Out)
	if p.h.spec.Mark {
		n++
	}
	if len(p.out.Cols) != n {
		p.out.Cols = make([]*column.Column, n)
	}
	for i, c := range p.h.spec.Out {
		if !c.Build {
			p.out.Cols[i] = in.Cols[c.At]
		}
	}
	p.out.Len, p.out.Seq, p.out.Sel = in.Len, in.Seq, nil
	return &p.out
}

// finish hands on what is decided when all matches of a batch are known.
func (p *prober) finish(in *batch.Batch, nulls []int32, emit pipeline.Emit) (pipeline.Status, error) {
	sh := p.h.sh
	if !sh.semiProbe && !sh.antiProbe && !sh.markProbe && !sh.preserveProbe {
		return pipeline.More, nil
	}
	sel := in.Sel
	if sel == nil {
		sel = batch.Sequence(in.Len)
	}
	if sh.markProbe {
		return p.finishMark(in, sel, nulls, emit)
	}
	out := p.sel[:0]
	want := sh.semiProbe
	for _, r := range sel {
		if column.Bit(p.matched, int(r)) == want {
			out = append(out, r)
		}
	}
	p.sel = out
	if sh.antiProbe && p.h.spec.NullAware && p.h.rows > 0 {
		if p.h.hasNull.Load() {
			return pipeline.More, nil // x NOT IN (…, NULL) is never true
		}
		out = without(out, nulls)
	}
	if len(out) == 0 {
		return pipeline.More, nil
	}
	b := p.result(in)
	if sh.preserveProbe {
		for i, c := range p.h.spec.Out {
			if c.Build {
				b.Cols[i] = column.NewNull(p.h.kinds[c.At], in.Len)
			}
		}
	}
	b.Sel = out
	if len(out) == in.Len {
		b.Sel = nil
	}
	return emit(b)
}

// without removes ascending rows from ascending rows, in place.
func without(rows, gone []int32) []int32 {
	if len(gone) == 0 {
		return rows
	}
	n, k := 0, 0
	for _, r := range rows {
		for k < len(gone) && gone[k] < r {
			k++
		}
		if k < len(gone) && gone[k] == r {
			continue
		}
		rows[n] = r
		n++
	}
	return rows[:n]
}

// finishMark hands on all rows with the answer of IN or EXISTS.
func (p *prober) finishMark(in *batch.Batch, sel, nulls []int32, emit pipeline.Emit) (pipeline.Status, error) {
	mark := column.NewFlat(column.Bool, in.Len)
	vals := column.Values[uint8](mark)
	unknown := p.h.spec.NullAware && p.h.rows > 0
	buildNull := unknown && p.h.hasNull.Load()
	for _, r := range sel {
		if column.Bit(p.matched, int(r)) {
			vals[r] = 1
		} else if buildNull {
			mark.SetNull(int(r))
		}
	}
	if unknown {
		for _, r := range nulls {
			mark.SetNull(int(r))
		}
	}
	b := p.result(in)
	b.Cols[len(b.Cols)-1] = mark
	b.Sel = in.Sel
	return emit(b)
}
