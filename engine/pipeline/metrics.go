package pipeline

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Metrics is what the steps of an execution did, by the number of the plan
// node they stand for.
type Metrics struct {
	Timed bool // also note when nodes give their batches (EXPLAIN ANALYZE)
	start time.Time
	mu    sync.Mutex
	nodes map[int]*NodeMetrics
	warn  []*sqlerr.Error

	Morsels, MorselsDone atomic.Int64 // of scans
}

// Warn keeps a warning for the client until the execution has ended.
func (m *Metrics) Warn(w *sqlerr.Error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.warn = append(m.warn, w)
}

// Warnings gives the warnings kept, once.
func (m *Metrics) Warnings() []*sqlerr.Error {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := m.warn
	m.warn = nil
	return w
}

// Progress is the share of the scans' morsels that are done, from 0 to 1.
func (m *Metrics) Progress() float64 {
	n := m.Morsels.Load()
	if n == 0 {
		return 0
	}
	return float64(m.MorselsDone.Load()) / float64(n)
}

// NewMetrics makes an empty collection.
func NewMetrics(timed bool) *Metrics {
	return &Metrics{Timed: timed, start: time.Now(), nodes: map[int]*NodeMetrics{}}
}

// Node is the metrics of one plan node, made on first use.
func (m *Metrics) Node(id int) *NodeMetrics {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.nodes[id]
	if n == nil {
		n = &NodeMetrics{}
		m.nodes[id] = n
	}
	return n
}

// NodeMetrics counts what one plan node did, over all workers.
type NodeMetrics struct {
	Rows, Batches   atomic.Int64
	Loops           atomic.Int64
	First, Last     atomic.Int64 // nanoseconds since the start when the first batch came out, and the last or the end
	PeakMemory      atomic.Int64 // bytes
	SpilledBytes    atomic.Int64
	SpillPartitions atomic.Int64
	mu              sync.Mutex
	details         []Detail
}

// Detail is a further fact for EXPLAIN ANALYZE, e.g. {"Row Groups Pruned by Statistics", 12}.
type Detail struct {
	Label string
	Value int64
	Unit  string // "", "bytes"
}

// seen notes that a batch, or the end, comes out of the node now.
func (m *Metrics) seen(n *NodeMetrics) {
	now := max(int64(time.Since(m.start)), 1)
	n.First.CompareAndSwap(0, now)
	for l := n.Last.Load(); now > l && !n.Last.CompareAndSwap(l, now); l = n.Last.Load() {
	}
}

// Use notes memory that a node held at most.
func (n *NodeMetrics) Use(bytes int64) {
	for p := n.PeakMemory.Load(); bytes > p && !n.PeakMemory.CompareAndSwap(p, bytes); p = n.PeakMemory.Load() {
	}
}

// Add adds to a detail, which keeps the place of its first use.
func (n *NodeMetrics) Add(label, unit string, v int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.details {
		if n.details[i].Label == label {
			n.details[i].Value += v
			return
		}
	}
	n.details = append(n.details, Detail{label, v, unit})
}

// Details is a copy of the further facts.
func (n *NodeMetrics) Details() []Detail {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Detail(nil), n.details...)
}
