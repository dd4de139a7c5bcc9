package enginetest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/spill"
)

// Setup is one way to run an operator.
type Setup struct {
	BatchSize int
	Selection bool
	Nulls     bool
	Dicts     bool
	Workers   int
	Memory    int64 // limit in bytes
}

func (s Setup) String() string {
	var parts []string
	parts = append(parts, fmt.Sprintf("batch=%d", s.BatchSize), fmt.Sprintf("workers=%d", s.Workers))
	if s.Selection {
		parts = append(parts, "sel")
	}
	if s.Nulls {
		parts = append(parts, "nulls")
	}
	if s.Dicts {
		parts = append(parts, "dicts")
	}
	if s.Memory < plenty {
		parts = append(parts, fmt.Sprintf("memory=%d", s.Memory))
	}
	return strings.Join(parts, ",")
}

const plenty = 1 << 32

// Case is an operator to run.
type Case struct {
	Inputs []*Table
	// Build makes the pipelines, the last of which end in sink.
	Build func(env *Env, sink pipeline.Sink) []*pipeline.Pipeline
	// Output is the types of the result's columns.
	Output []types.Type
	// Want is the rows that are expected for the inputs as they are; nil: those
	// of the first run. WantNulls is the same for the inputs with NULLs injected.
	Want, WantNulls []string
	// Reference computes Want and WantNulls from the inputs; nil: not given.
	Reference func(in []*Table) []string
	// Ordered: rows must come in the same order. Then Key, where given, cuts what
	// is compared in order from a row; the rest is compared as a bag.
	Ordered bool
	Key     func(row string) string
	// SpillMemory is a limit that forces spilling; 0: the operator never spills.
	SpillMemory int64
	// MustSpill: the small limit must really lead to files.
	MustSpill bool
	// NoNulls leaves out the runs with NULLs injected, for what they make ambiguous.
	NoNulls bool
	// Few runs only a few of the setups, for one of many similar cases, with
	// SomeNulls those with NULLs. OnlySpill leaves out most setups with plenty of memory.
	Few, SomeNulls, OnlySpill bool
	// Serial: one worker only.
	Serial bool
	// WantError is part of the error that every run must end with.
	WantError string
}

// Env is one run's surroundings.
type Env struct {
	Exec  *pipeline.Execution
	Setup Setup
	in    []*Table
	close []pipeline.Closer
}

// Source gives an input's rows; each call starts from the beginning.
func (e *Env) Source(i int) pipeline.Source { return &source{t: e.in[i], setup: e.Setup} }

// Closes has x closed at the end of the run where it can be.
func (e *Env) Closes(x any) {
	if c, ok := x.(pipeline.Closer); ok {
		e.close = append(e.close, c)
	}
}

// setups is every way to run a case.
func (c *Case) setups() []Setup {
	full := batch.Size
	if c.Few {
		n := c.SomeNulls
		return []Setup{{BatchSize: full, Nulls: n, Workers: 1, Memory: plenty}, {BatchSize: 100, Nulls: n, Selection: true, Workers: 1, Memory: plenty}, {BatchSize: 64, Nulls: n, Workers: 4, Memory: plenty}}
	}
	out := []Setup{{BatchSize: full, Workers: 1, Memory: plenty}}
	for _, nulls := range []bool{false, true} {
		for _, size := range []int{1, 2, 3, full} {
			if c.OnlySpill {
				break
			}
			for _, sel := range []bool{false, true} {
				out = append(out, Setup{BatchSize: size, Selection: sel, Nulls: nulls, Workers: 1, Memory: plenty})
			}
		}
		if !c.OnlySpill {
			out = append(out, Setup{BatchSize: full, Nulls: nulls, Dicts: true, Workers: 1, Memory: plenty})
			out = append(out, Setup{BatchSize: 3, Nulls: nulls, Selection: true, Dicts: true, Workers: 1, Memory: plenty})
		}
		if !c.Serial {
			out = append(out, Setup{BatchSize: 64, Nulls: nulls, Workers: 4, Memory: plenty})
		}
		if c.SpillMemory > 0 {
			out = append(out, Setup{BatchSize: 64, Nulls: nulls, Workers: 1, Memory: c.SpillMemory})
			out = append(out, Setup{BatchSize: 256, Selection: true, Nulls: nulls, Workers: 1, Memory: c.SpillMemory})
			if !c.Serial {
				out = append(out, Setup{BatchSize: 64, Nulls: nulls, Workers: 4, Memory: 2 * c.SpillMemory})
			}
		}
	}
	return out
}

// Check runs a case in every setup and compares the rows.
func Check(t *testing.T, c Case) {
	t.Helper()
	in := c.Inputs
	var nulls, dicts, nullDicts []*Table
	for _, tab := range in {
		n := tab.withNulls()
		nulls = append(nulls, n)
		dicts = append(dicts, tab.withDictionaries())
		nullDicts = append(nullDicts, n.withDictionaries())
	}
	want := map[bool][]string{false: c.Want, true: c.WantNulls}
	if c.Reference != nil {
		want[false], want[true] = c.Reference(in), c.Reference(nulls)
	}
	for _, s := range c.setups() {
		if s.Nulls && c.NoNulls {
			continue
		}
		env := &Env{Setup: s}
		switch {
		case s.Nulls && s.Dicts:
			env.in = nullDicts
		case s.Nulls:
			env.in = nulls
		case s.Dicts:
			env.in = dicts
		default:
			env.in = in
		}
		rows, spilled, err := c.run(t, env)
		if c.WantError != "" {
			if s.Nulls {
				continue
			}
			if err == nil || !strings.Contains(err.Error(), c.WantError) {
				t.Fatalf("%v: error %v, want %q", s, err, c.WantError)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		if c.MustSpill && s.Memory < plenty && s.Workers == 1 && spilled == 0 {
			t.Errorf("%v: nothing was spilled", s)
		}
		if want[s.Nulls] == nil {
			want[s.Nulls] = append([]string{}, rows...)
			continue
		}
		if msg := c.differ(rows, want[s.Nulls]); msg != "" {
			t.Fatalf("%v: %s", s, msg)
		}
	}
}

// Rows runs a case once, in the plainest way, and gives its rows.
func Rows(t *testing.T, c Case) []string {
	t.Helper()
	rows, _, err := c.run(t, &Env{Setup: Setup{BatchSize: batch.Size, Workers: 1, Memory: plenty}, in: c.Inputs})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (c *Case) differ(got, want []string) string {
	if c.Ordered {
		key := c.Key
		if key == nil {
			key = func(r string) string { return r }
		}
		for i := range min(len(got), len(want)) {
			if key(got[i]) != key(want[i]) {
				return fmt.Sprintf("row %d of %d is %q, want %q", i, len(got), got[i], want[i])
			}
		}
	}
	g, w := sorted(got), sorted(want)
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("%d rows, want %d; sorted row %d is %q, want %q", len(g), len(w), i, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		return fmt.Sprintf("%d rows, want %d", len(g), len(w))
	}
	return ""
}

// run executes once and checks that nothing is left.
func (c *Case) run(t *testing.T, env *Env) ([]string, int64, error) {
	t.Helper()
	budget := memory.NewBudget(env.Setup.Memory)
	query := budget.NewQuery(0)
	area, err := spill.NewArea(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer area.Close()
	slots := pipeline.NewSlots(2)
	env.Exec = &pipeline.Execution{Memory: query, Spill: area.NewSpace(), Slots: slots, Workers: env.Setup.Workers, Metrics: pipeline.NewMetrics(true)}
	ctx := context.Background()
	if err := slots.Acquire(ctx); err != nil {
		t.Fatal(err)
	}
	sink := &collect{types: c.Output}
	r := &pipeline.Runner{Execution: env.Exec}
	runErr := r.Run(ctx, c.Build(env, sink))
	slots.Release()
	for i := len(env.close) - 1; i >= 0; i-- {
		env.close[i].Close()
	}
	if used := query.Used(); used != 0 {
		t.Errorf("%v: %d bytes are still reserved", env.Setup, used)
	}
	if n := env.Exec.Spill.Files(); n != 0 && runErr == nil {
		t.Errorf("%v: %d temporary files are left", env.Setup, n)
	}
	written := env.Exec.Spill.Written()
	if err := env.Exec.Spill.Close(); err != nil {
		t.Errorf("%v: closing the spill space: %v", env.Setup, err)
	}
	if left, _ := os.ReadDir(area.Dir()); len(left) > 1 { // the lock
		t.Errorf("%v: %d files are left on disk", env.Setup, len(left)-1)
	}
	if used := area.Used(); used != 0 {
		t.Errorf("%v: %d bytes on disk are still accounted", env.Setup, used)
	}
	query.Close()
	return sink.rows(), written, runErr
}

// collect keeps the result rows as text, in the order of Seq.
type collect struct {
	types []types.Type
	mu    sync.Mutex
	epoch int
	open  bool
	got   []seqRows
}

type seqRows struct {
	epoch int
	seq   int64
	rows  []string
}

func (c *collect) NewWorker(context.Context, *pipeline.Worker) (pipeline.SinkWorker, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.open {
		c.open = true
		c.epoch++
	}
	return &collectWorker{c, c.epoch}, nil
}

func (c *collect) Finalize(context.Context, *pipeline.Runner) error { return nil }

func (c *collect) rows() []string {
	sortStable(c.got)
	var out []string
	for _, g := range c.got {
		out = append(out, g.rows...)
	}
	return out
}

func sortStable(got []seqRows) {
	less := func(a, b seqRows) bool { return a.epoch < b.epoch || a.epoch == b.epoch && a.seq < b.seq }
	for i := 1; i < len(got); i++ {
		for j := i; j > 0 && less(got[j], got[j-1]); j-- {
			got[j], got[j-1] = got[j-1], got[j]
		}
	}
}

type collectWorker struct {
	c     *collect
	epoch int
}

func (w *collectWorker) Consume(_ context.Context, b *batch.Batch) (pipeline.Status, error) {
	rows := FormatRows(b, w.c.types)
	w.c.mu.Lock()
	w.c.got = append(w.c.got, seqRows{w.epoch, b.Seq, rows})
	w.c.mu.Unlock()
	return pipeline.More, nil
}

func (w *collectWorker) Combine(context.Context) error {
	w.c.mu.Lock()
	w.c.open = false
	w.c.mu.Unlock()
	return nil
}
