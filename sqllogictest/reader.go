package sqllogictest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

const maxIncludeDepth = 4

// reader turns one file into records. In tolerant mode it skips what it does
// not know, as the runners of foreign suites do; otherwise that is an error.
type reader struct {
	path     string
	dialect  Dialect
	tolerant bool
	depth    int

	lines   []string
	i       int
	records []*record

	conds    []condition
	conn     string
	sortMode sortMode
	subst    bool
	subtest  string
}

// readFile reads path, resolving dialect if it is Auto.
func readFile(path string, dialect Dialect, tolerant bool) ([]*record, []string, Dialect, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, dialect, err
	}
	text := normalise(string(raw))
	if dialect == Auto {
		dialect = detect(path, text)
	}
	records, err := read(path, text, dialect, tolerant, 0)
	return records, strings.Split(text, "\n"), dialect, err
}

func normalise(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
}

// detect goes by the folder of a known suite, then by a directive that only
// classic files have.
func detect(path, text string) Dialect {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	parts := strings.Split(filepath.ToSlash(filepath.Dir(path)), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		switch parts[i] {
		case "sqlite", "classic":
			return Classic
		case "duckdb", "pgregress":
			return DuckDB
		case "cockroach", "cockroach2019":
			return Cockroach
		}
	}
	if strings.HasPrefix(text, "hash-threshold ") || strings.Contains(text, "\nhash-threshold ") {
		return Classic
	}
	return Extended
}

func read(path, text string, dialect Dialect, tolerant bool, depth int) ([]*record, error) {
	r := &reader{path: path, dialect: dialect, tolerant: tolerant, depth: depth,
		lines: strings.Split(text, "\n"), sortMode: noSort}
	for r.i < len(r.lines) {
		line := r.lines[r.i]
		if line == "" || line[0] == '#' || strings.TrimSpace(line) == "" {
			r.i++
			continue
		}
		if dialect == Classic {
			line, _, _ = strings.Cut(line, "#")
		}
		words := strings.Fields(line)
		if len(words) == 0 {
			r.i++
			continue
		}
		r.i++
		if err := r.directive(line, words); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, r.i, err)
		}
	}
	if err := checkLoops(r.records); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r.records, nil
}

func checkLoops(records []*record) error {
	open := []*record{}
	for _, rec := range records {
		switch rec.kind {
		case kindLoop:
			open = append(open, rec)
		case kindEndLoop:
			if len(open) == 0 {
				return fmt.Errorf("line %d: endloop without loop", rec.line)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("line %d: loop without endloop", open[0].line)
	}
	return nil
}

// start makes a record for the directive on the line just passed.
func (r *reader) start(k kind) *record {
	rec := &record{kind: k, line: r.i, head: r.i - 1, subtest: r.subtest, subst: r.subst}
	rec.conds, r.conds = r.conds, nil
	r.records = append(r.records, rec)
	return rec
}

func (r *reader) directive(line string, words []string) error {
	args := words[1:]
	switch words[0] {
	case "statement":
		return r.statement(line, args)
	case "query":
		return r.query(line, args)
	case "let":
		if r.dialect == Extended {
			return r.let(line)
		}
	case "skipif", "onlyif":
		r.conds = append(r.conds, condition{words[0] == "onlyif", strings.Join(args, " ")})
		return nil
	case "halt":
		r.start(kindHalt)
		return nil
	case "hash-threshold":
		n := -1
		if len(args) > 0 {
			if v, err := strconv.Atoi(args[0]); err == nil {
				n = v
			}
		}
		if n < 0 {
			return r.unknown("hash-threshold takes a number")
		}
		r.start(kindHashThreshold).threshold = n
		return nil
	case "include":
		return r.include(args)
	case "control":
		return r.control(args)
	case "connection":
		r.conn = ""
		if len(args) > 0 && args[0] != "default" {
			r.conn = args[0]
		}
		return nil
	case "subtest":
		r.subtest = strings.Join(args, " ")
		return nil
	case "require":
		if len(args) > 0 && !builtinFeatures[args[0]] {
			r.start(kindRequire).label = args[0]
		}
		return nil
	case "loop", "foreach", "concurrentloop", "concurrentforeach", "endloop":
		if r.dialect == DuckDB || r.dialect == Extended {
			return r.loop(words[0], args)
		}
	case "mode":
		if r.dialect == DuckDB {
			switch words[min(1, len(args))] {
			case "skip":
				r.start(kindSkip)
			case "unskip":
				r.start(kindUnskip)
			}
			return nil
		}
	case "sleep":
		if !r.tolerant {
			return fmt.Errorf("sleep is refused: wait for an event, not for the clock")
		}
		return nil
	case "require-env":
		if r.tolerant {
			r.start(kindRequire).label = strings.Join(words, " ")
			return nil
		}
	case "user", "reset", "set", "load", "restart", "reconnect", "checkpoint", "tags", "continue", "test-env", "template", "unzip", "repeat":
		if r.tolerant {
			return nil
		}
	}
	return r.unknown("unknown directive " + strconv.Quote(words[0]))
}

// unknown fails, or skips the paragraph of a file that was written for others.
func (r *reader) unknown(msg string) error {
	if !r.tolerant {
		return fmt.Errorf("%s", msg)
	}
	r.conds = nil
	for r.i < len(r.lines) && strings.TrimSpace(r.lines[r.i]) != "" {
		r.i++
	}
	return nil
}

func (r *reader) statement(line string, args []string) error {
	rec := r.start(kindStatement)
	rec.conn, r.conn = r.conn, ""
	how := "ok"
	if len(args) > 0 {
		how = strings.ToLower(args[0])
	}
	switch how {
	case "ok":
	case "maybe":
		rec.expect = expectMaybe
	case "count":
		rec.expect, rec.count = expectCount, -1
		if len(args) > 1 {
			if n, err := strconv.ParseInt(args[1], 10, 64); err == nil {
				rec.count = n
			}
		}
		if rec.count < 0 && !r.tolerant {
			return fmt.Errorf("statement count takes a number")
		}
	case "error":
		rec.expect = expectError
		if len(args) > 1 && r.dialect != DuckDB {
			rec.pattern = restOfLine(line, 2)
		}
	default:
		if !r.tolerant {
			return fmt.Errorf("unknown kind of statement %q", how)
		}
	}
	if r.dialect == DuckDB && len(args) > 1 && (how == "ok" || how == "maybe" || how == "error") {
		rec.conn = args[1]
	}
	r.body(rec)
	return nil
}

var duckConnection = regexp.MustCompile(`^con`)

func (r *reader) query(line string, args []string) error {
	if len(args) > 0 && args[0] == "error" {
		rec := r.start(kindStatement)
		rec.conn, r.conn = r.conn, ""
		rec.expect, rec.asQuery = expectError, true
		if len(args) > 1 {
			rec.pattern = restOfLine(line, 2)
		}
		r.body(rec)
		return nil
	}
	rec := r.start(kindQuery)
	rec.conn, r.conn = r.conn, ""
	rec.expect, rec.sort = expectRows, r.sortMode
	options := args
	if len(args) > 0 && (r.tolerant || !isSortMode(args[0])) {
		rec.types, options = args[0], args[1:]
		if rec.types == "empty" {
			rec.types = ""
		}
	}
	if rec.types != "" && !r.tolerant {
		if bad := strings.Trim(rec.types, "ITRBDP?"); bad != "" {
			return fmt.Errorf("unknown column letter in %q", rec.types)
		}
	}
words:
	for _, arg := range options {
		switch {
		case isSortMode(arg):
			rec.sort = sortMode(arg)
		case r.dialect == Cockroach:
			rec.cockroachOptions(arg)
		case r.dialect == DuckDB && rec.conn == "" && duckConnection.MatchString(arg):
			rec.conn = arg
		case r.dialect == Extended && arg == "retry":
			break words
		default:
			if !r.tolerant && rec.label != "" {
				return fmt.Errorf("unknown option %q", arg)
			}
			rec.label = arg
		}
	}
	r.body(rec)
	return nil
}

// cockroachOptions reads rowsort,colnames,partialsort(1,2),… A word that is
// none of them is a label.
func (rec *record) cockroachOptions(arg string) {
	known := false
	for _, o := range splitOutsideParens(arg) {
		switch {
		case isSortMode(o):
			rec.sort, known = sortMode(o), true
		case o == "colnames":
			rec.colNames, known = true, true
		case strings.HasPrefix(o, "partialsort"):
			rec.sort, known = rowSort, true
		case o == "retry", o == "async", o == "noticetrace", o == "kvtrace", strings.Contains(o, "="):
			known = true
		}
	}
	if !known {
		rec.label = arg
	}
}

func splitOutsideParens(s string) []string {
	var parts []string
	depth, from := 0, 0
	for i, c := range s {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}

// body reads the SQL below a directive and, after ----, what is expected.
func (r *reader) body(rec *record) {
	from := r.i
	for r.i < len(r.lines) {
		l := r.lines[r.i]
		if strings.TrimSpace(l) == "" || strings.HasPrefix(l, "----") || (r.dialect == DuckDB && l[0] == '#') {
			break
		}
		r.i++
	}
	rec.sql = strings.Join(r.lines[from:r.i], "\n")
	rec.sqlEnd = r.i
	if r.i < len(r.lines) && strings.HasPrefix(r.lines[r.i], "----") {
		r.i++
		from = r.i
		for r.i < len(r.lines) && r.lines[r.i] != "" &&
			(r.dialect == DuckDB && rec.expect != expectError || strings.TrimSpace(r.lines[r.i]) != "") {
			r.i++
		}
		rec.want = r.lines[from:r.i]
		rec.block = rec.expect == expectError
	}
	rec.end = r.i
}

func restOfLine(line string, skip int) string {
	s := strings.TrimSpace(line)
	for range skip {
		k := strings.IndexAny(s, " \t")
		if k < 0 {
			return ""
		}
		s = strings.TrimLeft(s[k:], " \t")
	}
	return s
}

func (r *reader) let(line string) error {
	rec := r.start(kindLet)
	rec.conn, r.conn = r.conn, ""
	rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "let"))
	rest = strings.TrimSuffix(strings.TrimPrefix(rest, "("), ")")
	for _, v := range strings.Split(rest, ",") {
		v = strings.TrimSpace(v)
		if !variableName.MatchString(v) {
			if r.tolerant {
				break
			}
			return fmt.Errorf("let: %q is no variable name", v)
		}
		rec.loopVars = append(rec.loopVars, v)
	}
	r.body(rec)
	if r.tolerant { // foreign runners skip it
		r.records = r.records[:len(r.records)-1]
	}
	return nil
}

var variableName = regexp.MustCompile(`^\w+$`)

func (r *reader) control(args []string) error {
	switch {
	case len(args) > 1 && args[0] == "sortmode" && isSortMode(args[1]):
		r.sortMode = sortMode(args[1])
	case len(args) > 1 && args[0] == "substitution" && (args[1] == "on" || args[1] == "off"):
		r.subst = args[1] == "on"
	case !r.tolerant:
		return fmt.Errorf("unknown control %q", strings.Join(args, " "))
	}
	return nil
}

func (r *reader) include(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("include takes a path")
	}
	if r.depth >= maxIncludeDepth {
		if r.tolerant {
			return nil
		}
		return fmt.Errorf("include is nested more than %d deep", maxIncludeDepth)
	}
	paths, err := filepath.Glob(filepath.Join(filepath.Dir(r.path), args[0]))
	if err != nil {
		return fmt.Errorf("include: %w", err)
	}
	if len(paths) == 0 && !r.tolerant {
		return fmt.Errorf("include: no file matches %q", args[0])
	}
	sort.Strings(paths)
	at := fmt.Sprintf("%d>", r.i)
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		sub, err := read(p, normalise(string(raw)), r.dialect, r.tolerant, r.depth+1)
		if err != nil {
			return err
		}
		for _, rec := range sub {
			rec.origin = at + rec.origin
		}
		r.records = append(r.records, sub...)
	}
	return nil
}

var builtinFeatures = map[string]bool{}

func init() {
	for _, f := range strings.Fields(`skip_reload vector_size no_alternative_verify notmusl notwindows notmingw 64bit
		noforcestorage no_force_storage icu json core_functions no_extension_autoloading no_latest_storage
		no_vector_verification exact_vector_size ram strinline block_size longdouble`) {
		builtinFeatures[f] = true
	}
}
