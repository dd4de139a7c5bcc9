package parser

// number lexes a numeric constant: decimal, 0x, 0o and 0b integers with
// underscores between digits, and decimals with point and exponent. An identifier
// right after it is an error, not a label.
func (l *lexer) number() token {
	src, start := l.src, l.pos
	i := start
	k := tInteger
	if src[i] == '0' && i+1 < len(src) {
		var class uint8
		name := ""
		switch src[i+1] {
		case 'x', 'X':
			class, name = classHexDigit, "hexadecimal"
		case 'o', 'O':
			class, name = classDigit, "octal"
		case 'b', 'B':
			class, name = classDigit, "binary"
		}
		if name != "" {
			return l.radix(class, name)
		}
	}
	i = l.digits(i)
	if i < len(src) && src[i] == '.' && (i+1 >= len(src) || src[i+1] != '.') {
		k = tNumeric
		i++
		if i < len(src) && classTable[src[i]]&classDigit != 0 {
			i = l.digits(i)
		}
	}
	if i < len(src) && (src[i] == 'e' || src[i] == 'E') {
		j := i + 1
		if j < len(src) && (src[j] == '+' || src[j] == '-') {
			j++
		}
		if j >= len(src) || classTable[src[j]]&classDigit == 0 {
			l.pos = j
			if j == i+1 {
				l.pos = l.identEnd(i)
			}
			return l.failSince(start, "trailing junk after numeric literal")
		}
		k = tNumeric
		i = l.digits(j)
	}
	l.pos = i
	if end := l.identEnd(i); end > i {
		l.pos = end
		return l.failSince(start, "trailing junk after numeric literal")
	}
	return token{kind: k, pos: int32(start), end: int32(i)}
}

// digits passes decimal digits, with single underscores between them.
func (l *lexer) digits(i int) int {
	src := l.src
	for i < len(src) {
		switch {
		case classTable[src[i]]&classDigit != 0:
			i++
		case src[i] == '_' && i > 0 && classTable[src[i-1]]&classDigit != 0 &&
			i+1 < len(src) && classTable[src[i+1]]&classDigit != 0:
			i++
		default:
			return i
		}
	}
	return i
}

// radix lexes 0x1F, 0o17 and 0b11.
func (l *lexer) radix(class uint8, name string) token {
	src, start := l.src, l.pos
	i := start + 2
	valid := func(c byte) bool {
		switch {
		case classTable[c]&class == 0:
			return false
		case name == "octal":
			return c < '8'
		case name == "binary":
			return c < '2'
		}
		return true
	}
	n := 0
	for i < len(src) {
		if src[i] == '_' && i+1 < len(src) && valid(src[i+1]) {
			i++
		}
		if !valid(src[i]) {
			break
		}
		i++
		n++
	}
	l.pos = i
	if n == 0 {
		return l.failSince(start, "invalid "+name+" integer")
	}
	if end := l.identEnd(i); end > i || i < len(src) && classTable[src[i]]&classDigit != 0 {
		l.pos = max(end, i+1)
		return l.failSince(start, "trailing junk after numeric literal")
	}
	return token{kind: tInteger, pos: int32(start), end: int32(i)}
}

// identEnd gives the end of an identifier that starts at i, or i if none does.
func (l *lexer) identEnd(i int) int {
	src := l.src
	if i >= len(src) || classTable[src[i]]&classIdentStart == 0 {
		return i
	}
	for i < len(src) && classTable[src[i]]&classIdent != 0 {
		i++
	}
	return i
}
