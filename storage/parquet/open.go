package parquet

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/inlaydb/inlay/storage/cache"
	"github.com/inlaydb/inlay/storage/object"
)

// Metadata is a file's footer, decoded and checked: immutable and shared by all
// who read that version of the object.
type Metadata struct {
	Object   object.Object
	Schema   *Schema
	NumRows  int64
	KeyValue []KeyValue
	Created  string // by which writer
	meta     *fileMeta
	url      string
	footer   int64 // offset where the footer begins: pages lie before it
	size     int64 // bytes of memory
	keys     string
}

// Cache keeps footers and page indexes of object versions in memory. The zero
// *Cache keeps nothing.
type Cache = cache.Cache[cacheKey, any]

// cacheKey names a part of an object version.
type cacheKey struct {
	url, version string
	keys         string // of encrypted files: who has others sees another file
	group, leaf  int32  // -1, -1 is the footer
	part         byte
}

// NewCache makes a cache that holds about budget bytes.
func NewCache(budget int64) *Cache { return cache.New[cacheKey, any](budget) }

// File is one object being read. It is cheap: all state is shared metadata and
// the store to read from.
type File struct {
	*Metadata
	store  object.Store
	cache  *Cache
	memory Memory
}

const (
	localTail  = 64 << 10
	remoteTail = 256 << 10 // a request costs more than these bytes
	footerMax  = 1 << 30
)

// Open reads the footer of an object, or takes it from the cache when o.Version
// is known. Only o.Key is required; without a version there is one request to
// learn it together with the footer.
func Open(ctx context.Context, store object.Store, o object.Object, c *Cache) (*File, error) {
	return OpenWith(ctx, store, o, c, nil)
}

// OpenWith is Open of a file that may be encrypted.
func OpenWith(ctx context.Context, store object.Store, o object.Object, c *Cache, keys *Keys) (*File, error) {
	key := cacheKey{url: store.URL(o.Key), version: o.Version, keys: keys.id(), group: -1, leaf: -1}
	load := func() (any, int64, error) {
		m, err := readFooter(ctx, store, o, keys)
		if err != nil {
			return nil, 0, err
		}
		return m, m.size, nil
	}
	if c == nil || o.Version == "" {
		v, size, err := load()
		if err != nil {
			return nil, err
		}
		m := v.(*Metadata)
		if c != nil {
			key.version = m.Object.Version
			c.Put(key, m, size)
		}
		return &File{Metadata: m, store: store, cache: c}, nil
	}
	v, err := c.Get(ctx, key, load)
	if err != nil {
		return nil, err
	}
	return &File{Metadata: v.(*Metadata), store: store, cache: c}, nil
}

// With returns a view of the file that reads through another store, such as one
// that counts for a query.
func (f *File) With(store object.Store) *File {
	c := *f
	c.store = store
	return &c
}

// Remote says whether reading the file's pages means a request over a network.
func (f *File) Remote() bool { return f.store.Remote() }

func readFooter(ctx context.Context, store object.Store, o object.Object, keys *Keys) (*Metadata, error) {
	n := localTail
	if store.Remote() {
		n = remoteTail
	}
	var tail []byte
	if o.Version != "" {
		tail = make([]byte, min(int64(n), o.Size))
		if err := store.Read(ctx, o, o.Size-int64(len(tail)), tail); err != nil {
			return nil, err
		}
	} else {
		tail = make([]byte, n)
		var m int
		var err error
		if o, m, err = store.Tail(ctx, o.Key, tail); err != nil {
			return nil, err
		}
		tail = tail[:m]
	}
	url := store.URL(o.Key)
	corrupt := func(off int64, format string, args ...any) error {
		return &CorruptError{Object: url, Offset: off, Reason: fmt.Sprintf(format, args...)}
	}
	if o.Size < 12 || len(tail) < 8 {
		return nil, corrupt(0, "not a Parquet file: %d bytes are too few", o.Size)
	}
	magic := string(tail[len(tail)-4:])
	if magic != "PAR1" && magic != "PARE" {
		if len(tail) == int(o.Size) && string(tail[:4]) == "PAR1" {
			return nil, corrupt(o.Size-4, "file is truncated: it begins as Parquet but does not end in PAR1")
		}
		return nil, corrupt(o.Size-4, "not a Parquet file, or truncated: it does not end in PAR1")
	}
	size := int64(binary.LittleEndian.Uint32(tail[len(tail)-8:]))
	if size > o.Size-12 || size > footerMax {
		return nil, corrupt(o.Size-8, "footer of %d bytes in a file of %d", size, o.Size)
	}
	if size+8 > int64(len(tail)) {
		tail = make([]byte, size+8)
		if err := store.Read(ctx, o, o.Size-size-8, tail); err != nil {
			return nil, err
		}
	}
	start := o.Size - 8 - size
	// Statistics stay slices of the footer: keep just it, not the whole tail.
	buf := append([]byte(nil), tail[len(tail)-8-int(size):len(tail)-8]...)
	var hidden *algorithm
	if magic == "PARE" {
		var err error
		if buf, hidden, err = decryptFooter(buf, keys); err != nil {
			return nil, locked(url, err, func() error { return corrupt(start, "encrypted footer: %v", err) })
		}
	}
	meta, pos, err := decodeFileMeta(buf)
	if err != nil {
		return nil, corrupt(start+int64(pos), "footer: %v", err)
	}
	if hidden != nil {
		meta.algorithm = hidden
	}
	m := &Metadata{Object: o, NumRows: meta.numRows, KeyValue: meta.keyValues, Created: meta.createdBy, meta: meta, url: url, footer: start, keys: keys.id()}
	if m.Schema, err = buildSchema(meta); err != nil {
		return nil, corrupt(start, "footer: %v", err)
	}
	if err := meta.decryptColumns(m.Schema, keys); err != nil {
		return nil, locked(url, err, func() error { return corrupt(start, "encrypted column: %v", err) })
	}
	if err := m.check(); err != nil {
		return nil, corrupt(start, "footer: %v", err)
	}
	chunks := 0
	for i := range meta.rowGroups {
		chunks += len(meta.rowGroups[i].columns)
	}
	m.size = size + int64(chunks)*320 + int64(len(meta.schema))*400 + 1024
	return m, nil
}

// locked is the error of a file whose key is missing, or what other says.
func locked(url string, err error, other func() error) error {
	var k errKey
	if errors.As(err, &k) {
		return &UnsupportedError{Object: url, What: "an encrypted file " + string(k)}
	}
	return other()
}

// check holds the footer against the file's size and itself.
func (m *Metadata) check() error {
	rows := int64(0)
	for g := range m.meta.rowGroups {
		rg := &m.meta.rowGroups[g]
		if rg.numRows < 0 || rg.numRows > 1<<48 {
			return reasonError(fmt.Sprintf("row group %d has %d rows", g, rg.numRows))
		}
		rg.first = rows
		rows += rg.numRows
		if len(rg.columns) != len(m.Schema.Leaves) {
			return reasonError(fmt.Sprintf("row group %d has %d columns, the schema %d", g, len(rg.columns), len(m.Schema.Leaves)))
		}
		for i := range rg.columns {
			c, l := &rg.columns[i], m.Schema.Leaves[i]
			if !c.hasMeta || c.encrypted || c.elsewhere {
				continue // an error once somebody reads it
			}
			if PhysicalType(c.typ) != l.Type {
				return reasonError(fmt.Sprintf("row group %d column %q: its type differs from the schema's", g, l.Name()))
			}
			if c.numValues < 0 || l.maxRep == 0 && c.numValues != rg.numRows {
				return reasonError(fmt.Sprintf("row group %d column %q has %d values for %d rows", g, l.Name(), c.numValues, rg.numRows))
			}
			if off, n := c.extent(); off < 0 || n < 0 || off > m.footer || n > m.footer-off {
				return reasonError(fmt.Sprintf("row group %d column %q lies outside the file", g, l.Name()))
			}
		}
	}
	if rows != m.meta.numRows {
		return reasonError(fmt.Sprintf("the row groups have %d rows, the file %d", rows, m.meta.numRows))
	}
	return nil
}

// extent is where the chunk's pages lie.
func (c *chunkMeta) extent() (off, n int64) {
	off = c.dataOffset
	if c.dictOffset > 0 && c.dictOffset < off {
		off = c.dictOffset
	}
	return off, c.compressedSize
}

// shortChunks says whether the writer is one that left the dictionary page's
// header out of a chunk's size (PARQUET-816): parquet-mr before 1.2.9, which at
// first did not give a version either.
func shortChunks(createdBy string) bool {
	v, ok := strings.CutPrefix(createdBy, "parquet-mr")
	if !ok {
		return false
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(v, " version %d.%d.%d", &major, &minor, &patch); err != nil {
		return true
	}
	return major < 1 || major == 1 && (minor < 2 || minor == 2 && patch < 9)
}

// NumRowGroups is the number of row groups.
func (m *Metadata) NumRowGroups() int { return len(m.meta.rowGroups) }

// RowGroup is facts about one row group.
type RowGroup struct {
	NumRows int64
	Size    int64 // of all columns, uncompressed
	Sorting []SortColumn
	First   int64 // its first row's number in the file
	m       *Metadata
	g       *rowGroupMeta
	index   int
}

// RowGroup returns facts about row group i.
func (m *Metadata) RowGroup(i int) RowGroup {
	g := &m.meta.rowGroups[i]
	return RowGroup{NumRows: g.numRows, Size: g.totalSize, Sorting: g.sorting, First: g.first, m: m, g: g, index: i}
}

// ChunkSize is the bytes that a leaf's chunk takes in the file and decompressed.
func (g RowGroup) ChunkSize(l *Leaf) (compressed, uncompressed int64) {
	c := &g.g.columns[l.Index]
	return c.compressedSize, c.uncompressedSize
}

// DictionaryOnly says whether every page of the leaf's chunk is known to be
// dictionary coded, so that its dictionary holds all values there are.
func (g RowGroup) DictionaryOnly(l *Leaf) bool { return g.g.columns[l.Index].dictPagesOnly }

// DictionarySize is the bytes that the dictionary page of the leaf's chunk
// takes in the file, its header included; 0 where there is none.
func (g RowGroup) DictionarySize(l *Leaf) int64 {
	c := &g.g.columns[l.Index]
	if c.dictOffset <= 0 || c.dataOffset <= c.dictOffset {
		return 0
	}
	return c.dataOffset - c.dictOffset
}

// HasBloom says whether the leaf's chunk has a bloom filter.
func (g RowGroup) HasBloom(l *Leaf) bool { return g.g.columns[l.Index].bloomOffset > 0 }

// HasPageIndex says whether the leaf's chunk has a page index.
func (g RowGroup) HasPageIndex(l *Leaf) bool {
	c := &g.g.columns[l.Index]
	return c.offsetIndex > 0 && c.offsetIndexLen > 0
}

// ManyPages says whether the leaf's chunk has a page index that may tell more
// than the footer: one page takes some dozen bytes there.
func (g RowGroup) ManyPages(l *Leaf) bool {
	c := &g.g.columns[l.Index]
	return g.HasPageIndex(l) && c.columnIndex > 0 && c.offsetIndexLen > 24
}
