package parser

import (
	"sync"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// maxText is the longest text that is parsed, in bytes. The tree of a text takes up to
// some thirty times its size.
const maxText = 64 << 20

// Parse gives the statements of sql, which semicolons part; empty ones are left out. An
// error is a *sqlerr.Error with Postgres's text and position.
func Parse(sql string) ([]ast.Statement, error) {
	stmts, _, err := ParseNotices(sql)
	return stmts, err
}

// ParseNotices is Parse that also gives the notices that Postgres would send, such
// as those of names that were cut to 63 bytes.
func ParseNotices(sql string) (stmts []ast.Statement, notices []*sqlerr.Error, err error) {
	err = run(sql, func(p *parser) {
		for {
			for p.accept(';') {
			}
			if p.at(tEOF) {
				break
			}
			stmts = append(stmts, p.statement())
			if !p.at(';') && !p.at(tEOF) {
				p.fail()
			}
		}
		notices = p.notices
	})
	if err != nil {
		return nil, nil, err
	}
	return stmts, notices, nil
}

// ParseExpr gives the single expression that text holds, for instance a column's default.
// Ranges and positions count from the start of text.
func ParseExpr(text string) (x ast.Expr, err error) {
	err = run(text, func(p *parser) {
		x = p.expr()
		if !p.at(tEOF) {
			p.fail()
		}
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// ParseType gives the type name that text holds, as to_regtype and casts of
// regtype read it.
func ParseType(text string) (t *ast.TypeName, err error) {
	err = run(text, func(p *parser) {
		t = p.typeName()
		if !p.at(tEOF) {
			p.fail()
		}
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// IsReserved reports whether name, in lower case, must be quoted to be a column's or
// table's name.
func IsReserved(name string) bool {
	c, ok := categoryOf(name)
	return ok && (c == reserved || c == typeFuncName)
}

func categoryOf(name string) (category, bool) {
	if len(name) > maxKeywordLen {
		return 0, false
	}
	h := hashInit
	for i := range len(name) {
		h = hashByte(h, name[i])
	}
	k := lookupKeyword(name, h)
	if k == 0 || k.word() != name {
		return 0, false
	}
	return k.category(), true
}

// parser is the state of one parse. Its methods are named after what they
// parse; they start at the first token of it and end after the last, or leave with a bailout.
type parser struct {
	lexer
	slabs
	i     int // the current token
	depth int // open constructs; see enter

	// targetDepth is the depth of the expression that is a member of a target
	// list, where a word that could be an operator may be a label.
	targetDepth int
	// substringDepth is the depth of the first argument of SUBSTRING, which a SIMILAR
	// without TO ends.
	substringDepth int
	// windowless says that the call that comes next has no FILTER or OVER.
	windowless bool
}

// bailout is the panic with which the descent ends at an error.
type bailout struct{ err *sqlerr.Error }

// scratch keeps token slices between parses.
var scratch = sync.Pool{New: func() any { return new([]token) }}

// maxScratch is how many tokens a kept slice may have room for.
const maxScratch = 1 << 16

func run(sql string, parse func(*parser)) (err error) {
	if len(sql) > maxText {
		return sqlerr.New(sqlerr.ProgramLimitExceeded, "statement text of %d bytes is too long", len(sql)).
			WithDetail("The limit is %d bytes.", maxText).
			WithHint("Load large amounts of data with COPY.")
	}
	toks := scratch.Get().(*[]token)
	p := &parser{lexer: lexer{src: sql, toks: (*toks)[:0]}}
	defer func() {
		if cap(p.toks) <= maxScratch {
			*toks = p.toks
		}
		scratch.Put(toks)
		if r := recover(); r != nil {
			b, ok := r.(bailout)
			if !ok {
				panic(r)
			}
			err = b.err
		}
	}()
	p.lexer.run()
	parse(p)
	return nil
}

// maxDepth bounds nesting and, with weight 1, the height of left-deep chains;
// a nested construct weighs nestWeight.
const (
	maxDepth   = 20000
	nestWeight = 5
)

// enter opens a construct that may hold itself; the caller sets depth back.
func (p *parser) enter() {
	p.depth += nestWeight
	if p.depth > maxDepth {
		p.tooDeep()
	}
}

func (p *parser) leave() { p.depth -= nestWeight }

// link counts one more operator of a chain; the caller sets depth back at its end.
func (p *parser) link() {
	p.depth++
	if p.depth > maxDepth {
		p.tooDeep()
	}
}

func (p *parser) tooDeep() {
	panic(bailout{sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded").
		WithHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), " +
			"after ensuring the platform's stack depth limit is adequate.")})
}

// fail leaves with a syntax error at the current token.
func (p *parser) fail() { p.failAt(p.i) }

// failAt leaves with a syntax error at token i.
func (p *parser) failAt(i int) {
	p.i = min(i, len(p.toks)-1)
	p.failNear("syntax error")
}

// failNear leaves with message and what stands at the current token, or with
// the lexer's error if that is what stands there.
func (p *parser) failNear(message string) {
	t := p.toks[p.i]
	switch t.kind {
	case tError:
		if p.err.Position < 0 {
			p.err.Position = 0
		}
		panic(bailout{p.err})
	case tEOF:
		p.errorAt(t.pos, sqlerr.SyntaxError, "%s at end of input", message)
	}
	p.errorAt(t.pos, sqlerr.SyntaxError, "%s at or near \"%s\"", message, p.src[t.pos:t.end])
}

// errorAt leaves with an error at the byte offset pos.
func (p *parser) errorAt(pos int32, code sqlerr.Code, format string, args ...any) {
	panic(bailout{sqlerr.New(code, format, args...).At(ast.Position(p.src, pos))})
}

// bail leaves with err.
func (p *parser) bail(err *sqlerr.Error) { panic(bailout{err}) }

// kind gives the kind of the current token.
func (p *parser) kind() kind { return p.toks[p.i].kind }

// peek gives the kind of the token n after the current one.
func (p *parser) peek(n int) kind {
	if p.i+n >= len(p.toks) {
		return tEOF
	}
	return p.toks[p.i+n].kind
}

func (p *parser) at(k kind) bool { return p.toks[p.i].kind == k }

// at2 reports whether the next two tokens are a and b.
func (p *parser) at2(a, b kind) bool { return p.toks[p.i].kind == a && p.toks[p.i+1].kind == b }

func (p *parser) at3(a, b, c kind) bool {
	return p.at2(a, b) && p.toks[p.i+2].kind == c
}

// pos gives the byte offset of the current token.
func (p *parser) pos() int32 { return p.toks[p.i].pos }

// prevEnd gives the end of the token before the current one.
func (p *parser) prevEnd() int32 {
	if p.i == 0 {
		return 0
	}
	return p.toks[p.i-1].end
}

// since gives the range from pos to the end of what was parsed last.
func (p *parser) since(pos int32) ast.Range { return ast.Range{Pos: pos, End: p.prevEnd()} }

// advance passes the current token, which must not be tEOF or tError.
func (p *parser) advance() { p.i++ }

// accept passes the current token if it is k.
func (p *parser) accept(k kind) bool {
	if p.toks[p.i].kind == k {
		p.i++
		return true
	}
	return false
}

// accept2 passes two tokens if they are a and b.
func (p *parser) accept2(a, b kind) bool {
	if p.at2(a, b) {
		p.i += 2
		return true
	}
	return false
}

func (p *parser) accept3(a, b, c kind) bool {
	if p.at3(a, b, c) {
		p.i += 3
		return true
	}
	return false
}

// expect passes the current token, which must be k.
func (p *parser) expect(k kind) {
	if p.toks[p.i].kind != k {
		p.fail()
	}
	p.i++
}

// expect2 passes a and b.
func (p *parser) expect2(a, b kind) {
	p.expect(a)
	p.expect(b)
}

// acceptAny passes the current token if it is one of the kinds and gives it, else 0.
func (p *parser) acceptAny(kinds ...kind) kind {
	c := p.kind()
	for _, k := range kinds {
		if c == k {
			p.i++
			return k
		}
	}
	return 0
}

// isWord reports whether token i is an unquoted identifier spelled word: for words that
// are no keywords of Postgres.
func (p *parser) isWord(i int, word string) bool {
	if i >= len(p.toks) {
		return false
	}
	t := p.toks[i]
	return t.kind == tIdent && int(t.end-t.pos) == len(word) && equalFolded(p.src[t.pos:t.end], word)
}

func (p *parser) atWord(word string) bool { return p.isWord(p.i, word) }
