package object_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/object/objecttest"
)

func TestMemory(t *testing.T) { objecttest.Conformance(t, object.NewMemory(), "p/", true) }

func TestLocal(t *testing.T) {
	t.Run("absolute", func(t *testing.T) { objecttest.Conformance(t, object.NewLocal(""), t.TempDir()+"/", true) })
	t.Run("relative", func(t *testing.T) { objecttest.Conformance(t, object.NewLocal(t.TempDir()), "a/b/", false) })
}

func TestLocalErrors(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	l := object.NewLocal("")
	if _, err := l.Stat(ctx, dir); object.KindOf(err) != object.KindIsDirectory {
		t.Errorf("directory: %v", err)
	}
	if _, err := l.Stat(ctx, dir+"/x\x00y"); err == nil {
		t.Error("a zero byte passed")
	}
	_, err := l.Stat(ctx, dir+"/none")
	if want := "open " + dir + "/none: no such file or object"; err == nil || err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if os.Getuid() != 0 {
		p := filepath.Join(dir, "secret")
		if err := os.WriteFile(p, []byte("x"), 0); err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.Tail(ctx, p, make([]byte, 1)); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%v", err)
		}
	}
}

func s3Store(t *testing.T, o object.S3Options, bucket string) *object.S3 {
	t.Helper()
	c, err := object.NewS3Client(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return c.Bucket(bucket)
}

func TestS3(t *testing.T) {
	srv := objecttest.StartS3(t, "bucket")
	ctx := context.Background()
	objecttest.Conformance(t, s3Store(t, srv.Options(), "bucket"), "p/", true)

	t.Run("no bucket", func(t *testing.T) {
		s := s3Store(t, srv.Options(), "nobucket")
		_, err1 := s.Stat(ctx, "k")
		_, _, err2 := s.Tail(ctx, "k", make([]byte, 4))
		_, err3 := s.List(ctx, "", true, 0, func(object.Page) error { return nil })
		_, err4 := object.Put(ctx, s, "k", []byte("x"), object.Condition{})
		for i, err := range []error{err1, err2, err3, err4} {
			if object.KindOf(err) != object.KindNoBucket {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
	t.Run("access denied", func(t *testing.T) {
		o := srv.Options()
		o.SecretKey = "wrong"
		s := s3Store(t, o, "bucket")
		_, err1 := s.Stat(ctx, "k")
		err2 := s.Read(ctx, object.Object{Key: "k"}, 0, make([]byte, 4))
		for _, err := range []error{err1, err2} {
			if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "s3://bucket/k") {
				t.Errorf("%v", err)
			}
		}
	})
	t.Run("no etag", func(t *testing.T) { // a file that was put below the gateway
		file := filepath.Join(srv.Root, "bucket", "plain")
		if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
			t.Fatal(err)
		}
		touch := func(at time.Time) {
			if err := os.Chtimes(file, at, at); err != nil {
				t.Fatal(err)
			}
		}
		touch(time.Now().Add(-time.Hour))
		s := s3Store(t, srv.Options(), "bucket")
		o, err := s.Stat(ctx, "plain")
		if err != nil || o.Version == "" {
			t.Fatalf("%+v, %v", o, err)
		}
		p := make([]byte, 4)
		if err := s.Read(ctx, o, 3, p); err != nil || string(p) != "3456" {
			t.Errorf("%q, %v", p, err)
		}
		touch(time.Now().Add(-time.Minute))
		if err := s.Read(ctx, o, 3, p); object.KindOf(err) != object.KindChanged {
			t.Errorf("read of what has changed since: %v", err)
		}
	})
	t.Run("expand", func(t *testing.T) { testExpand(t, s3Store(t, srv.Options(), "bucket"), "glob/") })
	t.Run("faults", func(t *testing.T) { testS3Faults(t, srv) })
}

// testS3Faults puts a proxy between that answers 503, resets and cuts bodies.
func testS3Faults(t *testing.T, srv *objecttest.Server) {
	ctx := context.Background()
	target, err := url.Parse(srv.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	var fault atomic.Value // func(n int64, w http.ResponseWriter, r *http.Request) bool
	fault.Store(func(int64, http.ResponseWriter, *http.Request) bool { return false })
	rp := &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		ErrorLog: nil,
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault.Load().(func(int64, http.ResponseWriter, *http.Request) bool)(n.Add(1), w, r) {
			return
		}
		rp.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	reset := func(w http.ResponseWriter) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.Close()
		}
	}
	data := []byte(strings.Repeat("0123456789", 100_000))
	o := srv.Options()
	o.Retry = &object.Retry{Attempts: 4, Base: time.Millisecond, Max: 2 * time.Millisecond}
	o.Timeout = 2 * time.Second
	obj, err := object.Put(ctx, s3Store(t, o, "bucket"), "faulty", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	o.Endpoint = proxy.URL
	s := s3Store(t, o, "bucket")
	for _, c := range []struct {
		name string
		f    func(n int64, w http.ResponseWriter, r *http.Request) bool
		want object.Kind // KindUnknown: succeeds
	}{
		{"503 twice", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if n%3 != 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = w.Write([]byte(`<Error><Code>SlowDown</Code><Message>slow</Message></Error>`))
			}
			return n%3 != 0
		}, object.KindUnknown},
		{"503 for ever", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`<Error><Code>SlowDown</Code><Message>slow</Message></Error>`))
			return true
		}, object.KindThrottled},
		{"500 once", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if n%2 == 1 {
				w.WriteHeader(http.StatusInternalServerError)
			}
			return n%2 == 1
		}, object.KindUnknown},
		{"reset twice", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if n%3 != 0 {
				reset(w)
			}
			return n%3 != 0
		}, object.KindUnknown},
		{"reset for ever", func(n int64, w http.ResponseWriter, r *http.Request) bool { reset(w); return true }, object.KindUnavailable},
		{"body cut", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if n%2 == 1 {
				rec := httptest.NewRecorder()
				rp.ServeHTTP(rec, r)
				for k, v := range rec.Header() {
					w.Header()[k] = v
				}
				w.WriteHeader(rec.Code)
				_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
				panic(http.ErrAbortHandler)
			}
			return false
		}, object.KindUnknown},
		{"403", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(http.StatusForbidden)
			return true
		}, object.KindAccessDenied},
	} {
		t.Run(c.name, func(t *testing.T) {
			n.Store(0)
			fault.Store(c.f)
			p := make([]byte, len(data)-7)
			err := s.Read(ctx, obj, 7, p)
			if c.want == object.KindUnknown {
				if err != nil || string(p) != string(data[7:]) {
					t.Errorf("read: %v", err)
				}
				n.Store(0)
				if got, m, err := s.Tail(ctx, "faulty", p[:100]); err != nil || m != 100 || got.Version != obj.Version {
					t.Errorf("tail: %+v %d %v", got, m, err)
				}
				return
			}
			var e *object.Error
			if !errors.As(err, &e) || e.Kind != c.want || e.Object != "s3://bucket/faulty" || e.Offset != 7 {
				t.Errorf("got %v", err)
			}
			if c.want.Temporary() && e.Attempts != 4 {
				t.Errorf("%d attempts", e.Attempts)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		proxy.Close()
		if err := s.Read(ctx, obj, 0, make([]byte, 1)); object.KindOf(err) != object.KindUnavailable {
			t.Errorf("%v", err)
		}
	})
}
