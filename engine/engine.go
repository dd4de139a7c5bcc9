package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/lake"
	catmem "github.com/inlaydb/inlay/catalog/memory"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/spill"
	"github.com/inlaydb/inlay/storage/object"
)

// Config is what an engine is opened with. The zero value keeps everything in
// memory, uses all cores and half of the machine's memory.
type Config struct {
	DataDir     string   // "": nothing survives a restart
	MemoryLimit int64    // bytes, for the whole process; 0: half of the machine's
	Threads     int      // 0: one a core
	TempDir     string   // "": below DataDir, or the system's
	TempQuota   int64    // bytes; 0: no limit
	RemoteCache int64    // bytes of TempDir that keep ranges of remote files; 0: a tenth of its free space, at most 16 GiB; below 0: none
	AllowPaths  []string // paths and URLs that may be opened besides those below DataDir
	AnyPath     bool     // any path may be opened (a loopback server, inlay query)
	Owner       string   // name of the superuser; "": inlay
	TimeZone    string   // what sessions start with; "": the machine's
	Log         *slog.Logger
}

func (c *Config) timeZone() string {
	if c.TimeZone != "" {
		return c.TimeZone
	}
	if tz := os.Getenv("TZ"); tz != "" {
		if _, err := time.LoadLocation(tz); err == nil {
			return tz
		}
	}
	return "Etc/UTC"
}

// remoteCacheMost is the most that the cache of remote files takes unasked.
const remoteCacheMost = 16 << 30

func (c *Config) remoteCache(dir string) int64 {
	if c.RemoteCache != 0 {
		return max(c.RemoteCache, 0)
	}
	return min(object.FreeSpace(dir)/10, remoteCacheMost)
}

// Engine is one process's engine.
type Engine struct {
	cfg      Config
	catalog  catalog.Catalog
	budget   *memory.Budget
	slots    *pipeline.Slots
	area     *spill.Area
	files    *files
	sessions sessions
	channels channels
	advisory advisoryLocks
	started  time.Time
}

// Open opens an engine. The data directory is locked: a second engine on it
// is refused.
func Open(ctx context.Context, cfg Config) (*Engine, error) {
	if cfg.Threads <= 0 {
		cfg.Threads = runtime.GOMAXPROCS(0)
	}
	if cfg.Owner == "" {
		cfg.Owner = "inlay"
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.MemoryLimit <= 0 {
		cfg.MemoryLimit = machineMemory() / 2
	}
	temp := cfg.TempDir
	if temp == "" {
		temp = os.TempDir()
		if cfg.DataDir != "" {
			temp = filepath.Join(cfg.DataDir, "tmp")
		}
	}
	e := &Engine{cfg: cfg, slots: pipeline.NewSlots(cfg.Threads), started: time.Now()}
	var err error
	if e.catalog, err = openCatalog(ctx, cfg); err != nil {
		return nil, err
	}
	if e.area, err = spill.NewArea(temp, cfg.TempQuota); err != nil {
		e.catalog.Close() // the first error is the one to tell
		return nil, fmt.Errorf("temporary files: %w", err)
	}
	share := splitMemory(cfg.MemoryLimit)
	e.budget = memory.NewBudget(share.operators)
	limitHeap(cfg.MemoryLimit)
	if e.files, err = newFiles(cfg, share.cache, e.area.Dir()); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// memoryShares is how the limit is divided: what operators may reserve, what
// caches may keep, and the rest for pages in flight, plans and the runtime.
type memoryShares struct{ operators, cache int64 }

func splitMemory(limit int64) memoryShares {
	return memoryShares{operators: limit / 100 * 65, cache: limit / 100 * 10}
}

// collectorPercent lets the heap grow to five times what lives before the
// collector runs: column buffers die young, and marking them costs more than
// room. The memory limit makes it run earlier where room is short.
const collectorPercent = 400

// limitHeap tells the runtime how to collect. GOGC in the environment wins.
// The twentieth that is kept back is for what the runtime does not count: the
// mapped binary and pages that it has yet to return.
func limitHeap(limit int64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectorPercent)
	}
	debug.SetMemoryLimit(limit / 100 * 95)
}

// Close ends the engine: sessions must be closed before.
func (e *Engine) Close() error {
	var errs []error
	if e.files != nil {
		errs = append(errs, e.files.Close())
	}
	if e.area != nil {
		errs = append(errs, e.area.Close())
	}
	return errors.Join(append(errs, e.catalog.Close())...)
}

// openCatalog opens the catalog that the configuration asks for.
func openCatalog(ctx context.Context, cfg Config) (catalog.Catalog, error) {
	if cfg.DataDir != "" {
		return lake.Open(ctx, cfg.DataDir)
	}
	return catmem.New(cfg.Owner), nil
}
