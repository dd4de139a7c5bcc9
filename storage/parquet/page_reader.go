package parquet

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
	"sort"

	"github.com/inlaydb/inlay/storage/column"
)

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
	if r.chunk.crypt != nil {
		return r.sealedHeader(ctx, off, limit)
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

// sealedHeader is header for an encrypted one. What it is the header of has to
// be known to decrypt it: the dictionary comes first where there is one.
func (r *ColumnReader) sealedHeader(ctx context.Context, off, limit int64) (pageHeader, int64, error) {
	fail := func(err error) (pageHeader, int64, error) {
		return pageHeader{}, 0, r.corrupt(off, fmt.Errorf("page header: %w", err))
	}
	size, err := r.bytes(ctx, off, int(min(4, limit)))
	if err != nil {
		return pageHeader{}, 0, err
	}
	if len(size) < 4 {
		return fail(errShortThrift)
	}
	n := int64(binary.LittleEndian.Uint32(size)) + 4
	if n > limit || n > 1<<24 {
		return fail(reasonError("encrypted module is cut off"))
	}
	b, err := r.bytes(ctx, off, int(n))
	if err != nil {
		return pageHeader{}, 0, err
	}
	module, page := byte(moduleDataHeader), r.ordinal
	if begin, _ := r.chunk.extent(); off == begin && r.chunk.dictOffset > 0 && r.chunk.dictOffset == begin {
		module = moduleDictionaryHeader
	}
	plain, _, err := r.chunk.crypt.open(b, module, page)
	if err != nil && off == r.firstPage() { // writers differ on whether the footer tells of the dictionary
		plain, _, err = r.chunk.crypt.open(b, moduleDataHeader+moduleDictionaryHeader-module, page)
	}
	if err != nil {
		return fail(err)
	}
	h, _, err := decodePageHeader(plain)
	if err != nil {
		return fail(err)
	}
	data := off + n
	if r.chunk.crypt.bare && int64(h.compressed) < r.end-data { // the header's size is that of the plain text
		if size, err = r.bytes(ctx, data, int(min(4, r.end-data))); err != nil {
			return pageHeader{}, 0, err
		}
		if len(size) == 4 && binary.LittleEndian.Uint32(size) < 1<<30 {
			h.compressed = int32(binary.LittleEndian.Uint32(size)) + 4
		}
	}
	if int64(h.compressed) > r.end-data {
		return fail(reasonError("page is longer than its column chunk"))
	}
	return h, data, nil
}

func (r *ColumnReader) firstPage() int64 {
	off, _ := r.chunk.extent()
	return off
}

// unseal decrypts a page's bytes, whose checksum is that of what the file has.
func (r *ColumnReader) unseal(h *pageHeader, raw []byte, module byte, page int) ([]byte, error) {
	if r.chunk.crypt == nil {
		return raw, nil
	}
	if h.hasCRC && crc32.ChecksumIEEE(raw) != h.crc {
		return nil, reasonError("page checksum does not match")
	}
	h.hasCRC = false
	if err := r.mem.grow(int64(len(raw))); err != nil {
		return nil, err
	}
	defer r.mem.shrink(int64(len(raw)))
	plain, _, err := r.chunk.crypt.open(raw, module, page)
	if err == nil && h.typ == pageDataV2 && int64(h.defLen)+int64(h.repLen) > int64(len(plain)) {
		err = reasonError("data page header contradicts itself")
	}
	return plain, err
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
	ordinal int  // in its chunk
	suspect bool // strings: some bytes are not ASCII, so they are checked
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
			p.open, p.loaded, p.head, p.data, p.values, p.ordinal = true, false, h, data, int(h.values), r.ordinal
			r.ordinal++
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
	r.ordinal = i
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
	if err := r.mem.grow(2 * int64(h.size)); err != nil { // the page and its values
		return err
	}
	raw, err := r.unseal(h, raw, moduleDictionaryPage, 0)
	if err != nil {
		return r.corrupt(r.dictAt, err)
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
	if raw, err = r.unseal(h, raw, moduleDataPage, p.ordinal); err != nil {
		return err
	}
	if err := r.pool.ensure(int(h.size)); err != nil {
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
		r.pool.prepaid = 0
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
