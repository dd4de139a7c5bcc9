package parser

import (
	"strconv"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// identAt gives token i, which may be used as a name, as an identifier.
func (p *parser) identAt(i int) ast.Ident {
	t := p.toks[i]
	id := ast.Ident{Range: ast.Range{Pos: t.pos, End: t.end}}
	switch {
	case t.kind.isKeyword():
		id.Name = t.kind.word()
	case t.kind == tQuotedIdent:
		id.Quoted = true
		if t.val > 0 {
			id.Name = p.vals[t.val-1]
		} else {
			id.Name = p.src[t.body : t.end-1]
		}
	case t.folded:
		id.Name = truncate(fold(p.src[t.pos:t.end]))
	default:
		id.Name = p.src[t.pos:t.end]
	}
	return id
}

// takeIdent gives the current token as an identifier and passes it.
func (p *parser) takeIdent() ast.Ident {
	id := p.identAt(p.i)
	p.i++
	return id
}

// isColID reports whether k may name a column or table: ColId of the grammar.
func isColID(k kind) bool {
	if k.isKeyword() {
		c := k.category()
		return c == unreserved || c == colName
	}
	return k == tIdent || k == tQuotedIdent
}

// isTypeFuncName reports whether k may name a function or type: type_function_name.
func isTypeFuncName(k kind) bool {
	if k.isKeyword() {
		c := k.category()
		return c == unreserved || c == typeFuncName
	}
	return k == tIdent || k == tQuotedIdent
}

// isNonReserved reports whether k is any name but a reserved word: NonReservedWord.
func isNonReserved(k kind) bool {
	if k.isKeyword() {
		return k.category() != reserved
	}
	return k == tIdent || k == tQuotedIdent
}

// isColLabel reports whether k may follow a dot or AS: ColLabel.
func isColLabel(k kind) bool { return k.isKeyword() || k == tIdent || k == tQuotedIdent }

// isBareLabel reports whether k may label a target without AS: BareColLabel.
func isBareLabel(k kind) bool {
	if k.isKeyword() {
		return keywords[k-firstKeyword].bare
	}
	return k == tIdent || k == tQuotedIdent
}

func (p *parser) colID() ast.Ident {
	if !isColID(p.kind()) {
		p.fail()
	}
	return p.takeIdent()
}

func (p *parser) colLabel() ast.Ident {
	if !isColLabel(p.kind()) {
		p.fail()
	}
	return p.takeIdent()
}

func (p *parser) nonReserved() ast.Ident {
	if !isNonReserved(p.kind()) {
		p.fail()
	}
	return p.takeIdent()
}

func (p *parser) typeFuncName() ast.Ident {
	if !isTypeFuncName(p.kind()) {
		p.fail()
	}
	return p.takeIdent()
}

// colIDs parses name, ….
func (p *parser) colIDs() []ast.Ident {
	m := p.idents.mark()
	for {
		p.idents.push(p.colID())
		if !p.accept(',') {
			return p.idents.cut(m)
		}
	}
}

// parenColIDs parses (name, …).
func (p *parser) parenColIDs() []ast.Ident {
	p.expect('(')
	ids := p.colIDs()
	p.expect(')')
	return ids
}

// optParenColIDs parses [(name, …)].
func (p *parser) optParenColIDs() []ast.Ident {
	if !p.at('(') {
		return nil
	}
	return p.parenColIDs()
}

// anyName parses name[.name…]: any_name of the grammar, any label after a dot.
func (p *parser) anyName() ast.Name {
	if !isColID(p.kind()) {
		p.fail()
	}
	return p.nameRest()
}

// nameRest parses the name that starts at the current token, whose kind was checked.
func (p *parser) nameRest() ast.Name {
	pos := p.pos()
	m := p.idents.mark()
	p.idents.push(p.takeIdent())
	for p.at('.') {
		p.advance()
		p.idents.push(p.colLabel())
	}
	parts := p.idents.cut(m)
	return ast.Name{Range: p.since(pos), Parts: parts}
}

// qualifiedName parses the name of a relation: one to three parts.
func (p *parser) qualifiedName() ast.Name {
	n := p.anyNameOrStar()
	p.checkParts(&n)
	return n
}

// anyNameOrStar is anyName that reads on over a star or subscripts before it
// fails, as Postgres does in names of relations.
func (p *parser) anyNameOrStar() ast.Name {
	if !isColID(p.kind()) {
		p.fail()
	}
	pos := p.pos()
	m := p.idents.mark()
	p.idents.push(p.takeIdent())
	for p.at('.') && p.peek(1) != '*' {
		p.advance()
		p.idents.push(p.colLabel())
	}
	if p.at('.') || p.at('[') {
		for p.at('.') || p.at('[') {
			if p.at('[') {
				p.subscript(pos, nil)
			} else if p.advance(); !p.accept('*') {
				p.colLabel()
			}
		}
		p.fail()
	}
	return ast.Name{Parts: p.idents.cut(m), Range: p.since(pos)}
}

func (p *parser) checkParts(n *ast.Name) {
	if len(n.Parts) > 3 {
		p.errorAt(n.Pos, sqlerr.SyntaxError, "improper qualified name (too many dotted names): %s", n.String())
	}
}

func (p *parser) qualifiedNames() []ast.Name {
	var names []ast.Name
	for {
		names = append(names, p.qualifiedName())
		if !p.accept(',') {
			return names
		}
	}
}

func (p *parser) anyNames() []ast.Name {
	var names []ast.Name
	for {
		names = append(names, p.anyName())
		if !p.accept(',') {
			return names
		}
	}
}

// funcName parses the name of a function: func_name of the grammar.
func (p *parser) funcName() ast.Name {
	k := p.kind()
	if p.peek(1) == '.' {
		if !isColID(k) {
			p.fail()
		}
	} else if !isTypeFuncName(k) {
		if isColID(k) {
			p.advance() // only a dot could follow
		}
		p.fail()
	}
	return p.nameRest()
}

// single makes a Name of one identifier.
func (p *parser) single(id ast.Ident) ast.Name {
	parts := p.idents.slab.take(1)
	parts[0] = id
	return ast.Name{Range: id.Range, Parts: parts}
}

// builtin makes the name pg_catalog.name for a function or type that grammar stands for.
func builtin(name string, at ast.Range) ast.Name {
	return ast.Name{Range: at, Parts: []ast.Ident{{Name: "pg_catalog"}, {Range: at, Name: name}}}
}

// stringAt gives the value of string token i.
func (p *parser) stringAt(i int) string {
	t := p.toks[i]
	if t.val > 0 {
		return p.vals[t.val-1]
	}
	return p.src[t.body : t.end-1]
}

// str parses a string constant.
func (p *parser) str() string {
	if !p.at(tString) {
		p.fail()
	}
	s := p.stringAt(p.i)
	p.i++
	return s
}

// integer parses an integer constant that fits int4: Iconst of the grammar.
func (p *parser) integer() int64 {
	if !p.at(tInteger) {
		p.fail()
	}
	t := p.toks[p.i]
	v, ok := parseInteger(p.src[t.pos:t.end])
	if !ok || v > 1<<31-1 {
		p.fail()
	}
	p.i++
	return v
}

// signedInteger parses [+|-] Iconst.
func (p *parser) signedInteger() int64 {
	if p.accept('-') {
		return -p.integer()
	}
	p.accept('+')
	return p.integer()
}

// number parses a signed number as text: NumericOnly.
func (p *parser) number() string {
	sign := ""
	if p.accept('-') {
		sign = "-"
	} else {
		p.accept('+')
	}
	if !p.at(tInteger) && !p.at(tNumeric) {
		p.fail()
	}
	t := p.toks[p.i]
	p.i++
	text, _ := decimalText(p.src[t.pos:t.end])
	return sign + text
}

// parseInteger gives the value of an integer token if it fits int64.
func parseInteger(text string) (int64, bool) {
	var v int64
	if len(text) <= 18 && (len(text) < 2 || text[0] != '0') {
		for i := range len(text) {
			c := text[i]
			if c == '_' {
				continue
			}
			v = v*10 + int64(c-'0')
		}
		return v, true
	}
	if len(text) > 1 && text[0] == '0' && (text[1] >= '0' && text[1] <= '9' || text[1] == '_') {
		u, err := strconv.ParseInt(dropUnderscores(text), 10, 64) // no octal: 010 is ten
		return u, err == nil
	}
	u, err := strconv.ParseInt(text, 0, 64)
	return u, err == nil
}

func dropUnderscores(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] != '_' {
			b = append(b, s[i])
		}
	}
	return string(b)
}
