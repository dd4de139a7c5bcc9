package objecttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/inlaydb/inlay/storage/object"
)

// Conformance checks what every Store promises. prefix is a fresh place in the
// store, ending in '/', that the test fills. big asks for a large object too.
func Conformance(t *testing.T, s object.Store, prefix string, big bool) {
	ctx := context.Background()
	put := func(t *testing.T, key string, data []byte) object.Object {
		t.Helper()
		o, err := object.Put(ctx, s, prefix+key, data, object.Condition{})
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	read := func(t *testing.T, o object.Object) []byte {
		t.Helper()
		p := make([]byte, o.Size)
		if err := s.Read(ctx, o, 0, p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	t.Run("ranges", func(t *testing.T) {
		data := []byte("0123456789")
		put(t, "ranges", data)
		o, err := s.Stat(ctx, prefix+"ranges")
		if err != nil || o.Size != 10 || o.Key != prefix+"ranges" || o.Version == "" {
			t.Fatalf("stat: %+v, %v", o, err)
		}
		for off := int64(0); off <= 10; off++ {
			for n := int64(0); off+n <= 10; n++ {
				p := make([]byte, n)
				if err := s.Read(ctx, o, off, p); err != nil || !bytes.Equal(p, data[off:off+n]) {
					t.Fatalf("read %d+%d: %q, %v", off, n, p, err)
				}
			}
		}
		for _, r := range []object.Range{{Off: 5, Len: 6}, {Off: 10, Len: 1}, {Off: 100, Len: 1}} {
			err := s.Read(ctx, o, r.Off, make([]byte, r.Len))
			if object.KindOf(err) != object.KindShort || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("read %v past the end: %v", r, err)
			}
		}
	})
	t.Run("tail", func(t *testing.T) {
		o := put(t, "tail", []byte("0123456789"))
		for _, n := range []int{1, 4, 10, 64} {
			p := make([]byte, n)
			got, m, err := s.Tail(ctx, prefix+"tail", p)
			if err != nil || got.Size != 10 || got.Version != o.Version || m != min(n, 10) || string(p[:m]) != "0123456789"[10-m:] {
				t.Errorf("tail %d: %+v %d %q %v", n, got, m, p, err)
			}
		}
		put(t, "empty", nil)
		if o, n, err := s.Tail(ctx, prefix+"empty", make([]byte, 8)); err != nil || n != 0 || o.Size != 0 {
			t.Errorf("tail of nothing: %+v %d %v", o, n, err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		_, err1 := s.Stat(ctx, prefix+"none")
		_, _, err2 := s.Tail(ctx, prefix+"none", make([]byte, 4))
		err3 := s.Read(ctx, object.Object{Key: prefix + "none"}, 3, make([]byte, 4))
		for _, err := range []error{err1, err2, err3} {
			if object.KindOf(err) != object.KindNotFound || !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%v", err)
			}
			var e *object.Error
			if !errors.As(err, &e) || e.Object != s.URL(prefix+"none") {
				t.Errorf("%#v", err)
			}
		}
		if err := s.Delete(ctx, prefix+"none"); err != nil {
			t.Errorf("delete of nothing: %v", err)
		}
	})
	t.Run("versions", func(t *testing.T) {
		a := put(t, "v", []byte("first"))
		b := put(t, "v", []byte("second, longer"))
		if a.Version == b.Version {
			t.Fatalf("same version %q", a.Version)
		}
		if err := s.Read(ctx, a, 0, make([]byte, 5)); object.KindOf(err) != object.KindChanged {
			t.Errorf("read of the old version: %v", err)
		}
		if got := read(t, b); string(got) != "second, longer" {
			t.Errorf("%q", got)
		}
	})
	t.Run("conditions", func(t *testing.T) {
		try := func(data string, c object.Condition) (object.Object, error) {
			return object.Put(ctx, s, prefix+"cond", []byte(data), c)
		}
		a, err := try("a", object.Condition{IfAbsent: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := try("b", object.Condition{IfAbsent: true}); object.KindOf(err) != object.KindExists || !errors.Is(err, fs.ErrExist) {
			t.Errorf("second create: %v", err)
		}
		c, err := try("ccc", object.Condition{IfMatch: a.Version})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := try("d", object.Condition{IfMatch: a.Version}); object.KindOf(err) != object.KindChanged {
			t.Errorf("put over a stale version: %v", err)
		}
		if got := read(t, c); string(got) != "ccc" {
			t.Errorf("%q", got)
		}
	})
	t.Run("one creator wins", func(t *testing.T) {
		var wg sync.WaitGroup
		won := make([]bool, 8)
		for i := range won {
			wg.Go(func() {
				_, err := object.Put(ctx, s, prefix+"race", []byte{byte(i)}, object.Condition{IfAbsent: true})
				won[i] = err == nil
				if err != nil && object.KindOf(err) != object.KindExists {
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		winners := 0
		for _, w := range won {
			if w {
				winners++
			}
		}
		if winners != 1 {
			t.Errorf("%d winners", winners)
		}
	})
	t.Run("abort", func(t *testing.T) {
		w, err := s.Create(ctx, prefix+"abort/x", object.Condition{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("lost")); err != nil {
			t.Fatal(err)
		}
		w.Abort()
		if keys := list(t, s, prefix+"abort/", true); len(keys) != 0 {
			t.Errorf("left behind: %v", keys)
		}
	})
	t.Run("list", func(t *testing.T) {
		want := []string{}
		for i := range 25 {
			key := fmt.Sprintf("list/d=%d/f%02d", i%3, i)
			put(t, key, []byte{1})
			want = append(want, prefix+key)
		}
		put(t, "list/top", []byte("xy"))
		put(t, "list/ünï cødé+&%20.bin", []byte("xyz"))
		want = append(want, prefix+"list/top", prefix+"list/ünï cødé+&%20.bin")
		slices.Sort(want)
		if got := list(t, s, prefix+"list/", true); !slices.Equal(got, want) {
			t.Errorf("flat: %q, want %q", got, want)
		}
		want = []string{prefix + "list/d=0/", prefix + "list/d=1/", prefix + "list/d=2/", prefix + "list/top", prefix + "list/ünï cødé+&%20.bin"}
		slices.Sort(want)
		if got := list(t, s, prefix+"list/", false); !slices.Equal(got, want) {
			t.Errorf("level: %q, want %q", got, want)
		}
		if got := list(t, s, prefix+"list/to", false); len(got) != 1 {
			t.Errorf("prefix within a name: %q", got)
		}
		if got := list(t, s, prefix+"nowhere/", true); len(got) != 0 {
			t.Errorf("nowhere: %q", got)
		}
		n := 0
		more, err := s.List(ctx, prefix+"list/d=", true, 3, func(p object.Page) error { n += len(p.Objects); return nil })
		if err != nil || !more && n < 25 {
			t.Errorf("limited: %d, more=%v, %v", n, more, err)
		}
		stop := errors.New("stop")
		if _, err := s.List(ctx, prefix+"list/", true, 0, func(object.Page) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("callback's error: %v", err)
		}
		all := list(t, s, prefix+"list/", true)
		if err := s.Delete(ctx, all...); err != nil {
			t.Fatal(err)
		}
		if got := list(t, s, prefix+"list/", true); len(got) != 0 {
			t.Errorf("after delete: %q", got)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		o := put(t, "c", []byte("x"))
		cctx, cancel := context.WithCancel(ctx)
		cancel()
		if err := s.Read(cctx, o, 0, make([]byte, 1)); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	if big {
		t.Run("parts", func(t *testing.T) {
			data := make([]byte, 21<<20)
			r := rand.NewChaCha8([32]byte{7})
			_, _ = r.Read(data)
			w, err := s.Create(ctx, prefix+"big", object.Condition{IfAbsent: true})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			for p := data; len(p) > 0; {
				n := min(len(p), 1_234_567)
				if _, err := w.Write(p[:n]); err != nil {
					t.Fatal(err)
				}
				p = p[n:]
			}
			o, err := w.Commit(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, o); !bytes.Equal(got, data) {
				t.Error("bytes differ")
			}
			w2, err := s.Create(ctx, prefix+"big2", object.Condition{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w2.Write(data[:17<<20]); err != nil {
				t.Fatal(err)
			}
			w2.Abort()
			if _, err := s.Stat(ctx, prefix+"big2"); object.KindOf(err) != object.KindNotFound {
				t.Errorf("aborted upload: %v", err)
			}
		})
	}
}

func list(t *testing.T, s object.Store, prefix string, flat bool) []string {
	t.Helper()
	var keys []string
	_, err := s.List(context.Background(), prefix, flat, 0, func(p object.Page) error {
		for _, o := range p.Objects {
			keys = append(keys, o.Key)
		}
		keys = append(keys, p.Prefixes...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(keys)
	return keys
}
