package binder

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/explain"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Expressions of the catalog (defaults, CHECK, generation, index keys) are
// kept as text in Postgres's spelling, which \d shows. Relations in them are
// kept by OID ('1234'::regclass), so that they may be renamed.

// storedText is the text to keep of a bound expression; e is what was written,
// kept as it is where the spelling cannot be read back.
func (b *binder) storedText(x scalar.Expr, e ast.Expr, names map[scalar.ColumnID]string) string {
	text := explain.Deparse(x, func(c *scalar.Column) string {
		if n, ok := names[c.ID]; ok {
			return ast.QuoteIdent(n)
		}
		return "?"
	})
	back, err := parser.ParseExpr(text)
	if err != nil || strings.Contains(text, "?") || strings.Contains(text, "SubPlan") {
		return ast.SQL(e)
	}
	_ = back
	return relationText.ReplaceAllStringFunc(text, func(m string) string {
		name := strings.ReplaceAll(relationText.FindStringSubmatch(m)[1], "''", "'")
		e, err := parser.ParseExpr(name)
		ref, ok := e.(*ast.ColumnRef)
		if err != nil || !ok {
			return m
		}
		rel, err := b.findRelation(&ast.Name{Parts: ref.Parts})
		if err != nil || rel == nil {
			return m
		}
		return "'" + strconv.FormatUint(uint64(rel.OID), 10) + "'::regclass"
	})
}

// relationText is a constant of type regclass in a stored text.
var relationText = regexp.MustCompile(`\(?'((?:[^']|'')+)'(?:::text\))?::regclass`)

// storedRelations are the relations that a stored text names by OID.
func storedRelations(text string) []types.OID {
	var out []types.OID
	for _, m := range relationText.FindAllStringSubmatch(text, -1) {
		if n, err := strconv.ParseUint(m[1], 10, 32); err == nil {
			out = append(out, types.OID(n))
		}
	}
	return out
}
