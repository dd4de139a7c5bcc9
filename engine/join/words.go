package join

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// worder makes the words of one side's rows, for one worker.
type worder struct {
	keys      []int
	types     []types.Type
	other     []types.Type // of the other side's keys, for a common numeric form
	nullEqual []bool
	exact     bool
	hashers   []kernel.Hasher
	cols      []*column.Column // the keys of the current batch, in their common form
	words     []uint64
	rows      []int32
}

func newWorder(keys []int, own, other []types.Type, otherKeys []int, nullEqual []bool, exact bool) *worder {
	w := &worder{keys: keys, nullEqual: nullEqual, exact: exact, hashers: make([]kernel.Hasher, len(keys)), cols: make([]*column.Column, len(keys))}
	for i, k := range keys {
		w.types = append(w.types, own[k])
		w.other = append(w.other, other[otherKeys[i]])
	}
	return w
}

// common is a key column in the form in which both sides are compared.
func (w *worder) common(i int, c *column.Column) *column.Column {
	t := w.types[i]
	switch t.OID {
	case types.NumericOID:
		kind, scale := kernel.CommonNumeric(t, w.other[i])
		return kernel.Widen(c, kind, int(t.Scale), scale)
	case types.BPCharOID:
		return kernel.TrimColumn(c)
	}
	if want := t.Kind(); c.Kind != want && c.AllNull() {
		return column.NewNull(want, c.Len)
	}
	return c
}

// commonOther is common for a column of the other side's key.
func (w *worder) commonOther(i int, c *column.Column) *column.Column {
	t := w.other[i]
	switch t.OID {
	case types.NumericOID:
		kind, scale := kernel.CommonNumeric(t, w.types[i])
		return kernel.Widen(c, kind, int(t.Scale), scale)
	case types.BPCharOID:
		return kernel.TrimColumn(c)
	}
	return c
}

// run computes the words of b's live rows. rows are the physical rows whose
// keys are all usable, words[k] belongs to rows[k]; nulls are the others.
// Both are scratch.
func (w *worder) run(b *batch.Batch, wantNulls bool) (rows []int32, words []uint64, nulls []int32) {
	sel := b.Sel
	if sel == nil {
		sel = batch.Sequence(b.Len)
	}
	for i, k := range w.keys {
		w.cols[i] = w.common(i, b.Cols[k])
	}
	rows = sel
	own := false // rows is scratch, not the batch's selection
	for i, c := range w.cols {
		if c.Valid == nil || w.nullEqual != nil && w.nullEqual[i] {
			continue
		}
		kept := w.rows[:0]
		if own {
			kept = rows[:0]
		}
		for _, p := range rows {
			if c.IsNull(int(p)) {
				if wantNulls {
					nulls = append(nulls, p)
				}
				continue
			}
			kept = append(kept, p)
		}
		rows, own = kept, true
		w.rows = kept
		if len(rows) == 0 {
			break
		}
	}
	if cap(w.words) < len(rows) {
		w.words = make([]uint64, len(rows)+len(rows)/4)
	}
	words = w.words[:len(rows)]
	if len(rows) == 0 {
		return rows, words, nulls
	}
	if w.exact {
		for i, c := range w.cols {
			packWords(c, rows, words, i > 0)
		}
		return rows, words, nulls
	}
	for i, c := range w.cols {
		w.hashers[i].Hash(c, rows, words, i > 0)
	}
	return rows, words, nulls
}

// packWords puts the values' bits into the words: a single key is the value
// itself, further ones are shifted in below.
func packWords(c *column.Column, rows []int32, words []uint64, more bool) {
	if c.Form == column.Dictionary || c.Form == column.Constant {
		c = column.Flatten(c)
	}
	switch c.Kind {
	case column.Bool:
		pack(column.Values[uint8](c), 8, rows, words, more)
	case column.Int16:
		pack(column.Values[int16](c), 16, rows, words, more)
	case column.Int32:
		pack(column.Values[int32](c), 32, rows, words, more)
	case column.Int64:
		pack(column.Values[int64](c), 0, rows, words, more)
	}
}

func pack[T uint8 | int16 | int32 | int64](v []T, bits uint, rows []int32, words []uint64, more bool) {
	if !more {
		for k, p := range rows {
			words[k] = uint64(int64(v[p]))
		}
		return
	}
	mask := uint64(1)<<bits - 1
	for k, p := range rows {
		words[k] = words[k]<<bits | uint64(int64(v[p]))&mask
	}
}

// hashes makes hashes of words, in place of them where they are hashes already.
func (w *worder) hashOf(word uint64) uint64 {
	if w.exact {
		return kernel.HashInt(int64(word))
	}
	return word
}
