package parser

import "github.com/inlaydb/inlay/planner/ast"

func (p *parser) createSequence(pos int32, persistence ast.Persistence) ast.Statement {
	p.expect(kwSequence)
	s := &ast.CreateSequence{Persistence: persistence, IfNotExists: p.ifNotExists()}
	s.Name = p.qualifiedName()
	s.Options = p.sequenceOptions()
	s.Range = p.since(pos)
	return s
}

// sequenceOptions parses the options of a sequence until something else stands there.
func (p *parser) sequenceOptions() []ast.SequenceOption {
	var list []ast.SequenceOption
	for {
		pos := p.pos()
		o := ast.SequenceOption{}
		if !p.sequenceOption(&o) {
			return list
		}
		o.Range = p.since(pos)
		list = append(list, o)
	}
}

func (p *parser) sequenceOption(o *ast.SequenceOption) bool {
	switch p.kind() {
	case kwAs:
		p.advance()
		o.Action, o.Type = ast.SequenceAs, p.simpleType(false)
	case kwCache:
		p.advance()
		o.Action, o.Number = ast.SequenceCache, p.number()
	case kwCycle:
		p.advance()
		o.Action = ast.SequenceCycle
	case kwNo:
		switch p.peek(1) {
		case kwCycle:
			o.Action = ast.SequenceCycle
		case kwMaxvalue:
			o.Action = ast.SequenceMax
		case kwMinvalue:
			o.Action = ast.SequenceMin
		default:
			p.failAt(p.i + 1)
		}
		p.i += 2
		o.No = true
	case kwIncrement:
		p.advance()
		p.accept(kwBy)
		o.Action, o.Number = ast.SequenceIncrement, p.number()
	case kwMaxvalue:
		p.advance()
		o.Action, o.Number = ast.SequenceMax, p.number()
	case kwMinvalue:
		p.advance()
		o.Action, o.Number = ast.SequenceMin, p.number()
	case kwOwned:
		p.advance()
		p.expect(kwBy)
		n := p.anyName()
		o.Action, o.Name = ast.SequenceOwnedBy, &n
	case kwSequence:
		if p.peek(1) != kwName {
			return false
		}
		p.i += 2
		n := p.anyName()
		o.Action, o.Name = ast.SequenceName, &n
	case kwStart:
		p.advance()
		p.accept(kwWith)
		o.Action, o.Number = ast.SequenceStart, p.number()
	case kwRestart:
		p.advance()
		o.Action = ast.SequenceRestart
		if p.accept(kwWith) || p.at(tInteger) || p.at(tNumeric) || p.at('-') || p.at('+') {
			o.Number = p.number()
		}
	case kwLogged:
		p.advance()
		o.Action = ast.SequenceLogged
	case kwUnlogged:
		p.advance()
		o.Action = ast.SequenceUnlogged
	default:
		return false
	}
	return true
}
