package objecttest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/inlaydb/inlay/storage/object"
)

// Server is a running S3 server over a local directory.
type Server struct {
	Endpoint  string
	Root      string // a directory below it is a bucket
	AccessKey string
	SecretKey string
}

// Options is how to reach it.
func (s *Server) Options() object.S3Options {
	return object.S3Options{Endpoint: s.Endpoint, Region: "us-east-1", AccessKey: s.AccessKey, SecretKey: s.SecretKey}
}

const gateway = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"

// gatewayBinary finds versitygw: INLAY_VERSITYGW, PATH, or a build kept in the
// user's cache directory.
func gatewayBinary() (string, error) {
	if p := os.Getenv("INLAY_VERSITYGW"); p != "" {
		return p, nil
	}
	if p, err := exec.LookPath("versitygw"); err == nil {
		return p, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "inlay", "bin", strings.NewReplacer("/", "_", "@", "_").Replace(gateway))
	bin := filepath.Join(dir, "versitygw")
	if _, err := os.Stat(bin); err == nil {
		return bin, nil
	}
	// Packages test in parallel: each builds into a directory of its own, and
	// the last rename wins.
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.Command("go", "install", gateway)
	cmd.Dir = tmp // outside any module
	cmd.Env = append(os.Environ(), "GOBIN="+tmp, "GOFLAGS=", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go install %s: %w\n%s", gateway, err, out)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	return bin, os.Rename(filepath.Join(tmp, "versitygw"), bin)
}

// StartS3 starts an S3 server with the buckets on a free port of the loopback,
// and ends it with the test. It skips the test, saying why, when the server
// cannot be had.
func StartS3(t testing.TB, buckets ...string) *Server {
	t.Helper()
	bin, err := gatewayBinary()
	if err != nil {
		t.Skipf("no S3 server to test against: %v", err)
	}
	dir := t.TempDir()
	s := &Server{Root: filepath.Join(dir, "root"), AccessKey: "testaccess", SecretKey: "testsecret123"}
	for _, b := range append(buckets, ".") {
		if err := os.MkdirAll(filepath.Join(s.Root, b), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	meta := filepath.Join(dir, "meta")
	if err := os.MkdirAll(meta, 0o777); err != nil {
		t.Fatal(err)
	}
	// Between finding a free port and its use another process may take it.
	for attempt := 0; ; attempt++ {
		why := s.start(t, bin, meta)
		if why == nil {
			return s
		}
		if attempt == 4 {
			t.Skipf("the S3 server does not start: %v", why)
		}
	}
}

func (s *Server) start(t testing.TB, bin, meta string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := l.Addr().String()
	l.Close()
	s.Endpoint = "http://" + addr
	cmd := exec.Command(bin, "--port", addr, "posix", "--sidecar", meta, s.Root)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+s.AccessKey, "ROOT_SECRET_KEY="+s.SecretKey)
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
			return nil
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended: %s", log.String())
		case <-ctx.Done():
			_ = cmd.Process.Kill()
			<-ended
			return fmt.Errorf("it does not listen: %s", log.String())
		case <-tick.C:
		}
	}
}
