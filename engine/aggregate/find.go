package aggregate

import (
	"github.com/inlaydb/inlay/storage/column"
)

// groupFinder gives the group of each row of a batch, by way of a table. Where
// all keys are dictionary codes (or constants) of few combinations it remembers
// the group of each combination, and the table is asked once for each. Keys
// that share their codes, as columns of one row of a join's build side do,
// count as one.
type groupFinder struct {
	kb     keyBatch
	groups []uint32 // by row; nil without keys
	packed bool     // kb holds the keys of the current batch

	dicts   []uint64 // identities of the dictionaries that byCode is about, or may be about
	known   bool     // byCode is about them
	byCode  []uint32 // group + 1 by combination of codes
	codes   []uint32 // scratch
	missing []int32
}

// maxCombinations bounds byCode. Where it would be larger than a batch it is
// made only when the dictionaries are those of the batch before.
const maxCombinations = 1 << 18

func (f *groupFinder) forget() {
	f.dicts, f.known = f.dicts[:0], false
}

func (f *groupFinder) pack(form *keyForm, keys []*column.Column, sel []int32, n int) {
	form.pack(&f.kb, keys, sel, n)
}

// find numbers the groups of rows from to n, see table.find. It is called
// again for the rest of a batch with the same arguments.
func (f *groupFinder) find(t *table, keys []*column.Column, sel []int32, from, n int) (int, error) {
	if len(keys) == 0 {
		f.groups = nil
		if err := t.one(); err != nil {
			return from, err
		}
		return n, nil
	}
	f.groups = resize(f.groups, n)
	if size := combinations(keys); size > 0 && f.remember(keys, size, size <= max(n, 64)) {
		return f.findByCode(t, keys, sel, from, n)
	}
	if from == 0 || !f.packed {
		f.pack(t.form, keys, sel, n)
		f.packed = true
	}
	done, err := t.find(&f.kb, from, f.groups)
	if e := t.keepFirst(keys, sel); e != nil {
		return from, e
	}
	return done, err
}

// combinations is how many combinations of codes the keys have, NULL counted
// as a code; 0 where a key has no codes or they are too many.
func combinations(keys []*column.Column) int {
	n := 1
	for i, c := range keys {
		switch {
		case c.Form == column.Constant, sharesCodes(keys, i):
		case c.Form == column.Dictionary && c.Dict.ID != 0:
			n *= c.Dict.Values.Len + 1
		default:
			return 0
		}
		if n > maxCombinations {
			return 0
		}
	}
	return n
}

// sharesCodes says whether an earlier key has key i's codes.
func sharesCodes(keys []*column.Column, i int) bool {
	for _, o := range keys[:i] {
		if column.SameCodes(o, keys[i]) {
			return true
		}
	}
	return false
}

// alone stands for the code of a row that the table is asked for whatever was
// found before: where keys share codes, these do not say which of them is NULL.
const alone = ^uint32(0)

func (f *groupFinder) findByCode(t *table, keys []*column.Column, sel []int32, from, n int) (int, error) {
	f.packed = false
	codes := resize(f.codes, n)
	f.codes = codes
	clear(codes)
	shared := false
	for i, c := range keys {
		if c.Form == column.Constant {
			continue
		}
		if sharesCodes(keys, i) {
			shared = true
			continue
		}
		m := uint32(c.Dict.Values.Len + 1)
		switch {
		case c.Valid != nil:
			for k := range codes {
				i := at(sel, k)
				code := uint32(c.Codes[i])
				if c.IsNull(i) {
					code = m - 1
				}
				codes[k] = codes[k]*m + code
			}
		case sel == nil:
			src := c.Codes[:len(codes)]
			for k, code := range src {
				codes[k] = codes[k]*m + uint32(code)
			}
		default:
			for k, i := range sel[:len(codes)] {
				codes[k] = codes[k]*m + uint32(c.Codes[i])
			}
		}
	}
	if shared {
		for _, c := range keys {
			if c.Valid == nil || c.Form == column.Constant {
				continue
			}
			for k := range codes {
				if c.IsNull(at(sel, k)) {
					codes[k] = alone
				}
			}
		}
	}
	const pending = ^uint32(0)
	by := f.byCode
	groups := f.groups[:len(codes)]
	f.missing = f.missing[:0]
	for k := from; k < n; k++ {
		if codes[k] == alone {
			f.missing = append(f.missing, int32(k))
		} else if by[codes[k]] == 0 {
			by[codes[k]] = pending
			f.missing = append(f.missing, int32(k))
		}
	}
	if len(f.missing) > 0 {
		rows := make([]int32, len(f.missing))
		for j, k := range f.missing {
			rows[j] = int32(at(sel, int(k)))
		}
		t.form.pack(&f.kb, keys, rows, len(rows))
		found := make([]uint32, len(rows))
		done, err := t.find(&f.kb, 0, found)
		if e := t.keepFirst(keys, rows); e != nil && err == nil {
			err = e
		}
		for j, k := range f.missing {
			if codes[k] == alone {
				groups[k] = found[j]
				continue
			}
			by[codes[k]] = 0
			if j < done {
				by[codes[k]] = found[j] + 1
			}
		}
		if err != nil {
			return from, err
		}
	}
	for k, code := range codes {
		if code != alone {
			groups[k] = by[code] - 1
		}
	}
	return n, nil
}

// remember makes byCode be about the keys' dictionaries. Where it is about
// others so far and its making does not pay at once, it notes them and says no.
func (f *groupFinder) remember(keys []*column.Column, size int, pays bool) bool {
	same, constant := len(f.dicts) == len(keys), false
	for i, c := range keys {
		same = same && f.dicts[i] == dictID(c)
		constant = constant || c.Form == column.Constant // its value is not part of the identity
	}
	if same && f.known && !constant {
		return true
	}
	if !same {
		f.dicts = f.dicts[:0]
		for _, c := range keys {
			f.dicts = append(f.dicts, dictID(c))
		}
	}
	f.known = pays || same && !constant
	if !f.known {
		return false
	}
	f.byCode = resize(f.byCode, size)
	clear(f.byCode)
	return true
}

func dictID(c *column.Column) uint64 {
	if c.Form == column.Constant {
		return 0
	}
	return c.Dict.ID
}
