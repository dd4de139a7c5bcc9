package eval

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// matchSlowly is LIKE by the book: each % tries every rest.
func matchSlowly(s, p []rune) bool {
	for len(p) > 0 {
		switch p[0] {
		case '%':
			for i := 0; i <= len(s); i++ {
				if matchSlowly(s[i:], p[1:]) {
					return true
				}
			}
			return false
		case '_':
			if len(s) == 0 {
				return false
			}
		case '\\':
			p = p[1:]
			fallthrough
		default:
			if len(s) == 0 || s[0] != p[0] {
				return false
			}
		}
		s, p = s[1:], p[1:]
	}
	return len(s) == 0
}

func TestLikeAgainstSlow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("aabé€")
	pats := []rune("aabé€%%__")
	draw := func(from []rune, n int) []rune {
		out := make([]rune, r.IntN(n))
		for i := range out {
			out[i] = from[r.IntN(len(from))]
		}
		return out
	}
	for range 20000 {
		s, p := draw(letters, 9), draw(pats, 7)
		l := compileLike([]byte(string(p)), false, false)
		if got, want := l.match([]byte(string(s))), matchSlowly(s, p); got != want {
			t.Fatalf("%q LIKE %q: %v", string(s), string(p), got)
		}
	}
}

func TestIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		s := make([]byte, r.IntN(300))
		for i := range s {
			s[i] = byte('a' + r.IntN(2))
		}
		p := make([]byte, r.IntN(12))
		for i := range p {
			p[i] = byte('a' + r.IntN(2))
		}
		if got, want := indexOf(s, p), bytes.Index(s, p); got != want {
			t.Fatalf("%q in %q: %d, want %d", p, s, got, want)
		}
	}
}

func FuzzLike(f *testing.F) {
	f.Add([]byte("abc"), []byte("a%c"), false)
	f.Add([]byte("a\xffc"), []byte("%\\"), true)
	f.Fuzz(func(t *testing.T, s, p []byte, fold bool) {
		l := compileLike(p, fold, false)
		if fold {
			s = appendLower(nil, s)
		}
		l.match(s)
	})
}
