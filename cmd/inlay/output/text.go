package output

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/engine/batch"
)

// table is an aligned table as psql prints it. It keeps the first rows to find
// the columns' widths; later rows are fitted as well as they can be.
type table struct {
	w      io.Writer
	fields []engine.Field
	put    []types.Appender
	right  []bool
	width  []int
	held   [][]string
	begun  bool
	rows   int64
}

// heldRows is how many rows decide the widths.
const heldRows = 2000

func newTable(w io.Writer, fields []engine.Field, style *types.Style) *table {
	t := &table{w: w, fields: fields, put: appenders(fields, style)}
	for _, f := range fields {
		facts := types.FactsOf(f.Type.OID)
		t.right = append(t.right, facts != nil && facts.Category == 'N')
		t.width = append(t.width, utf8.RuneCountInString(f.Name))
	}
	return t
}

func (t *table) Write(b *batch.Batch) error {
	return eachRow(b, func(row int) error {
		t.rows++
		cells := make([]string, len(t.put))
		for i, put := range t.put {
			if !b.Cols[i].IsNull(row) {
				cells[i] = string(put(nil, b.Cols[i], row))
			}
		}
		if t.begun {
			return t.line(cells)
		}
		t.held = append(t.held, cells)
		if len(t.held) == heldRows {
			return t.begin()
		}
		return nil
	})
}

// begin prints the head and the rows held so far.
func (t *table) begin() error {
	t.begun = true
	for _, cells := range t.held {
		for i, c := range cells {
			for _, l := range strings.Split(c, "\n") {
				t.width[i] = max(t.width[i], utf8.RuneCountInString(l))
			}
		}
	}
	var b bytes.Buffer
	for i, f := range t.fields {
		if i > 0 {
			b.WriteByte('|')
		}
		space := t.width[i] - utf8.RuneCountInString(f.Name)
		fmt.Fprintf(&b, " %s%s%s ", strings.Repeat(" ", space/2), f.Name, strings.Repeat(" ", space-space/2))
	}
	b.WriteByte('\n')
	for i := range t.fields {
		if i > 0 {
			b.WriteByte('+')
		}
		b.WriteString(strings.Repeat("-", t.width[i]+2))
	}
	b.WriteByte('\n')
	if _, err := t.w.Write(b.Bytes()); err != nil {
		return err
	}
	for _, cells := range t.held {
		if err := t.line(cells); err != nil {
			return err
		}
	}
	t.held = nil
	return nil
}

func (t *table) line(cells []string) error {
	var b bytes.Buffer
	for i, c := range cells {
		if i > 0 {
			b.WriteByte('|')
		}
		c = strings.ReplaceAll(c, "\n", "↵")
		pad := strings.Repeat(" ", max(0, t.width[i]-utf8.RuneCountInString(c)))
		switch {
		case t.right[i] && i == len(cells)-1:
			fmt.Fprintf(&b, " %s%s", pad, c)
		case t.right[i]:
			fmt.Fprintf(&b, " %s%s ", pad, c)
		case i == len(cells)-1:
			fmt.Fprintf(&b, " %s", c)
		default:
			fmt.Fprintf(&b, " %s%s ", c, pad)
		}
	}
	b.WriteByte('\n')
	_, err := t.w.Write(b.Bytes())
	return err
}

func (t *table) Close(count bool) error {
	if !t.begun {
		if err := t.begin(); err != nil {
			return err
		}
	}
	if !count {
		return nil
	}
	s := "s"
	if t.rows == 1 {
		s = ""
	}
	_, err := fmt.Fprintf(t.w, "(%d row%s)\n\n", t.rows, s)
	return err
}
