package sqllogictest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rewriteText runs the rewriter over text, answering record i with outs[i].
func rewriteText(t *testing.T, d Dialect, text string, outs ...*outcome) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.slt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	records, lines, _, err := readFile(path, d, false)
	if err != nil {
		t.Fatal(err)
	}
	w := newRewriter(d)
	f := &fileRun{opts: &Options{}, dialect: d, labels: map[string]string{}}
	threshold, k := 0, 0
	for _, s := range expand(records) {
		if s.kind == kindHashThreshold {
			threshold = s.threshold
			continue
		}
		w.propose(&s, outs[k], f.judge(s.record, outs[k]), threshold)
		k++
	}
	if k != len(outs) {
		t.Fatalf("%d records, %d answers", k, len(outs))
	}
	if _, err := w.write(path, lines, records); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func rows(oids []uint32, rs ...string) *outcome { return &outcome{result: *res(oids, rs...)} }

func TestRewrite(t *testing.T) {
	undefined := &outcome{state: "42703", err: `column "y" does not exist`, hint: "Look.", at: 8}
	got := rewriteText(t, Extended, `# head
query rowsort
SELECT a, b
FROM t

# kept
query I
SELECT 1
----
1

query T nosort lab
SELECT 2
----
old
old

statement ok
SELECT y

statement error
SELECT y

query error
SELECT y
----
x
HINT: x

statement error 42601
SELECT 3

statement count 1
DELETE

query I
SELECT y
----
1

# tail`,
		rows([]uint32{23, 25}, "2|b", "1|a b"),
		rows([]uint32{23}, "1"),
		rows([]uint32{23}, "2"),
		undefined, undefined, undefined,
		&outcome{},
		&outcome{result: result{count: 7}},
		undefined)
	want := `# head
query IT rowsort
SELECT a, b
FROM t
----
1	a b
2	b

# kept
query I
SELECT 1
----
1

query I lab
SELECT 2
----
2

statement error 42703 column "y" does not exist
SELECT y

statement error 42703 column "y" does not exist
SELECT y

query error
SELECT y
----
42703: column "y" does not exist
HINT: Look.
POSITION: 8

statement ok
SELECT 3

statement count 7
DELETE

query error 42703 column "y" does not exist
SELECT y

# tail`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestRewriteClassic(t *testing.T) {
	got := rewriteText(t, Classic, "hash-threshold 3\n\nquery IR rowsort\nSELECT\n----\n\nquery I\nSELECT\n----\n1\n",
		rows([]uint32{23, 701}, "2|1.5", "1|2"), rows([]uint32{23}, "5"))
	sum := hashLine([]string{"1", "2.000", "2", "1.500"})
	if want := "hash-threshold 3\n\nquery IR rowsort\nSELECT\n----\n" + sum + "\n\nquery I\nSELECT\n----\n5\n"; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// One text for all iterations of a loop is written; different texts are not.
func TestRewriteLoop(t *testing.T) {
	text := "loop i 0 2\n\nquery I\nSELECT ${i} - ${i}\n----\n9\n\nquery I\nSELECT ${i}\n----\n9\n\nendloop\n"
	one := func(s string) *outcome { return rows([]uint32{23}, s) }
	got := rewriteText(t, Extended, text, one("0"), one("0"), one("0"), one("1"))
	if want := strings.Replace(text, "9", "0", 1); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A crash or an internal error never becomes the expectation.
func TestRewriteRefuses(t *testing.T) {
	text := "statement ok\nSELECT 1\n\nquery I\nSELECT 2\n----\n2\n"
	got := rewriteText(t, Extended, text, &outcome{state: stateLost, err: "gone"}, &outcome{state: "XX000", err: "panic"})
	if got != text {
		t.Errorf("got:\n%s", got)
	}
}
