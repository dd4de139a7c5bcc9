package mysql

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pingcap/tidb/pkg/parser"
	tidb "github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver" // makes the constants of the tree

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	postgres "github.com/inlaydb/inlay/planner/parser"
)

// maxText is the longest text that is parsed, in bytes.
const maxText = 16 << 20

// maxNesting bounds parentheses: the grammar's tables grow with depth, and the
// lowering recurses.
const maxNesting = 2000

// Parse gives the statements of text, which semicolons part. An error is a
// *sqlerr.Error: 42601 for what MySQL would not read, 0A000 for what does not
// translate, each with its position.
func Parse(text string) (stmts []ast.Statement, err error) {
	nodes, err := read(text)
	if err != nil {
		if own := sessionStatements(text); own != nil {
			return own, nil
		}
		return nil, err
	}
	names := quotedNames(text)
	offset := int32(0)
	for _, n := range nodes {
		l := &lowering{text: text, quoted: names}
		if part := n.OriginalText(); part != "" {
			if i := strings.Index(text[offset:], part); i >= 0 {
				l.base = offset + int32(i)
				l.end = l.base + int32(len(part))
				offset = l.end
			}
		}
		s, err := l.top(n)
		if err != nil {
			return nil, err
		}
		if s != nil {
			stmts = append(stmts, s)
		}
	}
	return stmts, nil
}

// Reads says whether text has a mark of MySQL's dialect that Postgres's has
// not, and is correct in it.
func Reads(text string) bool {
	if len(text) > 1<<16 || !markers.MatchString(text) {
		return false
	}
	_, err := read(text)
	return err == nil
}

var markers = regexp.MustCompile("(?i)`|\\blimit\\s+(\\d+|\\?)\\s*,|<=>|\\binterval\\s+[\\w.?]+\\s+(day|month|year|hour|minute|second|week|quarter)\\b|\\bseparator\\s+'|\\bdiv\\b|\\bregexp\\b|\\brlike\\b|\\bon\\s+duplicate\\s+key\\b|\\bas\\s+(un)?signed\\b|\\bauto_increment\\b|\\bengine\\s*=|\\bstraight_join\\b")

func read(text string) (nodes []tidb.StmtNode, err error) {
	if len(text) > maxText {
		return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "statement is too long: %d bytes", len(text)).
			WithDetail("Statements can have up to %d bytes.", maxText)
	}
	if !utf8.ValidString(text) {
		return nil, sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\"")
	}
	if depth(text) > maxNesting {
		return nil, sqlerr.New(sqlerr.StatementTooComplex, "statement is nested too deeply")
	}
	defer func() {
		if r := recover(); r != nil {
			nodes, err = nil, sqlerr.Internal("MySQL parser: %v", r)
		}
	}()
	p := parser.New()
	nodes, _, err = p.ParseSQL(text)
	if err != nil {
		return nil, syntaxError(text, err)
	}
	return nodes, nil
}

// depth is how deep parentheses nest, strings and comments not looked at.
func depth(text string) int {
	d, most := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			d++
			most = max(most, d)
		case ')':
			d--
		}
	}
	return most
}

var place = regexp.MustCompile(`line (\d+) column (\d+) near "((?s:.*?))"`)

// syntaxError words what TiDB's parser says as Postgres would. Its column is
// the one after the token, in bytes; the text after "near" starts with the token.
func syntaxError(text string, err error) error {
	m := place.FindStringSubmatch(err.Error())
	if m == nil {
		return sqlerr.New(sqlerr.SyntaxError, "%s", strings.TrimSpace(err.Error()))
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2])
	at := 0
	for range line - 1 {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	at = min(at+column, len(text))
	near := m[3]
	if near == "" {
		return sqlerr.New(sqlerr.SyntaxError, "syntax error at end of input").At(utf8.RuneCountInString(text) + 1)
	}
	// The near text is cut off when long, and stands a little before at.
	if i := strings.LastIndex(text[:min(at+len(near), len(text))], near); i >= 0 {
		at = i
	}
	token := firstToken(near)
	return sqlerr.New(sqlerr.SyntaxError, "syntax error at or near \"%s\"", token).At(ast.Position(text, int32(at)))
}

// firstToken is the word or sign that s starts with.
func firstToken(s string) string {
	word := func(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for i, r := range s {
		if !word(r) {
			return s[:max(i, utf8.RuneLen(r))]
		}
	}
	return s
}

// sessionStatements reads text as Postgres's if it only sets up the session.
func sessionStatements(text string) []ast.Statement {
	stmts, err := postgres.Parse(text)
	if err != nil {
		return nil
	}
	for _, s := range stmts {
		switch s.(type) {
		case *ast.Set, *ast.Show, *ast.Discard, *ast.Transaction, *ast.SetTransaction, *ast.Deallocate,
			*ast.DeclareCursor, *ast.Fetch, *ast.ClosePortal, *ast.Listen, *ast.Unlisten, *ast.Notify, *ast.Copy:
		default:
			return nil
		}
	}
	return stmts
}

// quotedNames finds the names in back-quotes, by their lower-case form.
func quotedNames(text string) map[string]string {
	if strings.IndexByte(text, '`') < 0 {
		return nil
	}
	names := map[string]string{}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\'', '"':
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case '-':
			if strings.HasPrefix(text[i:], "-- ") {
				for i < len(text) && text[i] != '\n' {
					i++
				}
			}
		case '/':
			if strings.HasPrefix(text[i:], "/*") {
				if k := strings.Index(text[i+2:], "*/"); k >= 0 {
					i += k + 3
				}
			}
		case '`':
			var b strings.Builder
			for i++; i < len(text); i++ {
				if text[i] == '`' {
					if i+1 >= len(text) || text[i+1] != '`' {
						break
					}
					i++
				}
				b.WriteByte(text[i])
			}
			names[strings.ToLower(b.String())] = b.String()
		}
	}
	return names
}

// lowering turns one statement of TiDB's tree into Inlay's.
type lowering struct {
	text      string
	base, end int32 // of the statement in text
	quoted    map[string]string
	aliases   map[string]tidb.ExprNode // of the select list, where HAVING and ORDER BY may name them
	windows   []tidb.WindowSpec
}

// bailout carries an error through the lowering's recursion.
type bailout struct{ err *sqlerr.Error }

func (l *lowering) top(n tidb.StmtNode) (s ast.Statement, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bailout:
			s, err = nil, r.err
		default:
			panic(r)
		}
	}()
	numberParams(n)
	return l.statement(n), nil
}

// numberParams numbers the ? of a statement from 1, in the order of its text.
func numberParams(n tidb.StmtNode) {
	v := &paramFinder{}
	n.Accept(v)
	slices.SortFunc(v.found, func(a, b *driver.ParamMarkerExpr) int { return cmp.Compare(a.Offset, b.Offset) })
	for i, p := range v.found {
		p.Order = i + 1
	}
}

type paramFinder struct{ found []*driver.ParamMarkerExpr }

func (v *paramFinder) Enter(n tidb.Node) (tidb.Node, bool) {
	if p, ok := n.(*driver.ParamMarkerExpr); ok {
		v.found = append(v.found, p)
	}
	return n, false
}

func (v *paramFinder) Leave(n tidb.Node) (tidb.Node, bool) { return n, true }

// rng is the place of a node. TiDB's parser notes where expressions start,
// counted from the start of the whole text.
func (l *lowering) rng(n tidb.Node) ast.Range {
	pos := int32(n.OriginTextPosition())
	if pos <= 0 || int(pos) > len(l.text) {
		pos = l.base
	}
	return ast.Range{Pos: pos, End: pos}
}

func (l *lowering) whole() ast.Range { return ast.Range{Pos: l.base, End: max(l.end, l.base)} }

// refuse ends the lowering: what n is does not translate.
func (l *lowering) refuse(n tidb.Node, format string, args ...any) {
	e := sqlerr.New(sqlerr.FeatureNotSupported, "%s of MySQL's dialect is not supported", fmt.Sprintf(format, args...))
	if n != nil {
		e = e.At(ast.Position(l.text, l.rng(n).Pos))
	}
	panic(bailout{e})
}

func (l *lowering) fail(n tidb.Node, code sqlerr.Code, format string, args ...any) {
	panic(bailout{sqlerr.New(code, format, args...).At(ast.Position(l.text, l.rng(n).Pos))})
}

// ident spells a name as the statement's back-quotes do, or folds it.
func (l *lowering) ident(r ast.Range, name tidb.CIStr) ast.Ident {
	if q, ok := l.quoted[name.L]; ok {
		return ast.Ident{Range: r, Name: q, Quoted: true}
	}
	return ast.Ident{Range: r, Name: name.L}
}

func (l *lowering) word(r ast.Range, name string) ast.Ident {
	return l.ident(r, tidb.NewCIStr(name))
}

func (l *lowering) idents(r ast.Range, names []tidb.CIStr) []ast.Ident {
	var out []ast.Ident
	for _, n := range names {
		out = append(out, l.ident(r, n))
	}
	return out
}

func (l *lowering) columns(names []*tidb.ColumnName) []ast.Ident {
	var out []ast.Ident
	for _, n := range names {
		out = append(out, l.ident(l.rng(n), n.Name))
	}
	return out
}

// tableName is schema and name; MySQL's database is a schema here.
func (l *lowering) tableName(t *tidb.TableName) ast.Name {
	r := l.rng(t)
	n := ast.Name{Range: r}
	if t.Schema.O != "" {
		n.Parts = append(n.Parts, l.ident(r, t.Schema))
	}
	n.Parts = append(n.Parts, l.ident(r, t.Name))
	return n
}
