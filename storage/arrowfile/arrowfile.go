// Package arrowfile reads Arrow IPC: files with a footer, whose record batches
// can be read in any order, and streams, which are read from start to end.
//
//	object ─► Stat ─► schema, number of batches     once a file
//	       ─► Open ─► Reader.Batch(i)               a reader for each worker
//
// The format is decoded by arrow-go. Its lengths come from strangers: messages
// may not be larger than the object, and an allocation beyond what the caller
// grants ends with the caller's error.
package arrowfile

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/record"
)

// CorruptError says that a file is no Arrow IPC, or damaged.
type CorruptError struct {
	Object string
	Err    error
}

func (e *CorruptError) Error() string { return fmt.Sprintf("%s: %v", e.Object, e.Err) }
func (e *CorruptError) Unwrap() error { return e.Err }

var (
	magic   = []byte("ARROW1")
	feather = []byte("FEA1")
)

// maxMetadata bounds the schema and other messages without data.
const maxMetadata = 64 << 20

// Reader reads one file. One goroutine uses it.
type Reader struct {
	ctx   context.Context
	store object.Store
	obj   object.Object
	grant *grants
	file  *ipc.FileReader // nil: a stream
	in    *record.Reader  // of a stream
	strm  *ipc.Reader
}

// Open opens a file. grow is asked before memory is allocated; nil: no limit.
func Open(ctx context.Context, store object.Store, obj object.Object, grow func(n int64) error) (r *Reader, err error) {
	r = &Reader{ctx: ctx, store: store, obj: obj, grant: &grants{grow: grow}}
	defer func() {
		if err != nil {
			r.Close()
			r = nil
		}
	}()
	defer r.guard(&err)
	head := make([]byte, min(8, obj.Size))
	if err := store.Read(ctx, obj, 0, head); err != nil {
		return r, err
	}
	if !bytes.HasPrefix(head, feather) {
		if err := verifySchema(ctx, store, obj, !bytes.HasPrefix(head, magic)); err != nil {
			return r, err
		}
	}
	opts := []ipc.Option{ipc.WithAllocator(r.grant), ipc.WithMetadataSizeLimit(min(maxMetadata, obj.Size)), ipc.WithBodySizeLimit(obj.Size)}
	switch {
	case bytes.HasPrefix(head, feather):
		return r, fmt.Errorf("a file of the first version of Feather, which is not Arrow IPC")
	case bytes.HasPrefix(head, magic):
		r.file, err = ipc.NewFileReader(&at{Reader: io.NewSectionReader(r, 0, obj.Size)}, opts...)
	default:
		r.in = record.NewReader(ctx, store, obj)
		r.strm, err = ipc.NewReader(r.in, opts...)
	}
	return r, err
}

// at is what arrow-go wants of a file.
type at struct{ Reader *io.SectionReader }

func (a *at) Read(p []byte) (int, error)                { return a.Reader.Read(p) }
func (a *at) ReadAt(p []byte, off int64) (int, error)   { return a.Reader.ReadAt(p, off) }
func (a *at) Seek(off int64, whence int) (int64, error) { return a.Reader.Seek(off, whence) }

// ReadAt implements io.ReaderAt over the object.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) {
	n := int(min(int64(len(p)), r.obj.Size-off))
	if n <= 0 {
		return 0, io.EOF
	}
	if err := r.store.Read(r.ctx, r.obj, off, p[:n]); err != nil {
		return 0, err
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Schema is the file's.
func (r *Reader) Schema() *arrow.Schema {
	if r.file != nil {
		return r.file.Schema()
	}
	return r.strm.Schema()
}

// Batches is the number of record batches; -1 for a stream.
func (r *Reader) Batches() int {
	if r.file == nil {
		return -1
	}
	return r.file.NumRecords()
}

// Batch reads batch i of a file.
func (r *Reader) Batch(ctx context.Context, i int) (b arrow.RecordBatch, err error) {
	defer r.guard(&err)
	r.ctx = ctx
	return r.file.RecordBatchAt(i)
}

// Next reads the next batch of a stream, or io.EOF.
func (r *Reader) Next() (b arrow.RecordBatch, err error) {
	defer r.guard(&err)
	if !r.strm.Next() {
		if err := r.strm.Err(); err != nil && err != io.EOF {
			return nil, err
		}
		return nil, io.EOF
	}
	b = r.strm.RecordBatch()
	b.Retain()
	return b, nil
}

// guard makes errors of what the decoder says and of its panics.
func (r *Reader) guard(err *error) {
	if v := recover(); v != nil {
		if r.grant.err == nil {
			*err = &CorruptError{Object: r.store.URL(r.obj.Key), Err: fmt.Errorf("damaged: %v", v)}
		}
	}
	switch e := (*err).(type) {
	case nil, *object.Error, *CorruptError:
	default:
		if e != io.EOF && r.ctx.Err() == nil {
			*err = &CorruptError{Object: r.store.URL(r.obj.Key), Err: e}
		}
	}
	if r.grant.err != nil {
		*err = r.grant.err
		r.grant.err = nil
	}
}

// Held is the bytes granted so far and not freed.
func (r *Reader) Held() int64 { return r.grant.held }

// Close ends reading.
func (r *Reader) Close() {
	if r.strm != nil {
		r.strm.Release()
	}
	if r.in != nil {
		r.in.Close()
	}
	r.strm, r.in = nil, nil
}

// grants is an allocator that asks before.
type grants struct {
	memory.GoAllocator
	grow func(n int64) error
	held int64
	err  error
}

func (g *grants) ask(n int64) {
	g.held += n
	if g.grow == nil {
		return
	}
	if err := g.grow(n); err != nil {
		g.err = err
		g.held -= n
		panic(err)
	}
}

func (g *grants) Allocate(n int) []byte {
	g.ask(int64(n))
	return g.GoAllocator.Allocate(n)
}

func (g *grants) Reallocate(n int, b []byte) []byte {
	g.ask(int64(n) - int64(len(b)))
	return g.GoAllocator.Reallocate(n, b)
}

func (g *grants) Free(b []byte) {
	g.ask(-int64(len(b)))
	g.GoAllocator.Free(b)
}
