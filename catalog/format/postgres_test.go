package format

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// testdata/postgres.txt holds what Postgres 15 answers with the time zone
// America/New_York: function, value, template and "= answer", separated by
// tabs. INLAY_FORMAT_CASES names a larger file of the same form.
func TestPostgres(t *testing.T) {
	files := []string{"testdata/postgres.txt"}
	if f := os.Getenv("INLAY_FORMAT_CASES"); f != "" {
		files = append(files, f)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(f)
		for line := 1; sc.Scan(); line++ {
			c := strings.Split(sc.Text(), "\t")
			want := strings.TrimPrefix(c[3], "= ")
			got, err := compute(c[0], c[1], c[2])
			if err != nil {
				got = errorText(err)
			}
			if got != want {
				t.Errorf("%s:%d: %s(%q, %q)\n got %q\nwant %q", file, line, c[0], c[1], c[2], got, want)
			}
		}
		f.Close()
	}
}

func errorText(err error) string {
	var e *sqlerr.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s := fmt.Sprintf("ERROR %s %s", e.Code, e.Message)
	if e.Detail != "" {
		s += " | " + e.Detail
	}
	if e.Hint != "" {
		s += " || " + e.Hint
	}
	return s
}

func compute(op, value, template string) (string, error) {
	env := &datetime.Env{Location: datetime.FindZone("America/New_York")}
	var out []byte
	var err error
	ok := true
	switch op {
	case "ts":
		v, e := datetime.ParseTimestamp(value, -1, env)
		if e != nil {
			return "", e
		}
		out, _, err = NewDate(template).AppendTimestamp(nil, v)
	case "tstz":
		v, e := datetime.ParseTimestamptz(value, -1, env)
		if e != nil {
			return "", e
		}
		out, _, err = NewDate(template).AppendTimestamptz(nil, v, env.ZoneCache())
	case "iv":
		v, e := datetime.ParseInterval(value, datetime.AllFields, -1, env)
		if e != nil {
			return "", e
		}
		out, _, err = NewDate(template).AppendInterval(nil, v)
	case "to_date":
		v, e := NewDate(template).ParseDate(value)
		return string(datetime.AppendDate(nil, v, env)), e
	case "to_ts":
		v, e := NewDate(template).ParseTimestamp(value, env.Location)
		return datetime.FormatTimestamptz(v, env), e
	case "num":
		out, err = NewNumber(template).AppendNumeric(nil, numeric.MustParse(value))
	case "f8", "f4":
		width := map[string]int{"f8": 64, "f4": 32}[op]
		v, _ := strconv.ParseFloat(value, width)
		out, err = NewNumber(template).AppendFloat(nil, v, op == "f4")
	case "i4", "i8":
		v, _ := strconv.ParseInt(value, 10, 64)
		out, err = NewNumber(template).AppendInt(nil, v, op == "i8")
	case "to_number":
		var n numeric.Numeric
		n, ok, err = NewNumber(template).ParseNumeric(value)
		if ok {
			out = n.AppendText(nil)
		}
	}
	return string(out), err
}
