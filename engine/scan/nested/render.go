package nested

import (
	"errors"
	"sort"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// writer appends one value as JSON.
type writer func(dst []byte, c *column.Column, i int) ([]byte, error)

// cursor is a place in a leaf's entries.
type cursor struct {
	rep, def []int32
	values   *column.Column
	full     int32
	at, val  int
}

var (
	errTorn = errors.New("the levels of a nested column's leaves contradict each other")
	errNul  = errors.New("unsupported Unicode escape sequence: \\u0000 cannot be converted to text")
)

func (c *cursor) level() int32 {
	if c.at >= len(c.def) {
		return -1
	}
	return c.def[c.at]
}

// next passes over one entry.
func (c *cursor) next() {
	if c.at < len(c.def) {
		if c.def[c.at] == c.full {
			c.val++
		}
		c.at++
	}
}

// repeats says whether the entry belongs to a list that went on at level rep.
func (c *cursor) repeats(rep int32) bool { return c.at < len(c.rep) && c.rep[c.at] == rep }

// rest passes over the entries up to the next row.
func (c *cursor) rest() {
	c.next()
	for c.at < len(c.rep) && c.rep[c.at] != 0 {
		c.next()
	}
}

// renderer makes text of the rows in its cursors.
type renderer struct {
	cursors []cursor
	vr      variantReader
}

func (r *renderer) set(i int, l parquet.Levels, full int) {
	r.cursors[i] = cursor{rep: l.Rep, def: l.Def, values: l.Values, full: int32(full)}
}

func (r *renderer) level(s *shape) int32 { return r.cursors[s.leaves[0]].level() }

func (r *renderer) pass(s *shape) {
	for _, i := range s.leaves {
		r.cursors[i].next()
	}
}

// null passes over a subtree that is NULL.
func (r *renderer) null(s *shape) bool {
	if s.optional && r.level(s) < s.def {
		r.pass(s)
		return true
	}
	return false
}

// row renders one row; null says that it is NULL.
func (r *renderer) row(dst []byte, s *shape) (out []byte, null bool, err error) {
	if r.level(s) < 0 {
		return dst, false, errTorn
	}
	if r.null(s) {
		return dst, true, r.ended(s)
	}
	if dst, err = r.render(dst, s); err != nil {
		return dst, false, err
	}
	return dst, false, r.ended(s)
}

// ended checks that all leaves are at the end of the row.
func (r *renderer) ended(s *shape) error {
	for _, i := range s.leaves {
		if c := &r.cursors[i]; c.at < len(c.rep) && c.rep[c.at] != 0 {
			return errTorn
		}
	}
	return nil
}

// skip passes over one row.
func (r *renderer) skip(s *shape) {
	for _, i := range s.leaves {
		r.cursors[i].rest()
	}
}

// value renders a subtree that may be NULL.
func (r *renderer) value(dst []byte, s *shape) ([]byte, error) {
	if r.null(s) {
		return append(dst, "null"...), nil
	}
	return r.render(dst, s)
}

// render writes a subtree that is there.
func (r *renderer) render(dst []byte, s *shape) ([]byte, error) {
	switch s.kind {
	case scalar:
		c := &r.cursors[s.cursor]
		if c.level() != c.full || c.val >= c.values.Len {
			return dst, errTorn
		}
		dst, err := s.write(dst, c.values, c.val)
		c.next()
		return dst, err
	case structure:
		dst = append(dst, '{')
		begin := len(dst)
		for i, f := range s.fields {
			from := len(dst)
			if from > begin {
				dst = append(dst, ", "...)
			}
			dst = append(dst, f.key...)
			var err error
			if dst, err = r.value(dst, f); err != nil {
				return dst, err
			}
			if i+1 < len(s.fields) && s.fields[i+1].name == f.name {
				dst = dst[:from] // the last of equal names counts
			}
		}
		return append(dst, '}'), nil
	case array:
		return r.array(dst, s)
	case mapping:
		return r.mapping(dst, s)
	case variant:
		return r.variant(dst, s)
	}
	return dst, errTorn
}

func (r *renderer) array(dst []byte, s *shape) ([]byte, error) {
	dst = append(dst, '[')
	if r.level(s) < s.repeatDef {
		r.pass(s)
		return append(dst, ']'), nil
	}
	for first := true; first || r.cursors[s.leaves[0]].repeats(s.repeat); first = false {
		if !first {
			dst = append(dst, ", "...)
		}
		var err error
		if dst, err = r.value(dst, s.elem); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// entry is a key of an object with its value, both as they lie in a buffer.
type entry struct {
	key         string
	value, upTo int
}

func (r *renderer) mapping(dst []byte, s *shape) ([]byte, error) {
	if r.level(s) < s.repeatDef {
		r.pass(s)
		return append(dst, "{}"...), nil
	}
	var entries []entry
	var text []byte
	for first := true; first || r.cursors[s.leaves[0]].repeats(s.repeat); first = false {
		from := len(text)
		var err error
		if text, err = r.value(text, s.keys); err != nil {
			return dst, err
		}
		e := entry{key: keyText(text[from:]), value: len(text)}
		if text, err = r.value(text, s.elem); err != nil {
			return dst, err
		}
		e.upTo = len(text)
		entries = append(entries, e)
	}
	return appendObject(dst, entries, text), nil
}

// keyText is a map's key as a string: without quotes where it is one.
func keyText(b []byte) string {
	if len(b) >= 2 && b[0] == '"' {
		return unquote(b)
	}
	return string(b)
}

// appendObject writes entries in jsonb's order; of equal keys the last.
func appendObject(dst []byte, entries []entry, text []byte) []byte {
	sort.SliceStable(entries, func(i, k int) bool { return lessKey([]byte(entries[i].key), []byte(entries[k].key)) })
	dst = append(dst, '{')
	begin := len(dst)
	for i, e := range entries {
		if i+1 < len(entries) && entries[i+1].key == e.key {
			continue
		}
		if len(dst) > begin {
			dst = append(dst, ", "...)
		}
		dst = types.AppendJSONString(dst, e.key)
		dst = append(dst, ": "...)
		dst = append(dst, text[e.value:e.upTo]...)
	}
	return append(dst, '}')
}
