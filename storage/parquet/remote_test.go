package parquet_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/object/objecttest"
	"github.com/inlaydb/inlay/storage/parquet"
)

// remoteFile is a file of many small columns in a store far away.
func remoteFile(t *testing.T) (*objecttest.Store, object.Object, [][]string) {
	t.Helper()
	fields := everyField()
	data, want, _ := writeRandom(t, fields, 4000, parquet.WriteOptions{Codec: parquet.Snappy, PageRows: 200}, 77)
	m := object.NewMemory()
	o, err := object.Put(context.Background(), m, "f", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	return &objecttest.Store{Store: m, IsRemote: true}, o, want
}

// TestRemoteRequests: one request opens a file, one or two fetch all columns of
// a row group, and pages that nobody wants are not fetched.
func TestRemoteRequests(t *testing.T) {
	ctx := context.Background()
	s, o, want := remoteFile(t)
	cache := parquet.NewCache(16 << 20)
	f, err := parquet.Open(ctx, s, object.Object{Key: "f"}, cache)
	if err != nil {
		t.Fatal(err)
	}
	if s.Requests.Load() != 1 {
		t.Errorf("%d requests to open", s.Requests.Load())
	}
	if _, err := parquet.Open(ctx, s, o, cache); err != nil || s.Requests.Load() != 1 {
		t.Errorf("%d requests to open again, %v", s.Requests.Load(), err)
	}
	s.Requests.Store(0)
	var reqs []parquet.Request
	for _, c := range f.Schema.Columns {
		reqs = append(reqs, parquet.Request{Leaf: c.Leaf})
	}
	rd, err := f.Columns(ctx, 0, reqs, nil, object.DefaultFetch(s))
	if err != nil {
		t.Fatal(err)
	}
	rows := int(f.RowGroup(0).NumRows)
	for k, r := range rd.Columns {
		c, err := r.Read(ctx, rows)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if got := string(appendValue(nil, c, i)); got != want[k][i] {
				t.Fatalf("column %d row %d: %s, want %s", k, i, got, want[k][i])
			}
		}
	}
	rd.Close()
	if n := s.Requests.Load(); n > 2 {
		t.Errorf("%d requests for a row group of %d bytes", n, o.Size)
	}

	leaf := f.Schema.Lookup("raw")
	if err := f.Prefetch(ctx, 0, []*parquet.Leaf{leaf}); err != nil {
		t.Fatal(err)
	}
	s.Bytes.Store(0)
	opt := object.DefaultFetch(s)
	opt.Gap = 0
	rd, err = f.Columns(ctx, 0, []parquet.Request{{Leaf: leaf}}, []parquet.RowRange{{First: 1000, Count: 10}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer rd.Close()
	if err := rd.Columns[0].Skip(1000); err != nil {
		t.Fatal(err)
	}
	if _, err := rd.Columns[0].Read(ctx, 10); err != nil {
		t.Fatal(err)
	}
	if whole, _ := f.RowGroup(0).ChunkSize(leaf); s.Bytes.Load() > whole/2 {
		t.Errorf("%d bytes of %d read for ten rows", s.Bytes.Load(), whole)
	}
}

// TestRemoteFaults: an error of the store comes through as it is, the object
// changing under the reader is noticed, and a cancelled query stops waiting.
func TestRemoteFaults(t *testing.T) {
	s, _, _ := remoteFile(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f, err := parquet.Open(ctx, s, object.Object{Key: "f"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	read := func(ctx context.Context) error {
		rd, err := f.Columns(ctx, 0, []parquet.Request{{Leaf: f.Schema.Leaves[4]}}, nil, object.DefaultFetch(s))
		if err != nil {
			return err
		}
		defer rd.Close()
		_, err = rd.Columns[0].Read(ctx, 100)
		return err
	}
	s.Before = func(op, key string, off int64) error { return objecttest.Fail(object.KindThrottled) }
	if err := read(ctx); object.KindOf(err) != object.KindThrottled {
		t.Errorf("%v", err)
	}
	s.Before = nil
	if _, err := object.Put(ctx, s.Store, "f", []byte("something else"), object.Condition{}); err != nil {
		t.Fatal(err)
	}
	if err := read(ctx); object.KindOf(err) != object.KindChanged {
		t.Errorf("%v", err)
	}
	var waiting atomic.Bool
	s.Before = func(string, string, int64) error { waiting.Store(true); cancel(); return nil }
	s.Latency = time.Hour
	if err := read(ctx); !errors.Is(err, context.Canceled) || !waiting.Load() {
		t.Errorf("%v", err)
	}
}

// TestNotParquet: what a person sees for files that are none.
func TestNotParquet(t *testing.T) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(1, 1))
	noise := make([]byte, 5000)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	fields := []parquet.Field{{Name: "x", Kind: 4}}
	sound, _, _ := writeRandom(t, fields, 3000, parquet.WriteOptions{}, 5)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":     {nil, "mem://f is corrupt at offset 0: not a Parquet file: 0 bytes are too few"},
		"noise":     {noise, "mem://f is corrupt at offset 4996: not a Parquet file, or truncated: it does not end in PAR1"},
		"truncated": {sound[:len(sound)-100], ""},
		"encrypted": {append([]byte("PARExxxxxxxx"), "\x04\x00\x00\x00PARE"...), "mem://f: an encrypted file without its key is not supported"},
		"footer":    {append([]byte("PAR1xxxxxxxx"), "\xff\xff\xff\x00PAR1"...), "mem://f is corrupt at offset 12: footer of 16777215 bytes in a file of 20"},
	} {
		m := object.NewMemory()
		o, err := object.Put(ctx, m, "f", c.data, object.Condition{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = parquet.Open(ctx, m, o, nil)
		var corrupt *parquet.CorruptError
		var unsupported *parquet.UnsupportedError
		if !errors.As(err, &corrupt) && !errors.As(err, &unsupported) || c.want != "" && err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
