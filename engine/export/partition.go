package export

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
)

// nullFolder stands for NULL in the name of a folder, as Hive has it.
const nullFolder = "__HIVE_DEFAULT_PARTITION__"

// openFiles is how many files are written at once; beyond it the one that has
// rested longest is shown early and its partition goes on in another.
const openFiles = 400

// ExistsError says that the folder of a partitioned export is not empty.
type ExistsError struct{ URL string }

func (e *ExistsError) Error() string { return fmt.Sprintf("%s is not empty", e.URL) }

// partitioned is a partitioned export.
type partitioned struct {
	s     *Spec
	ctx   context.Context
	keys  []types.Appender
	rest  []int // columns that are in the files
	cols  []copyrow.Column
	parts map[string]*part
	open  int
	clock int64
	id    string // in names of files, with Append
	name  []byte
}

// part is one partition.
type part struct {
	group
	folder string
	file   *file // nil: none open
	files  int
	used   int64
	sel    []int32
}

func (s *Spec) writePartitioned(ctx context.Context, next Next) (rows int64, err error) {
	p := &partitioned{s: s, ctx: ctx, parts: map[string]*part{}}
	if s.Key != "" && !strings.HasSuffix(s.Key, "/") {
		s.Key += "/"
	}
	for i, c := range s.Columns {
		if !slices.Contains(s.Partition, i) {
			p.rest = append(p.rest, i)
			p.cols = append(p.cols, c)
		}
	}
	for _, i := range s.Partition {
		p.keys = append(p.keys, types.TextAppender(s.Columns[i].Type, s.Style))
	}
	if err := p.place(ctx); err != nil {
		return 0, err
	}
	defer p.close()
	for {
		c, err := next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		rows += int64(c.Rows())
		for _, b := range c.Batches {
			if err := p.add(b); err != nil {
				return 0, err
			}
		}
	}
	return rows, p.finish(ctx)
}

// place looks whether files are there already.
func (p *partitioned) place(ctx context.Context) error {
	switch p.s.Exists {
	case Append:
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return err
		}
		p.id = hex.EncodeToString(b[:])
	case Refuse:
		some := errors.New("some")
		_, err := p.s.Store.List(ctx, p.s.Key, true, 1, func(g object.Page) error {
			if len(g.Objects) > 0 {
				return some
			}
			return nil
		})
		if errors.Is(err, some) {
			return &ExistsError{p.s.Store.URL(p.s.Key)}
		}
		if err != nil && object.KindOf(err) != object.KindNotFound {
			return err
		}
	}
	return nil
}

// add parts a batch's rows.
func (p *partitioned) add(b *batch.Batch) error {
	var touched []*part
	for k := range b.Rows() {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		t := p.find(b, row)
		if len(t.sel) == 0 {
			touched = append(touched, t)
		}
		t.sel = append(t.sel, int32(row))
	}
	for _, t := range touched {
		out := &batch.Batch{Len: len(t.sel)}
		whole := len(t.sel) == b.Len
		for _, i := range p.rest {
			c := b.Cols[i]
			if !whole {
				c = column.Gather(c, t.sel)
			}
			out.Cols = append(out.Cols, c)
		}
		t.sel = t.sel[:0]
		if err := p.give(t, out); err != nil {
			return err
		}
	}
	return nil
}

// find is the partition of a row.
func (p *partitioned) find(b *batch.Batch, row int) *part {
	p.name = p.name[:0]
	for k, i := range p.s.Partition {
		p.name = append(p.name, 0)
		if b.Cols[i].IsNull(row) {
			p.name = append(p.name, nullFolder...)
		} else {
			p.name = p.keys[k](p.name, b.Cols[i], row)
		}
	}
	if t := p.parts[string(p.name)]; t != nil {
		return t
	}
	t := &part{folder: p.s.Key}
	for k, v := range strings.Split(string(p.name[1:]), "\x00") {
		t.folder += url.PathEscape(p.s.Columns[p.s.Partition[k]].Name) + "=" + strings.ReplaceAll(url.PathEscape(v), "=", "%3D") + "/"
	}
	t.group = group{s: p.s, write: func(list []*batch.Batch) error { return p.write(t, list) }}
	p.parts[string(p.name)] = t
	return t
}

// give adds rows to a partition. Where memory is short the one with most rows
// is written first.
func (p *partitioned) give(t *part, b *batch.Batch) error {
	if p.s.Memory != nil {
		size := sizeOf(b)
		for p.s.Memory.Grow(size) != nil {
			most := t
			for _, o := range p.parts {
				if o.bytes > most.bytes || o.bytes == most.bytes && o.folder < most.folder {
					most = o
				}
			}
			if most.rows == 0 {
				return p.s.Memory.Grow(size)
			}
			if err := most.flush(); err != nil {
				return err
			}
		}
		p.s.Memory.Shrink(size) // add asks for it again
	}
	return t.add([]*batch.Batch{b})
}

func (p *partitioned) write(t *part, list []*batch.Batch) error {
	p.clock++
	t.used = p.clock
	if t.file == nil {
		if p.open >= openFiles {
			if err := p.rotate(); err != nil {
				return err
			}
		}
		name, cond := fmt.Sprintf("data_%d", t.files), object.Condition{}
		if p.id != "" {
			name, cond = "data_"+p.id+fmt.Sprintf("_%d", t.files), object.Condition{IfAbsent: true}
		}
		f, err := openFile(p.ctx, p.s, t.folder+name+p.s.suffix(), p.cols, cond)
		if err != nil {
			return err
		}
		t.file = f
		t.files++
		p.open++
	}
	return t.file.batches(list)
}

// rotate shows the file that has rested longest.
func (p *partitioned) rotate() error {
	var oldest *part
	for _, t := range p.parts {
		if t.file != nil && (oldest == nil || t.used < oldest.used) {
			oldest = t
		}
	}
	f := oldest.file
	oldest.file = nil
	p.open--
	defer f.out.Abort()
	if err := f.finish(); err != nil {
		return err
	}
	_, err := f.out.Commit(p.ctx)
	return err
}

// finish ends all files and then shows them.
func (p *partitioned) finish(ctx context.Context) error {
	var all []*part
	for _, t := range p.parts {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *part) int { return strings.Compare(a.folder, b.folder) })
	for _, t := range all {
		if err := t.flush(); err != nil {
			return err
		}
		if f := t.file; f != nil {
			if err := f.finish(); err != nil {
				return err
			}
		}
	}
	return commit(ctx, all)
}

// commitsAtOnce bounds how many files are shown in parallel: each waits for a
// disk or a request.
const commitsAtOnce = 16

func commit(ctx context.Context, all []*part) error {
	var wg sync.WaitGroup
	errs := make([]error, len(all))
	slots := make(chan struct{}, commitsAtOnce)
	for i, t := range all {
		if t.file == nil {
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			_, errs[i] = t.file.out.Commit(ctx)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *partitioned) close() {
	for _, t := range p.parts {
		t.close()
		if t.file != nil {
			t.file.out.Abort()
		}
	}
}

func (s *Spec) suffix() string {
	name := map[Format]string{JSON: ".json", Parquet: ".parquet", Arrow: ".arrow"}[s.Format]
	if s.Format == Rows {
		name = map[copyrow.Form]string{copyrow.CSV: ".csv", copyrow.Text: ".txt", copyrow.Binary: ".bin"}[s.Rows.Form]
	}
	return name + map[Compression]string{Gzip: ".gz", Zstd: ".zst"}[s.Compress]
}
