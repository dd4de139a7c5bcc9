package object

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Options says which stores a process opens and what paths it may touch.
type Options struct {
	Dir string // where relative local paths start; "" is the working directory
	S3  S3Options
	// Ranges, when set, keeps what is read of remote objects.
	Ranges *RangeCache
	// Allowed, when not nil, lists directories and s3:// prefixes; nothing else
	// opens. Symbolic links are followed before the check.
	Allowed []string
}

// Stores opens the store of a location. Stores of one bucket share connections.
type Stores struct {
	opt     Options
	local   Store
	allowed []Location
	mu      struct {
		sync.Mutex
		s3      *S3Client
		buckets map[string]Store
	}
}

// NewStores checks the options. It connects to nothing yet.
func NewStores(opt Options) (*Stores, error) {
	s := &Stores{opt: opt, local: NewLocal(opt.Dir)}
	s.mu.buckets = map[string]Store{}
	if opt.Allowed == nil {
		return s, nil
	}
	for _, a := range opt.Allowed {
		loc, err := ParseLocation(a)
		if err != nil {
			return nil, err
		}
		if loc.Scheme == "file" {
			if loc.Key, err = s.real(loc.Key); err != nil {
				return nil, err
			}
		}
		s.allowed = append(s.allowed, loc)
	}
	s.local = &guarded{Store: s.local, s: s}
	return s, nil
}

// Mount puts a store in place of an S3 bucket: for tests.
func (s *Stores) Mount(bucket string, st Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.buckets[bucket] = st
}

// Open returns the store that holds the location's key. Whether the location
// may be opened is checked here for S3, and by the store for local paths.
func (s *Stores) Open(ctx context.Context, loc Location) (Store, error) {
	if loc.Scheme != "s3" {
		if err := s.Check(Location{Scheme: "file", Key: fixedDir(loc.Key)}); err != nil {
			return nil, err
		}
		return s.local, nil
	}
	if err := s.Check(loc); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.mu.buckets[loc.Bucket]; ok {
		return b, nil
	}
	if s.mu.s3 == nil {
		c, err := NewS3Client(ctx, s.opt.S3)
		if err != nil {
			return nil, err
		}
		s.mu.s3 = c
	}
	b := s.opt.Ranges.Over(Hedge(s.mu.s3.Bucket(loc.Bucket), 100*time.Millisecond, nil))
	s.mu.buckets[loc.Bucket] = b
	return b, nil
}

// fixedDir is the key, or for a pattern the directory that all matches are in.
func fixedDir(key string) string {
	if !HasWildcard(key) {
		return key
	}
	p := fixedPart(key)
	i := strings.LastIndexByte(p, '/')
	switch {
	case i > 0:
		return p[:i]
	case i == 0:
		return "/"
	}
	return "."
}

// Check says whether the location lies under an allowed one: nil, or an error
// of KindNotAllowed.
func (s *Stores) Check(loc Location) error {
	if s.opt.Allowed == nil {
		return nil
	}
	key := loc.Key
	if loc.Scheme == "file" {
		var err error
		if key, err = s.real(key); err != nil {
			return err
		}
	} else {
		key = fixedPart(key)
	}
	for _, a := range s.allowed {
		if a.Scheme != loc.Scheme || a.Bucket != loc.Bucket {
			continue
		}
		root := strings.TrimSuffix(a.Key, "/")
		if root == "" || key == root || strings.HasPrefix(key, root+"/") {
			return nil
		}
	}
	return &Error{Op: "open", Object: loc.String(), Offset: -1, Kind: KindNotAllowed}
}

// real is the absolute path with symbolic links followed as far as it exists.
func (s *Stores) real(path string) (string, error) {
	p := NewLocal(s.opt.Dir).path(path)
	abs, err := filepath.Abs(p)
	if err != nil {
		return "", &Error{Op: "open", Object: path, Offset: -1, Kind: KindInvalid, Err: err}
	}
	rest := ""
	for {
		r, err := filepath.EvalSymlinks(abs)
		if err == nil {
			return filepath.Join(r, rest), nil
		}
		if _, lerr := os.Lstat(abs); lerr == nil { // a dangling or looping link: where it leads is unknown
			return "", &Error{Op: "open", Object: path, Offset: -1, Kind: fileKind(err), Err: quiet{err}}
		}
		up := filepath.Dir(abs)
		if up == abs {
			return filepath.Join(abs, rest), nil
		}
		rest = filepath.Join(filepath.Base(abs), rest)
		abs = up
	}
}

// guarded checks local paths whenever a version is not yet known. A Read that
// names a version got it from a Stat, Tail or List that was checked.
type guarded struct {
	Store
	s *Stores
}

func (g *guarded) check(key string) error {
	return g.s.Check(Location{Scheme: "file", Key: key})
}

func (g *guarded) Stat(ctx context.Context, key string) (Object, error) {
	if err := g.check(key); err != nil {
		return Object{}, err
	}
	return g.Store.Stat(ctx, key)
}

func (g *guarded) Read(ctx context.Context, o Object, off int64, p []byte) error {
	if o.Version == "" {
		if err := g.check(o.Key); err != nil {
			return err
		}
	}
	return g.Store.Read(ctx, o, off, p)
}

func (g *guarded) Tail(ctx context.Context, key string, p []byte) (Object, int, error) {
	if err := g.check(key); err != nil {
		return Object{}, 0, err
	}
	return g.Store.Tail(ctx, key, p)
}

// List checks every object it finds: a link inside an allowed directory may
// lead out of it.
func (g *guarded) List(ctx context.Context, prefix string, flat bool, limit int, fn func(Page) error) (bool, error) {
	dir := prefix[:strings.LastIndexByte(prefix, '/')+1]
	if dir == "" {
		dir = "."
	}
	if err := g.check(dir); err != nil {
		return false, err
	}
	return g.Store.List(ctx, prefix, flat, limit, func(p Page) error {
		kept := p.Objects[:0]
		for _, o := range p.Objects {
			if g.check(o.Key) == nil {
				kept = append(kept, o)
			}
		}
		p.Objects = kept
		return fn(p)
	})
}

func (g *guarded) Create(ctx context.Context, key string, cond Condition) (Writer, error) {
	if err := g.check(key); err != nil {
		return nil, err
	}
	return g.Store.Create(ctx, key, cond)
}

func (g *guarded) Delete(ctx context.Context, keys ...string) error {
	for _, k := range keys {
		if err := g.check(k); err != nil {
			return err
		}
	}
	return g.Store.Delete(ctx, keys...)
}
