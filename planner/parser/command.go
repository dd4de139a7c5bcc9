package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

func (p *parser) prepare() ast.Statement {
	pos := p.pos()
	p.expect(kwPrepare)
	s := &ast.Prepare{Name: p.colID()}
	if p.accept('(') {
		for {
			s.Types = append(s.Types, p.typeName())
			if !p.accept(',') {
				break
			}
		}
		p.expect(')')
	}
	p.expect(kwAs)
	s.Stmt = p.preparable()
	s.Range = p.since(pos)
	return s
}

func (p *parser) execute() *ast.Execute {
	pos := p.pos()
	p.expect(kwExecute)
	s := &ast.Execute{Name: p.colID()}
	if p.accept('(') {
		s.Args = p.exprList()
		p.expect(')')
	}
	s.Range = p.since(pos)
	return s
}

func (p *parser) deallocate() ast.Statement {
	pos := p.pos()
	p.expect(kwDeallocate)
	if p.at(kwPrepare) && (isColID(p.peek(1)) || p.peek(1) == kwAll) {
		p.advance()
	}
	s := &ast.Deallocate{}
	if p.accept(kwAll) {
		s.All = true
	} else {
		s.Name = p.colID()
	}
	s.Range = p.since(pos)
	return s
}

func (p *parser) explain() ast.Statement {
	pos := p.pos()
	p.expect(kwExplain)
	e := &ast.Explain{}
	word := func(k kind, name string) {
		if at := p.tokenRange(); p.accept(k) {
			e.Options = append(e.Options, ast.Option{Range: at, Name: ast.Ident{Range: at, Name: name}})
		}
	}
	switch p.kind() {
	case '(':
		if !p.parenStartsSelect() {
			e.Options = p.utilityOptions()
		}
	case kwAnalyse:
		word(kwAnalyse, "analyze")
		word(kwVerbose, "verbose")
	default:
		word(kwAnalyze, "analyze")
		word(kwVerbose, "verbose")
	}
	e.Stmt = p.explainable()
	e.Range = p.since(pos)
	return e
}

// explainable parses a statement that EXPLAIN takes.
func (p *parser) explainable() ast.Statement {
	switch p.kind() {
	case kwDeclare:
		return p.declareCursor()
	case kwRefresh:
		return p.refresh()
	case kwExecute:
		return p.execute()
	case kwCreate:
		at := p.i
		s := p.create()
		if _, ok := s.(*ast.CreateTableAs); !ok {
			p.failAt(at)
		}
		return s
	}
	return p.preparable()
}

func (p *parser) declareCursor() ast.Statement {
	pos := p.pos()
	p.expect(kwDeclare)
	d := &ast.DeclareCursor{Name: p.colID()}
	for {
		if p.accept(kwNo) {
			p.expect(kwScroll)
			d.NoScroll = true
			continue
		}
		switch p.acceptAny(kwScroll, kwBinary, kwAsensitive, kwInsensitive) {
		case kwScroll:
			d.Scroll = true
			continue
		case kwBinary:
			d.Binary = true
			continue
		case kwAsensitive:
			d.Asensitive = true
			continue
		case kwInsensitive:
			d.Insensitive = true
			continue
		}
		break
	}
	p.expect(kwCursor)
	if k := p.acceptAny(kwWith, kwWithout); k != 0 {
		p.expect(kwHold)
		d.Hold = k == kwWith
	}
	p.expect(kwFor)
	d.Query = p.selectStatement()
	d.Range = p.since(pos)
	return d
}

// fetch parses FETCH and MOVE.
func (p *parser) fetch() ast.Statement {
	pos := p.pos()
	f := &ast.Fetch{Move: p.at(kwMove), Count: 1}
	p.advance()
	direction := true
	switch k := p.kind(); {
	case k == kwFrom || k == kwIn:
	case k == tInteger || k == '-' || k == '+':
		f.Count = p.signedInteger()
	case k == kwAll:
		p.advance()
		f.All = true
	case !isColID(k):
		p.fail()
	case p.fetchEnds(1): // a cursor whose name may be any of the words below
		direction = false
	default:
		direction = p.fetchDirection(f)
	}
	if direction {
		p.acceptAny(kwFrom, kwIn)
	}
	f.Cursor = p.colID()
	f.Range = p.since(pos)
	return f
}

// fetchEnds reports whether the statement ends n tokens from here.
func (p *parser) fetchEnds(n int) bool {
	k := p.peek(n)
	return k == tEOF || k == ';'
}

// fetchDirection parses NEXT, ABSOLUTE n, FORWARD ALL, ….
func (p *parser) fetchDirection(f *ast.Fetch) bool {
	k := p.kind()
	switch k {
	case kwNext:
		p.advance()
	case kwPrior:
		p.advance()
		f.Direction = ast.FetchBackward
	case kwFirst:
		p.advance()
		f.Direction = ast.FetchAbsolute
	case kwLast:
		p.advance()
		f.Direction, f.Count = ast.FetchAbsolute, -1
	case kwAbsolute, kwRelative:
		p.advance()
		f.Direction = ast.FetchAbsolute
		if k == kwRelative {
			f.Direction = ast.FetchRelative
		}
		f.Count = p.signedInteger()
	case kwForward, kwBackward:
		p.advance()
		if k == kwBackward {
			f.Direction = ast.FetchBackward
		}
		switch {
		case p.at(tInteger), p.at('-'), p.at('+'):
			f.Count = p.signedInteger()
		case p.accept(kwAll):
			f.All = true
		}
	default:
		return false
	}
	return true
}

func (p *parser) closePortal() ast.Statement {
	pos := p.pos()
	p.expect(kwClose)
	c := &ast.ClosePortal{}
	if p.accept(kwAll) {
		c.All = true
	} else {
		c.Name = p.colID()
	}
	c.Range = p.since(pos)
	return c
}

func (p *parser) discard() ast.Statement {
	pos := p.pos()
	p.expect(kwDiscard)
	d := &ast.Discard{}
	switch k := p.acceptAny(kwAll, kwPlans, kwSequences, kwTemp, kwTemporary); k {
	case 0:
		p.fail()
	case kwTemporary:
		d.What = "temp"
	default:
		d.What = k.word()
	}
	d.Range = p.since(pos)
	return d
}

// listen parses LISTEN, UNLISTEN and NOTIFY.
func (p *parser) listen() ast.Statement {
	pos := p.pos()
	switch k := p.kind(); k {
	case kwListen:
		p.advance()
		channel := p.colID()
		return &ast.Listen{Range: p.since(pos), Channel: channel}
	case kwUnlisten:
		p.advance()
		u := &ast.Unlisten{}
		if p.accept('*') {
			u.All = true
		} else {
			u.Channel = p.colID()
		}
		u.Range = p.since(pos)
		return u
	}
	p.expect(kwNotify)
	n := &ast.Notify{Channel: p.colID()}
	if p.accept(',') {
		n.Payload = p.str()
	}
	n.Range = p.since(pos)
	return n
}

func (p *parser) lock() ast.Statement {
	pos := p.pos()
	p.expect(kwLock)
	p.accept(kwTable)
	l := &ast.Lock{Tables: p.relationExprs(), Mode: "access exclusive"}
	if p.accept(kwIn) {
		modes := []struct {
			words []kind
			mode  string
		}{
			{[]kind{kwAccess, kwShare}, "access share"},
			{[]kind{kwAccess, kwExclusive}, "access exclusive"},
			{[]kind{kwRow, kwShare}, "row share"},
			{[]kind{kwRow, kwExclusive}, "row exclusive"},
			{[]kind{kwShare, kwUpdate, kwExclusive}, "share update exclusive"},
			{[]kind{kwShare, kwRow, kwExclusive}, "share row exclusive"},
			{[]kind{kwShare}, "share"},
			{[]kind{kwExclusive}, "exclusive"},
		}
		found := false
		for _, m := range modes {
			if p.acceptWords(m.words...) {
				l.Mode, found = m.mode, true
				break
			}
		}
		if !found {
			if p.at(kwAccess) || p.at(kwRow) {
				p.advance()
			}
			p.fail()
		}
		p.expect(kwMode)
	}
	l.NoWait = p.accept(kwNowait)
	l.Range = p.since(pos)
	return l
}

// vacuum parses VACUUM and ANALYZE.
func (p *parser) vacuum() ast.Statement {
	pos := p.pos()
	v := &ast.Vacuum{Analyze: !p.at(kwVacuum)}
	p.advance()
	if p.at('(') {
		v.Options = p.utilityOptions()
	} else {
		words := []kind{kwVerbose}
		if !v.Analyze {
			words = []kind{kwFull, kwFreeze, kwVerbose, kwAnalyze}
		}
		for _, w := range words {
			if at := p.tokenRange(); p.accept(w) || w == kwAnalyze && p.accept(kwAnalyse) {
				v.Options = append(v.Options, ast.Option{Range: at, Name: ast.Ident{Range: at, Name: w.word()}})
			}
		}
	}
	if isColID(p.kind()) || p.at(kwOnly) {
		for {
			at := p.pos()
			t := ast.VacuumTarget{Table: p.relationExpr(), Columns: p.optParenColIDs()}
			t.Range = p.since(at)
			v.Targets = append(v.Targets, t)
			if !p.accept(',') {
				break
			}
		}
	}
	v.Range = p.since(pos)
	return v
}

func (p *parser) cluster() ast.Statement {
	pos := p.pos()
	p.expect(kwCluster)
	c := &ast.Cluster{}
	if p.at('(') {
		c.Options = p.utilityOptions()
	} else if at := p.tokenRange(); p.accept(kwVerbose) {
		c.Options = []ast.Option{{Range: at, Name: ast.Ident{Range: at, Name: "verbose"}}}
	}
	if isColID(p.kind()) {
		at := p.pos()
		if p.peek(1) == kwOn { // CLUSTER index ON table
			c.Index = p.colID()
			p.advance()
			at = p.pos()
		}
		n := p.qualifiedName()
		c.Table = &ast.Relation{Range: p.since(at), Name: n}
		if c.Index.Name == "" && p.accept(kwUsing) {
			c.Index = p.colID()
		}
	}
	c.Range = p.since(pos)
	return c
}

func (p *parser) reindex() ast.Statement {
	pos := p.pos()
	p.expect(kwReindex)
	r := &ast.Reindex{}
	if p.at('(') {
		r.Options = p.utilityOptions()
	}
	k := p.acceptAny(kwIndex, kwTable, kwSchema, kwSystem, kwDatabase)
	if k == 0 {
		p.fail()
	}
	r.Kind = k.word()
	r.Concurrently = p.accept(kwConcurrently)
	if isColID(p.kind()) || k != kwSystem && k != kwDatabase {
		n := p.qualifiedName()
		r.Name = &n
	}
	r.Range = p.since(pos)
	return r
}

func (p *parser) checkpoint() ast.Statement {
	pos := p.pos()
	p.expect(kwCheckpoint)
	c := &ast.Checkpoint{}
	if p.at('(') {
		c.Options = p.utilityOptions()
	}
	c.Range = p.since(pos)
	return c
}

func (p *parser) do() ast.Statement {
	pos := p.pos()
	p.expect(kwDo)
	d := &ast.Do{Language: "plpgsql"}
	seen := false
	for {
		if p.at(tString) {
			d.Code = p.str()
			seen = true
			continue
		}
		if p.accept(kwLanguage) {
			if p.at(tString) {
				d.Language = p.str()
			} else {
				d.Language = p.nonReserved().Name
			}
			seen = true
			continue
		}
		break
	}
	if !seen {
		p.fail()
	}
	d.Range = p.since(pos)
	return d
}

func (p *parser) callStatement() ast.Statement {
	pos := p.pos()
	p.expect(kwCall)
	name := p.funcName()
	if !p.at('(') {
		p.fail()
	}
	p.windowless = true
	f, ok := p.call(name).(*ast.FuncCall)
	if !ok { // a literal: f(1) 'x'
		p.failAt(p.i - 1)
	}
	return &ast.Call{Range: p.since(pos), Call: f}
}

// copyStatement parses COPY.
func (p *parser) copyStatement() ast.Statement {
	pos := p.pos()
	p.expect(kwCopy)
	c := &ast.Copy{}
	if p.accept('(') {
		c.Query = p.preparable()
		p.expect(')')
		p.expect(kwTo)
		p.copyFile(c)
	} else {
		if at := p.tokenRange(); p.accept(kwBinary) {
			c.Options = append(c.Options, copyOption(at, "format", ast.OptionWord, "binary"))
		}
		at := p.pos()
		n := p.qualifiedName()
		c.Table = &ast.Relation{Range: p.since(at), Name: n}
		c.Columns = p.optParenColIDs()
		switch p.acceptAny(kwFrom, kwTo) {
		case kwFrom:
			c.From = true
		case 0:
			p.fail()
		}
		p.copyFile(c)
		if at := p.pos(); p.at(kwUsing) || p.at(kwDelimiters) {
			p.accept(kwUsing)
			p.expect(kwDelimiters)
			text := p.str()
			c.Options = append(c.Options, copyOption(p.since(at), "delimiter", ast.OptionString, text))
		}
	}
	p.copyOptions(c)
	if p.at(kwWhere) && c.Query == nil {
		at := p.pos()
		p.advance()
		c.Where = p.expr()
		if !c.From {
			p.bail(sqlerr.New(sqlerr.SyntaxError, "WHERE clause not allowed with COPY TO").At(ast.Position(p.src, at)))
		}
	}
	c.Range = p.since(pos)
	return c
}

func copyOption(at ast.Range, name string, kind ast.OptionKind, text string) ast.Option {
	return ast.Option{Range: at, Name: ast.Ident{Range: at, Name: name}, Kind: kind, Text: text}
}

// copyFile parses 'file', PROGRAM 'command', STDIN or STDOUT.
func (p *parser) copyFile(c *ast.Copy) {
	c.Program = p.accept(kwProgram)
	if c.Program || p.at(tString) {
		c.Path = p.str()
		return
	}
	if p.acceptAny(kwStdin, kwStdout) == 0 {
		p.fail()
	}
	c.Stdio = true
}

// copyOptions parses [WITH] (options), or the options of old.
func (p *parser) copyOptions(c *ast.Copy) {
	p.accept(kwWith)
	if p.at('(') {
		c.Options = append(c.Options, p.copyGenericOptions()...)
		return
	}
	for p.oldCopyOption(c) {
	}
}

// oldCopyOption parses one of the options that stood before there were parentheses.
func (p *parser) oldCopyOption(c *ast.Copy) bool {
	at := p.pos()
	add := func(name string, kind ast.OptionKind, text string) bool {
		c.Options = append(c.Options, copyOption(p.since(at), name, kind, text))
		return true
	}
	list := func(name string) bool {
		if p.accept('*') {
			return add(name, ast.OptionStar, "")
		}
		ids := p.colIDs()
		o := copyOption(p.since(at), name, ast.OptionList, "")
		o.List = ids
		c.Options = append(c.Options, o)
		return true
	}
	k := p.kind()
	switch k {
	case kwBinary, kwCsv:
		p.advance()
		return add("format", ast.OptionWord, k.word())
	case kwFreeze, kwHeader:
		p.advance()
		return add(k.word(), ast.OptionWord, "true")
	case kwDelimiter, kwNull, kwQuote, kwEscape:
		p.advance()
		p.accept(kwAs)
		return add(k.word(), ast.OptionString, p.str())
	case kwEncoding:
		p.advance()
		return add("encoding", ast.OptionString, p.str())
	case kwForce:
		p.advance()
		switch {
		case p.accept(kwQuote):
			return list("force_quote")
		case p.accept2(kwNot, kwNull):
			return list("force_not_null")
		case p.accept(kwNull):
			return list("force_null")
		}
		p.fail()
	}
	return false
}
