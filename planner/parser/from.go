package parser

import (
	"strings"

	"github.com/inlaydb/inlay/planner/ast"
)

// fromList parses table_ref, ….
func (p *parser) fromList() []ast.FromItem {
	m := p.froms.mark()
	for {
		p.froms.push(p.tableRef())
		if !p.accept(',') {
			return p.froms.cut(m)
		}
	}
}

// tableRef parses a relation and the joins that follow it.
func (p *parser) tableRef() ast.FromItem {
	p.enter()
	pos := p.pos()
	x := p.joins(pos, p.tablePrimary())
	p.leave()
	return x
}

// joins continues left, which started at pos, with JOIN clauses.
func (p *parser) joins(pos int32, left ast.FromItem) ast.FromItem {
	depth := p.depth
	for {
		j := p.joinStart()
		if j == nil {
			p.depth = depth
			return left
		}
		p.link()
		left = p.finishJoin(pos, left, j)
	}
}

// finishJoin parses the right side and the condition of j. The right side takes in joins of its
// own until the ON that is j's: a JOIN b JOIN c ON … ON ….
func (p *parser) finishJoin(pos int32, left ast.FromItem, j *ast.Join) ast.FromItem {
	j.Left = left
	p.enter()
	rightPos := p.pos()
	j.Right = p.tablePrimary()
	if j.Kind != ast.JoinCross && !j.Natural {
		depth := p.depth
		for !p.at(kwOn) && !p.at(kwUsing) {
			next := p.joinStart()
			if next == nil {
				p.fail()
			}
			p.link()
			j.Right = p.finishJoin(rightPos, j.Right, next)
		}
		p.depth = depth
		p.joinQual(j)
	}
	p.leave()
	j.Range = p.since(pos)
	return j
}

// joinStart parses the words of a join up to and with JOIN, or gives nil.
func (p *parser) joinStart() *ast.Join {
	j := &ast.Join{}
	switch p.kind() {
	case kwCross:
		p.advance()
		j.Kind = ast.JoinCross
		p.expect(kwJoin)
		return j
	case kwNatural:
		p.advance()
		j.Natural = true
		j.Kind = p.joinType()
		p.expect(kwJoin)
		return j
	case kwJoin, kwInner, kwLeft, kwRight, kwFull:
		j.Kind = p.joinType()
		p.expect(kwJoin)
		return j
	case tIdent:
		if p.atAsof() {
			p.advance()
			j.Asof = true
			j.Kind = p.joinType()
			p.expect(kwJoin)
			return j
		}
	}
	return nil
}

// atAsof reports whether the extension ASOF [INNER|LEFT|RIGHT|FULL] JOIN starts here.
func (p *parser) atAsof() bool {
	if !p.atWord("asof") {
		return false
	}
	switch p.peek(1) {
	case kwJoin:
		return true
	case kwInner, kwLeft, kwRight, kwFull:
		return p.peek(2) == kwJoin || p.peek(2) == kwOuter
	}
	return false
}

func (p *parser) joinType() ast.JoinKind {
	kind := ast.JoinInner
	switch p.kind() {
	case kwInner:
		p.advance()
		return ast.JoinInner
	case kwLeft:
		kind = ast.JoinLeft
	case kwRight:
		kind = ast.JoinRight
	case kwFull:
		kind = ast.JoinFull
	default:
		return kind
	}
	p.advance()
	p.accept(kwOuter)
	return kind
}

// joinQual parses ON condition or USING (columns) [AS alias].
func (p *parser) joinQual(j *ast.Join) {
	if p.accept(kwUsing) {
		j.Using = p.parenColIDs()
		if p.accept(kwAs) {
			j.UsingAlias = p.colID()
		}
		return
	}
	p.expect(kwOn)
	j.On = p.expr()
}

// tablePrimary parses one member of a FROM list without joins.
func (p *parser) tablePrimary() ast.FromItem {
	pos := p.pos()
	switch k := p.kind(); k {
	case '(':
		return p.parenFrom()
	case tString:
		r := p.pathRelation()
		p.relationTail(r)
		return r
	case kwOnly:
		return p.relation()
	case kwLateral:
		p.advance()
		switch {
		case p.at('('):
			q := p.parenQuery()
			return p.subqueryRef(pos, q, true)
		case p.at(kwXmltable), p.at(kwJsonTable):
			return p.tableFunc(pos, true)
		}
		return p.functionRef(pos, true)
	case kwXmltable, kwJsonTable:
		if p.peek(1) == '(' {
			return p.tableFunc(pos, false)
		}
	case kwRows:
		if p.at3(kwRows, kwFrom, '(') {
			return p.functionRef(pos, false)
		}
	}
	if p.startsFunction() {
		return p.functionRef(pos, false)
	}
	if k := p.kind(); k.isKeyword() && k.category() == typeFuncName {
		p.failAt(p.i + 1)
	}
	return p.relation()
}

// startsFunction looks past a dotted name for a parenthesis, and knows the functions that
// are called without one.
func (p *parser) startsFunction() bool {
	k := p.kind()
	switch k {
	case kwCurrentDate, kwCurrentTime, kwCurrentTimestamp, kwLocaltime, kwLocaltimestamp, kwCurrentRole,
		kwCurrentUser, kwUser, kwSessionUser, kwCurrentCatalog, kwSystemUser, kwCast:
		return true
	case kwCurrentSchema:
		return true
	case kwCollation:
		return p.peek(1) == kwFor
	}
	if !isColLabel(k) || k.isKeyword() && k.category() == reserved {
		return false
	}
	i := p.i + 1
	for p.toks[i].kind == '.' {
		i++
		if p.toks[i].kind == tEOF {
			return false
		}
		i++
		if i >= len(p.toks) {
			return false
		}
	}
	return p.toks[i].kind == '('
}

// relation parses a table with its alias and sample.
func (p *parser) relation() *ast.Relation {
	r := p.relationExpr()
	p.wholePath(r)
	p.relationTail(r)
	return r
}

// wholePath undoes the cut of a long name that is a file's path in double quotes.
func (p *parser) wholePath(r *ast.Relation) {
	if len(r.Name.Parts) != 1 {
		return
	}
	id := &r.Name.Parts[0]
	raw := p.src[id.Pos:id.End]
	if !id.Quoted || len(raw) <= maxName+2 || raw[0] != '"' || !strings.ContainsAny(raw, "/.*?") {
		return
	}
	id.Name = strings.ReplaceAll(raw[1:len(raw)-1], `""`, `"`)
}

func (p *parser) relationTail(r *ast.Relation) {
	r.Alias = p.alias()
	if p.at(kwTablesample) {
		r.Sample = p.tableSample()
	}
	r.End = p.prevEnd()
}

// relationExpr parses name, name *, ONLY name or ONLY (name), without an alias.
func (p *parser) relationExpr() *ast.Relation {
	pos := p.pos()
	r := p.slabs.relation.new()
	if p.accept(kwOnly) {
		r.Only = true
		if p.accept('(') {
			r.Name = p.qualifiedName()
			p.expect(')')
		} else {
			r.Name = p.qualifiedName()
		}
	} else {
		r.Name = p.qualifiedName()
		p.accept('*')
	}
	r.Range = p.since(pos)
	return r
}

// pathRelation parses the extension of a file's path as a string in a relation's place.
func (p *parser) pathRelation() *ast.Relation {
	at := p.tokenRange()
	path := p.str()
	return &ast.Relation{Range: at, Path: true, Name: p.single(ast.Ident{Range: at, Name: path, Quoted: true})}
}

// alias parses [[AS] name [(columns)]].
func (p *parser) alias() *ast.Alias {
	pos := p.pos()
	if !p.accept(kwAs) {
		if !isColID(p.kind()) || p.at(tIdent) && (p.atQualify() || p.atAsof()) {
			return nil
		}
	}
	a := p.slabs.alias.new()
	a.Name = p.colID()
	a.Columns = p.optParenColIDs()
	a.Range = p.since(pos)
	return a
}

// funcAlias parses the alias of a function, which may define columns.
func (p *parser) funcAlias() *ast.Alias {
	pos := p.pos()
	a := p.slabs.alias.new()
	if p.accept(kwAs) {
		if p.at('(') {
			a.ColumnDefs = p.columnDefs()
			a.Range = p.since(pos)
			return a
		}
	} else if !isColID(p.kind()) || p.at(tIdent) && (p.atQualify() || p.atAsof()) {
		return nil
	}
	a.Name = p.colID()
	if p.at('(') {
		// A name followed by another is a column with its type.
		if isColID(p.peek(1)) && p.peek(2) != ',' && p.peek(2) != ')' {
			a.ColumnDefs = p.columnDefs()
		} else {
			a.Columns = p.parenColIDs()
		}
	}
	a.Range = p.since(pos)
	return a
}

// columnDefs parses (name type [COLLATE c], …).
func (p *parser) columnDefs() []*ast.ColumnDef {
	p.expect('(')
	var defs []*ast.ColumnDef
	for {
		pos := p.pos()
		d := &ast.ColumnDef{Name: p.colID(), Type: p.typeName()}
		if p.accept(kwCollate) {
			n := p.anyName()
			d.Collation = &n
		}
		d.Range = p.since(pos)
		defs = append(defs, d)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return defs
}

func (p *parser) tableSample() *ast.TableSample {
	pos := p.pos()
	p.expect(kwTablesample)
	s := &ast.TableSample{Method: p.funcName()}
	p.expect('(')
	s.Args = p.exprList()
	p.expect(')')
	if p.accept(kwRepeatable) {
		p.expect('(')
		s.Repeatable = p.expr()
		p.expect(')')
	}
	s.Range = p.since(pos)
	return s
}

// functionRef parses f(…) or ROWS FROM (…) in FROM.
func (p *parser) functionRef(pos int32, lateral bool) ast.FromItem {
	f := &ast.FunctionRef{Lateral: lateral}
	if p.accept3(kwRows, kwFrom, '(') {
		f.RowsFrom = true
		for {
			at := p.pos()
			item := ast.RowsFromItem{Call: p.callExpr()}
			if p.accept(kwAs) {
				item.ColumnDefs = p.columnDefs()
			}
			item.Range = p.since(at)
			f.Funcs = append(f.Funcs, item)
			if !p.accept(',') {
				break
			}
		}
		p.expect(')')
	} else {
		at := p.pos()
		call := p.callExpr()
		f.Funcs = []ast.RowsFromItem{{Range: p.since(at), Call: call}}
	}
	if p.accept2(kwWith, kwOrdinality) {
		f.Ordinality = true
	}
	f.Alias = p.funcAlias()
	f.Range = p.since(pos)
	return f
}

// callExpr parses func_expr_windowless: a call, or another expression that grammar writes
// like one.
func (p *parser) callExpr() ast.Expr {
	at := p.i
	switch k := p.kind(); k {
	case kwCast, kwUser, kwSessionUser, kwSystemUser, kwCurrentCatalog, kwCurrentDate, kwCurrentRole, kwCurrentTime,
		kwCurrentTimestamp, kwCurrentUser, kwLocaltime, kwLocaltimestamp:
	default:
		if !isColLabel(k) || k.isKeyword() && k.category() == reserved {
			p.fail()
		}
	}
	p.windowless = true
	x := p.primary(true)
	p.windowless = false
	switch x := x.(type) {
	case *ast.FuncCall:
		if p.toks[at].kind != '(' {
			return x
		}
	case *ast.ValueFunc, *ast.Coalesce, *ast.NullIf, *ast.MinMax, *ast.XMLFunc, *ast.JSONFunc:
		return x
	case *ast.Cast:
		if x.Style == ast.CastFunction {
			return x
		}
	}
	if _, ok := x.(*ast.ColumnRef); ok {
		p.fail() // the parenthesis is missing
	}
	p.failAt(at)
	return nil
}

// tableFunc parses XMLTABLE(…) or JSON_TABLE(…), kept as text.
func (p *parser) tableFunc(pos int32, lateral bool) ast.FromItem {
	at := p.pos()
	f := &ast.TableFunc{Lateral: lateral, Name: p.kind().word()}
	p.advance()
	p.expect('(')
	if p.at(')') {
		p.fail()
	}
	p.skipBalanced()
	p.expect(')')
	f.Text = p.since(at).Text(p.src)
	f.Alias = p.alias()
	f.Range = p.since(pos)
	return f
}

// subqueryRef parses the alias of a subquery in FROM; since Postgres 16 there need not be one.
func (p *parser) subqueryRef(pos int32, q *ast.Query, lateral bool) ast.FromItem {
	s := &ast.SubqueryRef{Lateral: lateral, Query: q}
	s.Alias = p.alias()
	s.Range = p.since(pos)
	return s
}

// parenFrom parses ( … ) in FROM: a subquery or a join in parentheses, which may open with any
// number of parentheses.
func (p *parser) parenFrom() ast.FromItem {
	pos := p.pos()
	q, x := p.queryOrFrom()
	if q != nil {
		return p.subqueryRef(pos, q, false)
	}
	return x
}

// queryOrFrom parses ( … ) with what is inside, and gives either a query or a join in parentheses
// with its alias.
func (p *parser) queryOrFrom() (*ast.Query, ast.FromItem) {
	p.enter()
	pos := p.pos()
	p.expect('(')
	inside := p.pos()
	if p.startsQuery() {
		q := p.query()
		p.expect(')')
		p.leave()
		return q, nil
	}
	var first ast.FromItem
	if p.at('(') {
		q, x := p.queryOrFrom()
		switch {
		case q != nil && p.at(')'):
			p.advance()
			p.leave()
			return q, nil
		case q != nil && p.continuesQuery():
			q = p.queryAfter(inside, q)
			p.expect(')')
			p.leave()
			return q, nil
		case q != nil:
			x = p.subqueryRef(inside, q, false)
		}
		first = x
	} else {
		first = p.tablePrimary()
	}
	x := p.joins(inside, first)
	j, ok := x.(*ast.Join)
	if !ok {
		p.fail() // parentheses stand only around joins
	}
	p.expect(')')
	if j.Alias == nil {
		if j.Alias = p.alias(); j.Alias != nil {
			j.Range = p.since(pos)
		}
	}
	p.leave()
	return nil, x
}
