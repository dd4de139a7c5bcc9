package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/column"
)

// treeHash digests all files below dir, names included.
func treeHash(t *testing.T, dir string) string {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		h.Write([]byte(rel))
		h.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestGenerateIsDeterministic(t *testing.T) {
	hashes := map[string]string{}
	for name, o := range map[string]Options{
		"one thread": {Seed: 1, Threads: 1}, "four threads": {Seed: 1, Threads: 4}, "another seed": {Seed: 2, Threads: 2},
	} {
		o.Dir, o.Scale = t.TempDir(), 0.01
		sum, err := Generate(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if sum.Files != 2+3*monthCount || sum.Rows < 25_000 || sum.Rows > 40_000 {
			t.Errorf("%s: %+v", name, sum)
		}
		if !Exists(o.Dir) {
			t.Errorf("%s: nothing there", name)
		}
		if _, err := Generate(context.Background(), o); err == nil {
			t.Errorf("%s: made twice", name)
		}
		hashes[name] = treeHash(t, o.Dir)
	}
	if hashes["one thread"] != hashes["four threads"] {
		t.Error("threads change the rows")
	}
	if hashes["one thread"] == hashes["another seed"] {
		t.Error("the seed changes nothing")
	}
}

func TestGenerateCancelled(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Generate(ctx, Options{Dir: dir, Scale: 0.01}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := Generate(context.Background(), Options{Dir: filepath.Join(dir, "x\x00y"), Scale: 0.01}); err == nil {
		t.Error("an impossible folder")
	}
}

// full collects a table's rows as text-free numbers, for checks of sense.
type table struct{ rows [][]int64 }

func collect(t *testing.T, fill func(Sink) error) *table {
	t.Helper()
	out := &table{}
	err := fill(func(cols []*column.Column, n int) error {
		for i := range n {
			row := make([]int64, len(cols))
			for k, c := range cols {
				if c.Len != n {
					t.Fatalf("column %d has %d rows of %d", k, c.Len, n)
				}
				switch {
				case c.IsNull(i):
					row[k] = -1
				case c.Form == column.Dictionary:
					row[k] = int64(c.Codes[i])
				case c.Kind == column.Int16:
					row[k] = int64(column.At[int16](c, i))
				case c.Kind == column.Int32:
					row[k] = int64(column.At[int32](c, i))
				case c.Kind == column.Int64:
					row[k] = column.At[int64](c, i)
				}
			}
			out.rows = append(out.rows, row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Keys refer to rows that exist, sums add up, times lie in their month.
func TestRowsMakeSense(t *testing.T) {
	s := newShop(1, 0.02)
	nextOrder, lastEvent := int64(1), int64(0)
	for i := range s.months {
		m := &s.months[i]
		var orders, lines, events table
		for k, dst := range []*table{&orders, &lines, &events} {
			sinks := []Sink{discard, discard, discard}
			*dst = *collect(t, func(sink Sink) error {
				sinks[k] = sink
				return s.writeMonth(i, sinks[0], sinks[1], sinks[2])
			})
		}
		totals, purchases := map[int64]int64{}, map[int64]bool{}
		for _, l := range lines.rows {
			totals[l[0]] += l[6]
			if l[2] < 1 || l[2] > int64(len(s.products)) || l[3] < 1 || l[4] < 199 || l[6] != (l[4]*l[3]*(100-l[5])+50)/100 {
				t.Fatalf("line %v", l)
			}
		}
		for _, e := range events.rows {
			if e[0] <= lastEvent || !m.holds(e[2]) {
				t.Fatalf("event %v", e)
			}
			lastEvent = e[0]
			if e[6] > 0 {
				purchases[e[6]] = true
			}
		}
		if !slices.IsSortedFunc(events.rows, func(a, b []int64) int { return int(a[2] - b[2]) }) {
			t.Error("events are out of order")
		}
		for _, o := range orders.rows {
			if o[0] != nextOrder || !m.holds(o[2]) || o[8] != totals[o[0]]+o[7] || !purchases[o[0]] {
				t.Fatalf("order %v: lines %d, purchase %v", o, totals[o[0]], purchases[o[0]])
			}
			nextOrder++
			if day := o[2] / microsPerDay; int64(s.signup[o[1]-1]) > day || o[9] > 0 && o[9] <= day {
				t.Fatalf("order %v before its customer, or delivered before it", o)
			}
		}
		if len(purchases) != len(orders.rows) {
			t.Errorf("%s: %d purchases of %d orders", m.name, len(purchases), len(orders.rows))
		}
	}
	// Busy months are busy, and the second year is bigger.
	if s.months[11].orders <= s.months[7].orders || s.months[23].orders <= s.months[11].orders {
		t.Error("no season or no growth")
	}
	if got := len(collect(t, s.writeCustomers).rows); got != len(s.signup) {
		t.Errorf("%d customers", got)
	}
	if got := len(collect(t, s.writeProducts).rows); got != len(s.products) {
		t.Errorf("%d products", got)
	}
}

func discard([]*column.Column, int) error { return nil }

func (m *month) holds(at int64) bool {
	return at >= int64(m.start)*microsPerDay && at < int64(m.end)*microsPerDay
}

func TestSinkErrorsEndTheWork(t *testing.T) {
	boom := errors.New("disk full")
	s := newShop(1, 0.05)
	fail := func([]*column.Column, int) error { return boom }
	for i, err := range []error{s.writeCustomers(fail), s.writeProducts(fail), s.writeMonth(0, fail, discard, discard), s.writeMonth(0, discard, fail, discard), s.writeMonth(0, discard, discard, fail)} {
		if !errors.Is(err, boom) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestViews(t *testing.T) {
	views := Views(`/data/a"b`)
	if len(views) != len(Tables) || !strings.Contains(views[2], `VIEW orders AS SELECT * FROM "/data/a""b/shop/orders/month=*/*.parquet"`) {
		t.Errorf("%q", views)
	}
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		dir := b.TempDir()
		sum, err := Generate(context.Background(), Options{Dir: dir, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(sum.Rows), "rows")
		b.ReportMetric(float64(sum.Bytes)/1e6, "MB")
	}
}
