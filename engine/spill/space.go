// Package spill keeps what does not fit in memory: temporary files under one
// folder of the process, within a quota, removed on every exit.
package spill

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
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

// Area is the process's folder for temporary files.
type Area struct {
	dir   string
	quota int64 // bytes; 0: no limit
	used  atomic.Int64
	seq   atomic.Int64
}

// NewArea makes a fresh folder below parent.
func NewArea(parent string, quota int64) (*Area, error) {
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "inlay-tmp-")
	if err != nil {
		return nil, err
	}
	return &Area{dir: dir, quota: quota}, nil
}

// Close removes the folder and all files in it.
func (a *Area) Close() error { return os.RemoveAll(a.dir) }

// Used is the bytes on disk now.
func (a *Area) Used() int64 { return a.used.Load() }

// NewSpace opens one query's part of the area. It touches no disk yet.
func (a *Area) NewSpace() *Space {
	return &Space{area: a, prefix: filepath.Join(a.dir, fmt.Sprintf("q%d-", a.seq.Add(1)))}
}

// Space is one query's temporary files; Close removes them all.
type Space struct {
	area    *Area
	prefix  string
	written atomic.Int64
}

// Written is the bytes that the query has spilled so far.
func (s *Space) Written() int64 { return s.written.Load() }
