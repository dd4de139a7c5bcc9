package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// maxFuzzy is how many edits a name may be away to be suggested.
const maxFuzzy = 3

// suggestion collects the column names nearest to one that does not exist,
// as Postgres's FuzzyAttrMatchState does: the one or two nearest are named.
type suggestion struct {
	distance  int
	first     *item
	firstCol  int // -1: an exact match that cannot be referenced
	second    *item
	secondCol int
	done      bool
}

// missingColumn is 42703 with the nearest names as a hint.
func (b *binder) missingColumn(s *scope, rel, name string, pos int32) error {
	e := b.errAt(pos, sqlerr.UndefinedColumn, `column %s does not exist`, sqlerr.Quote(name))
	if rel != "" {
		e.Message = "column " + rel + "." + name + " does not exist"
	}
	st := suggestion{distance: maxFuzzy + 1, firstCol: -1, secondCol: -1}
	for lvl := s; lvl != nil && !st.done; lvl = lvl.parent {
		for _, it := range lvl.tables {
			penalty := 0
			if rel != "" {
				penalty = editDistance(rel, it.name, maxFuzzy+1)
			}
			if st.scan(it, name, penalty) {
				break
			}
		}
	}
	switch {
	case st.first == nil:
	case st.firstCol < 0:
		e.WithHint(`There is a column named "%s" in table "%s", but it cannot be referenced from this part of the query.`, name, st.first.name)
	case st.second == nil:
		e.WithHint(`Perhaps you meant to reference the column "%s.%s".`, st.first.name, st.first.cols[st.firstCol].name)
	default:
		e.WithHint(`Perhaps you meant to reference the column "%s.%s" or the column "%s.%s".`,
			st.first.name, st.first.cols[st.firstCol].name, st.second.name, st.second.cols[st.secondCol].name)
	}
	return e
}

// scan looks through the columns of one relation; true ends the search.
func (st *suggestion) scan(it *item, name string, penalty int) bool {
	for i := range it.cols {
		c := it.cols[i].name
		if c == name && penalty == 0 {
			*st = suggestion{first: it, firstCol: -1, done: true}
			return true
		}
		if penalty > st.distance || c == "" {
			continue
		}
		limit := st.distance + 1 - penalty
		d := editDistance(c, name, limit)
		if d > len(name)/2 {
			continue
		}
		d += penalty
		switch {
		case d < st.distance:
			st.distance, st.first, st.firstCol, st.second, st.secondCol = d, it, i, nil, -1
		case d == st.distance:
			switch {
			case st.second != nil:
				st.first, st.second, st.firstCol, st.secondCol = nil, nil, -1, -1
				st.distance = d - 1
			case st.first != nil:
				st.second, st.secondCol = it, i
			case st.distance <= maxFuzzy:
				st.first, st.firstCol = it, i
			}
		}
	}
	return false
}

// missingRelation is 42P01 for a qualifier that no FROM item has.
func (b *binder) missingRelation(s *scope, schema, name string, pos int32) error {
	for lvl := s; lvl != nil; lvl = lvl.parent {
		for _, it := range lvl.tables {
			relName := it.name
			if it.rel != nil {
				relName = it.rel.Name
			}
			if relName != name && it.name != name {
				continue
			}
			e := b.errAt(pos, sqlerr.UndefinedTable, `invalid reference to FROM-clause entry for table %s`, sqlerr.Quote(name))
			if it.alias && it.name != name {
				if vis, _ := b.relation(s, "", it.name, pos); vis == it {
					return e.WithHint(`Perhaps you meant to reference the table alias "%s".`, it.name)
				}
			}
			return e.WithHint(`There is an entry for table "%s", but it cannot be referenced from this part of the query.`, it.name)
		}
	}
	return b.errAt(pos, sqlerr.UndefinedTable, `missing FROM-clause entry for table %s`, sqlerr.Quote(name))
}

// editDistance is the Levenshtein distance of two byte strings, or limit+1
// where it is above limit.
func editDistance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return min(row[len(b)], limit+1)
}
