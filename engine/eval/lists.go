package eval

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// lists builds an array result: elements are added one by one, end closes the
// array of a row, done hands all of them to the call.
type lists struct {
	c     *call
	views []column.ListView
	start uint32

	// Elements are collected as positions in source columns (copied in runs),
	// or as strings in a heap of their own.
	b    *kernel.Builder
	kind column.Kind
	one  [1]int32
}

func newLists(c *call, elem types.Type) *lists {
	l := &lists{c: c, kind: elem.Kind(), views: column.Values[column.ListView](c.out)}
	clear(l.views)
	l.b = kernel.NewBuilder(l.kind)
	return l
}

// value adds row p of a column of the element's kind.
func (l *lists) value(src *column.Column, p int) {
	l.one[0] = int32(p)
	l.b.Append(src, l.one[:])
}

// run adds n rows of a column from off on.
func (l *lists) run(src *column.Column, off, n uint32) {
	if n == 0 {
		return
	}
	rows := sequence(int(off + n))[off:]
	l.b.Append(src, rows)
}

// text adds a string.
func (l *lists) text(s []byte) { l.b.AppendBytes(s) }

// null adds a NULL.
func (l *lists) null() { l.b.AppendNull() }

// end makes what was added since the last end row i's array.
func (l *lists) end(i int) {
	n := uint32(l.b.Len())
	l.views[i] = column.ListView{Off: l.start, Len: n - l.start}
	l.start = n
}

// done gives the elements to the result.
func (l *lists) done() { l.c.out.Child = l.b.Column() }
