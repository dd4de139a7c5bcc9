package parser

import "github.com/inlaydb/inlay/planner/ast"

// atQualify reports whether the extension QUALIFY starts here. The word is no keyword of
// Postgres, where it may be an alias; so it must be followed by what starts an expression and
// cannot follow an alias.
func (p *parser) atQualify() bool {
	if !p.atWord("qualify") {
		return false
	}
	switch k := p.peek(1); k {
	case tIdent, tQuotedIdent, tInteger, tNumeric, tString, tParam, '-', '+',
		kwNot, kwCase, kwCast, kwExists, kwNull, kwTrue, kwFalse, kwCoalesce, kwNullif, kwGreatest, kwLeast, kwExtract:
		return true
	case '(':
		// A list of names in parentheses is that of an alias: FROM t qualify (a, b).
		for i := p.i + 2; ; i += 2 {
			if !isColID(p.toks[i].kind) {
				return true
			}
			switch p.toks[i+1].kind {
			case ',':
			case ')':
				return false
			default:
				return true
			}
		}
	default:
		if !k.isKeyword() || k.category() != unreserved {
			return false
		}
		// A function or column whose name is an unreserved keyword.
		switch p.peek(2) {
		case '(', '.', '=', '<', '>', tLessEquals, tGreaterEquals, tNotEquals:
			return true
		}
	}
	return false
}

// starModifiers parses the extensions EXCLUDE, REPLACE and RENAME after a star.
func (p *parser) starModifiers(s *ast.Star) bool {
	found := false
	for {
		k := p.kind()
		bare := s.Qualifier == nil && isColID(p.peek(1)) && k == kwExclude
		if p.peek(1) != '(' && !bare || k != kwExclude && k != kwReplace && k != kwRename {
			if found {
				s.Range = p.since(s.Pos)
			}
			return found
		}
		found = true
		p.advance()
		if bare {
			id := p.colID()
			s.Exclude = append(s.Exclude, ast.ColumnRef{Range: id.Range, Parts: []ast.Ident{id}})
			continue
		}
		p.expect('(')
		for {
			switch k {
			case kwExclude:
				s.Exclude = append(s.Exclude, ast.ColumnRef(p.anyName()))
			case kwReplace:
				pos := p.pos()
				x := p.expr()
				p.accept(kwAs)
				alias := p.colLabel()
				s.Replace = append(s.Replace, &ast.Target{Range: p.since(pos), Value: x, Alias: alias})
			case kwRename:
				from := p.colID()
				p.expect(kwAs)
				s.Rename = append(s.Rename, ast.RenameItem{From: from, To: p.colLabel()})
			}
			if !p.accept(',') {
				break
			}
		}
		p.expect(')')
	}
}

// describe parses DESCRIBE query|table.
func (p *parser) describe() ast.Statement {
	pos := p.pos()
	p.advance()
	d := &ast.Describe{}
	switch {
	case p.startsSelect() && !p.at(kwTable):
		d.Query = p.query()
	case p.at(kwInsert), p.at(kwUpdate), p.at(kwDelete), p.at(kwMerge):
		if p.peek(1) == tEOF || p.peek(1) == ';' {
			d.Relation = p.describeTable()
		} else {
			d.Query = p.statement()
		}
	default:
		p.accept(kwTable)
		d.Relation = p.describeTable()
	}
	d.Range = p.since(pos)
	return d
}

// summarize parses SUMMARIZE query|table.
func (p *parser) summarize() ast.Statement {
	pos := p.pos()
	p.advance()
	s := &ast.Summarize{}
	if p.startsSelect() && !p.at(kwTable) {
		s.Query = p.query()
	} else {
		p.accept(kwTable)
		s.Relation = p.describeTable()
	}
	s.Range = p.since(pos)
	return s
}

// describeTable parses a table's name or a file's path.
func (p *parser) describeTable() *ast.Relation {
	if p.at(tString) {
		return p.pathRelation()
	}
	return p.relationExpr()
}
