package parser

// kind is the kind of a token. A character that is a token of its own has its
// code as kind; keywords start at firstKeyword.
type kind uint16

const (
	tEOF kind = 0

	tIdent         kind = 256 + iota // an unquoted identifier that is no keyword
	tQuotedIdent                     // "x" or U&"x"
	tInteger                         // fits uint64 or not: digits only
	tNumeric                         // with point or exponent
	tString                          // '…', E'…', U&'…', $$…$$
	tBit                             // B'…'
	tHex                             // X'…'
	tParam                           // $1
	tOp                              // an operator that is none of the single characters
	tTypecast                        // ::
	tDotDot                          // ..
	tColonEquals                     // :=
	tEqualsGreater                   // =>
	tLessEquals                      // <=
	tGreaterEquals                   // >=
	tNotEquals                       // <> or !=
	tError                           // the lexer failed here; its error is kept

	firstKeyword kind = 300
)

// token is one lexical element. Its text is src[pos:end].
type token struct {
	kind kind
	// folded says that an identifier's text is not its name: letters to fold, or bytes
	// beyond 63 to cut.
	folded bool
	pos    int32
	end    int32
	// val is an index into the lexer's decoded values plus one, where the value
	// of a string or quoted identifier is not simply its text between quotes.
	val int32
	// body is where the value starts in the text if val is 0: after the quote.
	body int32
}

func (k kind) isKeyword() bool { return k >= firstKeyword }

// word gives the keyword of k.
func (k kind) word() string { return keywords[k-firstKeyword].word }

func (k kind) category() category { return keywords[k-firstKeyword].cat }

// Character classes of the lexer.
const (
	classIdentStart = 1 << iota
	classIdent      // may continue an identifier
	classDigit
	classOp
	classSpace
	classSelf // a token by itself
	classHexDigit
)

var classTable = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c >= 0x80:
			t[c] |= classIdentStart | classIdent
		case c >= '0' && c <= '9':
			t[c] |= classIdent | classDigit | classHexDigit
		case c == '$':
			t[c] |= classIdent
		}
		if c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' {
			t[c] |= classHexDigit
		}
	}
	for _, c := range "~!@#^&|`?+-*/%<>=" {
		t[c] |= classOp
	}
	for _, c := range " \t\n\r\f\v" {
		t[c] |= classSpace
	}
	for _, c := range ",()[].;:+-*/%^<>=" {
		t[c] |= classSelf
	}
	return t
}()

// foldTable folds A to Z; Postgres leaves other letters alone in UTF-8.
var foldTable = func() (t [256]byte) {
	for c := range 256 {
		t[c] = byte(c)
		if c >= 'A' && c <= 'Z' {
			t[c] = byte(c) + 'a' - 'A'
		}
	}
	return t
}()
