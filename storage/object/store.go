package object

import (
	"context"
	"io"
	"time"
)

// Object names one version of one object.
type Object struct {
	Key  string
	Size int64
	// Version changes whenever the bytes may have: an ETag, or time, size and
	// inode of a file. Empty means any version.
	Version string
	ModTime time.Time
}

// Store is a place where objects live. All methods may be called by many
// goroutines at once and return *Error on failure.
type Store interface {
	// URL is how a person writes the key, with scheme and bucket.
	URL(key string) string

	// Remote says that a request costs milliseconds: worth merging and issuing
	// ahead of use.
	Remote() bool

	// Stat returns size and version of key.
	Stat(ctx context.Context, key string) (Object, error)

	// Read fills p with the bytes from off on. It fails with KindShort when the
	// object ends before, and with KindChanged when o.Version is not empty and
	// the store no longer holds that version.
	Read(ctx context.Context, o Object, off int64, p []byte) error

	// Tail reads the last len(p) bytes, or all where there are fewer, into the
	// front of p, and tells which object they are of: a footer in one request.
	Tail(ctx context.Context, key string, p []byte) (Object, int, error)

	// List calls fn with pages of the objects whose key starts with prefix, in
	// no promised order. With flat unset it stops at the next '/' after the
	// prefix and reports such keys once, as Page.Prefixes. limit > 0 ends the
	// listing after about that many entries; more tells that some were left.
	List(ctx context.Context, prefix string, flat bool, limit int, fn func(Page) error) (more bool, err error)

	// Create starts writing key. Nothing is seen by readers before Commit.
	Create(ctx context.Context, key string, cond Condition) (Writer, error)

	// Delete removes the keys. A key that is not there is no error.
	Delete(ctx context.Context, keys ...string) error
}

// Page is a part of a listing.
type Page struct {
	Objects  []Object
	Prefixes []string // end in '/'
}

// Condition guards a write. The zero value writes always.
type Condition struct {
	IfAbsent bool   // fail with KindExists when the key exists
	IfMatch  string // fail with KindChanged unless this is the key's version
}

// Writer receives the bytes of a new object. One goroutine uses it. Exactly one
// of Commit and Abort ends it; Abort after Commit does nothing.
type Writer interface {
	io.Writer
	// Commit makes the object durable and visible, all of it or nothing.
	Commit(ctx context.Context) (Object, error)
	// Abort drops what was written.
	Abort()
}

// Put writes data under key in one go.
func Put(ctx context.Context, s Store, key string, data []byte, cond Condition) (Object, error) {
	w, err := s.Create(ctx, key, cond)
	if err != nil {
		return Object{}, err
	}
	defer w.Abort()
	if _, err := w.Write(data); err != nil {
		return Object{}, err
	}
	return w.Commit(ctx)
}

// ReadAll returns the whole object, which must not be larger than limit bytes.
func ReadAll(ctx context.Context, s Store, key string, limit int64) ([]byte, error) {
	o, err := s.Stat(ctx, key)
	if err != nil {
		return nil, err
	}
	if o.Size > limit {
		return nil, &Error{Op: "read", Object: s.URL(key), Offset: -1, Kind: KindTooLarge}
	}
	p := make([]byte, o.Size)
	if err := s.Read(ctx, o, 0, p); err != nil {
		return nil, err
	}
	return p, nil
}
