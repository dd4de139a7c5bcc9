package regex

import "testing"

// The automata and the backtracking matcher agree on whether there is a match.
func TestMatchersAgree(t *testing.T) {
	texts := []string{"", "a", "ab", "abc", "aab", "foo bar", "foo\nbar", "éa ß", "a1b22", "x.y", "AbC"}
	for _, p := range []string{
		"a", "^a", "a$", "a*", "a+b", "(a|b)+c", "[[:alpha:]]+", `\d+`, `\w\s\w`, `\mbar`, `foo\M`, `\y`, "a.b", "[^a-z]", "(?i)abc",
		"(?n)^bar$", `x\.y`, "a{2}", "a{1,2}b", "(?:foo|bar) ?", "^(é|a)", "",
	} {
		re, err := Compile(p, Flags{})
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		for _, s := range texts {
			got, err := re.Match([]byte(s))
			if err != nil {
				t.Fatal(err)
			}
			loc, err := re.backtrack([]byte(s), 0)
			if err != nil {
				t.Fatal(err)
			}
			if got != (loc != nil) {
				t.Errorf("%q ~ %q: %v, backtracking says %v", s, p, got, loc)
			}
		}
	}
}

func TestTooComplex(t *testing.T) {
	re, err := Compile(`(a*)*\1b`, Flags{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.Match([]byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac")); err == nil {
		t.Error("no limit on the steps")
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"a(b|c)*d", `\d{2,3}?`, "[[:alpha:]-z]", `(?<=a)b\1`, "(?i)x", "***=q", `\x41\u0041`} {
		f.Add(s, "some text")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 200 {
			return
		}
		re, err := Compile(pattern, Flags{})
		if err != nil {
			return
		}
		re.Match([]byte(text))
		re.Find([]byte(text), 0)
	})
}
