package sqllogictest

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// classicValue writes a value as SQLite's runner does: by the letter of the
// column, not by the type that the server gave.
func classicValue(c cell, letter byte) string {
	if c.null {
		return "NULL"
	}
	switch letter {
	case 'I':
		return classicInteger(c.text)
	case 'R':
		return classicReal(c.text)
	}
	if c.text == "" {
		return "(empty)"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '@'
		}
		return r
	}, c.text)
}

func classicInteger(s string) string {
	if digits, ok := integerText(s); ok {
		return digits
	}
	switch s {
	case "t":
		return "1"
	case "f":
		return "0"
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "0"
	}
	i, _ := big.NewFloat(f).Int(nil)
	return i.String()
}

func classicReal(s string) string {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err != nil && !math.IsInf(f, 0) && s == "t":
		f = 1
	case err != nil && !math.IsInf(f, 0):
		f = 0
	}
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'f', 3, 64)
}

// integerText gives an optionally signed run of digits without sign + and
// without leading zeros.
func integerText(s string) (string, bool) {
	s = strings.TrimSpace(s)
	neg := strings.HasPrefix(s, "-")
	d := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if d == "" || len(s)-len(d) > 1 {
		return "", false
	}
	for i := range len(d) {
		if d[i] < '0' || d[i] > '9' {
			return "", false
		}
	}
	d = strings.TrimLeft(d, "0")
	if d == "" {
		return "0", true
	}
	if neg {
		d = "-" + d
	}
	return d, true
}

// extendedValue writes a value in Postgres's text form on one line.
func extendedValue(c cell) string {
	switch {
	case c.null:
		return "NULL"
	case c.text == "":
		return "(empty)"
	}
	if strings.IndexFunc(c.text, unicode.IsControl) < 0 && utf8.ValidString(c.text) {
		return c.text
	}
	var b strings.Builder
	for _, r := range c.text {
		if unicode.IsControl(r) || r == utf8.RuneError {
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Column letters, by the OIDs of pg_type.
const (
	oidBool        = 16
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidOid         = 26
	oidFloat4      = 700
	oidFloat8      = 701
	oidMoney       = 790
	oidDate        = 1082
	oidTime        = 1083
	oidTimestamp   = 1114
	oidTimestampTZ = 1184
	oidNumeric     = 1700
)

// letterOf is the letter by which a query record declares a column of a type.
func letterOf(oid uint32) byte {
	switch oid {
	case oidInt2, oidInt4, oidInt8, oidOid:
		return 'I'
	case oidFloat4, oidFloat8, oidNumeric:
		return 'R'
	case oidBool:
		return 'B'
	case oidDate:
		return 'D'
	case oidTimestamp, oidTimestampTZ:
		return 'P'
	}
	return 'T'
}

func lettersOf(oids []uint32) string {
	b := make([]byte, len(oids))
	for i, oid := range oids {
		b[i] = letterOf(oid)
	}
	return string(b)
}

// sortRows orders rows by their cells, bytewise.
func sortRows(rows [][]string) { slices.SortStableFunc(rows, slices.Compare[[]string]) }

func flatten(rows [][]string) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

// hashValues is the digest of "N values hashing to": each value and a newline.
func hashValues(values []string) string {
	h := md5.New()
	for _, v := range values {
		h.Write([]byte(v))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashLine(values []string) string {
	return fmt.Sprintf("%d values hashing to %s", len(values), hashValues(values))
}

// parseHashLine reads "N values hashing to <md5>".
func parseHashLine(s string) (n int, sum string, ok bool) {
	w := strings.Fields(s)
	if len(w) != 5 || w[1] != "values" || w[2] != "hashing" || w[3] != "to" || len(w[4]) != 32 {
		return 0, "", false
	}
	n, err := strconv.Atoi(w[0])
	return n, w[4], err == nil
}
