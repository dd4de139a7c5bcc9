package parser

import "github.com/inlaydb/inlay/planner/ast"

// statement parses one statement, up to but without its semicolon.
func (p *parser) statement() ast.Statement {
	p.enter()
	s := p.statement1()
	p.leave()
	return s
}

func (p *parser) statement1() ast.Statement {
	switch k := p.kind(); k {
	case kwSelect, kwValues, kwTable, '(':
		return p.query()
	case kwWith:
		return p.withStatement()
	case kwInsert, kwUpdate, kwDelete, kwMerge:
		return p.dml(nil, p.pos())
	case kwCreate:
		return p.create()
	case kwAlter:
		return p.alter()
	case kwDrop:
		return p.drop()
	case kwTruncate:
		return p.truncate()
	case kwComment:
		return p.comment()
	case kwGrant, kwRevoke:
		return p.grant()
	case kwSet:
		return p.setStatement()
	case kwReset:
		return p.reset()
	case kwShow:
		return p.show()
	case kwBegin, kwStart, kwCommit, kwEnd, kwRollback, kwAbort, kwSavepoint, kwRelease:
		return p.transaction()
	case kwPrepare:
		if next := p.peek(2); p.peek(1) == kwTransaction && next != kwAs && next != '(' {
			return p.transaction()
		}
		return p.prepare()
	case kwExecute:
		return p.execute()
	case kwDeallocate:
		return p.deallocate()
	case kwExplain:
		return p.explain()
	case kwDeclare:
		return p.declareCursor()
	case kwFetch, kwMove:
		return p.fetch()
	case kwClose:
		return p.closePortal()
	case kwCopy:
		return p.copyStatement()
	case kwDiscard:
		return p.discard()
	case kwListen, kwUnlisten, kwNotify:
		return p.listen()
	case kwLock:
		return p.lock()
	case kwVacuum, kwAnalyze, kwAnalyse:
		return p.vacuum()
	case kwCluster:
		return p.cluster()
	case kwReindex:
		return p.reindex()
	case kwCheckpoint:
		return p.checkpoint()
	case kwLoad:
		pos := p.pos()
		p.advance()
		file := p.str()
		return &ast.Load{Range: p.since(pos), File: file}
	case kwDo:
		return p.do()
	case kwCall:
		return p.callStatement()
	case kwRefresh:
		return p.refresh()
	case kwImport:
		return p.importForeignSchema()
	case kwSecurity:
		return p.securityLabel()
	case kwReassign:
		return p.reassignOwned()
	case tIdent:
		switch {
		case p.atWord("describe"):
			return p.describe()
		case p.atWord("summarize"):
			return p.summarize()
		}
	}
	p.fail()
	return nil
}
