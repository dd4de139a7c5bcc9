package copyrow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/textcolumn"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/record"
)

// Source gives the next bytes, however they are cut, or io.EOF. They are lent
// until the next call.
type Source func(ctx context.Context) ([]byte, error)

// batchRows is the most rows that Next gives at once.
const batchRows = 2048

// maxRow bounds a row, in bytes, as Postgres does.
const maxRow = 1 << 30

// Decoder reads rows. One goroutine uses it.
type Decoder struct {
	f     *Format
	cols  []Column
	table string // for messages
	style *types.Style
	src   Source

	buf    []byte // what has come and is not read yet, from pos on
	pos    int
	eof    bool  // no more bytes will come
	ended  bool  // the end was read
	failed error // of a row, told after the rows before it
	begun  bool  // header or signature is read
	eol    byte  // '\n', '\r', or 'c' for both; 0: not known yet
	line   int64

	aux    []byte // fields that had to be rewritten
	fields []record.Fields
	spans  []record.Span // of one row
	lines  []int64       // by row of the batch
	reads  []*textcolumn.Reader
	datums [][]types.Datum // binary: by column
}

// NewDecoder makes a decoder of rows for a table. style is how the session
// reads values.
func NewDecoder(f *Format, table string, cols []Column, style *types.Style, src Source) *Decoder {
	d := &Decoder{f: f, cols: cols, table: table, style: style, src: src}
	if f.Form == Binary {
		d.datums = make([][]types.Datum, len(cols))
		return d
	}
	d.fields = make([]record.Fields, len(cols))
	for _, c := range cols {
		d.reads = append(d.reads, textcolumn.New(c.Type, textcolumn.Options{Style: style}))
	}
	return d
}

// Next gives the next rows: columns that are lent until the next call, and how
// many; none at the end.
func (d *Decoder) Next(ctx context.Context) ([]*column.Column, int, error) {
	if d.failed != nil || d.ended {
		return nil, 0, d.failed
	}
	if d.f.Form == Binary {
		return d.nextBinary(ctx)
	}
	if d.pos > 0 {
		d.buf = append(d.buf[:0], d.buf[d.pos:]...)
		d.pos = 0
	}
	d.aux, d.lines = d.aux[:0], d.lines[:0]
	for i := range d.fields {
		d.fields[i].Spans = d.fields[i].Spans[:0]
	}
	if !d.begun {
		d.begun = true
		if d.f.Header != NoHeader {
			if ok, err := d.row(ctx, true); !ok || err != nil {
				d.ended = true
				return nil, 0, err
			}
			if err := d.checkHeader(); err != nil {
				return nil, 0, err
			}
		}
	}
	for len(d.lines) < batchRows && len(d.aux) < 8<<20 && d.pos < 8<<20 {
		ok, err := d.row(ctx, false)
		if err != nil {
			if len(d.lines) == 0 || ctx.Err() != nil {
				return nil, 0, err
			}
			d.failed = err // the rows before it may hold an error of their own
			break
		}
		if !ok {
			d.ended = true
			break
		}
	}
	return d.columns()
}

// more brings further bytes; false at the end.
func (d *Decoder) more(ctx context.Context) (bool, error) {
	if d.eof {
		return false, nil
	}
	p, err := d.src(ctx)
	if errors.Is(err, io.EOF) {
		d.eof = true
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(d.buf)-d.pos+len(p) > maxRow {
		return false, sqlerr.New(sqlerr.ProgramLimitExceeded, "a row of COPY data is longer than %d bytes", maxRow).WithWhere("%s", d.where())
	}
	if d.f.Latin1 {
		for _, b := range p {
			d.buf = utf8.AppendRune(d.buf, rune(b))
		}
	} else {
		d.buf = append(d.buf, p...)
	}
	return true, nil
}

// columns makes columns of the rows read.
func (d *Decoder) columns() ([]*column.Column, int, error) {
	n := len(d.lines)
	if n == 0 {
		return nil, 0, nil
	}
	data, aux := slack(&d.buf), slack(&d.aux)
	out := make([]*column.Column, len(d.cols))
	worst, at := error(nil), -1
	var bad *textcolumn.ValueError
	for i, r := range d.reads {
		f := &d.fields[i]
		f.Bufs = [2][]byte{data, aux}
		c, err := r.Read(f, nil, n)
		var ve *textcolumn.ValueError
		if errors.As(err, &ve) {
			if bad == nil || ve.Row < bad.Row {
				bad, worst, at = ve, ve.Err, i
			}
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		out[i] = c
	}
	if bad != nil {
		d.line = d.lines[bad.Row]
		return nil, 0, d.valueError(worst, at, d.fields[at].Bytes(d.fields[at].Spans[bad.Row]))
	}
	return out, n, nil
}

// slack gives b with readable bytes behind it.
func slack(b *[]byte) []byte {
	if cap(*b)-len(*b) < record.Slack {
		*b = append(make([]byte, 0, len(*b)+len(*b)/4+2*record.Slack), *b...)
	}
	return *b
}

func (d *Decoder) valueError(err error, col int, text []byte) error {
	e := sqlerr.From(err)
	fresh := *e
	return fresh.WithWhere("COPY %s, line %d, column %s: %s", d.table, d.line, d.cols[col].Name, display(text))
}

// where is the context of an error that no single column is to blame for.
func (d *Decoder) where() string { return fmt.Sprintf("COPY %s, line %d", d.table, d.line) }

func (d *Decoder) lineError(line []byte, format string, args ...any) error {
	return sqlerr.New(sqlerr.BadCopyFileFormat, format, args...).WithWhere("%s: %s", d.where(), display(line))
}

// display quotes at most a hundred characters.
func display(b []byte) string {
	const most = 100
	if len(b) <= most {
		return `"` + string(b) + `"`
	}
	n := most
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return `"` + string(b[:n]) + `..."`
}

// checkHeader holds the names in d.spans against the columns.
func (d *Decoder) checkHeader() error {
	if d.f.Header != HeaderMatch {
		return nil
	}
	if len(d.spans) != len(d.cols) {
		return d.lineError(d.lastLine(), "wrong number of fields in header line: got %d, expected %d", len(d.spans), len(d.cols))
	}
	f := record.Fields{Bufs: [2][]byte{d.buf, d.aux}}
	for i, s := range d.spans {
		if s == record.Null {
			return d.lineError(d.lastLine(), `column name mismatch in header line field %d: got null value ("%s"), expected "%s"`, i+1, d.f.Null, d.cols[i].Name)
		}
		if got := f.Bytes(s); string(got) != d.cols[i].Name {
			return d.lineError(d.lastLine(), `column name mismatch in header line field %d: got "%s", expected "%s"`, i+1, got, d.cols[i].Name)
		}
	}
	return nil
}
