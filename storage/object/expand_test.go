package object_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/object/objecttest"
)

func testExpand(t *testing.T, s object.Store, root string) {
	ctx := context.Background()
	keys := []string{
		"a.parquet", "b.parquet", "c.txt", ".hidden.parquet",
		"dt=2024-01-01/x.parquet", "dt=2024-01-02/x.parquet", "dt=2024-01-02/y.parquet",
		"dt=__HIVE_DEFAULT_PARTITION__/x.parquet",
		"deep/one/p.parquet", "deep/one/two/q.parquet", "deep/_delta_log/ckpt.parquet", "deep/_k=1/r.parquet",
		"odd/a%2Fb=c%20d/z.parquet",
	}
	for _, k := range keys {
		if _, err := object.Put(ctx, s, root+k, []byte(k), object.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		pattern string
		want    []string
	}{
		{"*.parquet", []string{"a.parquet", "b.parquet"}},
		{"[ab].parquet", []string{"a.parquet", "b.parquet"}},
		{"[!a].*", []string{"b.parquet", "c.txt"}},
		{"{a,c,nope}.{parquet,txt}", []string{"a.parquet", "c.txt"}},
		{"{*,a*}.parquet", []string{"a.parquet", "b.parquet"}},
		{"?.parquet", []string{"a.parquet", "b.parquet"}},
		{".*.parquet", []string{".hidden.parquet"}},
		{"dt=*/*.parquet", []string{"dt=2024-01-01/x.parquet", "dt=2024-01-02/x.parquet", "dt=2024-01-02/y.parquet", "dt=__HIVE_DEFAULT_PARTITION__/x.parquet"}},
		{"dt=2024-01-0?/x.parquet", []string{"dt=2024-01-01/x.parquet", "dt=2024-01-02/x.parquet"}},
		{"deep/**/*.parquet", []string{"deep/_k=1/r.parquet", "deep/one/p.parquet", "deep/one/two/q.parquet"}},
		{"deep/**/two/*.parquet", []string{"deep/one/two/q.parquet"}},
		{"**/q.parquet", []string{"deep/one/two/q.parquet"}},
		{"deep/**", []string{"deep/one/p.parquet"}[:0]},
		{"deep/one", []string{"deep/one/p.parquet", "deep/one/two/q.parquet"}},
		{"deep/", []string{"deep/_k=1/r.parquet", "deep/one/p.parquet", "deep/one/two/q.parquet"}},
		{"a.parquet", []string{"a.parquet"}},
		{"odd/*/z.parquet", []string{"odd/a%2Fb=c%20d/z.parquet"}},
		{"none-*.parquet", nil},
		{"none.parquet", nil},
	} {
		files, err := object.Expand(ctx, s, root+c.pattern, nil)
		if len(c.want) == 0 {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %v, %v", c.pattern, files, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		var got []string
		for _, f := range files {
			got = append(got, strings.TrimPrefix(f.Key, root))
			if f.Size == 0 || f.Version == "" {
				t.Errorf("%s: %+v", c.pattern, f)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.pattern, got, c.want)
		}
	}
	files, err := object.Expand(ctx, s, root+"dt=*/*.parquet", func(p []object.Partition) bool {
		return len(p) == 0 || !p[len(p)-1].Null && p[len(p)-1].Value >= "2024-01-02"
	})
	if err != nil || len(files) != 2 || files[0].Partitions[len(files[0].Partitions)-1] != (object.Partition{Name: "dt", Value: "2024-01-02"}) {
		t.Errorf("pruned: %v %v", files, err)
	}
	files, err = object.Expand(ctx, s, root+"dt=*/*.parquet", func(p []object.Partition) bool { return false })
	if err != nil || len(files) != 0 {
		t.Errorf("all pruned is no error: %v %v", files, err)
	}
}

func TestExpand(t *testing.T) {
	t.Run("local", func(t *testing.T) { testExpand(t, object.NewLocal(""), t.TempDir()+"/") })
	t.Run("relative", func(t *testing.T) { testExpand(t, object.NewLocal(t.TempDir()), "") })
	t.Run("memory", func(t *testing.T) { testExpand(t, object.NewMemory(), "") })
	t.Run("remote", func(t *testing.T) {
		testExpand(t, &objecttest.Store{Store: object.NewMemory(), IsRemote: true}, "data/")
	})
}

// TestExpandRequests: a small bucket costs one listing, a large one is walked
// by directory.
func TestExpandRequests(t *testing.T) {
	ctx := context.Background()
	m := object.NewMemory()
	s := &objecttest.Store{Store: m, IsRemote: true}
	for i := range 600 {
		for j := range 2 {
			if _, err := object.Put(ctx, m, fmt.Sprintf("big/k=%d/part-%d.parquet", i, j), []byte{1}, object.Condition{}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := object.Put(ctx, m, fmt.Sprintf("small/%d.parquet", i), []byte{1}, object.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	files, err := object.Expand(ctx, s, "small/*.parquet", nil)
	if err != nil || len(files) != 600 || s.Requests.Load() != 1 {
		t.Errorf("%d files, %d requests, %v", len(files), s.Requests.Load(), err)
	}
	s.Requests.Store(0)
	files, err = object.Expand(ctx, s, "big/k=*/*.parquet", func(p []object.Partition) bool {
		return len(p) == 0 || len(p[0].Value) == 1
	})
	if err != nil || len(files) != 20 || s.Requests.Load() != 12 {
		t.Errorf("%d files, %d requests, %v", len(files), s.Requests.Load(), err)
	}
}

func TestHive(t *testing.T) {
	got := object.HivePartitions("b/y=2024/city=S%C3%A3o%20Paulo/=x/n=/k=__HIVE_DEFAULT_PARTITION__/p=50%/f=1.parquet")
	want := []object.Partition{{Name: "y", Value: "2024"}, {Name: "city", Value: "São Paulo"}, {Name: "n"}, {Name: "k", Null: true}, {Name: "p", Value: "50%"}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	for _, v := range []string{"", "a/b", "a=b", "100%", "..", "ü x", "*"} {
		p := object.Partition{Name: "n=/", Value: v}
		if got := object.HivePartitions("x/" + object.HiveDir(p) + "/f"); len(got) != 1 || got[0] != p {
			t.Errorf("%q: %+v", v, got)
		}
	}
}

func TestLocations(t *testing.T) {
	for _, c := range []struct {
		in   string
		want object.Location
	}{
		{"s3://b/k/x y%20.parquet", object.Location{Scheme: "s3", Bucket: "b", Key: "k/x y%20.parquet"}},
		{"s3a://b", object.Location{Scheme: "s3", Bucket: "b"}},
		{"S3://b/", object.Location{Scheme: "s3", Bucket: "b"}},
		{"/a/b.parquet", object.Location{Scheme: "file", Key: "/a/b.parquet"}},
		{"a/*.parquet", object.Location{Scheme: "file", Key: "a/*.parquet"}},
		{"file:///a/b%20c", object.Location{Scheme: "file", Key: "/a/b c"}},
		{"file:/a/b", object.Location{Scheme: "file", Key: "/a/b"}},
		{"file://localhost/a", object.Location{Scheme: "file", Key: "/a"}},
	} {
		got, err := object.ParseLocation(c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.in, got, err)
		}
	}
	for _, bad := range []string{"", "s3://", "s3:///k", "gopher://x/y", "file://host/x", "s3://b*/k", "a\x00b"} {
		if l, err := object.ParseLocation(bad); err == nil {
			t.Errorf("%q: %+v", bad, l)
		}
	}
}

func TestAllowed(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, d := range []string{in, out} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(d+"/f.parquet", []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(out+"/f.parquet", in+"/link.parquet"); err != nil {
		t.Skip(err)
	}
	stores, err := object.NewStores(object.Options{Allowed: []string{in, "s3://b/pre"}})
	if err != nil {
		t.Fatal(err)
	}
	open := func(path string) error {
		loc, err := object.ParseLocation(path)
		if err != nil {
			return err
		}
		s, err := stores.Open(ctx, loc)
		if err != nil {
			return err
		}
		if loc.Scheme == "s3" {
			return nil
		}
		_, err = object.Expand(ctx, s, loc.Key, nil)
		return err
	}
	for _, ok := range []string{in + "/f.parquet", in + "/*.parquet", in, in + "/../in/f.parquet", "s3://b/pre/x", "s3://b/pre/*"} {
		if err := open(ok); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for _, bad := range []string{out + "/f.parquet", in + "/../out/f.parquet", in + "/link.parquet", in + "x/f", dir + "/*/f.parquet", dir + "/{in,out}/f.parquet", "/", "s3://b/prefix/x", "s3://b/pr*", "s3://c/pre/x"} {
		if err := open(bad); object.KindOf(err) != object.KindNotAllowed || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	files, err := object.Expand(ctx, must(stores.Open(ctx, object.Location{Scheme: "file", Key: in})), in+"/*.parquet", nil)
	if err != nil || len(files) != 1 {
		t.Errorf("a link out of the directory was listed: %v %v", files, err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func FuzzGlob(f *testing.F) {
	for _, p := range []string{"a/*/b", "**/x", "[a-z]?{b,c}", "[", "{{{,", `\`, "a**b", "[]a]", "[!]"} {
		f.Add(p, "a/b/c")
	}
	f.Fuzz(func(t *testing.T, pattern, key string) {
		g, err := object.CompileGlob(pattern)
		if err != nil {
			return
		}
		g.Match(key)
		if !object.HasWildcard(pattern) && !strings.HasPrefix(filepath.Base(key), ".") && g.Match(key) && pattern != key {
			t.Errorf("%q matches %q", pattern, key)
		}
	})
}
