package parquet

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"sort"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
)

// Request asks for one leaf of a row group.
type Request struct {
	Leaf *Leaf
	// Kind is what to read values as; Invalid asks for the leaf's own kind.
	Kind column.Kind
	// Codes keeps dictionary codes for kinds other than Bytes too, which would
	// otherwise come flat.
	Codes bool
}

// RowRange is rows First to First+Count of a row group.
type RowRange struct{ First, Count int64 }

// ReadStats counts what a Reader did.
type ReadStats struct {
	Pages        int64 // data pages decompressed
	PagesSkipped int64 // data pages passed over by their header or the page index
	Inflated     int64 // bytes after decompression
}

// Reader is some columns of one row group, read together. One goroutine uses
// it, and its columns.
type Reader struct {
	Columns []*ColumnReader
	Stats   ReadStats
	fetch   *object.Fetcher
}

// Columns prepares to read leaves of row group g and begins to fetch them when
// the store is remote. With ranges (ascending, apart), only pages that hold
// rows in them are fetched, where a page index tells; other rows must be
// skipped. Close the reader.
func (f *File) Columns(ctx context.Context, g int, reqs []Request, ranges []RowRange, opt object.FetchOptions) (*Reader, error) {
	rd := &Reader{fetch: object.NewFetcher(ctx, f.store, f.Object, opt)}
	var all []object.Range
	var counts []int
	for _, q := range reqs {
		r, err := f.columnReader(g, q)
		if err != nil {
			rd.Close()
			return nil, err
		}
		r.stats = &rd.Stats
		parts := []object.Range{{Off: r.pos, Len: r.end - r.pos}}
		if ranges != nil && r.chunk.offsetIndex > 0 {
			if parts, err = f.pageRanges(ctx, g, r, ranges); err != nil {
				rd.Close()
				return nil, err
			}
		}
		rd.Columns = append(rd.Columns, r)
		counts = append(counts, len(parts))
		all = append(all, parts...)
	}
	spans := rd.fetch.Plan(all)
	for i, r := range rd.Columns {
		for range counts[i] {
			r.spans = append(r.spans, planned{off: all[0].Off, end: all[0].Off + all[0].Len, span: spans[0]})
			all, spans = all[1:], spans[1:]
		}
	}
	return rd, nil
}

// Close ends fetching. Columns handed out are no longer valid.
func (rd *Reader) Close() {
	for _, r := range rd.Columns {
		r.discard(1<<63 - 1)
	}
	rd.fetch.Close()
	for _, r := range rd.Columns {
		if r.scratch != nil {
			r.close()
			if r.dict != nil {
				r.dict.giveBack(&r.scratch.dict)
			}
			r.scratch.giveBack()
			r.scratch, r.rows, r.row, r.pending = nil, 0, 0, 0 // nothing is left to read
		}
	}
}

// pageRanges is where the dictionary and the pages with wanted rows lie.
func (f *File) pageRanges(ctx context.Context, g int, r *ColumnReader, ranges []RowRange) ([]object.Range, error) {
	locs, err := f.offsetIndex(ctx, g, r.leaf)
	if err != nil {
		return nil, err
	}
	if len(locs) == 0 {
		return []object.Range{{Off: r.pos, Len: r.end - r.pos}}, nil
	}
	r.locs = locs
	var out []object.Range
	if first := locs[0].Offset; first > r.pos {
		out = append(out, object.Range{Off: r.pos, Len: first - r.pos})
	}
	for i, k := 0, 0; i < len(locs); i++ {
		begin, end := locs[i].FirstRow, r.rows
		if i+1 < len(locs) {
			end = locs[i+1].FirstRow
		}
		for k < len(ranges) && ranges[k].First+ranges[k].Count <= begin {
			k++
		}
		if k == len(ranges) || ranges[k].First >= end {
			continue
		}
		n := len(out)
		if n > 0 && out[n-1].Off+out[n-1].Len == locs[i].Offset {
			out[n-1].Len += int64(locs[i].Size)
		} else {
			out = append(out, object.Range{Off: locs[i].Offset, Len: int64(locs[i].Size)})
		}
	}
	return out, nil
}

// planned is a stretch of the chunk that is being fetched.
type planned struct {
	off, end int64
	span     *object.Span
}

// ColumnReader reads the rows of one leaf in order. What Read and ReadSelected
// return is lent until the next call of any method, except for dictionaries,
// which live as long as somebody holds them.
type ColumnReader struct {
	f      *File
	leaf   *Leaf
	chunk  *chunkMeta
	kind   column.Kind
	conv   conversion
	stride int // bytes of a physical value, 0 for byte arrays
	width  int // bytes of a value of kind
	coded  bool
	list   bool
	stats  *ReadStats

	spans    []planned
	pos, end int64 // next page header, end of the chunk
	rows     int64 // of the row group
	row      int64 // next row to hand out, without pending
	pending  int64 // rows to pass over before it
	locs     []PageLocation
	dict     *dictionary
	dictAt   int64 // where an undecoded dictionary page's bytes lie, 0: none
	dictHead pageHeader
	dictRaw  []byte // a copy of its bytes, when pages behind it were let go first
	sawData  bool

	page   page
	lev    *levels // lists
	levels int64   // lists: levels in the pages opened so far
	// pageEnd is the row behind the current page, for lists with a page index.
	pageEnd int64
	*scratch
}

func (f *File) columnReader(g int, q Request) (*ColumnReader, error) {
	l := q.Leaf
	rg := &f.meta.rowGroups[g]
	c := &rg.columns[l.Index]
	name := fmt.Sprintf("column %q", l.Name())
	unsupported := func(what string) (*ColumnReader, error) {
		return nil, &UnsupportedError{Object: f.url, What: name + ": " + what}
	}
	switch {
	case c.encrypted || !c.hasMeta:
		return unsupported("encryption")
	case c.elsewhere:
		return unsupported("a column chunk in another file")
	case !c.codec.supported():
		return unsupported("compression " + c.codec.String())
	case l.maxRep > 1:
		return unsupported("nesting of lists")
	}
	kind, why := defaultKind(l)
	if why != "" {
		return unsupported(why)
	}
	if q.Kind != column.Invalid {
		kind = q.Kind
	}
	conv, ok := chooseConversion(l, kind)
	if !ok {
		return nil, &RangeError{Object: f.url, Column: l.Name(), What: fmt.Sprintf("%v %v cannot be read as %v", l.Type, l.Logical.Annotation, kind)}
	}
	if conv == convBool {
		conv = convCopy
	}
	r := &ColumnReader{f: f, leaf: l, chunk: c, kind: kind, conv: conv, stride: l.stride(), width: kind.Width(),
		coded: kind.IsView() || q.Codes, list: l.maxRep == 1, rows: rg.numRows}
	if l.Type == Boolean {
		r.stride, r.coded = 1, false
	}
	if r.list {
		r.coded, r.lev = false, &levels{}
	}
	off, n := c.extent()
	if shortChunks(f.Created) {
		n += min(100, f.footer-off-n)
	}
	r.pos, r.end = off, off+n
	r.scratch = scratches.Get().(*scratch)
	r.out.kind, r.out.width = kind, r.width
	r.tmp.kind, r.tmp.width = kind, r.width
	return r, nil
}

// Kind is the kind of the values that come out; lists have them as elements.
func (r *ColumnReader) Kind() column.Kind { return r.kind }

// Row is the number of the next row, within the row group.
func (r *ColumnReader) Row() int64 { return r.row + r.pending }

func (r *ColumnReader) corrupt(off int64, err error) error {
	var c *CorruptError
	var u *UnsupportedError
	var reason reasonError
	switch {
	case errors.As(err, &c):
		return err
	case errors.As(err, &u):
		return &UnsupportedError{Object: r.f.url, What: fmt.Sprintf("column %q: %s", r.leaf.Name(), u.What)}
	case err == errNarrow || err == errWhen || err == errDecimals:
		return &RangeError{Object: r.f.url, Column: r.leaf.Name(), What: err.Error()}
	case errors.As(err, &reason):
		return &CorruptError{Object: r.f.url, Offset: off, Reason: fmt.Sprintf("column %q: %v", r.leaf.Name(), err)}
	}
	return err // of the store, or the context
}

// bytes gives n bytes of the file from off on.
func (r *ColumnReader) bytes(ctx context.Context, off int64, n int) ([]byte, error) {
	i := sort.Search(len(r.spans), func(i int) bool { return r.spans[i].end > off })
	if i == len(r.spans) || off < r.spans[i].off || off+int64(n) > r.spans[i].end {
		return nil, r.corrupt(off, reasonError("page lies outside what was planned to be read"))
	}
	return r.spans[i].span.Bytes(ctx, off, n)
}

// discard lets go of fetched bytes before off.
func (r *ColumnReader) discard(off int64) {
	for len(r.spans) > 0 && r.spans[0].end <= off {
		r.spans[0].span.Release()
		r.spans = r.spans[1:]
	}
	if len(r.spans) > 0 && r.spans[0].off < off {
		r.spans[0].span.Discard(off)
	}
}

// header reads the page header at off and returns where the page's bytes begin.
func (r *ColumnReader) header(ctx context.Context, off int64) (pageHeader, int64, error) {
	limit := r.end - off
	for i := range r.spans {
		if s := &r.spans[i]; off >= s.off && off < s.end {
			limit = s.end - off
		}
	}
	for try := int64(128); ; try *= 8 {
		n := min(try, limit)
		b, err := r.bytes(ctx, off, int(n))
		if err != nil {
			return pageHeader{}, 0, err
		}
		h, used, err := decodePageHeader(b)
		if err != nil {
			if (err == errShortThrift || err == errManyElements) && n < limit && try < 1<<24 {
				continue
			}
			return h, 0, r.corrupt(off, fmt.Errorf("page header: %w", err))
		}
		data := off + int64(used)
		if int64(h.compressed) > r.end-data {
			return h, 0, r.corrupt(off, reasonError("page is longer than its column chunk"))
		}
		return h, data, nil
	}
}

// page is the reader's place in the chunk: a header is read, its bytes are only
// looked at once a row is wanted.
type page struct {
	open    bool
	loaded  bool
	head    pageHeader
	data    int64 // where its bytes lie
	left    int64 // rows not handed out; -1 unknown (lists)
	values  int   // levels not decoded
	mode    mode
	buf     *pageBuffer
	body    []byte // values; pageSlack readable bytes follow
	at      int    // position in body, or for packed booleans the bit
	defs    hybrid
	reps    hybrid
	codes   hybrid
	ints    *deltaInts
	strings *deltaStrings
}

// mode is how a page's values are coded.
type mode uint8

const (
	modePlain   mode = iota // fixed width
	modeStrings             // length-prefixed
	modeCodes
	modeBits   // plain booleans
	modeRuns   // booleans as runs
	modeInts   // delta
	modeDeltas // delta strings, also of fixed length
)

// ready opens the next page that has rows to give once pending ones are passed
// over. With load, its values are decompressed and pending is 0 after.
func (r *ColumnReader) ready(ctx context.Context, load bool) error {
	for {
		p := &r.page
		if !p.open || p.left == 0 {
			if err := r.open(ctx); err != nil {
				return err
			}
			continue
		}
		if r.pending > 0 && p.left > 0 && r.pending >= p.left {
			r.pending -= p.left
			r.row += p.left
			p.left = 0
			if !p.loaded {
				r.stats.PagesSkipped++
			}
			r.close()
			continue
		}
		if !load {
			return nil
		}
		if !p.loaded {
			if err := r.load(ctx); err != nil {
				return r.corrupt(p.data, err)
			}
		}
		if r.pending > 0 && !r.list {
			n := int(r.pending)
			if err := r.skipRows(n); err != nil {
				return r.corrupt(p.data, err)
			}
			r.pending = 0
			r.row += int64(n)
			p.left -= int64(n)
		}
		return nil
	}
}

// close lets go of the current page.
func (r *ColumnReader) close() {
	if r.page.buf != nil {
		r.pool.unpin(r.page.buf)
		r.page.buf = nil
	}
	r.page.open, r.page.loaded, r.page.body = false, false, nil
}

// open reads headers up to the next data page, by the page index directly to
// the one that holds the next row wanted.
func (r *ColumnReader) open(ctx context.Context) error {
	r.close()
	for {
		if r.locs != nil && (r.sawData || r.pos >= r.locs[0].Offset) {
			r.jump()
		}
		if r.pos >= r.end {
			return r.corrupt(r.end, reasonError(fmt.Sprintf("column chunk ends at row %d of %d", r.row, r.rows)))
		}
		h, data, err := r.header(ctx, r.pos)
		if err != nil {
			return err
		}
		next := data + int64(h.compressed)
		switch h.typ {
		case pageDictionary:
			if r.dictAt != 0 || r.dict != nil {
				return r.corrupt(r.pos, reasonError("second dictionary page"))
			}
			r.dictAt, r.dictHead, r.pos = data, h, next
		case pageData, pageDataV2:
			if err := r.discardBefore(ctx, r.pos); err != nil {
				return err
			}
			r.sawData = true
			p := &r.page
			p.open, p.loaded, p.head, p.data, p.values = true, false, h, data, int(h.values)
			if err := r.countRows(); err != nil {
				return r.corrupt(r.pos, err)
			}
			r.pos = next
			return nil
		default: // index pages and what may come
			r.pos = next
		}
	}
}

// jump moves pos to the page that holds the next row wanted.
func (r *ColumnReader) jump() {
	want := r.row + r.pending
	i := sort.Search(len(r.locs), func(i int) bool { return r.locs[i].FirstRow > want }) - 1
	if r.locs[i].Offset <= r.pos || r.locs[i].FirstRow < r.row {
		return
	}
	k := sort.Search(len(r.locs), func(k int) bool { return r.locs[k].Offset >= r.pos })
	r.stats.PagesSkipped += int64(max(i-k, 0))
	skipped := r.locs[i].FirstRow - r.row
	r.row += skipped
	r.pending -= skipped
	r.pos = r.locs[i].Offset
}

// countRows sets how many rows the page just opened has, and holds its header
// against the row group and the page index.
func (r *ColumnReader) countRows() error {
	p, h := &r.page, &r.page.head
	if r.list {
		p.left = int64(h.rows) // -1 for v1
		i := sort.Search(len(r.locs), func(i int) bool { return r.locs[i].Offset > r.pos })
		r.pageEnd = r.rows
		if i < len(r.locs) {
			r.pageEnd = r.locs[i].FirstRow
		}
		return nil
	}
	p.left = int64(h.values)
	if p.left > r.rows-r.row || h.rows >= 0 && h.rows != h.values {
		return reasonError("page has more rows than its row group")
	}
	if r.locs == nil {
		return nil
	}
	i := sort.Search(len(r.locs), func(i int) bool { return r.locs[i].Offset >= r.pos })
	last := r.rows
	if i+1 < len(r.locs) {
		last = r.locs[i+1].FirstRow
	}
	if i == len(r.locs) || r.locs[i].Offset != r.pos || r.locs[i].FirstRow != r.row || last-r.row != p.left {
		return reasonError("page index does not fit the pages")
	}
	return nil
}

// discardBefore frees fetched bytes. Those of a dictionary that may still be
// wanted are copied first.
func (r *ColumnReader) discardBefore(ctx context.Context, off int64) error {
	if r.dictAt != 0 && r.dict == nil && r.dictRaw == nil {
		if !r.sawData {
			return nil // wait for the first page that goes: most often the dictionary is decoded by then
		}
		raw, err := r.bytes(ctx, r.dictAt, int(r.dictHead.compressed))
		if err != nil {
			return err
		}
		r.dictRaw = append(make([]byte, 0, len(raw)), raw...)
	}
	r.discard(off)
	return nil
}

// loadDictionary decodes the dictionary page seen before.
func (r *ColumnReader) loadDictionary(ctx context.Context) error {
	if r.dict != nil {
		return nil
	}
	if r.dictAt == 0 {
		return errNoDictionary
	}
	h, raw := &r.dictHead, r.dictRaw
	if raw == nil {
		var err error
		if raw, err = r.bytes(ctx, r.dictAt, int(h.compressed)); err != nil {
			return err
		}
	}
	body, err := inflatePage(h, r.chunk.codec, raw, r.scratch.dict.page)
	if err != nil {
		return r.corrupt(r.dictAt, err)
	}
	r.stats.Inflated += int64(len(body))
	d, err := newDictionary(r, h, body)
	if err != nil {
		return r.corrupt(r.dictAt, err)
	}
	r.dict, r.dictRaw = d, nil
	// Codes pay when values repeat. A dictionary of nearly unique strings, as
	// writers leave it when they give up on one, is only another heap.
	if r.kind.IsView() && (int64(d.n) > r.chunk.numValues/8 || d.n > maxCoded) && d.n > 64 {
		r.coded = false
	}
	return nil
}

// Dictionary returns the chunk's dictionary if its first page is one, else nil.
// It holds values of the reader's kind. RowGroup.DictionaryOnly tells whether
// it holds all there are.
func (r *ColumnReader) Dictionary(ctx context.Context) (*column.Dict, error) {
	if !r.page.open && !r.sawData && r.rows > 0 {
		if err := r.open(ctx); err != nil {
			return nil, err
		}
	}
	if r.dict == nil && r.dictAt == 0 {
		return nil, nil
	}
	if err := r.loadDictionary(ctx); err != nil {
		return nil, err
	}
	return r.dict.columnDict(r.kind), nil
}

// load decompresses the current page and readies its decoders.
func (r *ColumnReader) load(ctx context.Context) error {
	p := &r.page
	h := &p.head
	raw, err := r.bytes(ctx, p.data, int(h.compressed))
	if err != nil {
		return err
	}
	body, err := inflatePage(h, r.chunk.codec, raw, func(n int) []byte {
		p.buf = r.pool.take(n)
		return p.buf.b
	})
	if err != nil {
		return err
	}
	if p.buf == nil { // a large page that grew by itself
		p.buf = &pageBuffer{b: body, pins: 1}
	}
	r.stats.Pages++
	r.stats.Inflated += int64(len(body))
	p.loaded = true
	l := r.leaf
	defWidth, repWidth := uint(bits.Len(uint(l.maxDef))), uint(bits.Len(uint(l.maxRep)))
	if h.typ == pageDataV2 {
		reps, defs := body[:h.repLen], body[h.repLen:h.repLen+h.defLen]
		body = body[h.repLen+h.defLen:]
		if err := p.reps.start(reps, repWidth); err != nil {
			return err
		}
		if err := p.defs.start(defs, defWidth); err != nil {
			return err
		}
	} else {
		if l.maxRep > 0 {
			if body, err = startV1Levels(&p.reps, body, h.repEncoding, repWidth, p.values); err != nil {
				return err
			}
		}
		if l.maxDef > 0 {
			if body, err = startV1Levels(&p.defs, body, h.defEncoding, defWidth, p.values); err != nil {
				return err
			}
		}
	}
	if r.list {
		r.lev.reset()
	}
	return r.startValues(ctx, body)
}

func startV1Levels(h *hybrid, body []byte, encoding int32, width uint, values int) ([]byte, error) {
	lev, rest, err := v1Levels(body, encoding, width, values)
	if err != nil {
		return nil, err
	}
	if encoding == encBitPacked {
		lev = repack(lev, width)
	}
	return rest, h.start(lev, width)
}

// repack turns the old bit-packed levels, most significant bit first, into one
// bit-packed run.
func repack(src []byte, width uint) []byte {
	n := uint(len(src)) * 8 / width
	groups := (n + 7) / 8
	out := make([]byte, 0, 10+groups*width+pageSlack)
	for v := groups<<1 | 1; ; v >>= 7 {
		if v < 0x80 {
			out = append(out, byte(v))
			break
		}
		out = append(out, byte(v)|0x80)
	}
	base := uint(len(out))
	out = out[:base+groups*width]
	for i := range n * width {
		value, bit := i/width, i%width
		from := value*width + (width - 1 - bit)
		if src[from/8]>>(7-from%8)&1 != 0 {
			out[base+i/8] |= 1 << (i % 8)
		}
	}
	return out
}

// startValues chooses the decoder for the page's encoding.
func (r *ColumnReader) startValues(ctx context.Context, body []byte) error {
	p := &r.page
	p.body, p.at = body, 0
	enc := p.head.encoding
	bytesLike := r.leaf.Type == ByteArray
	bad := &UnsupportedError{What: fmt.Sprintf("encoding %d of %v", enc, r.leaf.Type)}
	switch enc {
	case encPlain:
		switch {
		case bytesLike:
			p.mode = modeStrings
		case r.leaf.Type == Boolean:
			p.mode = modeBits
		default:
			p.mode = modePlain
		}
		return nil
	case encPlainDictionary, encRLEDictionary:
		if r.leaf.Type == Boolean {
			return bad
		}
		p.mode = modeCodes
		if len(body) == 0 { // only NULLs
			return p.codes.start(body, 1)
		}
		if err := p.codes.start(body[1:], uint(body[0])); err != nil {
			return err
		}
		if r.dict == nil && r.dictAt == 0 {
			return nil // there may be only NULLs; a code would be found out
		}
		return r.loadDictionary(ctx)
	case encRLE:
		if r.leaf.Type != Boolean {
			return bad
		}
		p.mode = modeRuns
		if len(body) == 0 {
			return p.codes.start(body, 1)
		}
		runs, _, err := v1Levels(body, encRLE, 1, 0)
		if err != nil {
			return err
		}
		return p.codes.start(runs, 1)
	case encDeltaBinary:
		if r.leaf.Type != Int32 && r.leaf.Type != Int64 {
			return bad
		}
		p.mode = modeInts
		if p.ints == nil {
			p.ints = &deltaInts{}
		}
		if len(body) == 0 {
			p.ints.total, p.ints.given = 0, 0
			return nil
		}
		return p.ints.start(body)
	case encDeltaLength, encDeltaByteArray:
		if !bytesLike && (r.leaf.Type != FixedLenByteArray || enc == encDeltaLength) {
			return bad
		}
		p.mode = modeDeltas
		if p.strings == nil {
			p.strings = &deltaStrings{}
		}
		if len(body) == 0 {
			p.strings.lengths.total, p.strings.lengths.given = 0, 0
			return nil
		}
		return p.strings.start(body, 0, enc == encDeltaByteArray)
	case encByteStreamSplit:
		if bytesLike || r.leaf.Type == Boolean || r.leaf.Type == Int96 {
			return bad
		}
		n := len(body) / r.stride
		plain := r.pool.take(n * r.stride)
		unsplit(plain.b, body, n, r.stride)
		r.pool.unpin(p.buf)
		p.buf, p.body, p.mode = plain, plain.b, modePlain
		return nil
	}
	return bad
}
