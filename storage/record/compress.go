package record

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlaydb/inlay/storage/object"
)

// Compression is how a whole file is compressed.
type Compression uint8

const (
	Plain Compression = iota
	Gzip
	Zstd
)

// CompressionOf tells the compression by a path's suffix and gives the path
// without it.
func CompressionOf(p string) (Compression, string) {
	ext := strings.ToLower(path.Ext(p))
	switch ext {
	case ".gz", ".gzip":
		return Gzip, p[:len(p)-len(ext)]
	case ".zst", ".zstd":
		return Zstd, p[:len(p)-len(ext)]
	}
	return Plain, p
}

// ParseCompression reads a compression's name. auto tells by the path.
func ParseCompression(name, p string) (Compression, error) {
	switch strings.ToLower(name) {
	case "", "auto":
		c, _ := CompressionOf(p)
		return c, nil
	case "none", "uncompressed":
		return Plain, nil
	case "gzip", "gz":
		return Gzip, nil
	case "zstd", "zst":
		return Zstd, nil
	}
	return Plain, fmt.Errorf("unknown compression %q", name)
}

// maxWindow bounds the memory that a zstd frame may ask for.
const maxWindow = 128 << 20

// Open reads what r holds, decompressed. The closer, if not nil, frees the
// decoder.
func (c Compression) Open(r io.Reader) (io.Reader, io.Closer, error) {
	switch c {
	case Gzip:
		z, err := gzip.NewReader(r)
		if err == io.EOF {
			return strings.NewReader(""), nil, nil // an empty file
		}
		if err != nil {
			return nil, nil, &CompressionError{Err: err}
		}
		return &faithful{z}, z, nil
	case Zstd:
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, &CompressionError{Err: err}
		}
		rc := z.IOReadCloser()
		return &faithful{rc}, rc, nil
	}
	return r, nil, nil
}

// CompressionError says that compressed bytes are damaged.
type CompressionError struct {
	Object string
	Err    error
}

func (e *CompressionError) Error() string {
	return fmt.Sprintf("%s: damaged compressed data: %v", e.Object, e.Err)
}

func (e *CompressionError) Unwrap() error { return e.Err }

// faithful tells errors of the compressed form from those of the store.
type faithful struct{ r io.Reader }

func (f *faithful) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, compressedError(err, "")
}

func compressedError(err error, url string) error {
	switch e := err.(type) {
	case *object.Error:
		return err
	case *CompressionError:
		if e.Object == "" {
			e.Object = url
		}
		return e
	}
	if err == context.Canceled || err == context.DeadlineExceeded {
		return err
	}
	return &CompressionError{Object: url, Err: err}
}
