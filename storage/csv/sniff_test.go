package csv

import (
	"fmt"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/record"
)

func describe(s *Sniffed) string {
	names := map[Type]string{Bool: "bool", Int: "int", Whole: "whole", Float: "float", Date: "date", DateDMY: "date dmy", DateMDY: "date mdy", Time: "time",
		Timestamp: "timestamp", TimestampDMY: "timestamp dmy", TimestampMDY: "timestamp mdy", TimestampTZ: "timestamptz", Text: "text"}
	var cols []string
	for i, n := range s.Names {
		cols = append(cols, n+" "+names[s.Types[i]])
	}
	d := string(s.Dialect.Delimiter)
	switch {
	case s.Dialect.Quote == 0:
		d += " no quote"
	case s.Dialect.Quote != '"':
		d += " quote " + string(s.Dialect.Quote)
	}
	if s.Dialect.Escape != s.Dialect.Quote {
		d += " escape " + string(s.Dialect.Escape)
	}
	if s.Header {
		d += " header"
	}
	return fmt.Sprintf("%s at %d line %d: %s", d, s.Offset, s.Line, strings.Join(cols, ", "))
}

func sniffed(t testing.TB, data string, k Known) (*Sniffed, error) {
	buf := append([]byte(data), make([]byte, record.Slack)...)[:len(data)]
	return Sniff(buf, true, k)
}

// The outcomes are those of DuckDB 2.0.0's sniff_csv but for those marked
// "differs", which say why.
func TestSniff(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"header only", "a,b,c\n", ", header at 6 line 2: a text, b text, c text"},
		{"header without a newline", "a,b,c", ", header at 5 line 2: a text, b text, c text"},
		{"all text", "name,city\njohn,paris\nmary,rome\n", ", header at 10 line 2: name text, city text"},
		{"numbers only", "1,2\n3,4\n", ", at 0 line 1: column0 int, column1 int"},
		{"one record", "1,2,3\n", ", at 0 line 1: column0 int, column1 int, column2 int"},
		{"no header", "a,1\nb,2\n", ", at 0 line 1: column0 text, column1 int"},
		{"a header over numbers", "name,val\na,1\nb,2\n", ", header at 9 line 2: name text, val int"},
		{"semicolons", "a;b\n1;2\n3;4\n", "; header at 4 line 2: a int, b int"},
		{"decimal commas", "a;b;c\n1,5;2;x\n3,25;4;y\n", "; header at 6 line 2: a text, b int, c text"},
		{"tabs", "a\tb\n1\t2\n", "\t header at 4 line 2: a int, b int"},
		{"pipes", "a|b\n1|2\n3|4\n", "| header at 4 line 2: a int, b int"},
		{"a pipe at the end", "1|2|\n3|4|\n", "| at 0 line 1: column0 int, column1 int, column2 text"},
		{"leading zeros", "zip\n00501\n10001\n", ", header at 4 line 2: zip text"},
		{"beyond bigint", "n\n9223372036854775808\n1\n", ", header at 2 line 2: n whole"},
		{"booleans", "b\ntrue\nF\n", ", header at 2 line 2: b bool"},
		{"ones and zeros", "b\n1\n0\n", ", header at 2 line 2: b int"},
		{"dates", "d\n2024-01-01\n2024-02-01\n", ", header at 2 line 2: d date"},
		{"day first", "d\n13/02/2024\n01/02/2024\n", ", header at 2 line 2: d date dmy"},
		{"month first", "d\n02/13/2024\n01/02/2024\n", ", header at 2 line 2: d date mdy"},
		{"dots", "d\n13.02.2024\n01.02.2024\n", ", header at 2 line 2: d date dmy"},
		{"year first with slashes", "d\n2024/01/13\n", ", header at 2 line 2: d date"},
		{"differs: day or month first cannot be told, so it is text", "d\n01/02/2024\n03/04/2024\n", ", header at 2 line 2: d text"},
		{"timestamps", "d\n2024-01-01 10:00:00\n2024-01-02 11:11:11.5\n", ", header at 2 line 2: d timestamp"},
		{"with a T", "d\n2024-01-01T10:00:00\n", ", header at 2 line 2: d timestamp"},
		{"with zones", "d\n2024-01-01 10:00:00Z\n2024-01-01 10:00:00+02\n", ", header at 2 line 2: d timestamptz"},
		{"differs: dates and timestamps together are timestamps", "d\n2024-01-01\n2024-01-02 11:11:11\n", ", header at 2 line 2: d timestamp"},
		{"times", "t\n10:00:00\n11:11:11\n", ", header at 2 line 2: t time"},
		{"nothing but NULL", "a,b\n,1\n,2\n", ", header at 4 line 2: a text, b int"},
		{"quoted and empty", "a,b\n\"\",1\n\"x\",2\n", ", header at 4 line 2: a text, b int"},
		{"quoted numbers", "a,b\n\"1\",\"2\"\n\"\",\"3\"\n", ", header at 4 line 2: a int, b int"},
		{"names twice", "a,a,a\n1,2,3\n", ", header at 6 line 2: a int, a_1 int, a_2 int"},
		{"no name", "a,,c\n1,2,3\n", ", header at 5 line 2: a int, column1 int, c int"},
		{"one column", "x\n1\n2\n", ", header at 2 line 2: x int"},
		{"single quotes", "a,b\n'x,1',2\n'y,2',3\n", ", quote ' header at 4 line 2: a text, b int"},
		{"inches", "a,b\n5\" pipe,1\n6\" pipe,2\n", ", no quote header at 4 line 2: a text, b int"},
		{"backslashes", "a,b\n\"x\\\"y\",1\n\"z\",2\n", ", escape \\ header at 4 line 2: a text, b int"},
		{"backslash at the end", "a,b\n\"C:\\\",1\n\"z\",2\n", ", header at 4 line 2: a text, b int"},
		{"a title", "Report 2024\n\na,b\n1,2\n3,4\n", ", header at 17 line 4: a int, b int"},
		{"crlf", "a,b\r\n1,2\r\n", ", header at 5 line 2: a int, b int"},
		{"cr", "a,b\r1,2\r3,4\r", ", header at 4 line 2: a int, b int"},
		{"differs: mixed newlines are read", "a,b\n1,2\r\n3,4\n", ", header at 4 line 2: a int, b int"},
		{"differs: a ragged file has columns; its lines are errors", "a,b,c\n1,2,3\n4,5\n6,7,8\n", ", header at 6 line 2: a int, b int, c int"},
		{"whole and not", "x\n1\n2.5\n", ", header at 2 line 2: x float"},
		{"NaN", "x\n1\nNaN\n", ", header at 2 line 2: x float"},
		{"exponents", "x\n1e5\n2.5E-3\n", ", header at 2 line 2: x float"},
		{"words among numbers", "x\n1\nabc\n", ", header at 2 line 2: x text"},
		{"NA", "x\n1\nNA\n", ", header at 2 line 2: x text"},
		{"plus signs", "x\n+1\n+2\n", ", header at 2 line 2: x text"},
		{"spaces", "x, y\n1, 2\n3, 4\n", ", header at 5 line 2: x int, y int"},
		{"years as names", "id,2020\na,1\nb,3\n", ", at 0 line 1: column0 text, column1 int"},
		{"a mark of UTF-8", "\ufeffa,b\n1,2\n", ", header at 7 line 2: a int, b int"},
		{"empty", "", ", at 0 line 1: column0 text"},
		{"a blank line", "a,b\n\n1,2\n", ", header at 5 line 3: a int, b int"},
		{"an unnamed last column", "a,b,\n1,2,x\n", ", header at 5 line 2: a int, b int, column2 text"},
		{"newlines in fields", "a,b\n\"x\n,y\",1\n\"z\",2\n", ", header at 4 line 2: a text, b int"},
	} {
		s, err := sniffed(t, c.data, Known{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := describe(s); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
	if _, err := sniffed(t, "\xff\xfea\x00", Known{}); err != ErrUTF16 {
		t.Error(err)
	}
}

func TestSniffKnown(t *testing.T) {
	for _, c := range []struct {
		name, data, want string
		k                Known
	}{
		{"header told", "1,2\n3,4\n", ", header at 4 line 2: 1 int, 2 int", Known{Header: 1}},
		{"no header told", "a,b\n3,4\n", ", at 0 line 1: column0 text, column1 text", Known{Header: -1}},
		{"delimiter told", "a,b;c\n1,2;3\n", "; header at 6 line 2: a,b text, c int", Known{Delimiter: ';', HasDelimiter: true}},
		{"names told", "1,2\n3,4\n", ", at 0 line 1: x int, y int", Known{Names: []string{"x", "y"}}},
		{"names told and there", "X,Y\na,b\n", ", header at 4 line 2: x text, y text", Known{Names: []string{"x", "y"}}},
		{"null strings", "x\n1\nNA\n", ", header at 2 line 2: x int", Known{Nulls: []string{"", "NA"}}},
		{"lines to skip", "junk\nmore,junk\nx\n1\n2\n", ", header at 17 line 4: x int", Known{Skip: 2}},
		{"normal names", "First Name,2nd\na,1\n", ", header at 15 line 2: first_name text, _2nd int", Known{NormalizeNames: true}},
	} {
		s, err := sniffed(t, c.data, c.k)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := describe(s); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add("a,b\n1,2\n")
	f.Add("\"a\";b\r'x';\\\"\r")
	f.Fuzz(func(t *testing.T, data string) {
		s, err := sniffed(t, data, Known{})
		if err != nil {
			return
		}
		if len(s.Names) != len(s.Types) || s.Offset > int64(len(data)) {
			t.Errorf("%+v", s)
		}
	})
}
