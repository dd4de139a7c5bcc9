package binder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
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

// nearestRelation is a hint for a name that no relation has, where one of
// another schema has it or one that can be named so has nearly. Postgres has no
// such hint.
func (b *binder) nearestRelation(name *ast.Name) string {
	obj, schemas := name.Object(), b.path
	if sch := name.Schema(); sch != "" {
		schemas = []string{sch}
	} else {
		for _, s := range b.env.View.Schemas() {
			if _, ok := b.env.View.Relation(s.Name, obj); ok && !slices.Contains(b.path, s.Name) {
				return fmt.Sprintf(`There is a relation %s: name its schema, or add that to search_path.`, sqlerr.Quote(s.Name+"."+obj))
			}
		}
	}
	best, distance := "", min(maxFuzzy, len(obj)/2)+1
	for _, sch := range schemas {
		if sch == "pg_catalog" && name.Schema() == "" && !strings.HasPrefix(obj, "pg_") {
			continue // nobody who writes "order" means pg_user
		}
		for _, rel := range b.env.View.Relations(sch) {
			if d := editDistance(rel.Name, obj, distance); d < distance {
				best, distance = rel.Name, d
			}
		}
	}
	if best == "" {
		return ""
	}
	if sch := name.Schema(); sch != "" {
		best = sch + "." + best
	}
	return fmt.Sprintf("Perhaps you meant the relation %s.", sqlerr.Quote(best))
}

// nearestFunction adds a hint to an error about a name that no function has,
// where one has nearly that name.
func nearestFunction(err error, name string) error {
	e, ok := sqlerr.As(err)
	if !ok || e.Code != sqlerr.UndefinedFunction || len(function.Named(name)) > 0 {
		return err
	}
	best, distance := "", min(maxFuzzy, len(name)/3)+1
	for _, f := range function.All() {
		if d := editDistance(f.Name, name, distance); d < distance {
			best, distance = f.Name, d
		}
	}
	if best == "" {
		return err
	}
	near := *e
	return near.WithHint("Perhaps you meant the function %s.", sqlerr.Quote(best))
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
