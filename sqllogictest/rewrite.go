package sqllogictest

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// rewriter collects what the records of one file should say instead. A record
// in a loop is left alone unless all its iterations want the same text; one
// with variables in its results is always left alone.
type rewriter struct {
	dialect Dialect
	edits   map[*record]edit
	clash   map[*record]bool
}

var escapeVariables = strings.NewReplacer(`\`, `\\`, `$`, `\$`)

// edit is a record's new directive line and the lines after its SQL.
type edit struct {
	head string
	tail []string
}

func newRewriter(dialect Dialect) *rewriter {
	return &rewriter{dialect: dialect, edits: map[*record]edit{}, clash: map[*record]bool{}}
}

// propose takes what came for a record. It reports whether the file will say
// so, in which case the record no longer fails. Records that passed are kept as
// they are, except that letters and errors that were left out are filled in.
func (w *rewriter) propose(s *step, o *outcome, bad *mismatch, threshold int) bool {
	src := s.source
	if o.lost() || o.state == stateCopy || src.kind == kindLet || src.origin != "" || src.expect == expectMaybe {
		return false
	}
	bare := src.expect == expectError && src.pattern == "" && (!src.block || len(src.want) == 0)
	unlettered := src.kind == kindQuery && src.types == ""
	var e edit
	switch {
	case bad == nil && !bare && !unlettered:
		e = edit{}
	case strings.Contains(strings.Join(src.want, "\n"), "${"), o.failed() && strings.HasPrefix(o.state, "XX"):
		return false
	case o.failed():
		e = w.errorEdit(src, o)
	case src.kind == kindQuery || src.asQuery && o.hasRows:
		e = w.queryEdit(s.record, src, o, threshold)
		if slices.ContainsFunc(e.tail, func(l string) bool { return strings.TrimSpace(l) == "" }) {
			return false // a blank line would end the record
		}
	case src.expect == expectCount:
		e.head = "statement count " + strconv.FormatInt(o.count, 10)
	default:
		e.head = "statement ok"
	}
	if s.subst { // the file is read with $ and \ as marks
		for i, l := range e.tail {
			e.tail[i] = escapeVariables.Replace(l)
		}
	}
	e.head = strings.TrimSpace(e.head)
	if old, ok := w.edits[src]; ok && (old.head != e.head || !slices.Equal(old.tail, e.tail)) {
		w.clash[src] = true
		return false
	}
	w.edits[src] = e
	return e.head != ""
}

func (w *rewriter) errorEdit(src *record, o *outcome) edit {
	word := "statement"
	if src.kind == kindQuery || src.asQuery {
		word = "query"
	}
	if !src.block && !strings.Contains(o.err, "\n") {
		return edit{head: word + " error " + o.state + " " + o.err}
	}
	tail := []string{"----"}
	tail = append(tail, strings.Split(o.state+": "+o.err, "\n")...)
	mentions := func(key string) bool {
		return slices.ContainsFunc(src.want, func(l string) bool { return strings.HasPrefix(l, key) })
	}
	if mentions("DETAIL:") && o.detail != "" {
		tail = append(tail, "DETAIL: "+oneLine(o.detail))
	}
	if mentions("HINT:") && o.hint != "" {
		tail = append(tail, "HINT: "+oneLine(o.hint))
	}
	if o.at > 0 {
		tail = append(tail, fmt.Sprintf("POSITION: %d", o.at))
	}
	return edit{head: word + " error", tail: tail}
}

func (w *rewriter) queryEdit(rec, src *record, o *outcome, threshold int) edit {
	letters := src.types
	if w.dialect != Classic && (letters == "" || checkLetters(letters, o.oids) != nil) {
		letters = lettersOf(o.oids)
	}
	head := "query " + letters
	if src.sort != noSort && src.kind == kindQuery {
		head += " " + string(src.sort)
	}
	if src.label != "" {
		head += " " + src.label
	}
	tail := []string{"----"}
	if w.dialect == Classic {
		c := *rec
		c.types = letters
		values := classicValues(&c, &o.result)
		if threshold > 0 && len(values) > threshold {
			values = []string{hashLine(values)}
		}
		return edit{head, append(tail, values...)}
	}
	rows := extendedRows(rec, &o.result)
	sep := " "
	for _, r := range rows {
		if len(r) > 1 && slices.ContainsFunc(r, func(v string) bool { return strings.ContainsAny(v, " ") }) {
			sep = "\t"
		}
	}
	if values := flatten(rows); threshold > 0 && len(values) > threshold {
		return edit{head, append(tail, hashLine(values))}
	}
	return edit{head, append(tail, joinRows(rows, sep)...)}
}

// write puts the edits into the file and says how many there were.
func (w *rewriter) write(path string, lines []string, records []*record) (int, error) {
	var out []string
	changed, at := 0, 0
	for _, rec := range records {
		e, ok := w.edits[rec]
		if !ok || e.head == "" || w.clash[rec] {
			continue
		}
		out = append(out, lines[at:rec.head]...)
		out = append(out, e.head)
		out = append(out, lines[rec.head+1:rec.sqlEnd]...)
		out = append(out, e.tail...)
		at = rec.end
		changed++
	}
	if changed == 0 {
		return 0, nil
	}
	out = append(out, lines[at:]...)
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	// Beside the file and then renamed: a run that is killed leaves the old text.
	tmp := path + ".rewrite"
	if err := os.WriteFile(tmp, []byte(strings.Join(out, "\n")), info.Mode().Perm()); err != nil {
		return 0, err
	}
	return changed, os.Rename(tmp, path)
}
