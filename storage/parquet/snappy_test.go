package parquet

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"
)

func slackBuffer(n int) []byte { return make([]byte, n+pageSlack)[:n] }

// snappySamples are texts of many shapes.
func snappySamples() [][]byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var out [][]byte
	words := strings.Fields("the quick brown fox jumps over the lazy dog furiously express deposits sleep among even final a b cc ddd")
	for _, n := range []int{0, 1, 3, 15, 16, 17, 60, 61, 64, 65, 100, 1000, 70000, 300000} {
		noise, text, runs := make([]byte, n), []byte{}, []byte{}
		for i := range noise {
			noise[i] = byte(rng.Uint32())
		}
		for len(text) < n {
			text = append(append(text, words[rng.IntN(len(words))]...), ' ')
		}
		for len(runs) < n {
			runs = append(runs, bytes.Repeat([]byte(words[rng.IntN(len(words))]), rng.IntN(40))...)
			if rng.IntN(5) == 0 {
				runs = append(runs, noise[:min(n, rng.IntN(300))]...)
			}
		}
		out = append(out, noise, text[:n], runs[:n])
	}
	return out
}

func TestSnappy(t *testing.T) {
	for i, want := range snappySamples() {
		for _, enc := range [][]byte{s2.EncodeSnappy(nil, want), s2.EncodeSnappyBest(nil, want)} {
			got := slackBuffer(len(want))
			if !snappyDecode(got, enc) || !bytes.Equal(got, want) {
				t.Fatalf("sample %d: wrong", i)
			}
			for cut := range min(len(enc), 50) {
				if snappyDecode(slackBuffer(len(want)), enc[:len(enc)-cut-1]) {
					t.Fatalf("sample %d: passes without its last %d bytes", i, cut+1)
				}
			}
			if len(want) > 0 && snappyDecode(slackBuffer(len(want)-1), enc) {
				t.Fatalf("sample %d: passes at another length", i)
			}
		}
	}
}

// FuzzSnappy: whatever is accepted here is what the reference decoder makes of
// it, and nothing outside of the output is written.
func FuzzSnappy(f *testing.F) {
	for _, s := range snappySamples() {
		if len(s) < 2000 {
			f.Add(s2.EncodeSnappy(nil, s))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := s2.DecodedLen(src)
		if err != nil || n > 1<<20 {
			return
		}
		buf := make([]byte, n+pageSlack+64)
		for i := range buf {
			buf[i] = 0xa5
		}
		ok := snappyDecode(buf[:n:n+pageSlack], src)
		for _, b := range buf[n+pageSlack:] {
			if b != 0xa5 {
				t.Fatal("wrote behind the slack")
			}
		}
		want, err := s2.Decode(nil, src)
		if ok && (err != nil || !bytes.Equal(buf[:n], want)) {
			t.Fatalf("accepted: %v", err)
		}
		if !ok && err == nil && !repeats(src) {
			t.Fatal("refused")
		}
	})
}

// repeats says whether a block may use S2's repeated offsets, which Snappy has
// not: a copy with offset zero.
func repeats(src []byte) bool {
	return bytes.Contains(src, []byte{0}) // a rough test: too many is no harm
}

func BenchmarkSnappy(b *testing.B) {
	text := snappySamples()[3*13+1]
	enc := s2.EncodeSnappy(nil, text)
	dst := slackBuffer(len(text))
	b.Run("decoder=ours", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if !snappyDecode(dst, enc) {
				b.Fatal("refused")
			}
		}
	})
	b.Run("decoder=s2", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, err := s2.Decode(dst, enc); err != nil {
				b.Fatal(err)
			}
		}
	})
}
