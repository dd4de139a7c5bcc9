package scan

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// chunkRows is how many rows a scan decodes at once.
const chunkRows = 4096

// FileColumn is one column that a scan over files decodes.
type FileColumn struct {
	Type   types.Type
	Source catalog.FileColumn
}

// Conjunct is one predicate of a scan's filter, over batches of all its
// columns of which it reads Cols.
type Conjunct struct {
	Cols []int
	New  func(w *pipeline.Worker) (eval.Predicate, error)
}

// Bound says that only rows with a value in [Lo, Hi] of a column can pass the
// filter; Kind Invalid: open. Strict bounds are given as they stand: a row
// group whose extreme equals one is still read.
type Bound struct {
	Col    int
	Lo, Hi types.Datum
}

// Runtime is a runtime filter on one column.
type Runtime struct {
	Slot *runtimefilter.Slot
	Col  int
}

// FileSpec says what to read.
type FileSpec struct {
	Files   []catalog.File
	Columns []FileColumn
	Out     []int // positions in Columns of what comes out
	Filter  []Conjunct
	Bounds  []Bound
	Runtime []Runtime
	Opener  *source.Files
	Node    *pipeline.NodeMetrics
	Workers int
}

// Files is a source over Parquet files: a morsel is a row group, or a stretch
// of one where there are few.
//
// Of each chunk of rows the columns of runtime filters and of the first
// predicates are decoded first; the others are asked only for the rows that
// are left, so pages without any are never decompressed.
type Files struct {
	spec     FileSpec
	units    []unit
	next     atomic.Int64
	announce sync.Once // of the units, for the progress bar
}

// unit is rows from to to of a row group.
type unit struct {
	file     *fileScan
	group    int
	from, to int64
}

// fileScan is one file with its leaves by column.
type fileScan struct {
	info   *catalog.File
	file   *parquet.File
	leaves []*parquet.Leaf // nil: not in the file
	fixed  []types.Datum   // value of columns that are not in the file
}

// NewFiles opens the files and leaves out row groups that no row of the answer
// can come from.
func NewFiles(ctx context.Context, spec FileSpec) (*Files, error) {
	s := &Files{spec: spec}
	pruned := 0
	groups := 0
	for i := range spec.Files {
		fs, err := s.open(ctx, &spec.Files[i])
		if err != nil {
			return nil, err
		}
		if fs.outOfBounds(spec.Bounds) {
			spec.Node.Add("Files Pruned by Partition", "", 1)
			continue
		}
		for g := range fs.file.NumRowGroups() {
			rg := fs.file.RowGroup(g)
			groups++
			if s.prunable(fs, rg) {
				pruned++
				continue
			}
			if rg.NumRows > 0 {
				s.units = append(s.units, unit{fs, g, 0, rg.NumRows})
			}
		}
	}
	spec.Node.Add("Row Groups", "", int64(groups))
	if pruned > 0 {
		spec.Node.Add("Row Groups Pruned by Statistics", "", int64(pruned))
	}
	s.split()
	return s, nil
}

// minSplit is the least rows of a stretch that a row group is split into.
const minSplit = 64 << 10

// split parts large row groups where there are too few for the workers.
func (s *Files) split() {
	if len(s.units) == 0 || len(s.units) >= 4*s.spec.Workers {
		return
	}
	total := int64(0)
	for _, u := range s.units {
		total += u.to - u.from
	}
	size := max(total/int64(4*s.spec.Workers), minSplit)
	size = (size + chunkRows - 1) / chunkRows * chunkRows
	var out []unit
	for _, u := range s.units {
		for from := u.from; from < u.to; from += size {
			to := min(from+size, u.to)
			if u.to-to < size/2 {
				to = u.to
			}
			out = append(out, unit{u.file, u.group, from, to})
			if to == u.to {
				break
			}
		}
	}
	s.units = out
}

func (s *Files) open(ctx context.Context, info *catalog.File) (*fileScan, error) {
	f, err := s.spec.Opener.Open(ctx, *info)
	if err != nil {
		return nil, err
	}
	fs := &fileScan{info: info, file: f, leaves: make([]*parquet.Leaf, len(s.spec.Columns)), fixed: make([]types.Datum, len(s.spec.Columns))}
	for i, c := range s.spec.Columns {
		switch {
		case c.Source.Partition != "":
			fs.fixed[i], err = source.PartitionValue(info, c.Source.Partition, c.Type)
		case c.Source.Virtual != "":
			fs.fixed[i] = types.Text(info.Path)
		default:
			if fs.leaves[i] = source.LeafOf(f, c.Source.Field); fs.leaves[i] == nil {
				fs.fixed[i] = c.Source.Missing
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return fs, nil
}

// outOfBounds says whether a value that all rows of the file share excludes it.
func (f *fileScan) outOfBounds(bounds []Bound) bool {
	for _, b := range bounds {
		if f.leaves[b.Col] == nil && (f.fixed[b.Col].Null || outside(f.fixed[b.Col], f.fixed[b.Col], b)) {
			return true
		}
	}
	return false
}

// outside says whether no value of [lo, hi] lies within b.
func outside(lo, hi types.Datum, b Bound) bool {
	if b.Lo.Kind == hi.Kind && hi.Kind != column.Invalid && compare(hi, b.Lo) < 0 {
		return true
	}
	return b.Hi.Kind == lo.Kind && lo.Kind != column.Invalid && compare(lo, b.Hi) > 0
}

// compare orders two values of one kind that bounds are made of.
func compare(a, b types.Datum) int {
	switch a.Kind {
	case column.Float32, column.Float64:
		return kernel.CompareFloats(a.F, b.F)
	case column.Int128:
		return kernel.Compare128(a.AsInt128(), b.AsInt128())
	case column.Bytes:
		switch {
		case a.S < b.S:
			return -1
		case a.S > b.S:
			return 1
		}
		return 0
	}
	switch {
	case a.I < b.I:
		return -1
	case a.I > b.I:
		return 1
	}
	return 0
}

// prunable says whether statistics exclude a row group.
func (s *Files) prunable(fs *fileScan, rg parquet.RowGroup) bool {
	for _, b := range s.spec.Bounds {
		leaf := fs.leaves[b.Col]
		if leaf == nil {
			continue
		}
		st := rg.Stats(leaf)
		if st.NullCount == st.Rows && st.Rows > 0 {
			return true
		}
		t := s.spec.Columns[b.Col].Type
		var lo, hi types.Datum
		if st.HasMin && !(st.MayHaveNaN && leaf.Type == parquet.Float) {
			lo = source.Datum(st.Min, t)
		}
		if st.HasMax && !st.MayHaveNaN {
			hi = source.Datum(st.Max, t)
		}
		if outside(lo, hi, b) {
			return true
		}
	}
	return false
}

// Open implements pipeline.Source.
func (s *Files) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	s.announce.Do(func() { w.Metrics.Morsels.Add(int64(len(s.units))) })
	r := &fileReader{s: s, w: w, moved: make([]bool, len(s.spec.Columns)), preds: make([]eval.Predicate, len(s.spec.Filter)), cols: make([]*column.Column, len(s.spec.Columns)),
		readers: make([]*parquet.ColumnReader, len(s.spec.Columns)), out: make([]*column.Column, len(s.spec.Out)), selectors: make([]runtimefilter.Selector, len(s.spec.Runtime)),
		useful: make([]usefulness, len(s.spec.Runtime))}
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
	readers   []*parquet.ColumnReader
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
}

// usefulness is what a runtime filter has dropped so far: one that drops
// little is left out.
type usefulness struct{ in, out int64 }

func (u *usefulness) worth() bool { return u.in < 1<<15 || u.out*10 < u.in*9 }

func (r *fileReader) Close() {}

func (r *fileReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	i := r.s.next.Add(1) - 1
	if i >= int64(len(r.s.units)) {
		return pipeline.Done, nil
	}
	u := &r.s.units[i]
	defer r.w.Metrics.MorselsDone.Add(1)
	filters := make([]*runtimefilter.Filter, len(r.s.spec.Runtime))
	for k, rt := range r.s.spec.Runtime {
		filters[k] = rt.Slot.Get()
		if f := filters[k]; f != nil && r.excluded(u, rt.Col, f) {
			r.s.spec.Node.Add("Row Groups Pruned by Runtime Filter", "", 1)
			return pipeline.More, nil
		}
	}
	var reqs []parquet.Request
	var at []int
	for c, leaf := range u.file.leaves {
		r.readers[c] = nil
		if leaf != nil {
			reqs = append(reqs, parquet.Request{Leaf: leaf, Kind: requestKind(r.s.spec.Columns[c].Type)})
			at = append(at, c)
		}
	}
	st, err := r.run(ctx, u, i, reqs, at, filters, emit)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = ctx.Err()
	}
	return st, err
}

// requestKind is the kind to decode to; lists come with elements of theirs.
func requestKind(t types.Type) column.Kind {
	if t.IsArray() {
		return t.Elem().Kind()
	}
	return t.Kind()
}

// excluded says whether a runtime filter excludes the whole row group.
func (r *fileReader) excluded(u *unit, col int, f *runtimefilter.Filter) bool {
	if f.Empty {
		return true
	}
	leaf := u.file.leaves[col]
	if leaf == nil || !f.Ints {
		return false
	}
	st := u.file.file.RowGroup(u.group).Stats(leaf)
	if !st.HasMin || !st.HasMax {
		return false
	}
	t := r.s.spec.Columns[col].Type
	lo, hi := source.Datum(st.Min, t), source.Datum(st.Max, t)
	k := t.Kind()
	if lo.Kind != k || hi.Kind != k || k != column.Int16 && k != column.Int32 && k != column.Int64 {
		return false
	}
	return hi.I < f.Min || lo.I > f.Max
}

func (r *fileReader) run(ctx context.Context, u *unit, seq int64, reqs []parquet.Request, at []int, filters []*runtimefilter.Filter, emit pipeline.Emit) (pipeline.Status, error) {
	st, err := r.s.spec.Opener.StoreOf(ctx, *u.file.info)
	if err != nil {
		return pipeline.Done, err
	}
	opt := object.DefaultFetch(st)
	opt.Park = func(ctx context.Context, wait func() error) error {
		return r.w.Park(ctx, func(context.Context) error { return wait() })
	}
	var ranges []parquet.RowRange
	if u.from > 0 || u.to < u.file.file.RowGroup(u.group).NumRows {
		ranges = []parquet.RowRange{{First: u.from, Count: u.to - u.from}}
	}
	rd, err := u.file.file.Columns(ctx, u.group, reqs, ranges, opt)
	if err != nil {
		return pipeline.Done, err
	}
	defer rd.Close()
	for i, c := range at {
		r.readers[c] = rd.Columns[i]
		if u.from > 0 {
			if err := rd.Columns[i].Skip(int(u.from)); err != nil {
				return pipeline.Done, err
			}
		}
	}
	defer func() {
		r.s.spec.Node.Add("Pages Read", "", rd.Stats.Pages)
		if rd.Stats.PagesSkipped > 0 {
			r.s.spec.Node.Add("Pages Skipped", "", rd.Stats.PagesSkipped)
		}
	}()
	for from := u.from; from < u.to; from += chunkRows {
		if err := ctx.Err(); err != nil {
			return pipeline.Done, err
		}
		st, err := r.chunk(ctx, u, seq, int(min(chunkRows, u.to-from)), filters, emit)
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
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
		if u.file.leaves[c] == nil {
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
		r.cols[c] = r.convert(u, c, col)
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

// convert brings a column to its type's scale where the file has another.
func (r *fileReader) convert(u *unit, c int, col *column.Column) *column.Column {
	t := r.s.spec.Columns[c].Type
	if l := u.file.leaves[c]; t.Fixed() && l.Logical.Annotation == parquet.Decimal && int(l.Logical.Scale) != int(t.Scale) {
		return kernel.Widen(col, t.Kind(), int(l.Logical.Scale), int(t.Scale))
	}
	return col
}

// Less orders two values of one kind that bounds are made of.
func Less(a, b types.Datum) bool { return compare(a, b) < 0 }
