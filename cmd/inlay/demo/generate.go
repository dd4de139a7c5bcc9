package demo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// folder is where the tables lie below the data directory.
const folder = "shop"

// Options of Generate.
type Options struct {
	Dir     string // the data directory; tables go to Dir/shop
	Seed    int64
	Threads int     // 0: one a core
	Scale   float64 // 0: 1, the full size
}

// Summary is what was made.
type Summary struct {
	Rows  int64
	Bytes int64
	Files int
}

// Exists says whether there is a shop in the data directory.
func Exists(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, folder))
	return err == nil && info.IsDir()
}

// Generate writes the tables as Parquet files. They appear all at once: a run
// that is broken off leaves only a folder that the next one removes.
func Generate(ctx context.Context, o Options) (Summary, error) {
	if o.Scale == 0 {
		o.Scale = 1
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	final := filepath.Join(o.Dir, folder)
	if Exists(o.Dir) {
		return Summary{}, fmt.Errorf("%s is already there", final)
	}
	making := final + ".making"
	if err := os.RemoveAll(making); err != nil {
		return Summary{}, err
	}
	sum, err := generate(ctx, making, o)
	if err == nil {
		err = os.Rename(making, final)
	}
	if err != nil {
		return Summary{}, errors.Join(err, os.RemoveAll(making))
	}
	return sum, nil
}

func generate(ctx context.Context, dir string, o Options) (Summary, error) {
	s := newShop(o.Seed, o.Scale)
	w := &writer{dir: dir}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(o.Threads)
	run := func(f func() error) {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return f()
		})
	}
	for i := range s.months {
		run(func() error { return w.month(ctx, s, i) })
	}
	run(func() error { return w.table(ctx, &Customers, "", s.writeCustomers) })
	run(func() error { return w.table(ctx, &Products, "", s.writeProducts) })
	err := g.Wait()
	return Summary{w.rows.Load(), w.bytes.Load(), int(w.files.Load())}, err
}

// writer makes the files and counts what it writes.
type writer struct {
	dir                string
	rows, bytes, files atomic.Int64
}

func (w *writer) table(ctx context.Context, t *Table, month string, fill func(Sink) error) error {
	f, err := w.create(t, month)
	if err != nil {
		return err
	}
	err = fill(f.sink(ctx))
	return f.close(w, err)
}

func (w *writer) month(ctx context.Context, s *shop, i int) error {
	var files [3]*file
	for k, t := range []*Table{&Orders, &OrderLines, &Events} {
		f, err := w.create(t, s.months[i].name)
		if err != nil {
			for _, open := range files[:k] {
				err = errors.Join(err, open.out.Close())
			}
			return err
		}
		files[k] = f
	}
	err := s.writeMonth(i, files[0].sink(ctx), files[1].sink(ctx), files[2].sink(ctx))
	for _, f := range files {
		err = f.close(w, err)
	}
	return err
}

// file is one Parquet file being written.
type file struct {
	out *os.File
	buf *bufio.Writer
	pq  *parquet.Writer
}

func (w *writer) create(t *Table, month string) (*file, error) {
	dir := filepath.Join(w.dir, t.Name)
	if t.Monthly {
		dir = filepath.Join(dir, "month="+month)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	out, err := os.Create(filepath.Join(dir, "data.parquet"))
	if err != nil {
		return nil, err
	}
	f := &file{out: out, buf: bufio.NewWriterSize(out, 1<<20)}
	if f.pq, err = parquet.NewWriter(f.buf, t.Fields, parquet.DefaultWrite()); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return f, nil
}

func (f *file) sink(ctx context.Context) Sink {
	return func(cols []*column.Column, n int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return f.pq.Write(cols, nil, n)
	}
}

// close ends the file unless err says that filling it failed.
func (f *file) close(w *writer, err error) error {
	if err == nil {
		var info parquet.FileInfo
		if info, err = f.pq.Close(); err == nil {
			w.rows.Add(info.Rows)
			w.bytes.Add(info.Size)
			w.files.Add(1)
			err = f.buf.Flush()
		}
	}
	return errors.Join(err, f.out.Close())
}
