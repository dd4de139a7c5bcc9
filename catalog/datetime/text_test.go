package datetime

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// testdata/text.txt holds what Postgres 15 reads and writes: DateStyle,
// IntervalStyle, TimeZone, type, input and "= output", separated by tabs.
// INLAY_DATETIME_CASES names a larger file of the same form.
func TestTextAsPostgres(t *testing.T) {
	files := []string{"testdata/text.txt"}
	if f := os.Getenv("INLAY_DATETIME_CASES"); f != "" {
		files = append(files, f)
	}
	for _, file := range files {
		textCases(t, file)
	}
}

func textCases(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		c := strings.Split(sc.Text(), "\t")
		env := testEnv(t, c[0], c[1], c[2])
		want := strings.TrimPrefix(c[5], "= ")
		got, err := throughText(c[3], c[4], env)
		if err != nil {
			got = errorText(err)
		}
		if got != want && !beyondRange(want) {
			t.Errorf("%s:%d: %s %q (%s; %s; %s)\n got %s\nwant %s", file, line, c[3], c[4], c[0], c[1], c[2], got, want)
		}
	}
}

// beyondRange says whether a timestamp is one of the last years of Postgres's
// range, which do not fit here.
func beyondRange(text string) bool {
	for y := 294247; y <= 294276; y++ {
		if strings.Contains(text, strconv.Itoa(y)) {
			return true
		}
	}
	return false
}

func testEnv(t *testing.T, style, interval, zone string) *Env {
	t.Helper()
	format, order, ok := ParseDateStyle(style, ISO, MDY)
	if !ok {
		t.Fatalf("DateStyle %q", style)
	}
	is, ok := ParseIntervalStyle(interval)
	if !ok {
		t.Fatalf("IntervalStyle %q", interval)
	}
	loc := FindZone(zone)
	if loc == nil {
		t.Fatalf("no zone %s", zone)
	}
	return &Env{Format: format, Order: order, Interval: is, Location: loc, Now: 1700000000 * usecPerSec}
}

// throughText reads text as a type, which may have a precision or fields, and
// writes it again.
func throughText(typ, in string, env *Env) (string, error) {
	precision := -1
	if i := strings.IndexByte(typ, '('); i >= 0 {
		precision, _ = strconv.Atoi(typ[i+1 : len(typ)-1])
		typ = typ[:i]
	}
	switch typ = strings.TrimSpace(typ); typ {
	case "date":
		v, err := ParseDate(in, env)
		return string(AppendDate(nil, v, env)), err
	case "timestamp":
		v, err := ParseTimestamp(in, precision, env)
		return string(AppendTimestamp(nil, v, env)), err
	case "timestamptz":
		v, err := ParseTimestamptz(in, precision, env)
		return FormatTimestamptz(v, env), err
	case "time":
		v, err := ParseTime(in, precision, env)
		return string(AppendTime(nil, v)), err
	case "timetz":
		v, err := ParseTimeTZ(in, precision, env)
		b := v.Encode()
		if err == nil && DecodeTimeTZ(b[:]) != v {
			return "encoding changed it", nil
		}
		return string(AppendTimeTZ(nil, v, env)), err
	}
	fields := AllFields
	if words := strings.Fields(strings.TrimPrefix(typ, "interval")); len(words) > 0 {
		names := []string{"year", "month", "day", "hour", "minute", "second"}
		bits := []int{FieldYear, FieldMonth, FieldDay, FieldHour, FieldMinute, FieldSecond}
		fields = 0
		in := false
		for i, n := range names {
			in = in || n == words[0]
			if in {
				fields |= bits[i]
			}
			if n == words[len(words)-1] {
				break
			}
		}
	}
	v, err := ParseInterval(in, fields, precision, env)
	return string(AppendInterval(nil, v, env.Interval)), err
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
