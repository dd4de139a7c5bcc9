package jsonpath

import (
	"strings"
	"testing"
)

// What is printed reads as the same path, and nothing panics.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`$.a[*] ? (@ > 1 && @.b == "x")`, `strict $."a b".**{2 to last}.type()`, `$ ? (@.a like_regex "^x" flag "i" || !(exists(@.b)))`,
		`-$.a + 2 * 3`, `$[0, 1 to last, last-1].size()`, `($.a > 1) is unknown`, `1.50`, `($.a * 2).abs() + 1`, `(1).type()`, `$x."y\u0041"`, `$.a ? (@ starts with $p)`, `"`, `$.`, `/*`, `$[`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			return
		}
		text := p.String()
		q, err := Parse(text)
		if err != nil {
			t.Fatalf("%q prints as %q: %v", s, text, err)
		}
		if again := q.String(); again != text {
			t.Fatalf("%q prints as %q, which prints as %q", s, text, again)
		}
	})
}

func TestDepth(t *testing.T) {
	for _, s := range []string{strings.Repeat("(", 1e6), strings.Repeat("-", 1e6) + "1", strings.Repeat("$?(", 1e5)} {
		if _, err := Parse(s); err == nil {
			t.Errorf("%.10q… is accepted", s)
		}
	}
}
