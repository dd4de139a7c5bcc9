package copyrow

import (
	"context"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/record"
)

// row reads one row into d.spans and, unless it is the header, adds it to the
// batch. It says false at the end of the data.
func (d *Decoder) row(ctx context.Context, header bool) (bool, error) {
	d.line++
	start := d.pos
	end, next, err := d.findEnd(ctx, start)
	if err != nil {
		return false, err
	}
	if end < 0 {
		return false, nil
	}
	line := d.buf[start:end]
	d.pos = next
	if len(line) == 2 && line[0] == '\\' && line[1] == '.' {
		d.eof = true // what follows is no data
		d.buf = d.buf[:d.pos]
		return false, nil
	}
	d.spans = d.spans[:0]
	first := d.line // of a row over several lines the last counts, as in Postgres
	if d.f.Form == CSV {
		d.splitCSV(start, end)
	} else {
		d.splitText(start, end)
	}
	if header {
		return true, nil
	}
	if len(d.spans) == 1 && len(d.cols) == 0 && start == end {
		d.spans = d.spans[:0]
	}
	switch {
	case len(d.spans) > len(d.cols):
		return true, d.lineError(line, "extra data after last expected column")
	case len(d.spans) < len(d.cols):
		if err := d.tryFields(); err != nil {
			return true, err
		}
		return true, d.lineError(line, `missing data for column "%s"`, d.cols[len(d.spans)].Name)
	}
	for i, s := range d.spans {
		d.fields[i].Spans = append(d.fields[i].Spans, s)
	}
	d.lines = append(d.lines, first)
	return true, nil
}

// tryFields reads the fields of a row that has too few: columns are read one
// after the other, so an error in one of them is met before the missing one.
func (d *Decoder) tryFields() error {
	f := record.Fields{Bufs: [2][]byte{d.buf, d.aux}}
	for i, s := range d.spans {
		if s == record.Null {
			continue
		}
		if _, err := types.Input(string(f.Bytes(s)), d.cols[i].Type, d.style); err != nil {
			return d.valueError(err, i, f.Bytes(s))
		}
	}
	return nil
}

// lastLine is the text of the line before pos, for messages about the header.
func (d *Decoder) lastLine() []byte {
	end := d.pos
	for end > 0 && (d.buf[end-1] == '\n' || d.buf[end-1] == '\r') {
		end--
	}
	return d.buf[:end]
}

// findEnd finds where the row that begins at start ends and the next begins,
// bringing bytes as needed; end is -1 when there is none.
func (d *Decoder) findEnd(ctx context.Context, start int) (end, next int, err error) {
	csv := d.f.Form == CSV
	quoted := false
	quote, escape := d.f.Quote, d.f.Escape
	if csv && escape == quote {
		escape = 0 // doubling toggles twice
	}
	i := start
	for {
		for ; i < len(d.buf); i++ {
			c := d.buf[i]
			if csv {
				switch {
				case quoted && escape != 0 && c == escape:
					if i+1 >= len(d.buf) && !d.eof {
						goto wait
					}
					if i+1 < len(d.buf) && (d.buf[i+1] == quote || d.buf[i+1] == escape) {
						i++
						continue
					}
					if c != quote {
						continue
					}
				}
				if c == quote {
					quoted = !quoted
					continue
				}
				if quoted {
					if c == '\n' && d.eol == '\n' || c == '\r' && d.eol != '\n' { // as Postgres counts
						d.line++
					}
					continue
				}
			} else if c == '\\' {
				if i+1 >= len(d.buf) && !d.eof {
					goto wait
				}
				i++
				continue
			}
			if c != '\n' && c != '\r' {
				continue
			}
			if c == '\r' && d.eol != '\r' {
				if i+1 >= len(d.buf) && !d.eof {
					goto wait
				}
				if i+1 < len(d.buf) && d.buf[i+1] == '\n' {
					if d.eol == '\n' && !csv {
						return 0, 0, d.literal("carriage return", `\r`)
					}
					d.eol = 'c'
					return i, i + 2, nil
				}
				if d.eol != 0 {
					return 0, 0, d.literal("carriage return", `\r`)
				}
				d.eol = '\r'
				return i, i + 1, nil
			}
			if c == '\n' && d.eol == '\r' {
				return 0, 0, d.literal("newline", `\n`)
			}
			if c == '\n' && d.eol == 'c' {
				return 0, 0, d.literal("newline", `\n`)
			}
			d.eol = c
			return i, i + 1, nil
		}
	wait:
		ok, err := d.more(ctx)
		if err != nil {
			return 0, 0, err
		}
		if ok {
			continue
		}
		if i < len(d.buf) {
			continue // the last byte waits for nothing any more
		}
		if quoted {
			return 0, 0, d.lineError(d.buf[start:], "unterminated CSV quoted field")
		}
		if start == len(d.buf) {
			return -1, 0, nil
		}
		return min(i, len(d.buf)), len(d.buf), nil
	}
}

// literal refuses an end of line other than those before it.
func (d *Decoder) literal(what, escape string) error {
	e := sqlerr.New(sqlerr.BadCopyFileFormat, "literal %s found in data", what)
	e.WithHint(`Use "%s" to represent %s.`, escape, what)
	if d.f.Form == CSV {
		e.Message = "unquoted " + what + " found in data"
		e.WithHint("Use quoted CSV field to represent %s.", what)
	}
	return e.WithWhere("%s", d.where())
}

// splitText cuts a line of the text form into fields.
func (d *Decoder) splitText(start, end int) {
	from, escapes := start, false
	for i := start; ; i++ {
		if i >= end || d.buf[i] == d.f.Delimiter {
			d.spans = append(d.spans, d.textField(from, min(i, end), escapes))
			if i >= end {
				return
			}
			from, escapes = i+1, false
			continue
		}
		if d.buf[i] == '\\' {
			escapes = true
			i++
		}
	}
}

func (d *Decoder) textField(from, to int, escapes bool) record.Span {
	raw := d.buf[from:to]
	if len(raw) == len(d.f.Null) && string(raw) == d.f.Null {
		return record.Null
	}
	if !escapes {
		return record.Span{Off: uint32(from), Len: uint32(to - from)}
	}
	at := len(d.aux)
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' || i+1 == len(raw) {
			d.aux = append(d.aux, c)
			continue
		}
		i++
		c = raw[i]
		switch {
		case c == 'b':
			c = '\b'
		case c == 'f':
			c = '\f'
		case c == 'n':
			c = '\n'
		case c == 'r':
			c = '\r'
		case c == 't':
			c = '\t'
		case c == 'v':
			c = '\v'
		case c >= '0' && c <= '7':
			v := c - '0'
			for k := 0; k < 2 && i+1 < len(raw) && raw[i+1] >= '0' && raw[i+1] <= '7'; k++ {
				i++
				v = v<<3 | (raw[i] - '0')
			}
			c = v
		case c == 'x' && i+1 < len(raw) && hexDigit(raw[i+1]) >= 0:
			i++
			v := hexDigit(raw[i])
			if i+1 < len(raw) && hexDigit(raw[i+1]) >= 0 {
				i++
				v = v<<4 | hexDigit(raw[i])
			}
			c = byte(v)
		}
		d.aux = append(d.aux, c)
	}
	return record.Span{Off: uint32(at) | record.AuxBit, Len: uint32(len(d.aux) - at)}
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// splitCSV cuts a line of CSV into fields. Quotes may open and close anywhere.
func (d *Decoder) splitCSV(start, end int) {
	f := d.f
	for i := start; ; {
		from, saw := i, false
		for i < end && d.buf[i] != f.Delimiter && d.buf[i] != f.Quote {
			i++
		}
		var s record.Span
		if i >= end || d.buf[i] == f.Delimiter {
			s = record.Span{Off: uint32(from), Len: uint32(i - from)}
		} else {
			at := len(d.aux)
			d.aux = append(d.aux, d.buf[from:i]...)
			saw = true
			for quoted := false; i < end; i++ {
				c := d.buf[i]
				if !quoted {
					if c == f.Delimiter {
						break
					}
					if c == f.Quote {
						quoted = true
						continue
					}
					d.aux = append(d.aux, c)
					continue
				}
				if c == f.Escape && i+1 < end && (d.buf[i+1] == f.Quote || d.buf[i+1] == f.Escape) {
					i++
					d.aux = append(d.aux, d.buf[i])
					continue
				}
				if c == f.Quote {
					quoted = false
					continue
				}
				d.aux = append(d.aux, c)
			}
			s = record.Span{Off: uint32(at) | record.AuxBit, Len: uint32(len(d.aux) - at)}
		}
		k := len(d.spans)
		if int(s.Len) == len(f.Null) && (!saw && !forced(f.ForceNotNull, k) || saw && forced(f.ForceNull, k)) {
			fields := record.Fields{Bufs: [2][]byte{d.buf, d.aux}}
			if string(fields.Bytes(s)) == f.Null {
				s = record.Null
			}
		}
		d.spans = append(d.spans, s)
		if i >= end {
			return
		}
		i++ // the delimiter
	}
}
