package sqllogictest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Protocol says how records reach the server.
type Protocol int

const (
	SimpleProtocol   Protocol = iota // one Query message
	ExtendedProtocol                 // Parse, Bind, Describe, Execute, Sync; text results
	BothProtocols                    // the file runs twice and must answer the same
)

var protocolNames = [...]string{"simple", "extended", "both"}

func (p Protocol) String() string { return protocolNames[p] }

// ParseProtocol is the inverse of String.
func ParseProtocol(s string) (Protocol, error) {
	if i := slices.Index(protocolNames[:], s); i >= 0 {
		return Protocol(i), nil
	}
	return 0, fmt.Errorf("unknown protocol %q (simple, extended, both)", s)
}

// Isolation says what each file gets for itself.
type Isolation int

const (
	IsolateSchema   Isolation = iota // a schema that comes first in search_path
	IsolateDatabase                  // a database
	IsolateNone                      // nothing: files see each other's tables
)

var isolationNames = [...]string{"schema", "database", "none"}

func (i Isolation) String() string { return isolationNames[i] }

// ParseIsolation is the inverse of String.
func ParseIsolation(s string) (Isolation, error) {
	if i := slices.Index(isolationNames[:], s); i >= 0 {
		return Isolation(i), nil
	}
	return 0, fmt.Errorf("unknown isolation %q (schema, database, none)", s)
}

// Options of a run. The zero value of each field but DSN and Files works.
type Options struct {
	DSN   string   // a Postgres URL or keyword string
	Files []string // files, or folders that are searched for .slt, .test

	Dialect   Dialect
	Protocol  Protocol
	Isolation Isolation
	Tolerant  bool // compare as runners of other engines do
	Unordered bool // queries without ORDER BY are compared as rowsort
	Rewrite   bool // write what came into the files

	Jobs          int           // files at a time; 0: one a CPU
	RecordTimeout time.Duration // 0: 30 s
	FileTimeout   time.Duration // 0: 15 min
	ConnectWait   time.Duration // how long to try to reach the server; 0: 10 s

	EngineNames []string          // for skipif and onlyif; nil: postgresql, postgres, pg
	Init        []string          // SQL for each new connection
	Variables   map[string]string // for $NAME

	OnFile func(FileReport) // called as files end, one call at a time
}

// DefaultEngineNames are what skipif and onlyif compare with.
var DefaultEngineNames = []string{"postgresql", "postgres", "pg"}

func (o *Options) setDefaults() {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.RecordTimeout <= 0 {
		o.RecordTimeout = 30 * time.Second
	}
	if o.FileTimeout <= 0 {
		o.FileTimeout = 15 * time.Minute
	}
	if o.ConnectWait <= 0 {
		o.ConnectWait = 10 * time.Second
	}
	if o.EngineNames == nil {
		o.EngineNames = DefaultEngineNames
	}
}

// Run runs the files. The error is about the run itself (no such file, no
// server, ctx ended); what files and records did is the report.
func Run(ctx context.Context, opts Options) (Report, error) {
	opts.setDefaults()
	began := time.Now()
	config, err := pgconn.ParseConfig(opts.DSN)
	if err != nil {
		return Report{}, err
	}
	files, err := findFiles(opts.Files)
	if err != nil {
		return Report{}, err
	}
	if len(files) == 0 {
		return Report{}, errors.New("no files to run")
	}
	// Once for all: no file need wait for a server that is not there.
	first, err := openSession(ctx, config.Copy(), nil, opts.ConnectWait)
	if err != nil {
		return Report{}, err
	}
	first.close()

	var (
		wg     sync.WaitGroup
		mu     sync.Mutex // guards report and calls of OnFile
		report Report
		queue  = make(chan string)
	)
	for range min(opts.Jobs, len(files)) {
		wg.Go(func() {
			for path := range queue {
				f := runFile(ctx, &opts, config, path)
				mu.Lock()
				report.Files = append(report.Files, f)
				if opts.OnFile != nil {
					opts.OnFile(f)
				}
				mu.Unlock()
			}
		})
	}
	for _, f := range files {
		if ctx.Err() != nil {
			break
		}
		queue <- f
	}
	close(queue)
	wg.Wait()
	sortReports(report.Files)
	report.Elapsed = time.Since(began)
	return report, ctx.Err()
}

// findFiles walks folders; big files come first, so that none runs on alone at
// the end.
func findFiles(paths []string) ([]string, error) {
	type sized struct {
		path string
		size int64
	}
	var found []sized
	seen := map[string]bool{}
	for _, p := range paths {
		err := filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path != p && !isTestFile(path) || seen[path] {
				return err
			}
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			seen[path] = true
			found = append(found, sized{path, info.Size()})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(found, func(a, b sized) int { return int(min(max(b.size-a.size, -1), 1)) })
	files := make([]string, len(found))
	for i, f := range found {
		files[i] = f.path
	}
	return files, nil
}

// isTestFile goes by the suffix; CockroachDB's files have none.
func isTestFile(path string) bool {
	switch filepath.Ext(path) {
	case ".slt", ".test", ".test_slow":
		return true
	case "":
		return detect(path, "") == Cockroach && !strings.HasPrefix(filepath.Base(path), ".")
	}
	return false
}
