package sqllogictest_test

import (
	"bufio"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/sqllogictest"
	"github.com/inlaydb/inlay/wire"
)

// TestSuites runs the project's own suites against a server in this process,
// tables in memory, each file over both protocols.
//
// testdata/pending.txt holds how many records of a file do not pass yet. More
// than that fails the test; fewer asks for a smaller number there.
func TestSuites(t *testing.T) {
	dsn := startInlay(t)
	report, err := sqllogictest.Run(context.Background(), sqllogictest.Options{
		DSN: dsn, Files: []string{"testdata"}, Protocol: sqllogictest.BothProtocols,
		EngineNames: append([]string{"inlay"}, sqllogictest.DefaultEngineNames...), RecordTimeout: 5 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	pending := readPending(t)
	seen := map[string]bool{}
	for i := range report.Files {
		f := &report.Files[i]
		name, err := filepath.Rel("testdata", f.File)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			if f.Err != nil {
				t.Fatal(f.Err)
			}
			records := map[string]bool{} // failing over one protocol or both
			for _, v := range f.Failures {
				records[v.Position] = true
			}
			switch n := len(records); {
			case n > pending[name]:
				for _, v := range f.Failures {
					t.Error(v)
				}
				t.Errorf("%d records fail, %d may", n, pending[name])
			case n < pending[name]:
				t.Logf("only %d records fail: lower the number in pending.txt from %d", n, pending[name])
			}
		})
	}
	for name := range pending {
		if !seen[name] {
			t.Errorf("pending.txt names %s, which is not there", name)
		}
	}
}

func readPending(t *testing.T) map[string]int {
	t.Helper()
	pending := map[string]int{}
	f, err := os.Open(filepath.Join("testdata", "pending.txt"))
	if os.IsNotExist(err) {
		return pending
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		name, count, ok := strings.Cut(s.Text(), " ")
		if strings.HasPrefix(name, "#") || name == "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if !ok || err != nil {
			t.Fatalf("pending.txt: %q", s.Text())
		}
		pending[name] = n
	}
	return pending
}

// startInlay serves an engine without a data directory on a free port.
func startInlay(t *testing.T) string {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	e, err := engine.Open(context.Background(), engine.Config{
		AnyPath: true, MemoryLimit: 1 << 30, TempDir: t.TempDir(), TimeZone: "UTC", Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := wire.NewServer(wire.Config{Engine: e, Log: log})
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		drain, done := context.WithTimeout(context.Background(), 5*time.Second)
		defer done()
		server.Shutdown(drain)
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	addr := l.Addr().(*net.TCPAddr)
	return "host=127.0.0.1 port=" + strconv.Itoa(addr.Port) + " user=inlay dbname=inlay sslmode=disable"
}

// Every suite is a text that somebody can read: no control characters, a
// comment on top that says what it is about.
func TestSuitesAreReadable(t *testing.T) {
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".slt" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(string(text), "# ") || !strings.HasSuffix(string(text), "\n") || strings.HasSuffix(string(text), "\n\n") {
			t.Errorf("%s: begins with a comment, ends with one newline", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
