package catalog

import "strings"

// IndexText is an index as SQL writes it (pg_get_indexdef); with column > 0,
// one of its columns. quote quotes a name where it must be; pretty spells a
// stored expression without the parentheses that it does not need.
func IndexText(v View, idx *Relation, column int, table string, quote, pretty func(string) string) (string, bool) {
	x := idx.Index
	t, ok := v.RelationByOID(x.Table)
	if !ok {
		return "", false
	}
	name := func(att int16) string {
		if at := t.ColumnByAttnum(att); at >= 0 {
			return quote(t.Columns[at].Name)
		}
		return "?"
	}
	var keys, include []string
	for _, k := range x.Keys {
		s := ""
		if k.Attnum != 0 {
			s = name(k.Attnum)
		} else {
			s = pretty(k.Expr)
			if !isCall(s) {
				s = "(" + s + ")"
			}
		}
		if column > 0 {
			keys = append(keys, s)
			continue
		}
		if k.Collation != "" {
			s += " COLLATE " + k.Collation
		}
		if k.OpClass != "" && !strings.HasSuffix(k.OpClass, "_ops") || strings.HasSuffix(k.OpClass, "_pattern_ops") {
			s += " " + k.OpClass
		}
		switch {
		case k.Descending && !k.NullsFirst:
			s += " DESC NULLS LAST"
		case k.Descending:
			s += " DESC"
		case k.NullsFirst:
			s += " NULLS FIRST"
		}
		keys = append(keys, s)
	}
	for _, a := range x.Include {
		include = append(include, name(a))
	}
	if column > 0 {
		if all := append(keys, include...); column <= len(all) {
			return all[column-1], true
		}
		return "", true
	}
	s := "CREATE INDEX "
	if x.Unique {
		s = "CREATE UNIQUE INDEX "
	}
	s += quote(idx.Name) + " ON " + table + " USING " + x.Method + " (" + strings.Join(keys, ", ") + ")"
	if len(include) > 0 {
		s += " INCLUDE (" + strings.Join(include, ", ") + ")"
	}
	if x.NullsNotDistinct {
		s += " NULLS NOT DISTINCT"
	}
	if x.Where != "" {
		w := pretty(x.Where)
		if w == x.Where && !strings.HasPrefix(w, "(") {
			w = "(" + w + ")"
		}
		s += " WHERE " + w
	}
	return s, true
}

// isCall says whether an expression is a function's call and no more: it
// needs no parentheses in an index.
func isCall(s string) bool {
	open := strings.IndexByte(s, '(')
	if open <= 0 || !strings.HasSuffix(s, ")") || strings.ContainsAny(s[:open], " :'") {
		return false
	}
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 && i < len(s)-1 {
				return false
			}
		}
	}
	return true
}

// QuoteName quotes a name that is not in lower case throughout.
func QuoteName(n string) string { return quoteName(n) }
