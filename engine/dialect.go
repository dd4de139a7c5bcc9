package engine

import (
	"errors"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/parser"
)

// dialect is a way to read statements besides Postgres's.
type dialect struct {
	parse func(text string) ([]ast.Statement, error)
	// reads says whether a text bears a mark of the dialect and is correct in it.
	reads func(text string) bool
	hint  string // after a syntax error in such a text
	// anyCase: columns are found in any case of letters.
	anyCase bool
}

// dialects are those that this build has, by what inlay.dialect calls them.
var dialects = map[string]dialect{}

// checkDialect gives the canonical name of a dialect.
func checkDialect(v string) (string, bool) {
	v = strings.ToLower(v)
	if _, ok := dialects[v]; ok || v == "postgres" {
		return v, true
	}
	return "", false
}

// dialect is the session's; the zero dialect is Postgres's.
func (s *Session) dialect() dialect {
	name, _ := s.vars.get("inlay.dialect")
	return dialects[name]
}

// parse reads a text in the session's dialect.
func (s *Session) parse(text string) ([]ast.Statement, error) {
	if d := s.dialect(); d.parse != nil {
		return d.parse(text)
	}
	stmts, err := parser.Parse(text)
	if err == nil {
		return stmts, nil
	}
	var e *sqlerr.Error
	if errors.As(err, &e) && e.Code == sqlerr.SyntaxError && e.Hint == "" {
		for _, d := range dialects {
			if d.reads(text) {
				return nil, e.WithHint("%s", d.hint)
			}
		}
	}
	return nil, err
}
