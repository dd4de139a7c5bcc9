package scan

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/record"
)

// Records is a source over files of rows: CSV, JSON, Arrow.
//
//	file ─► ranges of bytes, record batches   morsels that workers take in order
//	     ─► stream (compressed, …)            one worker a file, or its chunks in turn
//
// Of each window of rows the columns of runtime filters and predicates are
// made first, the others only for the rows that are left.
type Records struct {
	spec  FileSpec
	style *types.Style
	files []*recordFile
	units []recordUnit
	turn  chan struct{} // holds one token: who has it takes the next morsel
	next  int           // unit; guarded by turn
	seq   int64         // morsel; guarded by turn
	once  sync.Once
	Warn  func(*sqlerr.Error) // of records left out, at the end; nil: nobody is told
}

// recordUnit is what one worker reads at once: a range of bytes, a record
// batch, or, where part is below 0, a stream.
type recordUnit struct {
	file   *recordFile
	part   int
	shared bool // of a stream: each chunk is a morsel
}

// recordFile is one file.
type recordFile struct {
	info    *catalog.File
	store   object.Store
	obj     object.Object
	text    *source.Text // nil: Arrow
	ranges  *record.Ranges
	stream  *record.Stream // shared; guarded by Records.turn
	field   []int          // by column: its place in the file; -1: it has a fixed value
	fixed   []types.Datum
	skipped atomic.Int64
	first   atomic.Pointer[error]
}

// NewRecords plans reading the files. style is how the session reads values.
func NewRecords(ctx context.Context, spec FileSpec, style *types.Style) (*Records, error) {
	s := &Records{spec: spec, style: style, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	streams := 0
	for i := range spec.Files {
		f, err := s.open(ctx, &spec.Files[i])
		if err != nil {
			s.Close()
			return nil, err
		}
		s.files = append(s.files, f)
		if f.text != nil && !f.text.Parallel() {
			streams++
		}
	}
	for _, f := range s.files {
		parts, err := s.parts(ctx, f)
		if err != nil {
			s.Close()
			return nil, err
		}
		if parts < 0 {
			s.units = append(s.units, recordUnit{f, -1, f.text != nil && streams < spec.Workers})
			continue
		}
		for k := range parts {
			s.units = append(s.units, recordUnit{f, k, false})
		}
	}
	spec.Node.Add("Files", "", int64(len(s.files)))
	return s, nil
}

func (s *Records) open(ctx context.Context, info *catalog.File) (f *recordFile, err error) {
	f = &recordFile{info: info, field: make([]int, len(s.spec.Columns)), fixed: make([]types.Datum, len(s.spec.Columns))}
	if f.store, f.obj, err = s.spec.Opener.ObjectOf(ctx, info); err != nil {
		return nil, err
	}
	f.text, _ = info.Layout.(*source.Text)
	for i, c := range s.spec.Columns {
		f.field[i] = -1
		switch {
		case c.Source.Partition != "":
			f.fixed[i], err = source.PartitionValue(info, c.Source.Partition, c.Type)
		case c.Source.Virtual != "":
			f.fixed[i] = types.Text(info.Path)
		default:
			f.fixed[i] = types.Null(c.Type.Kind())
			if at, ok := source.FieldOf(info, c.Source.Field); ok {
				f.field[i] = at
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// parts is how many parts of a file can be read in any order; -1: it is read
// from its start to its end.
func (s *Records) parts(ctx context.Context, f *recordFile) (int, error) {
	switch {
	case f.text == nil:
		return source.ArrowBatches(f.info), nil
	case !f.text.Parallel():
		return -1, nil
	}
	f.ranges = record.NewRanges(f.store, f.obj, f.text.Start, f.text.Lines())
	return f.ranges.Len(), nil
}

// Open implements pipeline.Source.
func (s *Records) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	s.once.Do(func() { w.Metrics.Morsels.Add(int64(len(s.units))) })
	n := len(s.spec.Columns)
	r := &recordReader{s: s, w: w, cols: make([]*column.Column, n), preds: make([]eval.Predicate, len(s.spec.Filter)), out: make([]*column.Column, len(s.spec.Out)),
		selectors: make([]runtimefilter.Selector, len(s.spec.Runtime)), useful: make([]usefulness, len(s.spec.Runtime)), filters: make([]*runtimefilter.Filter, len(s.spec.Runtime))}
	if w.Memory != nil {
		r.mem.res = w.Memory.Reserve("scan")
	}
	for i, c := range s.spec.Filter {
		var err error
		if r.preds[i], err = c.New(w); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Close implements pipeline.Closer.
func (s *Records) Close() {
	for _, f := range s.files {
		if f.stream != nil {
			f.stream.Close()
			f.stream = nil
		}
		f.tell(s.Warn)
	}
}

// rows gives the rows of one morsel, window by window.
type rows interface {
	// next finds the next rows and says how many; 0: none are left.
	next(ctx context.Context) (int, error)
	// column makes column c of the window's rows in sel (nil: all). Rows in drop
	// cannot be read and are left out.
	column(c int, sel []int32) (col *column.Column, drop []int32, err error)
}

// recordReader is one worker's end of Records.
type recordReader struct {
	s         *Records
	w         *pipeline.Worker
	buf       record.Buffer
	held      int64 // bytes charged for buf
	preds     []eval.Predicate
	cols      []*column.Column
	frame     batch.Batch
	selBuf    [3][]int32
	selAt     int
	out       []*column.Column
	outBatch  batch.Batch
	filters   []*runtimefilter.Filter
	selectors []runtimefilter.Selector
	useful    []usefulness
	mem       charges
	text      *textRows // of the file read last
	arrow     *arrowRows
	asked     *recordFile // whether its fixed values pass the filter was asked
	never     bool        // they do not
}

func (r *recordReader) Close() {
	if r.arrow != nil {
		r.arrow.close()
	}
	r.mem.close()
}

// Morsel implements pipeline.Reader.
func (r *recordReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	st, err := r.morsel(ctx, emit)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = ctx.Err()
	}
	return st, err
}

func (r *recordReader) morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	if err := r.takeTurn(ctx); err != nil {
		return pipeline.Done, err
	}
	s := r.s
	if s.next >= len(s.units) {
		s.turn <- struct{}{}
		return pipeline.Done, nil
	}
	u := &s.units[s.next]
	seq := s.seq
	s.seq++
	if !u.shared {
		s.next++
		s.turn <- struct{}{}
		defer r.w.Metrics.MorselsDone.Add(1)
		return r.unit(ctx, u, seq, emit)
	}
	c, err := r.sharedChunk(ctx, u)
	if err == io.EOF {
		s.next++
		r.w.Metrics.MorselsDone.Add(1)
		err = nil
	}
	s.turn <- struct{}{}
	if err != nil || len(c.Data) == 0 {
		return pipeline.More, err
	}
	return r.chunk(ctx, u.file, c, seq, emit)
}

// takeTurn waits until no other worker takes a morsel.
func (r *recordReader) takeTurn(ctx context.Context) error {
	select {
	case <-r.s.turn:
		return nil
	default:
	}
	got := false
	err := r.w.Park(ctx, func(ctx context.Context) error {
		select {
		case <-r.s.turn:
			got = true
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if err != nil && got {
		r.s.turn <- struct{}{}
	}
	return err
}

// sharedChunk reads the next chunk of a stream; the caller has the turn.
func (r *recordReader) sharedChunk(ctx context.Context, u *recordUnit) (record.Chunk, error) {
	f := u.file
	if f.stream == nil {
		if r.excluded(f) {
			return record.Chunk{}, io.EOF
		}
		var err error
		if f.stream, err = f.text.Stream(context.WithoutCancel(ctx), f.store, f.obj); err != nil {
			return record.Chunk{}, f.place(ctx, err)
		}
	}
	c, err := f.stream.Next(&r.buf)
	if err != nil && err != io.EOF {
		err = f.place(ctx, err)
	}
	return c, err
}

// unit reads a range, a record batch or a whole stream.
func (r *recordReader) unit(ctx context.Context, u *recordUnit, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	f := u.file
	out := r.excluded(f)
	switch {
	case f.text == nil:
		if out {
			return pipeline.More, nil
		}
		if u.part < 0 {
			return r.arrowStream(ctx, f, seq, emit)
		}
		a, err := r.arrowBatch(ctx, f, u.part)
		if err != nil {
			return pipeline.Done, err
		}
		return r.windows(ctx, f, a, seq, emit)
	case u.part >= 0:
		if out && f.text.Lines().Quote == 0 {
			return pipeline.More, nil
		}
		c, err := f.ranges.Read(ctx, u.part, &r.buf, r.w.Park)
		if err != nil {
			return pipeline.Done, f.place(ctx, err)
		}
		if out || len(c.Data) == 0 {
			return pipeline.More, nil
		}
		return r.chunk(ctx, f, c, seq, emit)
	case out:
		return pipeline.More, nil
	}
	st, err := f.text.Stream(ctx, f.store, f.obj)
	if err != nil {
		return pipeline.Done, f.place(ctx, err)
	}
	defer st.Close()
	for {
		c, err := st.Next(&r.buf)
		if err == io.EOF {
			return pipeline.More, nil
		}
		if err != nil {
			return pipeline.Done, f.place(ctx, err)
		}
		if s, err := r.chunk(ctx, f, c, seq, emit); err != nil || s == pipeline.Done {
			return pipeline.Done, err
		}
	}
}

// excluded says whether the values that all rows of a file share, its
// partitions and its name, fail the filter.
func (r *recordReader) excluded(f *recordFile) bool {
	if r.asked == f {
		return r.never
	}
	r.asked, r.never = f, false
	cols := make([]*column.Column, len(f.field))
	for k, p := range r.preds {
		alone := len(r.s.spec.Filter[k].Cols) > 0
		for _, c := range r.s.spec.Filter[k].Cols {
			if f.field[c] >= 0 {
				alone = false
				break
			}
			cols[c] = f.fixed[c].Column(1, r.s.spec.Columns[c].Type.Elem().Kind())
		}
		if !alone {
			continue
		}
		sel, err := p.Select(&batch.Batch{Cols: cols, Len: 1}, nil)
		if err != nil {
			return false
		}
		if len(sel) == 0 {
			r.never = true
			r.s.spec.Node.Add("Files Pruned by Partition", "", 1)
			return true
		}
	}
	return false
}

// chunk reads a chunk of text.
func (r *recordReader) chunk(ctx context.Context, f *recordFile, c record.Chunk, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	if size := r.buf.Size(); size > r.held {
		if err := r.mem.Grow(size - r.held); err != nil {
			return pipeline.Done, err
		}
		r.held = size
	}
	if r.text == nil || r.text.f != f {
		t, err := newTextRows(r.s, f)
		if err != nil {
			return pipeline.Done, err
		}
		r.text = t
	}
	r.text.start(c)
	return r.windows(ctx, f, r.text, seq, emit)
}

// windows reads, filters and emits rows.
func (r *recordReader) windows(ctx context.Context, f *recordFile, in rows, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	for k, rt := range r.s.spec.Runtime {
		r.filters[k] = rt.Slot.Get()
		if x := r.filters[k]; x != nil && x.Empty {
			return pipeline.More, nil
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return pipeline.Done, err
		}
		n, err := in.next(ctx)
		if err != nil {
			return pipeline.Done, err
		}
		if n == 0 {
			return pipeline.More, nil
		}
		if st, err := r.window(f, in, n, seq, emit); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
}

// window filters and emits n rows.
func (r *recordReader) window(f *recordFile, in rows, n int, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	clear(r.cols)
	r.frame = batch.Batch{Cols: r.cols, Len: n, Seq: seq}
	for k, x := range r.filters {
		if x == nil || !x.Rows() || !r.useful[k].worth() {
			continue
		}
		c := r.s.spec.Runtime[k].Col
		if err := r.need(f, in, c); err != nil {
			return pipeline.Done, err
		}
		before := r.frame.Rows()
		sel := r.selectors[k].Select(x, r.cols[c], r.frame.Sel, r.scratch())
		r.useful[k].in += int64(before)
		r.useful[k].out += int64(len(sel))
		if r.keep(sel) == 0 {
			return pipeline.More, nil
		}
	}
	for k, p := range r.preds {
		if err := r.need(f, in, r.s.spec.Filter[k].Cols...); err != nil {
			return pipeline.Done, err
		}
		sel, err := p.Select(&r.frame, r.scratch())
		if err != nil {
			return pipeline.Done, err
		}
		if r.keep(sel) == 0 {
			return pipeline.More, nil
		}
	}
	if err := r.need(f, in, r.s.spec.Out...); err != nil {
		return pipeline.Done, err
	}
	if r.frame.Rows() == 0 {
		return pipeline.More, nil
	}
	for i, c := range r.s.spec.Out {
		r.out[i] = r.cols[c]
	}
	r.outBatch = batch.Batch{Cols: r.out, Len: n, Sel: r.frame.Sel, Seq: seq}
	return emit(&r.outBatch)
}

// scratch is room for a selection that aliases neither the frame's nor the one
// before.
func (r *recordReader) scratch() []int32 {
	r.selAt = (r.selAt + 1) % len(r.selBuf)
	if cap(r.selBuf[r.selAt]) < r.frame.Len {
		r.selBuf[r.selAt] = make([]int32, 0, max(r.frame.Len, batch.Size))
	}
	return r.selBuf[r.selAt][:0]
}

// keep makes sel the frame's selection and says how many rows are left.
func (r *recordReader) keep(sel []int32) int {
	r.selBuf[r.selAt] = sel
	r.frame.Sel = sel
	if len(sel) == r.frame.Len {
		r.frame.Sel = nil
	}
	return len(sel)
}

// need makes columns that are not there yet, for the rows that are left; rows
// that cannot be read go.
func (r *recordReader) need(f *recordFile, in rows, cols ...int) error {
	for _, c := range cols {
		if r.cols[c] != nil {
			continue
		}
		if f.field[c] < 0 {
			r.cols[c] = f.fixed[c].Column(r.frame.Len, r.s.spec.Columns[c].Type.Elem().Kind())
			continue
		}
		col, drop, err := in.column(c, r.frame.Sel)
		if err != nil {
			return err
		}
		r.cols[c] = col
		if len(drop) > 0 {
			r.keep(without(r.frame.Sel, drop, r.frame.Len, r.scratch()))
		}
	}
	return nil
}

// without appends the rows of sel (nil: all n) that are not in drop.
func without(sel, drop []int32, n int, out []int32) []int32 {
	at := 0
	for j := range n {
		i := int32(j)
		if sel != nil {
			if j == len(sel) {
				break
			}
			i = sel[j]
		}
		for at < len(drop) && drop[at] < i {
			at++
		}
		if at < len(drop) && drop[at] == i {
			continue
		}
		out = append(out, i)
	}
	return out
}
