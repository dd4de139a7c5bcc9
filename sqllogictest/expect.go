package sqllogictest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// expectedError is what a record says about the error it waits for. Empty
// fields are not checked.
type expectedError struct {
	code    string
	pattern string // searched in the message
	message string // equal to the message
	detail  string
	hint    string
	at      int32
	any     bool // nothing given
}

var sqlState = regexp.MustCompile(`^[0-9A-Z]{5}$`)

func isSQLState(s string) bool {
	return sqlState.MatchString(s) && strings.ContainsAny(s, "0123456789")
}

// parseExpectedError reads the directive's pattern, or the block.
func parseExpectedError(rec *record) (expectedError, error) {
	if rec.block && len(rec.want) > 0 {
		return parseErrorBlock(rec.want)
	}
	var e expectedError
	p := strings.TrimSpace(rec.pattern)
	if rest, ok := strings.CutPrefix(p, "pgcode "); ok { // CockroachDB's spelling
		p = strings.TrimSpace(rest)
	}
	word, rest, _ := strings.Cut(p, " ")
	if isSQLState(word) {
		e.code, p = word, strings.TrimSpace(rest)
	}
	e.pattern = p
	e.any = e.code == "" && p == ""
	return e, nil
}

func parseErrorBlock(lines []string) (expectedError, error) {
	var e expectedError
	first := lines[0]
	if code, msg, ok := strings.Cut(first, ": "); ok && isSQLState(code) {
		e.code, e.message = code, msg
	} else if isSQLState(first) {
		e.code = first
	} else {
		e.message = first
	}
	for _, l := range lines[1:] {
		key, v, ok := strings.Cut(l, ":")
		v = strings.TrimSpace(v)
		switch {
		case ok && key == "DETAIL":
			e.detail = v
		case ok && key == "HINT":
			e.hint = v
		case ok && key == "POSITION":
			n, err := strconv.ParseInt(v, 10, 32)
			if err != nil {
				return e, fmt.Errorf("POSITION takes a number, not %q", v)
			}
			e.at = int32(n)
		default:
			e.message += "\n" + l
		}
	}
	return e, nil
}

// check holds an error to what was expected.
func (e expectedError) check(o *outcome) *mismatch {
	got := errorText(o)
	switch {
	case e.any && strings.HasPrefix(o.state, "XX"):
		return mismatchf("an internal error is no expected error: %s", got)
	case e.code != "" && e.code != o.state:
		return mismatchf("expected error %s, got %s", e.code, got)
	case e.pattern != "" && !matches(e.pattern, o.err):
		return &mismatch{"wrong error message", diffLines([]string{e.pattern}, []string{o.err})}
	}
	var want, have []string
	compare := func(key, w, h string) {
		if w != "" && w != h {
			want, have = append(want, key+w), append(have, key+h)
		}
	}
	compare("", e.message, o.err)
	compare("DETAIL: ", e.detail, oneLine(o.detail))
	compare("HINT: ", e.hint, oneLine(o.hint))
	if e.at != 0 && e.at != o.at {
		compare("POSITION: ", strconv.Itoa(int(e.at)), strconv.Itoa(int(o.at)))
	}
	if len(want) > 0 {
		return &mismatch{"wrong error", diffLines(want, have)}
	}
	return nil
}

// matches searches a regular expression; one that does not compile, or that
// is the text itself, is searched as text.
func matches(pattern, message string) bool {
	if strings.Contains(message, pattern) {
		return true
	}
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(message)
}

func errorText(o *outcome) string {
	if o.state == "" {
		return "success"
	}
	return o.state + ": " + o.err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
