package record

import (
	"context"
	"io"

	"github.com/inlaydb/inlay/storage/object"
)

// Reader reads an object from its start to its end.
type Reader struct {
	ctx   context.Context
	f     *object.Fetcher
	span  *object.Span
	block int64
	at    int64
	size  int64
}

// NewReader starts reading; close it.
func NewReader(ctx context.Context, store object.Store, obj object.Object) *Reader {
	opt := object.DefaultFetch(store)
	r := &Reader{ctx: ctx, f: object.NewFetcher(ctx, store, obj, opt), block: opt.Block, size: obj.Size}
	r.span = r.f.Plan([]object.Range{{Len: obj.Size}})[0]
	return r
}

// readStep is the most bytes taken of a block at once.
const readStep = 64 << 10

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), r.size-r.at, readStep))
	b, err := r.span.Bytes(r.ctx, r.at, n)
	if err != nil {
		return 0, err
	}
	copy(p, b)
	r.at += int64(n)
	r.span.Discard(r.at)
	return n, nil
}

// Close ends what is under way.
func (r *Reader) Close() error {
	r.span.Release()
	r.f.Close()
	return nil
}
