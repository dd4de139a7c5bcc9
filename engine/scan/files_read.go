package scan

import (
	"context"
	"errors"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
	"github.com/inlaydb/inlay/storage/prune"
)

// Open implements pipeline.Source.
func (s *Files) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	s.announce.Do(func() { w.Metrics.Morsels.Add(int64(len(s.units))) })
	r := &fileReader{s: s, w: w, moved: make([]bool, len(s.spec.Columns)), preds: make([]eval.Predicate, len(s.spec.Filter)), cols: make([]*column.Column, len(s.spec.Columns)),
		readers: make([]columnReader, len(s.spec.Columns)), out: make([]*column.Column, len(s.spec.Out)), selectors: make([]runtimefilter.Selector, len(s.spec.Runtime)),
		useful: make([]usefulness, len(s.spec.Runtime))}
	if w.Memory != nil {
		r.mem.res = w.Memory.Reserve("scan")
		r.text.mem = &r.mem
	}
	for i, c := range s.spec.Filter {
		var err error
		if r.preds[i], err = c.New(w); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// fileReader is one worker's end of Files.
type fileReader struct {
	s         *Files
	w         *pipeline.Worker
	preds     []eval.Predicate
	readers   []columnReader
	moved     []bool           // by column: its reader is past the current chunk
	cols      []*column.Column // of the current chunk; nil: not decoded yet
	frame     batch.Batch      // the columns decoded so far
	base      []int32          // chunk rows that the frame's rows are; nil: all
	baseBuf   [2][]int32
	baseAt    int
	selBuf    [2][]int32
	out       []*column.Column
	outBatch  batch.Batch
	selectors []runtimefilter.Selector
	useful    []usefulness
	mem       charges
	text      nestedText
}

// usefulness is what a runtime filter has dropped so far: one that drops
// little is left out.
type usefulness struct{ in, out int64 }

func (u *usefulness) worth() bool { return u.in < 1<<15 || u.out*10 < u.in*9 }

func (r *fileReader) Close() { r.mem.close() }

func (r *fileReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	i := r.s.next.Add(1) - 1
	if i >= int64(len(r.s.units)) {
		return pipeline.Done, nil
	}
	r.s.ahead.reach(ctx, r.s, int(i), aheadBytes)
	u := &r.s.units[i]
	defer r.w.Metrics.MorselsDone.Add(1)
	st, err := r.unit(ctx, u, i, emit)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = ctx.Err()
	}
	return st, err
}

// unit prunes and reads one unit.
func (r *fileReader) unit(ctx context.Context, u *unit, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	filters := make([]*runtimefilter.Filter, len(r.s.spec.Runtime))
	for k, rt := range r.s.spec.Runtime {
		filters[k] = rt.Slot.Get()
		if f := filters[k]; f != nil && u.excluded(rt.Col, f, r.s.spec.Columns[rt.Col].Type) {
			r.s.count("Row Groups Pruned by Runtime Filter", 1)
			return pipeline.More, nil
		}
	}
	if err := u.look(ctx, r); err != nil || u.none {
		return pipeline.More, err
	}
	ranges := clip(u.ranges, u.from, u.to)
	for k, f := range filters {
		if f == nil {
			continue
		}
		left, err := r.byRuntime(ctx, u, r.s.spec.Runtime[k].Col, f)
		if err != nil {
			return pipeline.Done, err
		}
		ranges = prune.Intersect(ranges, left)
	}
	if len(ranges) == 0 {
		return pipeline.More, nil
	}
	return r.run(ctx, u, seq, ranges, filters, emit)
}

// columnReader reads a column's rows in order: a leaf's, or a nested one's.
type columnReader interface {
	Read(ctx context.Context, n int) (*column.Column, error)
	ReadSelected(ctx context.Context, sel []int32, n int) (*column.Column, error)
	Skip(n int) error
}

// open makes the readers of the unit's columns.
func (r *fileReader) open(ctx context.Context, u *unit, wanted []parquet.RowRange, opt object.FetchOptions) (*parquet.Reader, error) {
	var reqs []parquet.Request
	for c := range u.file.reads {
		switch rd := &u.file.reads[c]; {
		case rd.leaf != nil:
			reqs = append(reqs, parquet.Request{Leaf: rd.leaf, Kind: rd.Kind})
		case rd.plan != nil:
			reqs = append(reqs, rd.plan.Requests()...)
		}
	}
	rd, err := u.file.file.Charged(&r.mem).Columns(ctx, u.index, reqs, wanted, opt)
	if err != nil {
		return nil, err
	}
	left := rd.Columns
	for c := range u.file.reads {
		r.readers[c] = nil
		switch how := &u.file.reads[c]; {
		case how.leaf != nil:
			r.readers[c], left = left[0], left[1:]
		case how.plan != nil:
			n := len(how.plan.Requests())
			r.readers[c], left = how.plan.Open(left[:n], r.text.grow), left[n:]
		}
	}
	return rd, nil
}

func (r *fileReader) run(ctx context.Context, u *unit, seq int64, ranges []parquet.RowRange, filters []*runtimefilter.Filter, emit pipeline.Emit) (pipeline.Status, error) {
	st, err := r.s.spec.Opener.StoreOf(ctx, *u.file.info)
	if err != nil {
		return pipeline.Done, err
	}
	opt := object.DefaultFetch(st)
	opt.Park = func(ctx context.Context, wait func() error) error {
		return r.w.Park(ctx, func(context.Context) error { return wait() })
	}
	wanted := ranges
	if len(ranges) == 1 && ranges[0].Count == u.rows {
		wanted = nil // all: where pages lie does not matter
	}
	rd, err := r.open(ctx, u, wanted, opt)
	if err != nil {
		return pipeline.Done, err
	}
	defer rd.Close()
	defer r.text.close()
	defer func() {
		r.s.spec.Node.Add("Pages Read", "", rd.Stats.Pages)
		r.s.count("Pages Skipped", rd.Stats.PagesSkipped)
	}()
	row := int64(0)
	for _, x := range ranges {
		if x.First > row {
			for _, c := range r.readers {
				if c == nil {
					continue
				}
				if err := c.Skip(int(x.First - row)); err != nil {
					return pipeline.Done, err
				}
			}
		}
		row = x.First + x.Count
		for from := x.First; from < row; from += chunkRows {
			if err := ctx.Err(); err != nil {
				return pipeline.Done, err
			}
			st, err := r.chunk(ctx, u, seq, int(min(chunkRows, row-from)), filters, emit)
			if err != nil || st == pipeline.Done {
				return pipeline.Done, err
			}
		}
	}
	return pipeline.More, nil
}

// chunk decodes, filters and emits the next n rows.
func (r *fileReader) chunk(ctx context.Context, u *unit, seq int64, n int, filters []*runtimefilter.Filter, emit pipeline.Emit) (pipeline.Status, error) {
	clear(r.cols)
	clear(r.moved)
	r.frame = batch.Batch{Cols: r.cols, Len: n, Seq: seq}
	r.base = nil
	for k, f := range filters {
		if f == nil || !f.Rows() || !r.useful[k].worth() {
			continue
		}
		c := r.s.spec.Runtime[k].Col
		if err := r.need(ctx, u, n, c); err != nil {
			return pipeline.Done, err
		}
		before := r.frame.Rows()
		sel := r.selectors[k].Select(f, r.cols[c], r.frame.Sel, r.scratchSel())
		r.useful[k].in += int64(before)
		r.useful[k].out += int64(len(sel))
		if r.keep(sel) == 0 {
			return pipeline.More, r.skipRest(n)
		}
	}
	for k, p := range r.preds {
		if u.passed[k] {
			continue
		}
		if err := r.need(ctx, u, n, r.s.spec.Filter[k].Cols...); err != nil {
			return pipeline.Done, err
		}
		sel, err := p.Select(&r.frame, r.scratchSel())
		if err != nil {
			return pipeline.Done, err
		}
		if r.keep(sel) == 0 {
			return pipeline.More, r.skipRest(n)
		}
	}
	if err := r.need(ctx, u, n, r.s.spec.Out...); err != nil {
		return pipeline.Done, err
	}
	if err := r.skipRest(n); err != nil {
		return pipeline.Done, err
	}
	for i, c := range r.s.spec.Out {
		r.out[i] = r.cols[c]
	}
	r.outBatch = batch.Batch{Cols: r.out, Len: r.frame.Len, Sel: r.frame.Sel, Seq: seq}
	return emit(&r.outBatch)
}

// scratchSel is room for a selection that does not alias the frame's.
func (r *fileReader) scratchSel() []int32 {
	r.selBuf[0], r.selBuf[1] = r.selBuf[1], r.selBuf[0]
	if cap(r.selBuf[0]) < chunkRows {
		r.selBuf[0] = make([]int32, 0, chunkRows)
	}
	return r.selBuf[0][:0]
}

// keep makes sel the frame's selection and says how many rows are left.
func (r *fileReader) keep(sel []int32) int {
	r.selBuf[0] = sel
	if len(sel) == r.frame.Len {
		r.frame.Sel = nil
	} else {
		r.frame.Sel = sel
	}
	return len(sel)
}

// sparse is the share of rows below which the rest is decoded for the selected
// rows only: one in two.
const sparse = 2

// need decodes columns that are not there yet, for the rows that are left.
func (r *fileReader) need(ctx context.Context, u *unit, n int, cols ...int) error {
	for _, c := range cols {
		if r.cols[c] != nil {
			continue
		}
		if r.readers[c] == nil {
			r.cols[c] = u.file.fixed[c].Column(r.frame.Len, r.s.spec.Columns[c].Type.Elem().Kind())
			continue
		}
		if r.frame.Sel != nil && len(r.frame.Sel)*sparse <= r.frame.Len {
			r.compact()
		}
		var col *column.Column
		var err error
		if r.base == nil {
			col, err = r.readers[c].Read(ctx, n)
		} else {
			col, err = r.readers[c].ReadSelected(ctx, r.base, n)
		}
		if err != nil {
			return err
		}
		r.moved[c] = true
		if r.cols[c], err = u.file.reads[c].convert(col); err != nil {
			return err
		}
	}
	return nil
}

// skipRest moves the readers of columns that were not needed past the chunk.
func (r *fileReader) skipRest(n int) error {
	for c, rd := range r.readers {
		if rd == nil || r.moved[c] {
			continue
		}
		if err := rd.Skip(n); err != nil {
			return err
		}
	}
	return nil
}

// compact makes the selected rows the frame.
func (r *fileReader) compact() {
	sel := r.frame.Sel
	base := r.baseBuf[r.baseAt][:0]
	if r.base == nil {
		base = append(base, sel...)
	} else {
		for _, k := range sel {
			base = append(base, r.base[k])
		}
	}
	r.baseBuf[r.baseAt] = base
	r.baseAt ^= 1
	r.base = base
	for i, c := range r.cols {
		if c != nil {
			r.cols[i] = column.Gather(c, sel)
		}
	}
	r.frame.Len, r.frame.Sel = len(base), nil
}

// convert brings a column to its type's form where the decoder cannot.
func (r *read) convert(col *column.Column) (*column.Column, error) {
	if r.Fix == nil {
		return col, nil
	}
	if !r.list {
		return r.Fix(col)
	}
	child, err := r.Fix(col.Child)
	out := *col
	out.Child = child
	return &out, err
}
