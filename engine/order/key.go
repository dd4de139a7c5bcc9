package order

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// Key is one key of an order: a column by its position in the batches.
type Key struct {
	Pos        int
	Type       types.Type
	Desc       bool
	NullsFirst bool
}

// comparer orders rows by keys in full, whatever the columns' form.
type comparer struct {
	keys []Key
	cmp  []kernel.CompareFunc
}

func newComparer(keys []Key) *comparer {
	c := &comparer{keys: keys}
	for _, k := range keys {
		c.cmp = append(c.cmp, kernel.Comparer(k.Type))
	}
	return c
}

// compare orders row i of a against row j of b; a and b hold one column for
// each key.
func (c *comparer) compare(a []column.Column, i int, b []column.Column, j int) int {
	for k := range c.keys {
		if r := c.compareKey(k, &a[k], i, &b[k], j); r != 0 {
			return r
		}
	}
	return 0
}

func (c *comparer) compareKey(k int, x *column.Column, i int, y *column.Column, j int) int {
	key := &c.keys[k]
	xn, yn := x.IsNull(i), y.IsNull(j)
	switch {
	case xn && yn:
		return 0
	case xn:
		if key.NullsFirst {
			return -1
		}
		return 1
	case yn:
		if key.NullsFirst {
			return 1
		}
		return -1
	}
	r := c.cmp[k](x, i, y, j)
	if key.Desc {
		return -r
	}
	return r
}
