package jsonfile

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/record"
)

func padded(s string) []byte { return append([]byte(s), make([]byte, record.Slack)...)[:len(s)] }

// readAll reads a chunk with windows of rows records.
func readAll(l Layout, cols []Column, data string, rows int) (out []string, skipped int64, err error) {
	r := NewRecords(l, cols)
	r.Start(padded(data), true)
	for {
		n, err := r.Next(rows)
		if err != nil || n == 0 {
			return out, r.Skipped, err
		}
		lines := make([]string, n)
		for c := range cols {
			var f record.Fields
			r.Column(c, nil, &f)
			for i, s := range f.Spans {
				v := "∅"
				if s.Len != record.NullLen {
					v = string(f.Bytes(s))
				}
				lines[i] += v + "|"
			}
		}
		out = append(out, lines...)
	}
}

func TestRecords(t *testing.T) {
	ab := []Column{{Name: "a"}, {Name: "b", Raw: true}}
	lines := Layout{Lines: true, Skip: true}
	for _, c := range []struct {
		name, data, want string
		l                Layout
	}{
		{"lines", "{\"a\":1,\"b\":[1,\"]\"]}\n\n {\"b\":null, \"a\" : \"x\\ty\"} \r\n{}\n", "[1|[1,\"]\"]| x\ty|∅| ∅|∅|] 0", lines},
		{"other order", "{\"b\":\"q\",\"a\":true}\n{\"a\":2,\"c\":{\"a\":3},\"b\":{\"a\":4}}\n", "[true|\"q\"| 2|{\"a\":4}|] 0", lines},
		{"wrong lines", "{\"a\":1}\n{\"a\" 1}\n{\"a\":1,}\nx\n[1]\n{\"a\":2} {\"a\":3}\n{\"a\":4}\n", "[1|∅| 4|∅|] 5", lines},
		{"array", " {\"a\":1} ,\n{\"a\":2}\n]\n", "[1|∅| 2|∅|] 0", Layout{Array: true}},
		{"one after the other", "{\"a\":1}{\"a\":\n2}", "[1|∅| 2|∅|] 0", Layout{}},
		{"null", "null\n{\"a\":null}", "[∅|∅| ∅|∅|] 0", Layout{}},
		{"keys with escapes", "{\"\\u0061\":1}", "[1|∅|] 0", Layout{}},
		{"a backslash before the quote", "{\"a\":\"x\\\\\",\"b\":\"\\\\\\\"\"}", "[x\\|\"\\\\\\\"\"|] 0", Layout{}},
	} {
		for _, rows := range []int{1, 100} {
			out, skipped, err := readAll(c.l, ab, c.data, rows)
			if got := fmt.Sprintf("%v %d", out, skipped); got != c.want || err != nil {
				t.Errorf("%s: %s %v, want %s", c.name, got, err, c.want)
			}
		}
	}
	for data, want := range map[string]string{
		"{\"a\":1":       "a comma or a closing brace is expected here at 6",
		"{\"a\":\"x":     "the string that starts here does not end at 5",
		"{\"a\":[1,{}":   "the brackets that open here do not close at 5",
		"{a:1}":          "a key in double quotes is expected here at 1",
		"{\"a\"=1}":      "a colon is expected here at 4",
		"{\"a\":}":       "a value is expected here at 5",
		"[1]":            "an object is expected here at 3",
		"{\"a\":1} true": "an object is expected here at 12",
	} {
		_, _, err := readAll(Layout{}, ab, data, 10)
		if e, ok := err.(*SyntaxError); !ok || fmt.Sprintf("%s at %d", e.Reason, e.At) != want {
			t.Errorf("%s: %v, want %s", data, err, want)
		}
	}
}

func TestSniff(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"{\"a\":1}\n{\"a\":2,\"b\":\"x\"}\n", "lines at 0: a 2, b 16"},
		{"[{\"a\":1},{\"a\":2.5}]", "array at 1: a 10"},
		{"{\n\"a\":1\n}\n{\n\"a\":null\n}\n", "values at 0: a 2"},
		{"{\"a\":1}{\"a\":true}", "values at 0: a 3"},
		{"\ufeff [ 1, 2 ]", "array at 5: whole json 34"},
		{"[1,2]\n[3]\n", "lines at 0: whole json 96"},
		{"1\n2\n", "lines at 0: whole json 34"},
		{"{\"a\":1}\n{\"a\":\n{\"a\":2}\n", "lines at 0: a 2"},
		{"", "lines at 0: "},
		{"[]", "array at 1: "},
		{"{\"o\":{\"x\":1},\"l\":[[1]],\"n\":12345678901234567890}", "lines at 0: o 32, l 64, n 4"},
	} {
		s, err := Sniff(padded(c.data), true, true)
		if err != nil {
			t.Errorf("%q: %v", c.data, err)
			continue
		}
		got := "values"
		switch {
		case s.Layout.Lines:
			got = "lines"
		case s.Layout.Array:
			got = "array"
		}
		got += fmt.Sprintf(" at %d: ", s.Start)
		if s.Layout.Whole {
			got += "whole "
		}
		for i, k := range s.Keys {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("%s %d", k.Name, k.Shape)
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.data, got, c.want)
		}
	}
}

// TestSplitter cuts values at every place that data may end and finds them whole.
func TestSplitter(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "{\"i\":%d,\"s\":\"}],{\\\"\\\\\",\"l\":[[%d],{}]},\n", i, i)
	}
	data := b.String()
	for range 200 {
		sp := NewSplitter()
		at, end := 0, 0
		for at < len(data) {
			end = min(len(data), max(end, at)+1+rng.IntN(50))
			n, err := sp.Split([]byte(data[at:end]), end == len(data))
			if err != nil {
				t.Fatal(err)
			}
			if part := strings.Trim(data[at:at+n], ",\n"); n > 0 && part != "" && !json.Valid([]byte("["+strings.ReplaceAll(part, "},\n{", "},{")+"]")) {
				t.Fatalf("%q", data[at:at+n])
			}
			at += n
		}
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{`a\nb`: "a\nb", `\u00e9\ud83d\ude00`: "é😀", `\ud83d`: "\ufffd", `\ud83dx`: "\ufffdx", `\/\"\\`: `/"\`, `\u12`: `\u12`, `\q`: "q"} {
		if got := string(unescape(nil, []byte(in))); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add("{\"a\":1,\"b\":[1,{\"c\":\"\\u00e9\"}]}\n[1]\n", true, false)
	f.Add("[{\"a\":\"x\\\\\"},", false, true)
	f.Fuzz(func(t *testing.T, data string, lines, array bool) {
		s, err := Sniff(padded(data), true, true)
		if err == nil && s.Start > int64(len(data)) {
			t.Error(s.Start)
		}
		for _, l := range []Layout{{Lines: lines, Array: array}, {Lines: lines, Array: array, Skip: true}, {Lines: lines, Array: array, Whole: true}} {
			out, _, err := readAll(l, []Column{{Name: "a"}, {Name: "b", Raw: true}}, data, 3)
			// What the standard library takes as an object is read.
			if v := map[string]any{}; json.Unmarshal([]byte(data), &v) == nil && v != nil && strings.HasPrefix(strings.TrimSpace(data), "{") && !lines && !array && (err != nil || len(out) != 1) {
				t.Errorf("%q: %v %v", data, out, err)
			}
		}
		NewSplitter().Split([]byte(data), false)
	})
}
