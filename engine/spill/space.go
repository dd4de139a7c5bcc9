package spill

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
)

// ErrNoSpace says that the quota or the disk is full; the engine reports 53100.
type ErrNoSpace struct {
	Path  string
	Cause error // nil: the quota
}

func (e *ErrNoSpace) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("could not write to temporary file in %q: %v", e.Path, e.Cause)
	}
	return fmt.Sprintf("temporary files in %q exceed the limit", e.Path)
}

func (e *ErrNoSpace) Unwrap() error { return e.Cause }

// folderPrefix begins the name of every process's folder below the parent.
const folderPrefix = "inlay-tmp-"

// Area is the process's folder for temporary files.
type Area struct {
	dir   string
	lock  *os.File // held while the process lives: tells live folders from stale ones
	quota int64    // bytes; 0: no limit
	used  atomic.Int64
	seq   atomic.Int64
}

// NewArea makes a fresh folder below parent and removes the folders that dead
// processes left there.
func NewArea(parent string, quota int64) (*Area, error) {
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, err
	}
	removeStale(parent)
	dir, err := os.MkdirTemp(parent, folderPrefix)
	if err != nil {
		return nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return &Area{dir: dir, lock: lock, quota: quota}, nil
}

// removeStale removes the folders of processes that ended without Close. It
// is best effort: what cannot be removed now is tried again at the next start.
func removeStale(parent string) {
	old, err := filepath.Glob(filepath.Join(parent, folderPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range old {
		if staleFolder(dir) {
			os.RemoveAll(dir)
		}
	}
}

// Close removes the folder and all files in it.
func (a *Area) Close() error {
	err := os.RemoveAll(a.dir)
	if a.lock != nil {
		a.lock.Close()
		a.lock = nil
	}
	return err
}

// Dir is the folder.
func (a *Area) Dir() string { return a.dir }

// Used is the bytes on disk now.
func (a *Area) Used() int64 { return a.used.Load() }

// Quota is the most bytes on disk; 0: no limit.
func (a *Area) Quota() int64 { return a.quota }

// take books n bytes or says that the quota does not allow them.
func (a *Area) take(n int64) error {
	if used := a.used.Add(n); a.quota > 0 && used > a.quota {
		a.used.Add(-n)
		return &ErrNoSpace{Path: a.dir}
	}
	return nil
}

// NewSpace opens one query's part of the area. It touches no disk yet.
func (a *Area) NewSpace() *Space {
	s := &Space{area: a, prefix: filepath.Join(a.dir, fmt.Sprintf("q%d-", a.seq.Add(1)))}
	s.mu.files = map[*File]struct{}{}
	return s
}

// Space is one query's temporary files; Close removes them all.
type Space struct {
	area    *Area
	prefix  string
	seq     atomic.Int64
	written atomic.Int64
	read    atomic.Int64
	mu      struct {
		sync.Mutex
		files  map[*File]struct{}
		closed bool
	}
}

// Written is the bytes that the query has spilled so far.
func (s *Space) Written() int64 { return s.written.Load() }

// ReadBack is the bytes that the query has read back so far.
func (s *Space) ReadBack() int64 { return s.read.Load() }

// Files is how many files the query has now.
func (s *Space) Files() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.mu.files)
}

// Close removes the query's files. Nobody may use them any more.
func (s *Space) Close() error {
	s.mu.Lock()
	files := s.mu.files
	s.mu.files = map[*File]struct{}{}
	s.mu.closed = true
	s.mu.Unlock()
	var first error
	for f := range files {
		if err := f.remove(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// noSpace makes an ErrNoSpace of what the system says when the disk is full.
func (s *Space) noSpace(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &ErrNoSpace{Path: s.area.dir, Cause: err}
	}
	return err
}
