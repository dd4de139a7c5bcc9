package sqllogictest

import (
	"fmt"
	"strings"
)

// substitute replaces $NAME, ${NAME} and ${NAME:default} by what lookup gives;
// \$ and \\ stand for themselves.
func substitute(s string, lookup func(string) (string, bool)) (string, error) {
	if !strings.ContainsAny(s, `$\`) {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '$' || s[i+1] == '\\'):
			b.WriteByte(s[i+1])
			i += 2
		case c != '$':
			b.WriteByte(c)
			i++
		default:
			name, fallback, hasFallback, next, err := variableAt(s, i)
			if err != nil {
				return "", err
			}
			v, ok := lookup(name)
			if !ok && !hasFallback {
				return "", fmt.Errorf("unknown variable $%s", name)
			}
			if !ok {
				v = fallback
			}
			b.WriteString(v)
			i = next
		}
	}
	return b.String(), nil
}

// variableAt reads the reference whose $ stands at i; next is the byte after.
func variableAt(s string, i int) (name, fallback string, hasFallback bool, next int, err error) {
	if i+1 < len(s) && s[i+1] == '{' {
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return "", "", false, 0, fmt.Errorf("${ without }")
		}
		name, fallback, hasFallback = strings.Cut(s[i+2:i+end], ":")
		if !variableName.MatchString(name) {
			return "", "", false, 0, fmt.Errorf("%q is no variable name", name)
		}
		return name, fallback, hasFallback, i + end + 1, nil
	}
	next = i + 1
	for next < len(s) && isWordByte(s[next]) {
		next++
	}
	if next == i+1 {
		return "", "", false, 0, fmt.Errorf(`lone $ (write \$)`)
	}
	return s[i+1 : next], "", false, next, nil
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
