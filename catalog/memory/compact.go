package memory

import (
	"maps"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/storage/column"
)

// smallSegment is up to how many rows a segment takes in those of later
// transactions. Statements that insert a row each would otherwise leave a
// segment each, and a scan pays for every one of them; a larger limit makes
// such an insert copy more.
const smallSegment = 1024

// smallHeap bounds, in bytes, the strings copied by an insert.
const smallHeap = 256 << 10

// compacted is s as it is published over base: the segments that s adds to a
// table go into the small one before them, and segments without rows left go
// away. Row identities that other transactions have seen stay: a segment only
// grows at its end, and only rows that nobody else has seen yet move.
func (s *state) compacted(base *state) *state {
	out := s
	for oid, t := range s.tables {
		old := base.tables[oid]
		if old == t || len(t.segments) == 0 {
			continue
		}
		segments := compactSegments(old, t)
		if len(segments) == len(t.segments) {
			continue
		}
		if out == s {
			out = s.clone()
			out.tables = maps.Clone(s.tables)
		}
		out.tables[oid] = &table{rel: t.rel, segments: segments, rows: t.rows}
	}
	return out
}

func compactSegments(old, t *table) []*catalog.Segment {
	seen := map[int64]bool{}
	if old != nil {
		for _, seg := range old.segments {
			seen[seg.ID] = true
		}
	}
	out := make([]*catalog.Segment, 0, len(t.segments))
	for _, seg := range t.segments {
		if allDeleted(seg) {
			continue
		}
		if n := len(out); n > 0 && !seen[seg.ID] && fits(out[n-1], seg) {
			out[n-1] = joined(out[n-1], seg)
			continue
		}
		out = append(out, seg)
	}
	return out
}

func allDeleted(s *catalog.Segment) bool {
	if s.Deleted == nil {
		return false
	}
	return column.CountBits(s.Deleted, s.Rows) == s.Rows
}

func fits(a, b *catalog.Segment) bool {
	if a.Rows+b.Rows > smallSegment {
		return false
	}
	heap := 0
	for i := range a.Columns {
		if !sameKind(a.Columns[i], b.Columns[i]) {
			return false
		}
		if heap += heapBytes(a.Columns[i]) + heapBytes(b.Columns[i]); heap > smallHeap {
			return false
		}
	}
	return true
}

func sameKind(a, b *column.Column) bool {
	if a.Kind != b.Kind {
		return false
	}
	return a.Kind != column.List || a.Child != nil && b.Child != nil && sameKind(a.Child, b.Child)
}

func heapBytes(c *column.Column) int {
	n := 0
	if c.Dict != nil {
		n += heapBytes(c.Dict.Values)
	}
	for _, b := range c.Bufs {
		n += len(b)
	}
	if c.Child != nil {
		n += c.Child.Len*c.Child.Kind.Width() + heapBytes(c.Child)
	}
	return n
}

func joined(a, b *catalog.Segment) *catalog.Segment {
	out := &catalog.Segment{ID: a.ID, Rows: a.Rows + b.Rows, Columns: make([]*column.Column, len(a.Columns)), Keys: new(sync.Map)}
	for i := range a.Columns {
		out.Columns[i] = column.Concat(a.Columns[i], b.Columns[i])
	}
	if a.Deleted != nil || b.Deleted != nil {
		out.Deleted = column.ConcatBitmaps(a.Deleted, a.Rows, b.Deleted, b.Rows, false)
	}
	return out
}
