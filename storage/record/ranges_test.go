package record

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlaydb/inlay/storage/object"
)

// stored puts data into a store in memory.
func stored(t testing.TB, data []byte) (object.Store, object.Object) {
	st := object.NewMemory()
	o, err := object.Put(context.Background(), st, "x", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	return st, o
}

// random makes records with quoted newlines.
func random(rng *rand.Rand, n int) []byte {
	var b bytes.Buffer
	for range n {
		switch rng.IntN(5) {
		case 0:
			b.WriteString(`"a` + "\n\n" + `""",x`)
		case 1:
			b.WriteString(`"` + string(bytes.Repeat([]byte("\n,"), rng.IntN(200))) + `"`)
		case 2:
		default:
			b.Write(bytes.Repeat([]byte("v"), rng.IntN(40)))
		}
		b.WriteByte('\n')
	}
	data := b.Bytes()
	if rng.IntN(2) == 0 && len(data) > 0 {
		data = data[:len(data)-1]
	}
	return data
}

func TestRangesGiveEachRecordOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for round := range 200 {
		data := random(rng, rng.IntN(400))
		st, o := stored(t, data)
		r := NewRanges(st, o, 0, Lines{Newline: '\n', Quote: '"', Max: 1 << 20})
		r.size, r.tail = int64(1+rng.IntN(300)), 1+rng.IntN(100)
		r.known = make([]parity, (o.Size+r.size-1)/r.size)
		got := make([][]byte, r.Len())
		offsets := make([]int64, r.Len())
		var wg sync.WaitGroup
		next := make(chan int, r.Len())
		for k := range r.Len() {
			next <- k
		}
		close(next)
		for range 4 {
			wg.Go(func() {
				var buf Buffer
				for k := range next {
					c, err := r.Read(context.Background(), k, &buf, nil)
					if err != nil {
						t.Error(err)
						return
					}
					got[k], offsets[k] = bytes.Clone(c.Data), c.Offset
				}
			})
		}
		wg.Wait()
		want := data
		if len(want) > 0 && want[len(want)-1] != '\n' {
			want = append(bytes.Clone(want), '\n')
		}
		at := int64(0)
		for k, g := range got {
			if len(g) > 0 && offsets[k] != at {
				t.Fatalf("round %d: range %d begins at %d, not %d", round, k, offsets[k], at)
			}
			if len(g) > 0 && (g[len(g)-1] != '\n' || odd(g, '"')) {
				t.Fatalf("round %d: range %d does not end with a record", round, k)
			}
			at += int64(len(g))
		}
		if all := bytes.Join(got, nil); !bytes.Equal(all, want) {
			t.Fatalf("round %d: %d bytes of %d", round, len(all), len(want))
		}
	}
}

func TestRangesLarge(t *testing.T) {
	line := []byte("1,155190,7706,1,17.00,21168.23,0.04,0.02,N,O,1996-03-13,1996-02-12,1996-03-22,DELIVER IN PERSON,TRUCK,egular courts above the\n")
	data := bytes.Repeat(line, 60000)
	st, o := stored(t, data)
	r := NewRanges(st, o, 0, Lines{Newline: '\n', Quote: '"', Max: 1 << 20})
	var buf Buffer
	n := 0
	for k := range r.Len() {
		c, err := r.Read(context.Background(), k, &buf, nil)
		if err != nil {
			t.Fatal(err)
		}
		n += len(c.Data)
	}
	if n != len(data) {
		t.Errorf("%d of %d", n, len(data))
	}
}

func TestRecordTooLong(t *testing.T) {
	data := append([]byte("a\n\"b"), bytes.Repeat([]byte("x\n"), 3<<20)...)
	st, o := stored(t, data)
	r := NewRanges(st, o, 0, Lines{Newline: '\n', Quote: '"', Max: 1 << 20})
	var buf Buffer
	_, err := r.Read(context.Background(), 0, &buf, nil)
	if e, ok := err.(*TooLongError); !ok || e.Offset != 2 {
		t.Errorf("%v", err)
	}
}

func TestStream(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for round := range 60 {
		data := random(rng, rng.IntN(4000))
		var packed bytes.Buffer
		comp := Compression(round % 3)
		switch comp {
		case Gzip:
			w := gzip.NewWriter(&packed)
			w.Write(data)
			w.Close()
		case Zstd:
			w, _ := zstd.NewWriter(&packed)
			w.Write(data)
			w.Close()
		default:
			packed.Write(data)
		}
		st, o := stored(t, packed.Bytes())
		s, err := NewStream(context.Background(), st, o, StreamOptions{Compression: comp, Newline: '\n', Max: 1 << 20, Split: &LineSplitter{Lines{Newline: '\n', Quote: '"'}}})
		if err != nil {
			t.Fatal(err)
		}
		var buf Buffer
		var all []byte
		line := int64(1)
		for {
			c, err := s.Next(&buf)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.Line != line || c.Offset != int64(len(all)) {
				t.Fatalf("line %d at %d, not %d at %d", c.Line, c.Offset, line, len(all))
			}
			line += int64(bytes.Count(c.Data, []byte("\n")))
			all = append(all, c.Data...)
		}
		s.Close()
		if !bytes.Equal(bytes.TrimSuffix(all, []byte("\n")), bytes.TrimSuffix(data, []byte("\n"))) {
			t.Fatalf("round %d: %d bytes of %d", round, len(all), len(data))
		}
	}
}

func TestDamagedCompression(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(bytes.Repeat([]byte("hello\n"), 1000))
	w.Close()
	for name, data := range map[string][]byte{"cut": packed.Bytes()[:packed.Len()-10], "no gzip": []byte("hello, there\n")} {
		st, o := stored(t, data)
		s, err := NewStream(context.Background(), st, o, StreamOptions{Compression: Gzip, Newline: '\n', Max: 1 << 20, Split: &LineSplitter{Lines{Newline: '\n'}}})
		if err == nil {
			var buf Buffer
			_, err = s.Next(&buf)
			s.Close()
		}
		if _, ok := err.(*CompressionError); !ok {
			t.Errorf("%s: %v", name, fmt.Sprint(err))
		}
	}
}
