package object

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Local keeps objects as files. Keys are paths; a relative one is taken from
// the directory given to NewLocal.
type Local struct {
	dir string
}

// NewLocal opens the file system. dir is where relative keys start, "" being
// the working directory.
func NewLocal(dir string) *Local { return &Local{dir: dir} }

// URL gives the path as the caller wrote it.
func (l *Local) URL(key string) string { return key }

// Remote is false: a read costs microseconds.
func (l *Local) Remote() bool { return false }

func (l *Local) path(key string) string {
	if l.dir == "" || filepath.IsAbs(key) {
		return filepath.FromSlash(key)
	}
	return filepath.Join(l.dir, filepath.FromSlash(key))
}

func (l *Local) fail(op, key string, off int64, err error) error {
	var pe *fs.PathError // its text repeats the path
	cause := err
	if errors.As(err, &pe) {
		cause = pe.Err
	}
	kind := fileKind(err)
	if kind != KindUnknown && kind != KindInvalid {
		cause = quiet{cause}
	}
	return &Error{Op: op, Object: l.URL(key), Offset: off, Kind: kind, Err: cause}
}

// quiet keeps the cause for errors.Is; Error.Error leaves its text out, since
// the kind says the same.
type quiet struct{ error }

func (q quiet) Unwrap() error { return q.error }

// Stat implements Store.
func (l *Local) Stat(_ context.Context, key string) (Object, error) {
	fi, err := os.Stat(l.path(key))
	if err != nil {
		return Object{}, l.fail("open", key, -1, err)
	}
	if fi.IsDir() {
		return Object{}, l.fail("open", key, -1, syscall.EISDIR)
	}
	return fileObject(key, fi), nil
}

func fileObject(key string, fi fs.FileInfo) Object {
	v := strconv.FormatInt(fi.ModTime().UnixNano(), 36) + "-" + strconv.FormatInt(fi.Size(), 36)
	if ino := inode(fi); ino != 0 {
		v += "-" + strconv.FormatUint(ino, 36)
	}
	return Object{Key: key, Size: fi.Size(), Version: v, ModTime: fi.ModTime()}
}

// Read implements Store. It opens the file each time: the ranges of a scan are
// large, and a kept descriptor would count against the process's limit.
func (l *Local) Read(ctx context.Context, o Object, off int64, p []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := os.Open(l.path(o.Key))
	if err != nil {
		return l.fail("read", o.Key, off, err)
	}
	defer f.Close()
	if o.Version != "" {
		fi, err := f.Stat()
		if err != nil {
			return l.fail("read", o.Key, off, err)
		}
		if fileObject(o.Key, fi).Version != o.Version {
			return &Error{Op: "read", Object: l.URL(o.Key), Offset: off, Kind: KindChanged}
		}
	}
	if n, err := f.ReadAt(p, off); n < len(p) {
		return l.fail("read", o.Key, off, err)
	}
	return nil
}

// Tail implements Store.
func (l *Local) Tail(ctx context.Context, key string, p []byte) (Object, int, error) {
	if err := ctx.Err(); err != nil {
		return Object{}, 0, err
	}
	f, err := os.Open(l.path(key))
	if err != nil {
		return Object{}, 0, l.fail("open", key, -1, err)
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return Object{}, 0, l.fail("open", key, -1, err)
	}
	if fi.IsDir() {
		return Object{}, 0, l.fail("open", key, -1, syscall.EISDIR)
	}
	n := int(min(int64(len(p)), fi.Size()))
	if m, err := f.ReadAt(p[:n], fi.Size()-int64(n)); m < n {
		return Object{}, 0, l.fail("read", key, fi.Size()-int64(n), err)
	}
	return fileObject(key, fi), n, nil
}

// List implements Store. A prefix that names no directory lists nothing, as in
// S3. Directories that cannot be read fail; entries that vanish are skipped.
func (l *Local) List(ctx context.Context, prefix string, flat bool, limit int, fn func(Page) error) (bool, error) {
	dir, base := "", prefix
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		dir, base = prefix[:i+1], prefix[i+1:]
	}
	w := &walker{l: l, ctx: ctx, flat: flat, limit: limit, fn: fn}
	err := w.walk(dir, base)
	if errors.Is(err, errEnough) {
		return true, nil
	}
	return false, err
}

var errEnough = errors.New("enough entries")

type walker struct {
	l     *Local
	ctx   context.Context
	flat  bool
	limit int
	seen  int
	fn    func(Page) error
}

func (w *walker) walk(dir, base string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	name := dir
	if name == "" {
		name = "."
	}
	d, err := os.Open(w.l.path(name))
	if err != nil {
		if k := fileKind(err); k == KindNotFound {
			return nil
		}
		return w.l.fail("list", dir, -1, err)
	}
	defer d.Close()
	var below []string
	for {
		entries, err := d.ReadDir(1000)
		var page Page
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), base) {
				continue
			}
			key := dir + e.Name()
			isDir, fi := e.IsDir(), fs.FileInfo(nil)
			if e.Type()&fs.ModeSymlink != 0 || e.Type().IsRegular() {
				st, err := os.Stat(w.l.path(key))
				if err != nil {
					continue // removed since, or a link to nothing
				}
				isDir, fi = st.IsDir(), st
			}
			switch {
			case isDir && e.Type()&fs.ModeSymlink != 0 && w.flat:
				// A link to a directory may point upwards: not followed in a
				// recursive listing, as find does.
			case isDir && w.flat:
				below = append(below, key+"/")
			case isDir:
				page.Prefixes = append(page.Prefixes, key+"/")
			case fi != nil && fi.Mode().IsRegular():
				page.Objects = append(page.Objects, fileObject(key, fi))
			}
		}
		if n := len(page.Objects) + len(page.Prefixes); n > 0 {
			w.seen += n
			if err := w.fn(page); err != nil {
				return err
			}
			if w.limit > 0 && w.seen >= w.limit {
				return errEnough
			}
		}
		if errors.Is(err, io.EOF) || err == nil && len(entries) == 0 {
			break
		}
		if err != nil {
			return w.l.fail("list", dir, -1, err)
		}
	}
	for _, b := range below {
		if err := w.walk(b, ""); err != nil {
			return err
		}
	}
	return nil
}

// Delete implements Store. Directories stay.
func (l *Local) Delete(ctx context.Context, keys ...string) error {
	for _, k := range keys {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := os.Remove(l.path(k)); err != nil && fileKind(err) != KindNotFound {
			return l.fail("delete", k, -1, err)
		}
	}
	return nil
}
