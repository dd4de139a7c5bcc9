package format

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

type numID uint8

const (
	nComma numID = iota + 1
	nPoint
	n0
	n9
	nB
	nC
	nD
	nEEEE
	nFM
	nG
	nL
	nMI
	nPL
	nPR
	nRN
	nSG
	nSP
	nS
	nTH
	nV
)

// numPatterns by length, so that the first that matches is the longest.
var numPatterns = []struct {
	text string
	id   numID
}{
	{"EEEE", nEEEE}, {"FM", nFM}, {"MI", nMI}, {"PL", nPL}, {"PR", nPR}, {"RN", nRN}, {"SG", nSG}, {"SP", nSP}, {"TH", nTH},
	{",", nComma}, {".", nPoint}, {"0", n0}, {"9", n9}, {"B", nB}, {"C", nC}, {"D", nD}, {"G", nG}, {"L", nL}, {"S", nS}, {"V", nV},
}

type numNode struct {
	id    numID // 0: a literal
	lower bool
	char  string
}

// What a template asks for.
type numFlags uint16

const (
	fDecimal numFlags = 1 << iota
	fZero
	fBlank
	fFill
	fSign // S
	fBracket
	fMinus
	fPlus
	fRoman
	fMulti
	fExponent
)

// Where the sign of an S stands.
const (
	signNone = iota
	signBefore
	signAfter
)

// Number is a compiled template for numbers.
type Number struct {
	nodes     []numNode
	flags     numFlags
	pre, post int // digits before and after the point
	multi     int // digits after V
	sign      int
	preSign   int // digits before the point when S was met
	zeroStart int // from which digit on blanks are zeros, from 1; 0: nowhere
	zeroEnd   int
	empty     bool
	err       error // an invalid template is found out when it is used
}

// NewNumber compiles a template. What is wrong with it is said when it is used.
func NewNumber(template string) *Number {
	t := &Number{empty: template == ""}
	for s := template; s != ""; {
		n, rest := nextNumNode(s)
		if n == nil {
			var chars []dateNode
			chars, s = literals(s, false)
			for _, c := range chars {
				t.nodes = append(t.nodes, numNode{char: c.char})
			}
			continue
		}
		s = rest
		if t.err = t.prepare(n); t.err != nil {
			return t
		}
		t.nodes = append(t.nodes, *n)
	}
	return t
}

func nextNumNode(s string) (n *numNode, rest string) {
	for _, p := range numPatterns {
		if len(s) < len(p.text) {
			continue
		}
		head := s[:len(p.text)]
		if head == p.text {
			return &numNode{id: p.id}, s[len(head):]
		}
		if head == strings.ToLower(p.text) {
			return &numNode{id: p.id, lower: true}, s[len(head):]
		}
	}
	return nil, s
}

func (t *Number) has(f numFlags) bool { return t.flags&f != 0 }

func syntax(text string) error { return sqlerr.New(sqlerr.SyntaxError, "%s", text) }

// prepare adds a pattern to what the template asks for.
func (t *Number) prepare(n *numNode) error {
	if t.has(fExponent) && n.id != nEEEE {
		return syntax(`"EEEE" must be the last pattern used`)
	}
	switch n.id {
	case n9:
		switch {
		case t.has(fBracket):
			return syntax(`"9" must be ahead of "PR"`)
		case t.has(fMulti):
			t.multi++
		case t.has(fDecimal):
			t.post++
		default:
			t.pre++
		}
	case n0:
		if t.has(fBracket) {
			return syntax(`"0" must be ahead of "PR"`)
		}
		if !t.has(fZero | fDecimal) {
			t.flags |= fZero
			t.zeroStart = t.pre + 1
		}
		if t.has(fDecimal) {
			t.post++
		} else {
			t.pre++
		}
		t.zeroEnd = t.pre + t.post
	case nB:
		if t.pre == 0 && t.post == 0 && !t.has(fZero) {
			t.flags |= fBlank
		}
	case nD, nPoint:
		if t.has(fDecimal) {
			return syntax("multiple decimal points")
		}
		if t.has(fMulti) {
			return syntax(`cannot use "V" and decimal point together`)
		}
		t.flags |= fDecimal
	case nFM:
		t.flags |= fFill
	case nS:
		if t.has(fSign) {
			return syntax(`cannot use "S" twice`)
		}
		if t.has(fPlus | fMinus | fBracket) {
			return syntax(`cannot use "S" and "PL"/"MI"/"SG"/"PR" together`)
		}
		if !t.has(fDecimal) {
			t.sign, t.preSign = signBefore, t.pre
			t.flags |= fSign
		} else if t.sign == signNone {
			t.sign = signAfter
			t.flags |= fSign
		}
	case nMI, nPL, nSG:
		names := map[numID]string{nMI: "MI", nPL: "PL", nSG: "SG"}
		if t.has(fSign) {
			return syntax(`cannot use "S" and "` + names[n.id] + `" together`)
		}
		t.flags |= map[numID]numFlags{nMI: fMinus, nPL: fPlus, nSG: fMinus | fPlus}[n.id]
	case nPR:
		if t.has(fSign | fPlus | fMinus) {
			return syntax(`cannot use "PR" and "S"/"PL"/"MI"/"SG" together`)
		}
		t.flags |= fBracket
	case nRN:
		t.flags |= fRoman
	case nV:
		if t.has(fDecimal) {
			return syntax(`cannot use "V" and decimal point together`)
		}
		t.flags |= fMulti
	case nEEEE:
		if t.has(fExponent) {
			return syntax(`cannot use "EEEE" twice`)
		}
		if t.has(fBlank | fFill | fSign | fBracket | fMinus | fPlus | fRoman | fMulti) {
			return sqlerr.New(sqlerr.SyntaxError, `"EEEE" is incompatible with other formats`).
				WithDetail(`"EEEE" may only be used together with digit and decimal point patterns.`)
		}
		t.flags |= fExponent
	}
	return nil
}
