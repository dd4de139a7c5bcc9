package csv

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/record"
)

// readAll reads data with windows of rows records; NULL is "∅".
func readAll(t testing.TB, l Layout, data string, rows int) (out [][]string, skipped int64, err error) {
	buf := make([]byte, len(data), len(data)+record.Slack+1)
	copy(buf, data)
	if len(buf) > 0 && buf[len(buf)-1] != l.Dialect.Newline {
		buf = append(buf, l.Dialect.Newline)
	}
	r := NewRecords(l)
	r.Start(buf, true)
	for {
		n, err := r.Next(rows)
		if err != nil {
			return out, r.Skipped, err
		}
		if n == 0 {
			return out, r.Skipped, nil
		}
		at := len(out)
		for range n {
			out = append(out, make([]string, l.Fields))
		}
		for c := range l.Fields {
			var f record.Fields
			r.Column(c, nil, &f)
			for i, s := range f.Spans {
				v := "∅"
				if s.Len != record.NullLen {
					v = string(f.Bytes(s))
				}
				out[at+i][c] = v
			}
		}
	}
}

// oracle reads data byte by byte, as COPY does.
func oracle(d Dialect, data string) (out [][]string) {
	if data == "" {
		return nil
	}
	if data[len(data)-1] != d.Newline {
		data += string(d.Newline)
	}
	var row []string
	var field []byte
	quoted, any := false, false
	end := func() {
		s := string(field)
		if !any && s == "" {
			s = "∅"
		}
		row, field, any = append(row, s), field[:0], false
	}
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == d.Escape && i+1 < len(data) && (data[i+1] == d.Quote || data[i+1] == d.Escape):
			i++
			field = append(field, data[i])
		case d.Quote != 0 && c == d.Quote:
			quoted, any = !quoted, true
		case quoted:
			field = append(field, c)
		case c == d.Delimiter:
			end()
		case c == d.Newline:
			if c == '\n' && len(field) > 0 && field[len(field)-1] == '\r' {
				field = field[:len(field)-1]
			}
			end()
			out = append(out, row)
			row = nil
		default:
			field = append(field, c)
		}
	}
	return out
}

func TestRecordsAgainstOracle(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		d := Default()
		if round%5 == 4 {
			d.Escape = '\\'
		}
		n := 1 + rng.IntN(7)
		var b strings.Builder
		for range rng.IntN(300) {
			for c := range n {
				if c > 0 {
					b.WriteByte(d.Delimiter)
				}
				switch rng.IntN(6) {
				case 0:
				case 1:
					b.WriteString(`"` + strings.Repeat("x\n,", rng.IntN(30)) + `"`)
				case 2:
					b.WriteString(`"a` + string(d.Escape) + `"b"`)
				case 3:
					b.WriteString(`""`)
				default:
					b.WriteString(strings.Repeat("v", rng.IntN(90)))
				}
			}
			if rng.IntN(3) == 0 {
				b.WriteByte('\r')
			}
			b.WriteByte('\n')
		}
		data := b.String()
		got, _, err := readAll(t, Layout{Dialect: d, Fields: n}, data, 1+rng.IntN(40))
		if err != nil {
			t.Fatal(err)
		}
		want := oracle(d, data)
		if len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			for i := range want {
				if i >= len(got) || !reflect.DeepEqual(got[i], want[i]) {
					t.Fatalf("round %d: row %d of %d (got %d): %q", round, i, len(want), len(got), want[i])
				}
			}
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, data, want string
		pad              bool
	}{
		{"regular", "1,2\n3,4\n", "[[1 2] [3 4]] <nil> 0", false},
		{"no newline at the end", "1,2\n3,4", "[[1 2] [3 4]] <nil> 0", false},
		{"blank lines", "1,2\n\n\r\n3,4\n", "[[1 2] [3 4]] <nil> 0", false},
		{"mixed newlines", "1,2\r\n3,4\n5,\"6\"\r\n", "[[1 2] [3 4] [5 6]] <nil> 0", false},
		{"too few", "1,2\n3\n5,6\n", "[[1 2] [5 6]] too few fields 1", false},
		{"too many", "1,2\n3,4,5\n5,6\n", "[[1 2] [5 6]] too many fields 1", false},
		{"a delimiter at the end", "1,2,\n3,4,\r\n", "[[1 2] [3 4]] <nil> 0", false},
		{"padded", "1,2\n3\r\n5,6\n7\n", "[[1 2] [3 ∅] [5 6] [7 ∅]] <nil> 0", true},
		{"unterminated", "1,2\n3,\"4\n5,6\n", "[[1 2]] unterminated quoted field 1", false},
		{"unterminated at once", "\"3,4\n5,6\n", "[] unterminated quoted field 1", false},
		{"empty", "", "[] <nil> 0", false},
		{"nulls", ",\"\"\n,x\n", "[[∅ ] [∅ x]] <nil> 0", false},
		{"quotes inside", "a\"b,\"c,d\n", "[[ab,c d]] <nil> 0", false},
		{"quotes opening late", "a\" b,c \",d\n", "[[a b,c  d]] <nil> 0", false},
	} {
		l := Layout{Dialect: Default(), Fields: 2, Pad: c.pad, Skip: true}
		rows, skipped, err := readAll(t, l, c.data, 100)
		if err != nil {
			t.Errorf("%s: skipping: %v", c.name, err)
		}
		l.Skip = false
		_, _, err = readAll(t, l, c.data, 100)
		if rows == nil {
			rows = [][]string{}
		}
		if got := fmt.Sprint(rows, err, skipped); strings.Replace(got, "<nil>", "", 1) != strings.Replace(c.want, "<nil>", "", 1) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestComments(t *testing.T) {
	d := Default()
	d.Comment = '#'
	rows, _, err := readAll(t, Layout{Dialect: d, Fields: 2}, "# a, \"b\n1,2\n#\n3,\"#4\"\n", 3)
	if err != nil || fmt.Sprint(rows) != "[[1 2] [3 #4]]" {
		t.Errorf("%v %v", rows, err)
	}
}

func TestWideRecords(t *testing.T) {
	n := windowEnds + 500
	line := strings.Repeat("7,", n-1) + "8\n"
	rows, _, err := readAll(t, Layout{Dialect: Default(), Fields: n}, line+line, 2000)
	if err != nil || len(rows) != 2 || rows[1][n-1] != "8" || rows[1][0] != "7" {
		t.Errorf("%d %v", len(rows), err)
	}
	_, _, err = readAll(t, Layout{Dialect: Default(), Fields: 2}, line+line, 2000)
	if e, ok := err.(*RecordError); !ok || e.Fault != TooMany || e.Fields != n {
		t.Errorf("%v", err)
	}
}

func FuzzRecords(f *testing.F) {
	f.Add("a,b\n\"c\",\"d\"\"\"\r\n", 2, byte('"'), byte(0))
	f.Add("a,b\n#x\n\"c\",\"d\\\"\"\r\n", 2, byte('\\'), byte('#'))
	f.Fuzz(func(t *testing.T, data string, n int, escape, comment byte) {
		if n < 1 || n > 20 || len(data) > 1<<16 {
			return
		}
		d := Default()
		d.Escape, d.Comment = escape, comment
		for _, skip := range []bool{false, true} {
			readAll(t, Layout{Dialect: d, Fields: n, Skip: skip, Pad: skip}, data, 7)
		}
	})
}

func BenchmarkIndex(b *testing.B) {
	line := "1,155190,7706,1,17.00,21168.23,0.04,0.02,N,O,1996-03-13,1996-02-12,1996-03-22,DELIVER IN PERSON,TRUCK,egular courts above the\n"
	data := []byte(strings.Repeat(line, 8000))
	r := NewRecords(Layout{Dialect: Default(), Fields: 16})
	var f record.Fields
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r.Start(data, false)
		for {
			n, err := r.Next(2048)
			if err != nil {
				b.Fatal(err)
			}
			if n == 0 {
				break
			}
			r.Column(4, nil, &f)
		}
	}
}
