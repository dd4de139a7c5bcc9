package source

import (
	"path"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/textcolumn"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/csv"
	"github.com/inlaydb/inlay/storage/record"
)

// csvFormat is the options of read_csv and of foreign tables over CSV: those
// of Postgres's COPY, and DuckDB's names for the same and more.
type csvFormat struct {
	textOptions
	known      csv.Known
	enc        string
	allText    bool
	pad        bool
	quotedNull bool
	forceNull  []string
	forceNot   []string
	declared   []catalog.Column
	names      []string
}

func newCSVFormat(o *options, patterns []string, declared []catalog.Column) *csvFormat {
	c := &csvFormat{textOptions: o.shared(), declared: declared}
	k := &c.known
	k.Delimiter, k.HasDelimiter = o.char("delimiter", "delim", "sep")
	k.Quote, k.HasQuote = o.char("quote")
	k.Escape, k.HasEscape = o.char("escape")
	k.Comment, _ = o.char("comment")
	if k.HasDelimiter && k.Delimiter == 0 {
		o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "CSV delimiter must not be empty"))
	}
	if k.HasEscape && k.Escape == 0 {
		k.HasEscape = false
	}
	if k.HasQuote && k.HasDelimiter && k.Quote == k.Delimiter {
		o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "CSV delimiter and quote must be different"))
	}
	if _, p := record.CompressionOf(patterns[0]); !k.HasDelimiter {
		switch strings.ToLower(path.Ext(p)) {
		case ".tsv", ".tab":
			k.Delimiter, k.HasDelimiter = '\t', true
		case ".tbl", ".psv":
			k.Delimiter, k.HasDelimiter = '|', true
		}
	}
	if nl, ok := o.text("newline", "new_line"); ok {
		switch nl {
		case "\n", `\n`, "\r\n", `\r\n`, "lf", "crlf":
			k.Newline = '\n'
		case "\r", `\r`, "cr":
			k.Newline = '\r'
		default:
			o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for option \"newline\": %s", sqlerr.Quote(nl)))
		}
	}
	if h, ok := o.text("header"); ok {
		k.Header = 1
		if h != "match" && !o.bool(true, "header") {
			k.Header = -1
		}
	}
	k.Skip = int(o.int(0, 0, "skip"))
	k.Nulls, _ = o.list("null", "nullstr", "null_strings", "nulls")
	k.NormalizeNames = o.bool(false, "normalize_names")
	c.allText = o.bool(false, "all_varchar", "all_text")
	c.pad = o.bool(false, "null_padding")
	k.Pad = c.pad
	c.quotedNull = o.bool(false, "allow_quoted_nulls")
	c.forceNull, c.forceNot = o.names("force_null"), o.names("force_not_null")
	c.names = o.names("names", "column_names")
	o.bool(true, "strict_mode")
	enc, _ := o.text("encoding")
	var err error
	if c.enc, err = parseEncoding(enc); err != nil {
		o.fail(err.(*sqlerr.Error))
	}
	k.Also = c.formatted(o)
	switch {
	case len(c.columns) > 0:
		for _, n := range c.columns {
			k.Names = append(k.Names, n.name)
		}
	case len(c.names) > 0:
		k.Names = c.names
	}
	return c
}

// formatted tells which texts the formats of dates and timestamps read.
func (c *csvFormat) formatted(o *options) func([]byte) csv.Type {
	var ins []types.InputFunc
	var gives []csv.Type
	add := func(f string, t types.OID, g csv.Type) {
		if f == "" {
			return
		}
		template, err := textcolumn.Template(f)
		if err != nil {
			o.fail(err.(*sqlerr.Error))
			return
		}
		ins, gives = append(ins, textcolumn.FormattedInput(types.New(t), template, types.DefaultStyle())), append(gives, g)
	}
	add(c.dateFormat, types.DateOID, csv.Date)
	add(c.timeFormat, types.TimestampOID, csv.Timestamp)
	if len(ins) == 0 {
		return nil
	}
	return func(b []byte) (t csv.Type) {
		for i, in := range ins {
			if _, err := in(string(b)); err == nil {
				t |= gives[i]
			}
		}
		return t
	}
}

func (c *csvFormat) common() *textOptions { return &c.textOptions }
func (c *csvFormat) encoding() string     { return c.enc }

func (c *csvFormat) sniff(name string, sample []byte, whole bool, size int64) (*sniffedText, error) {
	s, err := csv.Sniff(sample, whole, c.known)
	if err != nil {
		return nil, sqlerr.New(sqlerr.CharacterNotInRepertoire, "%s: %v", name, err).WithHint("Give its encoding: encoding => 'utf-16'.")
	}
	names := s.Names
	if len(c.known.Names) == 0 && len(c.declared) > 0 {
		if names = c.declaredNames(s); names == nil { // what looked like a header is none of the table's
			k := c.known
			k.Header = -1
			if s, err = csv.Sniff(sample, whole, k); err != nil {
				return nil, err
			}
			names = c.declaredNames(s)
		}
	}
	t := &Text{Format: "csv", Encoding: c.enc, Start: s.Offset, Line: s.Line, MaxRecord: c.maxRecord, Skip: c.skip, DateFormat: c.dateFormat, TimeFormat: c.timeFormat, Sample: s.Rows}
	t.CSV = csv.Layout{Dialect: s.Dialect, Fields: len(names), Nulls: c.known.Nulls, Pad: c.pad, Skip: c.skip}
	out := &sniffedText{layout: t}
	told := map[string]types.Type{}
	for _, n := range c.columns {
		told[n.name] = n.typ
	}
	for _, d := range c.declared {
		told[d.Name] = d.Type
	}
	t.Fields = map[string]int{}
	for i, n := range names {
		t.Fields[n] = i
		col := textColumn{name: n, unknown: i < len(s.Nulls) && s.Nulls[i] >= s.Rows}
		if i < len(s.Types) {
			col.typ, col.order, col.ordered = typeOfGuess(s.Types[i])
		}
		if c.allText {
			col.typ, col.ordered = types.New(types.TextOID), false
		}
		if typ, ok := told[n]; ok {
			col.typ, col.told, col.unknown = typ, true, false
		}
		out.cols = append(out.cols, col)
	}
	mark := func(list []string) []bool {
		if len(list) == 0 {
			return nil
		}
		m := make([]bool, len(names))
		for _, n := range list {
			if i, ok := t.Fields[n]; ok {
				m[i] = true
			} else if n == "*" {
				for i := range m {
					m[i] = true
				}
			}
		}
		return m
	}
	t.CSV.NotNull, t.CSV.QuotedNulls = mark(c.forceNot), mark(c.forceNull)
	if c.quotedNull {
		t.CSV.QuotedNulls = mark([]string{"*"})
	}
	switch {
	case whole:
		out.rows = float64(s.Rows)
	case s.Bytes > 0:
		out.rows = float64(s.Rows) * float64(size) / float64(s.Bytes)
	default:
		out.rows = float64(size) / 100
	}
	for i := range out.cols {
		if i < len(s.Tallies) && s.Rows > 0 {
			out.cols[i].distinct = s.Tallies[i].Estimate(out.rows)
			out.cols[i].nulls = min(1, float64(s.Nulls[i])/float64(s.Rows))
		}
	}
	return out, nil
}

// declaredNames are the names that a foreign table reads a file's fields by:
// the header's, where it has some of those declared, else the declared ones by
// position. nil: the header was guessed and has none of them.
func (c *csvFormat) declaredNames(s *csv.Sniffed) []string {
	have := map[string]bool{}
	for _, n := range s.Names {
		have[n] = s.Header
	}
	found := 0
	for _, d := range c.declared {
		if have[d.Name] {
			found++
		}
	}
	switch {
	case found == 0 && s.Header && c.known.Header == 0 && s.Line > 0:
		return nil
	case found == len(c.declared), found > 0 && len(s.Names) != len(c.declared):
		return s.Names
	}
	out := make([]string, len(c.declared))
	for i, d := range c.declared {
		out[i] = d.Name
	}
	return out
}

// typeOfGuess is the SQL type of what values look like.
func typeOfGuess(g csv.Type) (t types.Type, order datetime.DateOrder, ordered bool) {
	switch g {
	case csv.Bool:
		return types.New(types.BoolOID), 0, false
	case csv.Int:
		return types.New(types.Int8OID), 0, false
	case csv.Whole:
		return types.New(types.NumericOID), 0, false
	case csv.Float:
		return types.New(types.Float8OID), 0, false
	case csv.Date:
		return types.New(types.DateOID), 0, false
	case csv.DateDMY:
		return types.New(types.DateOID), datetime.DMY, true
	case csv.DateMDY:
		return types.New(types.DateOID), datetime.MDY, true
	case csv.Time:
		return types.New(types.TimeOID), 0, false
	case csv.Timestamp:
		return types.New(types.TimestampOID), 0, false
	case csv.TimestampDMY:
		return types.New(types.TimestampOID), datetime.DMY, true
	case csv.TimestampMDY:
		return types.New(types.TimestampOID), datetime.MDY, true
	case csv.TimestampTZ:
		return types.New(types.TimestamptzOID), 0, false
	}
	return types.New(types.TextOID), 0, false
}
