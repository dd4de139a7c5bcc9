package parser

import (
	"math/big"
	"strings"
)

// decimalText gives a numeric token's text as plain decimal: radix prefixes
// resolved, underscores dropped. ok is false only for text that is no number.
func decimalText(text string) (string, bool) {
	if len(text) > 1 && text[0] == '0' && strings.ContainsRune("xXoObB", rune(text[1])) {
		n, ok := new(big.Int).SetString(text, 0)
		if !ok {
			return text, false
		}
		return n.String(), true
	}
	if strings.IndexByte(text, '_') >= 0 {
		return dropUnderscores(text), true
	}
	return text, true
}
