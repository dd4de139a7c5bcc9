package function

import (
	"slices"

	"github.com/inlaydb/inlay/catalog/types"
)

// candidate is one overload as it would be called: variadic arguments spread
// out, defaults dropped, named arguments in their place.
type candidate struct {
	fn       *Function
	op       *Operator
	args     []types.OID // declared type of each actual argument
	slots    []int       // for each declared argument of fn: the actual one, -1 for a default; nil: in order
	spread   bool        // variadic, arguments written one by one
	defaults int         // how many defaults are used
}

// match keeps the candidates whose arguments can be coerced implicitly.
func match(actual []types.OID, cands []candidate) []candidate {
	var out []candidate
	for _, c := range cands {
		if CanCoerce(actual, c.args, Implicit) {
			out = append(out, c)
		}
	}
	return out
}

// best chooses among several candidates that all could be called, by the rule
// of Postgres's documentation, chapters 10.2 and 10.3. It returns nil where
// none is better than the others.
func best(actual []types.OID, cands []candidate) *candidate {
	unknowns := 0
	for _, a := range actual {
		if a == types.UnknownOID {
			unknowns++
		}
	}

	// The most exact matches.
	cands = keepMost(cands, func(c candidate) int {
		n := 0
		for i, a := range actual {
			if a != types.UnknownOID && c.args[i] == a {
				n++
			}
		}
		return n
	})
	if len(cands) == 1 {
		return &cands[0]
	}
	// The most exact matches or preferred types.
	cands = keepMost(cands, func(c candidate) int {
		n := 0
		for i, a := range actual {
			if a != types.UnknownOID && (c.args[i] == a || preferred(category(a), c.args[i])) {
				n++
			}
		}
		return n
	})
	if len(cands) == 1 {
		return &cands[0]
	}
	if unknowns == 0 {
		return nil
	}
	if c := byCategories(actual, cands); c != nil {
		if len(c) == 1 {
			return &c[0]
		}
		cands = c
	}
	return byKnownType(actual, cands, unknowns)
}

func keepMost(cands []candidate, score func(candidate) int) []candidate {
	most := 0
	var out []candidate
	for _, c := range cands {
		switch n := score(c); {
		case n > most:
			most = n
			out = append(out[:0:0], c)
		case n == most:
			out = append(out, c)
		}
	}
	return out
}

// byCategories decides what category each unknown literal has: string where
// any candidate takes one there, else what all candidates agree on; and keeps
// the candidates that fit, preferred types first. It returns nil where a
// position stays open or nothing is left.
func byCategories(actual []types.OID, cands []candidate) []candidate {
	type slot struct {
		category  byte
		preferred bool
	}
	slots := make([]slot, len(actual))
	for i, a := range actual {
		if a != types.UnknownOID {
			continue
		}
		conflict := false
		s := &slots[i]
		for j, c := range cands {
			cat := category(c.args[i])
			pref := preferred(cat, c.args[i])
			switch {
			case j == 0:
				s.category, s.preferred = cat, pref
			case cat == s.category:
				s.preferred = s.preferred || pref
			case cat == 'S':
				s.category, s.preferred = cat, pref
			case s.category != 'S':
				conflict = true
			}
		}
		if conflict && s.category != 'S' {
			return nil
		}
	}
	var out []candidate
	for _, c := range cands {
		keep := true
		for i, a := range actual {
			if a != types.UnknownOID {
				continue
			}
			cat := category(c.args[i])
			if cat != slots[i].category || slots[i].preferred && !preferred(cat, c.args[i]) {
				keep = false
				break
			}
		}
		if keep {
			out = append(out, c)
		}
	}
	return out
}

// byKnownType assumes, as the last resort, that unknown literals have the one
// type of all known arguments.
func byKnownType(actual []types.OID, cands []candidate, unknowns int) *candidate {
	if unknowns == len(actual) {
		return nil
	}
	known := types.OID(types.UnknownOID)
	for _, a := range actual {
		switch {
		case a == types.UnknownOID:
		case known == types.UnknownOID:
			known = a
		case known != a:
			return nil
		}
	}
	assumed := slices.Clone(actual)
	for i := range assumed {
		assumed[i] = known
	}
	var found *candidate
	for i := range cands {
		if CanCoerce(assumed, cands[i].args, Implicit) {
			if found != nil {
				return nil
			}
			found = &cands[i]
		}
	}
	return found
}
