package catalog

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
)

var storedRegclass = regexp.MustCompile(`'(\d+)'::regclass`)

// ShowText is a stored expression as users see it: relations, which it has by
// OID, under their names, qualified where the search path does not lead to them.
func ShowText(v View, path []string, text string) string {
	if !strings.Contains(text, "::regclass") {
		return text
	}
	return storedRegclass.ReplaceAllStringFunc(text, func(m string) string {
		oid, err := strconv.ParseUint(storedRegclass.FindStringSubmatch(m)[1], 10, 32)
		if err != nil {
			return m
		}
		rel, ok := v.RelationByOID(types.OID(oid))
		if !ok {
			return m
		}
		name := quoteName(rel.Name)
		if !visible(v, path, rel) {
			name = quoteName(rel.Schema) + "." + name
		}
		return "'" + strings.ReplaceAll(name, "'", "''") + "'::regclass"
	})
}

func visible(v View, path []string, rel *Relation) bool {
	for _, s := range path {
		if r, ok := v.Relation(s, rel.Name); ok {
			return r.OID == rel.OID
		}
	}
	return false
}

var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_$]*$`)

func quoteName(n string) string {
	if plainName.MatchString(n) {
		return n
	}
	return `"` + strings.ReplaceAll(n, `"`, `""`) + `"`
}
