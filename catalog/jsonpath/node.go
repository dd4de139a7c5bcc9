package jsonpath

import (
	"strconv"
	"strings"
)

// Path is a path expression.
type Path struct {
	Strict bool
	Root   *Node
}

// Kind is what a node does.
type Kind uint8

const (
	Root       Kind = iota // $
	Current                // @
	Last                   // last
	Variable               // $name: Text
	Null                   // literals
	Bool                   // Text is true or false
	Number                 // Text
	String                 // Text, decoded
	And                    // Args
	Or                     // Args
	Not                    // Args[0]
	Compare                // Text is ==, <>, <, <=, > or >=
	Arithmetic             // Text is +, -, *, / or %
	Unary                  // Text is + or -
	Exists                 // Args[0]
	IsUnknown              // Args[0]
	StartsWith             // Args[0] starts with Args[1]
	LikeRegex              // Args[0] like_regex Text flag Flags
	Key                    // .Text
	AnyKey                 // .*
	AnyDepth               // .**{Low to High}
	Index                  // [Args …]: pairs of a subscript and its upper end or nil
	AnyElement             // [*]
	Filter                 // ? (Args[0])
	Method                 // .Text()
)

// Unbounded is "last" as a depth of .**.
const Unbounded = -1

// Node is one step or operator. Next is the accessor that is applied to what
// this node gives.
type Node struct {
	Kind      Kind
	Text      string
	Flags     string
	Args      []*Node
	Low, High int // of AnyDepth
	Next      *Node
}

// String prints the path as Postgres does.
func (p *Path) String() string {
	w := &printer{}
	if p.Strict {
		w.b.WriteString("strict ")
	}
	w.node(p.Root, true)
	return w.b.String()
}

type printer struct{ b strings.Builder }

var levels = map[string]int{"==": 3, "<>": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}

func level(n *Node) int {
	switch n.Kind {
	case Or:
		return 0
	case And:
		return 1
	case Compare, StartsWith, LikeRegex:
		return 2
	case Arithmetic:
		return levels[n.Text]
	case Unary:
		return 6
	}
	return 7
}

// node prints n; brackets says that an operator is put in parentheses.
func (w *printer) node(n *Node, brackets bool) {
	s := &w.b
	brackets = brackets || n.Next != nil
	operand := func(a *Node) { w.node(a, level(a) <= level(n)) }
	switch n.Kind {
	case Root:
		s.WriteByte('$')
	case Current:
		s.WriteByte('@')
	case Last:
		s.WriteString("last")
	case Variable:
		s.WriteString("$" + Quote(n.Text))
	case Null:
		s.WriteString("null")
	case Number:
		if n.Next != nil { // 1.a would not be read again
			s.WriteString("(" + n.Text + ")")
		} else {
			s.WriteString(n.Text)
		}
	case Bool:
		s.WriteString(n.Text)
	case String:
		s.WriteString(Quote(n.Text))
	case And, Or, Compare, Arithmetic, StartsWith:
		op := map[Kind]string{And: "&&", Or: "||", StartsWith: "starts with"}[n.Kind]
		if op == "" {
			op = n.Text
		}
		if brackets {
			s.WriteByte('(')
		}
		operand(n.Args[0])
		s.WriteString(" " + op + " ")
		operand(n.Args[1])
		if brackets {
			s.WriteByte(')')
		}
	case Unary:
		if brackets {
			s.WriteByte('(')
		}
		s.WriteString(n.Text)
		operand(n.Args[0])
		if brackets {
			s.WriteByte(')')
		}
	case LikeRegex:
		if brackets {
			s.WriteByte('(')
		}
		operand(n.Args[0])
		s.WriteString(" like_regex " + Quote(n.Text))
		if n.Flags != "" {
			s.WriteString(" flag " + Quote(n.Flags))
		}
		if brackets {
			s.WriteByte(')')
		}
	case Not:
		s.WriteString("!(")
		w.node(n.Args[0], false)
		s.WriteByte(')')
	case IsUnknown:
		s.WriteByte('(')
		w.node(n.Args[0], false)
		s.WriteString(") is unknown")
	case Exists:
		s.WriteString("exists (")
		w.node(n.Args[0], false)
		s.WriteByte(')')
	case Key:
		s.WriteString("." + Quote(n.Text))
	case AnyKey:
		s.WriteString(".*")
	case AnyDepth:
		s.WriteString(".**")
		switch {
		case n.Low == 0 && n.High == Unbounded:
		case n.Low == n.High:
			s.WriteString("{" + depth(n.Low) + "}")
		default:
			s.WriteString("{" + depth(n.Low) + " to " + depth(n.High) + "}")
		}
	case Index:
		s.WriteByte('[')
		for i := 0; i < len(n.Args); i += 2 {
			if i > 0 {
				s.WriteByte(',')
			}
			w.node(n.Args[i], false)
			if n.Args[i+1] != nil {
				s.WriteString(" to ")
				w.node(n.Args[i+1], false)
			}
		}
		s.WriteByte(']')
	case AnyElement:
		s.WriteString("[*]")
	case Filter:
		s.WriteString("?(")
		w.node(n.Args[0], false)
		s.WriteByte(')')
	case Method:
		s.WriteString("." + n.Text + "()")
	}
	if n.Next != nil {
		w.node(n.Next, true)
	}
}

func depth(n int) string {
	if n == Unbounded {
		return "last"
	}
	return strconv.Itoa(n)
}

// Quote writes a string as JSON does.
func Quote(s string) string {
	b := []byte{'"'}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			if c < 0x20 {
				b = append(b, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
				continue
			}
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}
