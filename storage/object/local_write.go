package object

import (
	"context"
	"os"
	"path/filepath"
)

// localWriter writes a hidden file beside the final name and moves it there in
// Commit, after its bytes are on disk, so that a crash leaves all or nothing.
type localWriter struct {
	l    *Local
	key  string
	cond Condition
	f    *os.File // nil once ended
}

// Create implements Store. Missing directories are made.
func (l *Local) Create(ctx context.Context, key string, cond Condition) (Writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := l.path(key)
	dir := filepath.Dir(p)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, l.fail("create", key, -1, err)
	}
	if cond.IfAbsent { // fail before the work; Commit decides
		if _, err := os.Lstat(p); err == nil {
			return nil, l.fail("create", key, -1, os.ErrExist)
		}
	}
	f, err := os.CreateTemp(dir, ".inlay-*.tmp")
	if err != nil {
		return nil, l.fail("create", key, -1, err)
	}
	return &localWriter{l: l, key: key, cond: cond, f: f}, nil
}

func (w *localWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	if err != nil {
		return n, w.l.fail("write", w.key, -1, err)
	}
	return n, nil
}

// Commit syncs the file, puts it in place under the condition, and syncs the
// directory.
func (w *localWriter) Commit(ctx context.Context) (Object, error) {
	if err := ctx.Err(); err != nil {
		w.Abort()
		return Object{}, err
	}
	f, tmp, p := w.f, w.f.Name(), w.l.path(w.key)
	w.f = nil
	fail := func(err error) (Object, error) {
		os.Remove(tmp)
		return Object{}, w.l.fail("write", w.key, -1, err)
	}
	err := f.Sync()
	if err == nil {
		err = f.Chmod(0o644)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fail(err)
	}
	switch {
	case w.cond.IfAbsent:
		// A hard link fails when the name is taken, whoever took it.
		if err = os.Link(tmp, p); err == nil {
			err = os.Remove(tmp)
		}
	case w.cond.IfMatch != "":
		unlock, lerr := lockDir(filepath.Dir(p))
		if lerr != nil {
			return fail(lerr)
		}
		o, serr := w.l.Stat(ctx, w.key)
		if serr != nil || o.Version != w.cond.IfMatch {
			unlock()
			os.Remove(tmp)
			return Object{}, &Error{Op: "write", Object: w.l.URL(w.key), Offset: -1, Kind: KindChanged}
		}
		err = os.Rename(tmp, p)
		unlock()
	default:
		err = os.Rename(tmp, p)
	}
	if err == nil {
		err = syncDir(filepath.Dir(p))
	}
	if err != nil {
		return fail(err)
	}
	return w.l.Stat(ctx, w.key)
}

// Abort removes the hidden file.
func (w *localWriter) Abort() {
	if w.f == nil {
		return
	}
	w.f.Close()
	os.Remove(w.f.Name())
	w.f = nil
}
