package sqllogictest

import (
	"regexp"
	"strings"
)

// several says whether sql holds more than one statement. Parse takes only
// one, so such a record goes as a simple query in either protocol. Quotes and
// comments are taken out by a scan that knows dollar quotes, not by a parser:
// a wrong guess costs nothing but the choice of protocol.
func several(sql string) bool {
	if !strings.Contains(sql, ";") {
		return false
	}
	s := strings.TrimRight(strings.TrimSpace(withoutQuotes(sql)), ";")
	return strings.Contains(strings.TrimRight(s, " \t\n"), ";")
}

var dollarTag = regexp.MustCompile(`^\$\w*\$`)

func withoutQuotes(sql string) string {
	var b strings.Builder
	for i := 0; i < len(sql); {
		rest := sql[i:]
		n := 0
		switch {
		case rest[0] == '\'' || rest[0] == '"':
			n = quotedLength(rest)
		case strings.HasPrefix(rest, "--"):
			n = strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
		case strings.HasPrefix(rest, "/*"):
			if k := strings.Index(rest, "*/"); k >= 0 {
				n = k + 2
			}
		case rest[0] == '$':
			if tag := dollarTag.FindString(rest); tag != "" {
				if k := strings.Index(rest[len(tag):], tag); k >= 0 {
					n = 2*len(tag) + k
				}
			}
		}
		if n > 0 {
			b.WriteByte(' ')
			i += n
			continue
		}
		b.WriteByte(rest[0])
		i++
	}
	return b.String()
}

// quotedLength is the length of the quoted text that s starts with, where a
// doubled quote stands for one; 0 if it does not end.
func quotedLength(s string) int {
	q := s[0]
	for i := 1; i < len(s); i++ {
		if s[i] != q {
			continue
		}
		if i+1 < len(s) && s[i+1] == q {
			i++
			continue
		}
		return i + 1
	}
	return 0
}
