package scan

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/record"
)

// line is the number of the line at an offset in a chunk. Where the chunk does
// not know its own, the file up to it is read again: that happens once, for an
// error.
func (f *recordFile) line(c record.Chunk, offset int) int64 {
	newline := []byte{f.text.Lines().Newline}
	offset = min(offset, len(c.Data))
	in := int64(bytes.Count(c.Data[:offset], newline))
	if c.Line > 0 {
		return c.Line + in
	}
	src := record.NewReader(context.Background(), f.store, f.obj)
	defer src.Close()
	n := int64(1)
	rest := io.LimitReader(src, c.Offset)
	p := make([]byte, 64<<10)
	for {
		k, err := rest.Read(p)
		n += int64(bytes.Count(p[:k], newline))
		if err != nil {
			return n + in
		}
	}
}

// place gives an error of reading a file its code and place.
func (f *recordFile) place(_ context.Context, err error) error {
	var long *record.TooLongError
	if errors.As(err, &long) {
		line := long.Line
		if line == 0 {
			line = f.line(record.Chunk{Offset: long.Offset}, 0)
		}
		e := sqlerr.New(sqlerr.ProgramLimitExceeded, "record is longer than %d bytes", long.Max).
			WithWhere("%s, line %d", f.info.Path, line)
		if f.text.Format == "csv" && f.text.CSV.Dialect.Quote != 0 {
			return e.WithHint("Allow more with max_line_size; if quotes stand for themselves, say quote => ''.")
		}
		return e.WithHint("Allow more with max_line_size.")
	}
	var damaged *record.CompressionError
	if errors.As(err, &damaged) {
		return sqlerr.New(sqlerr.DataCorrupted, "damaged compressed data: %v", damaged.Err).WithWhere("%s", f.info.Path)
	}
	return err
}

// leave counts records that were left out.
func (f *recordFile) leave(n int64, why error) {
	f.skipped.Add(n)
	if why != nil {
		f.first.CompareAndSwap(nil, &why)
	}
}

// tell warns of the records that were left out.
func (f *recordFile) tell(warn func(*sqlerr.Error)) {
	n := f.skipped.Swap(0)
	if n == 0 || warn == nil {
		return
	}
	what := "records were"
	if n == 1 {
		what = "record was"
	}
	w := sqlerr.Notice(sqlerr.SeverityWarning, sqlerr.Warning, "%s: %d %s left out", f.info.Path, n, what)
	if first := f.first.Load(); first != nil {
		if e, ok := sqlerr.As(*first); ok {
			w.WithDetail("The first: %s. %s", e.Message, e.Where)
		}
	}
	warn(w)
}

// shown is a piece of a file as a message shows it.
func shown(b []byte) string {
	const most = 100
	s := strings.ToValidUTF8(string(b[:min(len(b), most)]), "\ufffd")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return '\ufffd'
		}
		return r
	}, s)
	if len(b) > most {
		s += "..."
	}
	return s
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
