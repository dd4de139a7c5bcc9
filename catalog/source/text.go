package source

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/csv"
	"github.com/inlaydb/inlay/storage/jsonfile"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/record"
)

// Text says how one file of CSV or JSON is read: it is the Layout of a
// catalog.File.
type Text struct {
	Format      string // "csv" or "json"
	Compression record.Compression
	Encoding    string // "" is UTF-8
	Start       int64  // where the first record starts, once decompressed
	Line        int64  // its line
	MaxRecord   int
	Skip        bool // leave out what cannot be read
	DateFormat  string
	TimeFormat  string
	// Guessed are the columns whose types nobody has told, of which the sample
	// had Sample records; DateOrder is how dates of some are written.
	Guessed   map[string]bool
	Sample    int
	DateOrder map[string]datetime.DateOrder
	Fields    map[string]int // CSV: where each column stands
	CSV       csv.Layout
	JSON      jsonfile.Layout
}

// Decoder is what turns the file's encoding into UTF-8; nil: it is that.
func (t *Text) Decoder() func(io.Reader) io.Reader {
	if t.Encoding == "" {
		return nil
	}
	e, err := htmlindex.Get(t.Encoding)
	if err != nil {
		return nil // checked when the option was read
	}
	return e.NewDecoder().Reader
}

// Parallel says whether workers can start anywhere in the file.
func (t *Text) Parallel() bool {
	if t.Compression != record.Plain || t.Encoding != "" {
		return false
	}
	if t.Format == "json" {
		return t.JSON.Lines
	}
	return t.CSV.Dialect.Parallel()
}

// Lines is where records end, for files that are read in parallel.
func (t *Text) Lines() record.Lines {
	if t.Format == "json" {
		return record.Lines{Newline: '\n', Max: t.MaxRecord}
	}
	return t.CSV.Dialect.Lines(t.MaxRecord)
}

// Stream opens the file to be read from its start to its end.
func (t *Text) Stream(ctx context.Context, store object.Store, obj object.Object) (*record.Stream, error) {
	opt := record.StreamOptions{Compression: t.Compression, Start: t.Start, Line: t.Line, Newline: '\n', Max: t.MaxRecord, Decode: t.Decoder()}
	switch {
	case t.Format == "csv":
		opt.Newline, opt.Split = t.CSV.Dialect.Newline, t.CSV.Dialect.Splitter()
	case t.JSON.Lines:
		opt.Split = &record.LineSplitter{Lines: t.Lines()}
	default:
		opt.Split = jsonfile.NewSplitter()
	}
	return record.NewStream(ctx, store, obj, opt)
}

// parseEncoding reads the name of an encoding; "" is UTF-8.
func parseEncoding(name string) (string, error) {
	n := strings.ToLower(strings.TrimSpace(name))
	switch n {
	case "", "utf8", "utf-8", "unicode":
		return "", nil
	case "utf16", "utf-16":
		return "utf-16le", nil
	}
	var e encoding.Encoding
	var err error
	if e, err = htmlindex.Get(n); err == nil {
		if n, err = htmlindex.Name(e); err == nil && n == "utf-8" {
			n = ""
		}
	}
	if err != nil {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "argument to option \"encoding\" must be a valid encoding name")
	}
	return n, nil
}

// textColumn is a column of a text file.
type textColumn struct {
	name    string
	typ     types.Type
	order   datetime.DateOrder
	ordered bool // order was seen
	unknown bool // the sample has no value
	told    bool // somebody has told the type

	distinct float64 // estimated over the file; 0: not known
	nulls    float64 // share
}

// sniffedText is what is known of one file.
type sniffedText struct {
	layout *Text
	cols   []textColumn
	rows   float64
}

// textFormat is a format of text files with its options.
type textFormat interface {
	common() *textOptions
	// sniff looks at a file's sample; whole: that is all of it.
	sniff(path string, sample []byte, whole bool, size int64) (*sniffedText, error)
	encoding() string
}

// resolveText makes one relation of files that are not Parquet.
func (f *Files) resolveText(ctx context.Context, format string, patterns []string, opts map[string]string, declared []catalog.Column) (*catalog.Relation, *catalog.Files, error) {
	files, err := f.list(ctx, patterns)
	if err != nil {
		return nil, nil, err
	}
	o := newOptions(opts)
	if format != "arrow" {
		declared = inFile(declared, files, o)
	}
	var tf textFormat
	switch format {
	case "csv":
		tf = newCSVFormat(o, patterns, declared)
	case "json":
		tf = newJSONFormat(o, declared)
	default:
		return f.resolveArrow(ctx, patterns, files, o)
	}
	if err := o.rest(strings.ToUpper(format)); err != nil {
		return nil, nil, err
	}
	sniffed := make([]*sniffedText, len(files))
	key := optionKey(format, opts, declared)
	if err := forEach(ctx, len(files), func(ctx context.Context, i int) (err error) {
		sniffed[i], err = f.sniff(ctx, files[i], tf, key)
		return err
	}); err != nil {
		return nil, nil, err
	}
	return relationOfText(format, patterns, files, sniffed, tf.common())
}

// inFile are the declared columns that the files hold themselves: not their
// partitions and names.
func inFile(declared []catalog.Column, files []*listed, o *options) []catalog.Column {
	not := map[string]bool{"filename": o.bool(false, "filename")}
	if o.bool(true, "hive_partitioning") && len(files) > 0 {
		for _, p := range sharedPartitions(shells(files)) {
			not[p] = true
		}
	}
	var out []catalog.Column
	for _, c := range declared {
		if !not[c.Name] {
			out = append(out, c)
		}
	}
	return out
}

// shells are files of which only the paths matter.
func shells(files []*listed) []*opened {
	out := make([]*opened, len(files))
	for i, l := range files {
		out[i] = &opened{path: l.path, parts: l.parts}
	}
	return out
}

func optionKey(format string, opts map[string]string, declared []catalog.Column) string {
	b, _ := json.Marshal(opts) // maps come with sorted keys
	key := format + string(b)
	for _, c := range declared {
		key += fmt.Sprintf(",%q %v", c.Name, c.Type)
	}
	return key
}

// sniff looks at one file, or remembers.
func (f *Files) sniff(ctx context.Context, l *listed, tf textFormat, key string) (*sniffedText, error) {
	key = l.path + "\x00" + l.obj.Version + "\x00" + key
	if s := f.sniffs.get(key); s != nil && l.obj.Version != "" {
		return s, nil
	}
	comp, err := record.ParseCompression(tf.common().compression, l.path)
	if err != nil {
		return nil, err
	}
	sample, whole, err := readSample(ctx, l, comp, tf)
	if err != nil {
		return nil, err
	}
	s, err := tf.sniff(l.path, sample, whole, l.obj.Size)
	if err != nil {
		return nil, err
	}
	s.layout.Compression = comp
	if comp != record.Plain && !whole {
		s.rows *= 4 // what is usual for text
	}
	f.sniffs.put(key, s)
	return s, nil
}

// readSample reads the front of a file, decompressed, with record.Slack behind.
func readSample(ctx context.Context, l *listed, comp record.Compression, tf textFormat) ([]byte, bool, error) {
	n := int64(defaultSample)
	c := tf.common()
	switch {
	case c.sample < 0:
		n = 1 << 30
	case c.sample > 0:
		n = min(max(c.sample*256, 64<<10), 256<<20)
	}
	n = min(n, int64(max(c.maxRecord, 64<<10))*2)
	t := &Text{Encoding: tf.encoding()}
	if comp == record.Plain && t.Encoding == "" {
		n = min(n, l.obj.Size)
		p := make([]byte, n, n+record.Slack)
		err := l.store.Read(ctx, l.obj, 0, p)
		return p, n == l.obj.Size, err
	}
	src := record.NewReader(ctx, l.store, l.obj)
	defer src.Close()
	in, closer, err := comp.Open(src)
	if err == nil {
		if closer != nil {
			defer closer.Close()
		}
		if d := t.Decoder(); d != nil {
			in = d(in)
		}
		var p []byte
		p, err = io.ReadAll(io.LimitReader(in, n+1))
		if err == nil {
			whole := int64(len(p)) <= n
			p = p[:min(int64(len(p)), n)]
			return append(p, make([]byte, record.Slack)...)[:len(p)], whole, nil
		}
	}
	if e, ok := err.(*record.CompressionError); ok {
		e.Object = l.path
	}
	return nil, false, err
}

// relationOfText joins the columns of text files into one relation.
func relationOfText(format string, patterns []string, files []*listed, sniffed []*sniffedText, opt *textOptions) (*catalog.Relation, *catalog.Files, error) {
	var cols []*textColumn
	byName := map[string]*textColumn{}
	for i, s := range sniffed {
		if files[i].obj.Size == 0 && len(files) > 1 {
			continue // an empty file has no columns to tell of
		}
		for _, c := range s.cols {
			old := byName[c.name]
			if old == nil {
				n := c
				byName[c.name] = &n
				cols = append(cols, &n)
				continue
			}
			old.widen(c)
		}
	}
	for _, t := range opt.types {
		c := byName[t.name]
		if c == nil {
			return nil, nil, sqlerr.New(sqlerr.UndefinedColumn, "column %s does not exist in %s", sqlerr.Quote(t.name), patterns[0]).
				WithHint("%s", columnsHint(cols))
		}
		c.typ, c.told = t.typ, true
	}
	rel := &catalog.Relation{Name: relationName(patterns[0]), Kind: catalog.ForeignTable}
	src := &catalog.Files{Format: format}
	guessed, orders := map[string]bool{}, map[string]datetime.DateOrder{}
	add := func(name string, t types.Type, fc catalog.FileColumn) {
		rel.Columns = append(rel.Columns, catalog.Column{Name: name, Type: t, Attnum: int16(len(rel.Columns) + 1)})
		src.Columns = append(src.Columns, fc)
	}
	for _, c := range cols {
		if len(rel.Columns) >= maxColumns {
			return nil, nil, sqlerr.New(sqlerr.TooManyColumns, "%s has more than %d columns", patterns[0], maxColumns).
				WithHint("Is the delimiter right? For JSON, read the objects as a whole: records => false.")
		}
		add(c.name, c.typ, catalog.FileColumn{Field: c.name, Missing: types.Null(c.typ.Kind())})
		if !c.told {
			guessed[c.name] = true
		}
		if c.ordered {
			orders[c.name] = c.order
		}
	}
	if opt.hive && len(files) > 0 {
		paths := shells(files)
		for _, p := range sharedPartitions(paths) {
			if byName[p] == nil {
				add(p, partitionType(paths, p), catalog.FileColumn{Partition: p})
			}
		}
	}
	if opt.filename {
		add("filename", types.New(types.TextOID), catalog.FileColumn{Virtual: "filename"})
	}
	rel.Stats = &catalog.Statistics{Columns: make([]catalog.ColumnStatistics, len(rel.Columns))}
	for i := range rel.Stats.Columns {
		rel.Stats.Columns[i] = catalog.ColumnStatistics{NullFraction: -1, Distinct: -1}
		if c := byName[src.Columns[i].Field]; c != nil && c.distinct > 0 && len(files) == 1 {
			rel.Stats.Columns[i].Distinct, rel.Stats.Columns[i].NullFraction = c.distinct, c.nulls
		}
	}
	for i, l := range files {
		t := *sniffed[i].layout
		t.Guessed, t.DateOrder = guessed, orders
		src.Files = append(src.Files, catalog.File{Path: l.path, Size: l.obj.Size, Version: l.obj.Version, Rows: -1, Partition: partitionMap(l.parts), Layout: &t})
		rel.Stats.Rows += sniffed[i].rows
		rel.Stats.Bytes += float64(l.obj.Size)
	}
	rel.Stats.Rows = max(rel.Stats.Rows, 1)
	return rel, src, nil
}

// maxColumns is what a relation may have; Postgres's is 1600.
const maxColumns = 16384

func columnsHint(cols []*textColumn) string {
	var names []string
	for _, c := range cols {
		if len(names) == 20 {
			names = append(names, "…")
			break
		}
		names = append(names, sqlerr.Quote(c.name))
	}
	return "Its columns are " + strings.Join(names, ", ") + "."
}

// sharedPartitions are the keys that stand in the paths of all files.
func sharedPartitions(files []*opened) []string {
	var out []string
	for _, p := range files[0].parts {
		everywhere := true
		for _, o := range files {
			found := false
			for _, q := range o.parts {
				found = found || q.Name == p.Name
			}
			everywhere = everywhere && found
		}
		if everywhere {
			out = append(out, p.Name)
		}
	}
	return out
}

// widen makes c a column that holds the values of both.
func (c *textColumn) widen(o textColumn) {
	switch {
	case c.told || o.unknown:
		return
	case c.unknown:
		*c = o
		return
	}
	if c.ordered && o.ordered && c.order != o.order {
		c.typ, c.ordered = types.New(types.TextOID), false
		return
	}
	c.order, c.ordered = max(c.order, o.order), c.ordered || o.ordered
	c.typ = wider(c.typ, o.typ)
	if c.typ.OID == types.TextOID {
		c.ordered = false
	}
}

// wider is the type of guessed values of two types together.
func wider(a, b types.Type) types.Type {
	if a == b {
		return a
	}
	rank := map[types.OID]int{types.Int8OID: 1, types.NumericOID: 2, types.Float8OID: 3, types.DateOID: 11, types.TimestampOID: 12}
	ra, rb := rank[a.OID], rank[b.OID]
	if ra > rb {
		a, b, ra, rb = b, a, rb, ra
	}
	switch {
	case ra > 0 && rb/10 == ra/10:
		return b
	case (a.OID == types.JSONBOID || a.IsArray()) && (b.OID == types.JSONBOID || b.IsArray()):
		return types.New(types.JSONBOID)
	}
	return types.New(types.TextOID)
}

// FieldOf is where a column stands in a file that is not Parquet; false: the
// file lacks it.
func FieldOf(file *catalog.File, name string) (int, bool) {
	switch l := file.Layout.(type) {
	case *Text:
		if l.Format == "json" {
			return 0, true // found by its name
		}
		at, ok := l.Fields[name]
		return at, ok
	case *Arrow:
		at, ok := l.Fields[name]
		return at, ok
	}
	return 0, false
}
