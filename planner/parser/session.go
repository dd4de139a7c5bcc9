package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// setStatement parses SET in all its forms.
func (p *parser) setStatement() ast.Statement {
	pos := p.pos()
	p.expect(kwSet)
	if p.at(kwConstraints) {
		return p.setConstraints(pos)
	}
	scope := ast.SetDefaultScope
	switch {
	case p.at(kwSession) && p.peek(1) == kwCharacteristics:
		p.i += 2
		p.expect2(kwAs, kwTransaction)
		s := &ast.SetTransaction{Session: true, Modes: p.transactionModes(true)}
		s.Range = p.since(pos)
		return s
	case p.at(kwSession) && p.peek(1) != kwAuthorization && p.peek(1) != kwTo && p.peek(1) != '=' && p.peek(1) != '.':
		p.advance()
		scope = ast.SetSession
	case p.at(kwLocal) && p.peek(1) != kwTo && p.peek(1) != '=' && p.peek(1) != '.':
		p.advance()
		scope = ast.SetLocal
	}
	if p.at(kwTransaction) && p.peek(1) != kwTo && p.peek(1) != '=' {
		p.advance()
		s := &ast.SetTransaction{}
		if p.accept(kwSnapshot) {
			id := p.str()
			s.Snapshot = &id
		} else {
			s.Modes = p.transactionModes(true)
		}
		s.Range = p.since(pos)
		return s
	}
	if scope == ast.SetSession && p.at2(kwCharacteristics, kwAs) {
		p.fail()
	}
	s := p.genericSet(pos)
	s.Scope = scope
	return s
}

// genericSet parses what follows SET [SESSION|LOCAL].
func (p *parser) genericSet(pos int32) *ast.Set {
	s := &ast.Set{}
	named := func(setting string) {
		s.Name = ast.Ident{Range: p.since(pos), Name: setting}
	}
	switch next := p.peek(1); {
	case p.at2(kwTime, kwZone):
		p.i += 2
		named("timezone")
		p.zoneValue(s)
	case p.at(kwCatalog) && next == tString:
		p.advance()
		p.str()
		p.notSupported(p.toks[p.i-1].pos, "current database cannot be changed")
	case p.at(kwSchema) && next == tString:
		p.advance()
		named("search_path")
		s.Values = []ast.Expr{p.literal()}
	case p.at(kwNames) && next != kwTo && next != '=' && next != '.':
		p.advance()
		named("client_encoding")
		switch {
		case p.at(tString):
			s.Values = []ast.Expr{p.literal()}
		case p.accept(kwDefault):
			s.Kind = ast.SetDefault
		default:
			s.Kind = ast.SetDefault
		}
	case p.at(kwRole) && next != kwTo && next != '=' && next != '.':
		p.advance()
		named("role")
		s.Values = []ast.Expr{p.wordOrString()}
	case p.at2(kwSession, kwAuthorization):
		p.i += 2
		named("session_authorization")
		if p.accept(kwDefault) {
			s.Kind = ast.SetDefault
		} else {
			s.Values = []ast.Expr{p.wordOrString()}
		}
	case p.at2(kwXml, kwOption):
		p.i += 2
		named("xmloption")
		at := p.tokenRange()
		k := p.acceptAny(kwDocument, kwContent)
		if k == 0 {
			p.fail()
		}
		s.Values = []ast.Expr{&ast.Const{Range: at, Kind: ast.ConstString, Text: upper(k.word())}}
	default:
		s.Name = p.settingName()
		if p.accept(kwFrom) {
			p.expect(kwCurrent)
			s.Kind = ast.SetCurrent
			break
		}
		if !p.accept('=') {
			p.expect(kwTo)
		}
		if p.accept(kwDefault) {
			s.Kind = ast.SetDefault
			break
		}
		for {
			s.Values = append(s.Values, p.settingValue())
			if !p.accept(',') {
				break
			}
		}
	}
	s.Range = p.since(pos)
	return s
}

// settingName parses var_name: names joined by dots.
func (p *parser) settingName() ast.Ident {
	id := p.colID()
	for p.accept('.') {
		part := p.colID()
		id.Name += "." + part.Name
		id.End = part.End
	}
	return id
}

// wordOrString parses NonReservedWord_or_Sconst as a string constant.
func (p *parser) wordOrString() ast.Expr {
	if p.at(tString) {
		return p.literal()
	}
	id := p.nonReserved()
	return &ast.Const{Range: id.Range, Kind: ast.ConstString, Text: id.Name}
}

// settingValue parses var_value: a word, string, or number.
func (p *parser) settingValue() ast.Expr {
	switch k := p.kind(); k {
	case tInteger, tNumeric:
		return p.literal()
	case '-', '+':
		pos := p.pos()
		p.advance()
		if !p.at(tInteger) && !p.at(tNumeric) {
			p.fail()
		}
		c, _ := p.literal().(*ast.Const)
		if k == '-' {
			negate(c)
		}
		c.Range = p.since(pos)
		return c
	case kwTrue, kwFalse, kwOn:
		c := &ast.Const{Range: p.tokenRange(), Kind: ast.ConstString, Text: k.word()}
		p.advance()
		return c
	}
	return p.wordOrString()
}

// zoneValue parses the value of SET TIME ZONE into s.
func (p *parser) zoneValue(s *ast.Set) {
	switch k := p.kind(); {
	case k == kwDefault, k == kwLocal:
		p.advance()
		s.Kind = ast.SetDefault
	case k == kwInterval:
		x := p.intervalLiteral()
		c, ok := x.(*ast.Cast)
		if !ok {
			p.failAt(p.i + 1)
		}
		if f := c.Type.Interval; f&^(ast.FieldHour|ast.FieldMinute) != 0 {
			at := c.X.Span().End // the fields follow the value
			for at < c.End && classTable[p.src[at]]&classSpace != 0 {
				at++
			}
			p.errorAt(at, sqlerr.SyntaxError, "time zone interval must be HOUR or HOUR TO MINUTE")
		}
		s.Values = []ast.Expr{c}
	case k == tString, k == tIdent, k == tQuotedIdent:
		s.Values = []ast.Expr{p.wordOrString()}
	case k == tInteger, k == tNumeric, k == '-', k == '+':
		s.Values = []ast.Expr{p.settingValue()}
	default:
		p.fail()
	}
}

// setReset parses SET … or RESET … of ALTER ROLE and ALTER DATABASE.
func (p *parser) setReset() *ast.Set {
	if p.at(kwReset) {
		s, _ := p.reset().(*ast.Set)
		return s
	}
	pos := p.pos()
	p.expect(kwSet)
	return p.genericSet(pos)
}

func (p *parser) reset() ast.Statement {
	pos := p.pos()
	p.expect(kwReset)
	s := &ast.Set{Kind: ast.SetReset}
	if p.accept(kwAll) {
		s.Kind = ast.SetResetAll
	} else {
		s.Name = p.shownName()
	}
	s.Range = p.since(pos)
	return s
}

// shownName parses the name of SHOW and RESET.
func (p *parser) shownName() ast.Ident {
	pos := p.pos()
	id := ast.Ident{}
	switch {
	case p.accept2(kwTime, kwZone):
		id.Name = "timezone"
	case p.accept2(kwTransaction, kwIsolation):
		p.expect(kwLevel)
		id.Name = "transaction_isolation"
	case p.accept2(kwSession, kwAuthorization):
		id.Name = "session_authorization"
	default:
		return p.settingName()
	}
	id.Range = p.since(pos)
	return id
}

func (p *parser) show() ast.Statement {
	pos := p.pos()
	p.expect(kwShow)
	s := &ast.Show{}
	if p.accept(kwAll) {
		s.All = true
	} else {
		s.Name = p.shownName()
	}
	s.Range = p.since(pos)
	return s
}

// setConstraints parses CONSTRAINTS ALL|names DEFERRED|IMMEDIATE.
func (p *parser) setConstraints(pos int32) ast.Statement {
	p.expect(kwConstraints)
	s := &ast.SetConstraints{}
	if p.accept(kwAll) {
		s.All = true
	} else {
		s.Names = p.qualifiedNames()
	}
	switch p.acceptAny(kwDeferred, kwImmediate) {
	case kwDeferred:
		s.Deferred = true
	case 0:
		p.fail()
	}
	s.Range = p.since(pos)
	return s
}

// transactionModes parses ISOLATION LEVEL …, READ ONLY, …; commas are optional.
func (p *parser) transactionModes(required bool) ast.TransactionModes {
	pos := p.pos()
	m := ast.TransactionModes{}
	flag := func(v bool) *bool { return &v }
	n := 0
	for {
		comma := n > 0 && p.accept(',')
		switch {
		case p.at(kwIsolation):
			p.advance()
			p.expect(kwLevel)
			m.Isolation = p.isolationLevel()
		case p.accept2(kwRead, kwOnly):
			m.ReadOnly = flag(true)
		case p.accept2(kwRead, kwWrite):
			m.ReadOnly = flag(false)
		case p.accept(kwDeferrable):
			m.Deferrable = flag(true)
		case p.accept(kwNot):
			p.expect(kwDeferrable)
			m.Deferrable = flag(false)
		default:
			if comma || n == 0 && required || p.at(kwRead) {
				if p.at(kwRead) {
					p.failAt(p.i + 1)
				}
				p.fail()
			}
			if n > 0 {
				m.Range = p.since(pos)
			}
			return m
		}
		n++
	}
}

func (p *parser) isolationLevel() string {
	switch {
	case p.accept(kwSerializable):
		return "serializable"
	case p.accept2(kwRepeatable, kwRead):
		return "repeatable read"
	case p.accept2(kwRead, kwCommitted):
		return "read committed"
	case p.accept2(kwRead, kwUncommitted):
		return "read uncommitted"
	}
	if p.at(kwRead) || p.at(kwRepeatable) {
		p.advance()
	}
	p.fail()
	return ""
}

// transaction parses the statements of transaction control.
func (p *parser) transaction() ast.Statement {
	pos := p.pos()
	t := &ast.Transaction{}
	k := p.kind()
	p.advance()
	work := func() {
		p.acceptAny(kwWork, kwTransaction)
	}
	switch k {
	case kwBegin:
		work()
		t.Kind, t.Modes = ast.TransactionBegin, p.transactionModes(false)
	case kwStart:
		p.expect(kwTransaction)
		t.Kind, t.Modes = ast.TransactionStart, p.transactionModes(false)
	case kwCommit:
		t.Kind = ast.TransactionCommit
		if p.accept(kwPrepared) {
			t.Kind, t.GID = ast.TransactionCommitPrepared, p.str()
			break
		}
		work()
		t.Chain = p.chain()
	case kwEnd:
		t.Kind = ast.TransactionCommit
		work()
		t.Chain = p.chain()
	case kwAbort:
		t.Kind = ast.TransactionRollback
		work()
		t.Chain = p.chain()
	case kwRollback:
		t.Kind = ast.TransactionRollback
		if p.accept(kwPrepared) {
			t.Kind, t.GID = ast.TransactionRollbackPrepared, p.str()
			break
		}
		work()
		if p.accept(kwTo) {
			t.Kind = ast.TransactionRollbackTo
			p.savepointName(t)
			break
		}
		t.Chain = p.chain()
	case kwSavepoint:
		t.Kind, t.Name = ast.TransactionSavepoint, p.colID()
	case kwRelease:
		t.Kind = ast.TransactionRelease
		p.savepointName(t)
	case kwPrepare:
		p.expect(kwTransaction)
		t.Kind, t.GID = ast.TransactionPrepare, p.str()
	}
	t.Range = p.since(pos)
	return t
}

// savepointName parses [SAVEPOINT] name.
func (p *parser) savepointName(t *ast.Transaction) {
	if p.at(kwSavepoint) && isColID(p.peek(1)) {
		p.advance()
	}
	t.Name = p.colID()
}

// chain parses [AND [NO] CHAIN].
func (p *parser) chain() bool {
	if !p.accept(kwAnd) {
		return false
	}
	no := p.accept(kwNo)
	p.expect(kwChain)
	return !no
}
