package kernel

import "github.com/inlaydb/inlay/storage/column"

// TrimColumn is a column of character(n) without the blanks at the end, which
// do not count in comparisons: c itself where there are none.
func TrimColumn(c *column.Column) *column.Column {
	v := c
	if c.Form == column.Dictionary {
		v = c.Dict.Values
	}
	views := column.Values[column.View](v)
	blank := false
	for i := range views {
		b := views[i].Bytes(v.Bufs)
		if n := len(b); n > 0 && b[n-1] == ' ' {
			blank = true
			break
		}
	}
	if !blank {
		return c
	}
	out := *v
	out.Data = column.Alloc(len(v.Data))
	trimmed := column.As[column.View](out.Data)
	for i := range views {
		b := TrimBlanks(views[i].Bytes(v.Bufs))
		if len(b) <= column.MaxInline {
			trimmed[i] = column.InlineView(b)
		} else {
			trimmed[i] = column.MakeView(b, views[i].Buf, views[i].Off)
		}
	}
	if c.Form != column.Dictionary {
		return &out
	}
	d := *c
	d.Dict = column.NewDict(&out)
	d.Dict.Dup = true
	return &d
}
