package scan

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/engine/scan/leaf"
	"github.com/inlaydb/inlay/engine/scan/nested"
	"github.com/inlaydb/inlay/storage/parquet"
	"github.com/inlaydb/inlay/storage/prune"
)

// chunkRows is how many rows a scan decodes at once.
const chunkRows = 4096

// FileColumn is one column that a scan over files decodes.
type FileColumn struct {
	Type   types.Type
	Source catalog.FileColumn
}

// Conjunct is one predicate of a scan's filter, over batches of all its
// columns of which it reads Cols. Cond is the same for pruning.
type Conjunct struct {
	Cols []int
	New  func(w *pipeline.Worker) (eval.Predicate, error)
	Cond Condition
}

// Runtime is a runtime filter on one column.
type Runtime struct {
	Slot *runtimefilter.Slot
	Col  int
}

// FileSpec says what to read.
type FileSpec struct {
	Files   []catalog.File
	Columns []FileColumn
	Out     []int // positions in Columns of what comes out
	Filter  []Conjunct
	Runtime []Runtime
	Opener  *source.Files
	Node    *pipeline.NodeMetrics
	Workers int
	// Nanoseconds, where set, is told of a column that loses its nanoseconds;
	// its error ends the query.
	Nanoseconds func(column string) error
}

// Files is a source over Parquet files: a morsel is a row group, or a stretch
// of one where there are few.
//
//	files ─► partition values ─► footers: statistics ─► units, in order
//	                                                      │ a worker takes one
//	   rows left ◄─ runtime filters ◄─ page index ◄─ bloom filters
//
// Of each chunk of rows the columns of runtime filters and of the first
// predicates are decoded first; the others are asked only for the rows that
// are left, so pages without any are never decompressed.
type Files struct {
	spec     FileSpec
	units    []unit
	next     atomic.Int64
	announce sync.Once // of the units, for the progress bar
	ahead    ahead
}

// unit is rows from to to of a row group.
type unit struct {
	*group
	from, to int64
}

// fileScan is one file and how each column is read from it.
type fileScan struct {
	info   *catalog.File
	file   *parquet.File
	reads  []read            // by column; nil before the file is open
	leaves []*parquet.Leaf   // by column, for pruning; nil: bounds say nothing
	fixed  []types.Datum     // value of columns that are not in the file
	conds  []prune.Predicate // by conjunct
}

// read is how a column is read: a leaf's values or lists, or a nested column;
// neither where the file lacks it.
type read struct {
	leaf         *parquet.Leaf
	leaf.Reading // of its values
	list         bool
	plan         *nested.Plan
}

func (r *read) missing() bool { return r.leaf == nil && r.plan == nil }

// NewFiles opens the files and leaves out row groups that no row of the answer
// can come from.
func NewFiles(ctx context.Context, spec FileSpec) (*Files, error) {
	s := &Files{spec: spec}
	files, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	groups, pruned, missing := int64(0), int64(0), int64(0)
	for _, fs := range files {
		if fs == nil {
			continue
		}
		if fs.never(nil, nil) { // by what it lacks
			missing++
			continue
		}
		for g := range fs.file.NumRowGroups() {
			groups++
			switch gr := fs.group(g); {
			case gr == nil:
				pruned++
			case gr.rows > 0:
				s.units = append(s.units, unit{gr, 0, gr.rows})
			}
		}
	}
	if err := s.nanoseconds(files); err != nil {
		return nil, err
	}
	spec.Node.Add("Files", "", int64(len(files)))
	s.count("Files Pruned by Schema", missing)
	spec.Node.Add("Row Groups", "", groups)
	s.count("Row Groups Pruned by Statistics", pruned)
	s.split()
	s.ahead.start(ctx, s)
	return s, nil
}

// count adds to a detail of EXPLAIN ANALYZE, which shows only what happened.
func (s *Files) count(label string, n int64) {
	if n > 0 {
		s.spec.Node.Add(label, "", n)
	}
}

// opensAtOnce bounds how many footers are asked for in parallel; most often
// all of them are in the cache.
const opensAtOnce = 32

// open opens the files, but those that their partition excludes: they are nil.
func (s *Files) open(ctx context.Context) ([]*fileScan, error) {
	files := make([]*fileScan, len(s.spec.Files))
	pruned := int64(0)
	errs := make([]error, opensAtOnce)
	var next atomic.Int64
	var wg sync.WaitGroup
	for i := range files {
		fs := &fileScan{info: &s.spec.Files[i], fixed: make([]types.Datum, len(s.spec.Columns))}
		if err := fs.partition(s.spec.Columns); err != nil {
			return nil, err
		}
		if fs.never(s.spec.Filter, s.spec.Columns) {
			pruned++
			continue
		}
		files[i] = fs
	}
	s.count("Files Pruned by Partition", pruned)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for w := range min(opensAtOnce, len(files)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(files) {
					return
				}
				if files[i] == nil {
					continue
				}
				if errs[w] = s.openFile(ctx, files[i]); errs[w] != nil {
					cancel()
					return
				}
			}
		})
	}
	wg.Wait()
	return files, firstError(errs)
}

// nanoseconds tells of the first column whose times are finer than SQL's.
func (s *Files) nanoseconds(files []*fileScan) error {
	if s.spec.Nanoseconds == nil {
		return nil
	}
	for _, f := range files {
		if f == nil {
			continue
		}
		for i := range f.reads {
			leaves := []*parquet.Leaf{f.reads[i].leaf}
			if p := f.reads[i].plan; p != nil {
				leaves = p.Leaves()
			}
			for _, l := range leaves {
				if l != nil && l.Nanoseconds() {
					return s.spec.Nanoseconds(s.spec.Columns[i].Source.Field)
				}
			}
		}
	}
	return nil
}

// firstError prefers a cause to the cancelling that it led to.
func firstError(errs []error) error {
	var first error
	for _, err := range errs {
		if err != nil && (first == nil || errors.Is(first, context.Canceled)) {
			first = err
		}
	}
	return first
}

// partition sets the values that the file's path gives.
func (f *fileScan) partition(cols []FileColumn) error {
	for i, c := range cols {
		var err error
		switch {
		case c.Source.Partition != "":
			f.fixed[i], err = source.PartitionValue(f.info, c.Source.Partition, c.Type)
		case c.Source.Virtual != "":
			f.fixed[i] = types.Text(f.info.Path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Files) openFile(ctx context.Context, fs *fileScan) error {
	f, err := s.spec.Opener.Open(ctx, *fs.info)
	if err != nil {
		return err
	}
	fs.file, fs.leaves, fs.reads = f, make([]*parquet.Leaf, len(s.spec.Columns)), make([]read, len(s.spec.Columns))
	for i, c := range s.spec.Columns {
		if c.Source.Partition != "" || c.Source.Virtual != "" {
			continue
		}
		col := source.ColumnOf(f, c.Source.Field)
		if col == nil {
			fs.fixed[i] = c.Source.Missing
			continue
		}
		if err := fs.read(i, col, c.Type); err != nil {
			return err
		}
	}
	fs.conds = make([]prune.Predicate, len(s.spec.Filter))
	for i := range s.spec.Filter {
		fs.conds[i] = fs.predicate(&s.spec.Filter[i].Cond, s.spec.Columns)
	}
	return nil
}

// read settles how column i is read.
func (f *fileScan) read(i int, col *parquet.Column, t types.Type) (err error) {
	r := &f.reads[i]
	if col.Nested() {
		if t.OID != types.JSONBOID {
			return fmt.Errorf("column %q of %s is nested and cannot be read as %v", col.Name, f.info.Path, t)
		}
		if r.plan, err = nested.PlanOf(col); err != nil {
			err = fmt.Errorf("%s: %w", f.info.Path, err)
		}
		return err
	}
	r.leaf, r.list = col.Leaf, col.List
	elem := t
	if col.List {
		elem = t.Elem()
	}
	if r.Reading, err = leaf.As(col.Leaf, elem); err != nil {
		return fmt.Errorf("%s: %w", f.info.Path, err)
	}
	if !col.List && source.Comparable(col.Leaf, t) {
		f.leaves[i] = col.Leaf
	}
	return nil
}

// minSplit is the least rows of a stretch that a row group is split into.
const minSplit = 64 << 10

// split parts large row groups where there are too few for the workers.
func (s *Files) split() {
	if len(s.units) == 0 || len(s.units) >= 4*s.spec.Workers {
		return
	}
	total := int64(0)
	for _, u := range s.units {
		total += u.to - u.from
	}
	size := max(total/int64(4*s.spec.Workers), minSplit)
	size = (size + chunkRows - 1) / chunkRows * chunkRows
	var out []unit
	for _, u := range s.units {
		for from := u.from; from < u.to; from += size {
			to := min(from+size, u.to)
			if u.to-to < size/2 {
				to = u.to
			}
			out = append(out, unit{u.group, from, to})
			if to == u.to {
				break
			}
		}
	}
	s.units = out
}
