package scan

import (
	"context"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/textcolumn"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/csv"
	"github.com/inlaydb/inlay/storage/jsonfile"
	"github.com/inlaydb/inlay/storage/record"
)

// windowRows is how many rows of text are read at once.
const windowRows = 2048

// textRows reads the rows of chunks of CSV or JSON; one worker's.
type textRows struct {
	f       *recordFile
	s       *Records
	csv     *csv.Records
	json    *jsonfile.Records
	place   []int // by column: in the reader of records
	readers []*textcolumn.Reader
	check   bool // some column is text
	fields  record.Fields
	chunk   record.Chunk
	n       int
	skipped int64 // counted already
}

func newTextRows(s *Records, f *recordFile) (*textRows, error) {
	t := &textRows{f: f, s: s, place: make([]int, len(f.field)), readers: make([]*textcolumn.Reader, len(f.field))}
	var wanted []jsonfile.Column
	for c, at := range f.field {
		if at < 0 {
			continue
		}
		col := s.spec.Columns[c]
		opt, err := textOptions(f, col, s.style)
		if err != nil {
			return nil, err
		}
		t.place[c] = at
		if f.text.Format == "json" {
			t.place[c] = len(wanted)
			wanted = append(wanted, jsonfile.Column{Name: col.Source.Field, Raw: isJSON(col.Type) || col.Type.IsArray()})
		}
		t.readers[c] = textcolumn.New(col.Type, opt)
		t.check = true
	}
	if f.text.Format == "json" {
		t.json = jsonfile.NewRecords(f.text.JSON, wanted)
	} else {
		t.csv = csv.NewRecords(f.text.CSV)
	}
	return t, nil
}

func isJSON(t types.Type) bool { return t.OID == types.JSONBOID || t.OID == types.JSONOID }

// textOptions are how a column's values are read.
func textOptions(f *recordFile, col FileColumn, style *types.Style) (textcolumn.Options, error) {
	t := f.text
	st := style
	if o, ok := t.DateOrder[col.Source.Field]; ok {
		with := *style
		with.Order = o
		st = &with
	}
	opt := textcolumn.Options{Style: st, EmptyIsNull: true, Skip: t.Skip}
	format := ""
	switch col.Type.OID {
	case types.DateOID:
		format = t.DateFormat
	case types.TimestampOID, types.TimestamptzOID:
		format = t.TimeFormat
	}
	switch {
	case format != "":
		template, err := textcolumn.Template(format)
		if err != nil {
			return opt, err
		}
		opt.Input, opt.Only = textcolumn.FormattedInput(col.Type, template, st), true
	case t.Format == "json" && col.Type.IsArray():
		opt.Input, opt.Only = textcolumn.JSONArrayInput(col.Type, st), true
	}
	return opt, nil
}

func (t *textRows) start(c record.Chunk) {
	t.chunk = c
	if t.json != nil {
		t.json.Start(c.Data, t.check)
		return
	}
	t.csv.Start(c.Data, t.check)
}

// next implements rows.
func (t *textRows) next(ctx context.Context) (n int, err error) {
	if t.json != nil {
		n, err = t.json.Next(windowRows)
		t.count(t.json.Skipped, t.json.First)
	} else {
		n, err = t.csv.Next(windowRows)
		t.count(t.csv.Skipped, t.csv.First)
	}
	t.n = n
	if err != nil {
		return 0, t.fault(ctx, err)
	}
	return n, nil
}

// count notes the records that were left out since it was called last.
func (t *textRows) count(total int64, first error) {
	if total == t.skipped {
		return
	}
	t.f.leave(total-t.skipped, t.fault(context.Background(), first))
	t.skipped = total
}

// column implements rows.
func (t *textRows) column(c int, sel []int32) (*column.Column, []int32, error) {
	if t.json != nil {
		t.json.Column(t.place[c], sel, &t.fields)
	} else {
		t.csv.Column(t.place[c], sel, &t.fields)
	}
	col, err := t.readers[c].Read(&t.fields, sel, t.n)
	if err != nil {
		e, ok := err.(*textcolumn.ValueError)
		if !ok {
			return nil, nil, err
		}
		return nil, nil, t.value(c, int(e.Row), e.Err)
	}
	drop, first := t.readers[c].Bad()
	if len(drop) > 0 {
		t.f.leave(int64(len(drop)), t.value(c, int(drop[0]), first))
	}
	return col, drop, nil
}

// value is the error of a value, with its place and how to go on.
func (t *textRows) value(c, row int, err error) error {
	e, ok := sqlerr.As(err)
	if !ok {
		return err
	}
	name := t.s.spec.Columns[c].Source.Field
	offset := 0
	if t.json != nil {
		offset = t.json.Offset(row)
	} else {
		offset = t.csv.Offset(row)
	}
	text := ""
	if s := t.fields.Spans[row]; s.Len != record.NullLen {
		text = shown(t.fields.Bytes(s))
	}
	e.WithWhere("%s, line %d, column %s: \"%s\"", t.f.info.Path, t.f.line(t.chunk, offset), name, text)
	if e.Hint == "" && t.f.text.Guessed[name] {
		e.WithHint("The type was guessed from the first %d records. Give another, as in types => '%s text', look at more with sample_size => -1, or leave out what cannot be read with ignore_errors => true.",
			t.f.text.Sample, name)
	}
	return e
}

// fault is the error of a record that is not of the form of the others.
func (t *textRows) fault(_ context.Context, err error) error {
	switch e := err.(type) {
	case *csv.RecordError:
		line := t.f.line(t.chunk, e.Offset)
		var out *sqlerr.Error
		want := t.f.text.CSV.Fields
		hint := "Leave out such records with ignore_errors => true."
		switch e.Fault {
		case csv.TooFew:
			out = sqlerr.New(sqlerr.BadCopyFileFormat, "missing data: %d of %d columns", e.Fields, want)
			hint = "Read missing columns as NULL with null_padding => true, or leave out such records with ignore_errors => true."
		case csv.TooMany:
			out = sqlerr.New(sqlerr.BadCopyFileFormat, "extra data after last expected column: %d instead of %d columns", e.Fields, want)
		default:
			out = sqlerr.New(sqlerr.BadCopyFileFormat, "unterminated CSV quoted field")
			hint = "If quotes stand for themselves, say quote => ''."
		}
		return out.WithHint("%s", hint).WithWhere("%s, line %d: \"%s\"", t.f.info.Path, line, shown(e.Text))
	case *jsonfile.SyntaxError:
		line, col := t.f.line(t.chunk, e.At), 1
		for i := min(e.At, len(t.chunk.Data)) - 1; i >= 0 && t.chunk.Data[i] != '\n'; i-- {
			col++
		}
		out := sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type json").WithDetail("%s.", upperFirst(e.Reason))
		if t.f.text.JSON.Lines {
			out.WithHint("Leave out such records with ignore_errors => true.")
		}
		end := min(e.At+40, len(t.chunk.Data))
		return out.WithWhere("%s, line %d, column %d: \"%s\"", t.f.info.Path, line, col, shown(t.chunk.Data[min(e.At, end):end]))
	}
	return err
}
