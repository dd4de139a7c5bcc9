package sqllogictest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// runFile runs one file in one protocol or in both, one after the other.
func runFile(ctx context.Context, opts *Options, config *pgconn.Config, path string) FileReport {
	began := time.Now()
	report := FileReport{File: path}
	records, lines, dialect, err := readFile(path, opts.Dialect, opts.Tolerant)
	if err != nil {
		report.Err = err
		return report
	}
	steps := expand(records)
	var edits *rewriter
	if opts.Rewrite {
		if dialect != Classic && dialect != Extended {
			report.Err = fmt.Errorf("-rewrite cannot write the %s dialect", dialect)
			return report
		}
		edits = newRewriter(dialect)
	}
	var answers []string // by step, of the simple protocol
	for _, p := range []Protocol{SimpleProtocol, ExtendedProtocol} {
		if opts.Protocol != p && opts.Protocol != BothProtocols {
			continue
		}
		f := &fileRun{opts: opts, path: path, dialect: dialect, protocol: p, steps: steps,
			report: &report, edits: edits, reference: answers, answers: make([]string, len(steps)),
			engines: map[string]bool{}, labels: map[string]string{}, vars: map[string]string{}}
		for _, n := range opts.EngineNames {
			f.engines[strings.ToLower(n)] = true
		}
		if err := f.run(ctx, config.Copy()); err != nil {
			report.Err = err
			break
		}
		if opts.Rewrite {
			break // one protocol writes; a run without -rewrite compares both
		}
		answers = f.answers
	}
	if opts.Rewrite && report.Err == nil {
		report.Rewritten, report.Err = edits.write(path, lines, records)
	}
	report.Elapsed = time.Since(began)
	return report
}

// fileRun is the state of one pass over one file.
type fileRun struct {
	opts     *Options
	path     string
	dialect  Dialect
	protocol Protocol
	steps    []step
	report   *FileReport
	edits    *rewriter

	reference []string // the other protocol's answers, nil in the first pass
	answers   []string

	engines map[string]bool
	labels  map[string]string
	vars    map[string]string
	schema  string
	tempDir string

	config   *pgconn.Config
	init     []string
	sessions map[string]*session

	skipping  bool
	threshold int
}

func (f *fileRun) run(ctx context.Context, config *pgconn.Config) error {
	ctx, cancel := context.WithTimeout(ctx, f.opts.FileTimeout)
	defer cancel()
	drop, err := f.isolate(ctx, config)
	if err != nil {
		return err
	}
	defer drop()
	defer func() {
		for _, s := range f.sessions {
			s.close()
		}
		if f.tempDir != "" {
			_ = os.RemoveAll(f.tempDir) // a leftover in the system's temp folder harms nobody
		}
	}()
	f.sessions = map[string]*session{}
	if _, err := f.session(ctx, ""); err != nil {
		return err
	}
	for i := range f.steps {
		s := &f.steps[i]
		if s.skipped(f.engines, s.env) {
			f.skip(s)
			continue
		}
		switch s.kind {
		case kindHalt, kindRequire:
			for j := range f.steps[i:] {
				f.skip(&f.steps[i+j])
			}
			return nil
		case kindSkip:
			f.skipping = true
		case kindUnskip:
			f.skipping = false
		case kindHashThreshold:
			f.threshold = s.threshold
		default:
			if f.skipping {
				f.skip(s)
				continue
			}
			f.test(ctx, i)
		}
	}
	return nil
}

func (f *fileRun) skip(s *step) {
	if s.isTest() {
		f.report.Skipped++
	}
}

// session gives the connection of that name, opening it if it is new.
func (f *fileRun) session(ctx context.Context, name string) (*session, error) {
	if s, ok := f.sessions[name]; ok {
		return s, nil
	}
	s, err := openSession(ctx, f.config, f.init, f.opts.ConnectWait)
	if err == nil {
		f.sessions[name] = s
	}
	return s, err
}

// test runs one record and books its verdict.
func (f *fileRun) test(ctx context.Context, i int) {
	own := f.steps[i] // a copy: substitution changes it, and a second pass needs the original
	s := &own
	o, bad := f.execute(ctx, s)
	if o != nil {
		f.answers[i] = f.digest(s.record, o)
		if bad == nil && f.reference != nil && f.reference[i] != "" && f.reference[i] != f.answers[i] {
			bad = &mismatch{"the protocols answer differently (- simple, + extended)",
				diffLines(strings.Split(f.reference[i], "\n"), strings.Split(f.answers[i], "\n"))}
		}
		if f.edits != nil {
			if f.edits.propose(s, o, bad, f.threshold) {
				bad = nil
			}
		}
	}
	class := s.class()
	if bad == nil {
		f.report.Passed[class]++
		return
	}
	f.report.Failed[class]++
	v := Failure{File: f.path, Position: s.position(s.iteration), Subtest: s.subtest, Class: class,
		Protocol: f.protocol, Why: bad.why, Diff: bad.diff, SQL: s.sql}
	if o != nil {
		v.SQLState = o.state
	}
	f.report.Failures = append(f.report.Failures, v)
}

// execute runs the record's SQL; the outcome is nil if there was nothing to run.
func (f *fileRun) execute(ctx context.Context, s *step) (*outcome, *mismatch) {
	if ctx.Err() != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, mismatchf("the file has run for %v: given up", f.opts.FileTimeout)
		}
		return nil, mismatchf("%v", ctx.Err())
	}
	if s.subst {
		if err := f.substitute(s); err != nil {
			return nil, mismatchf("%v", err)
		}
	}
	conn, err := f.session(ctx, s.conn)
	if err != nil {
		return nil, mismatchf("%v", err)
	}
	o := conn.run(ctx, s.sql, f.protocol == ExtendedProtocol && !several(s.sql), f.opts.RecordTimeout)
	return o, f.judge(s.record, o)
}

// judge holds an outcome to the record's expectation; nil is a pass.
func (f *fileRun) judge(rec *record, o *outcome) *mismatch {
	unexpected := func() *mismatch {
		m := mismatchf("%s", errorText(o))
		if o.at > 0 {
			m.why += " (at " + strconv.Itoa(int(o.at)) + ")"
		}
		return m
	}
	switch {
	case o.lost() || o.state == stateCopy:
		return unexpected()
	case rec.expect == expectMaybe:
		return nil
	case rec.expect == expectError:
		if !o.failed() {
			return mismatchf("expected an error, it succeeded")
		}
		if f.opts.Tolerant {
			return nil
		}
		want, err := parseExpectedError(rec)
		if err != nil {
			return mismatchf("%v", err)
		}
		return want.check(o)
	case o.failed():
		return unexpected()
	case rec.kind == kindLet:
		return f.keep(rec, o)
	case rec.expect == expectCount && rec.count >= 0 && rec.count != o.count:
		return mismatchf("expected %d rows in the command tag, got %d", rec.count, o.count)
	case rec.kind != kindQuery:
		return nil
	case !o.hasRows:
		if len(rec.want) == 0 && f.opts.Tolerant {
			return nil
		}
		return mismatchf("no result set")
	}
	if f.opts.Unordered && rec.sort == noSort && !orderBy.MatchString(rec.sql) {
		rec.sort = rowSort
	}
	switch {
	case f.dialect == Classic:
		return compareClassic(rec, &o.result, f.labels)
	case f.opts.Tolerant || f.dialect != Extended:
		return compareTolerant(rec, &o.result, f.dialect)
	}
	return compareExact(rec, &o.result, f.labels)
}

var orderBy = regexp.MustCompile(`(?i)\border\s+by\b`)

// digest is what both protocols must agree on.
func (f *fileRun) digest(rec *record, o *outcome) string {
	switch {
	case o.failed():
		return errorText(o)
	case rec.kind != kindQuery:
		return "ok " + strconv.FormatInt(o.count, 10)
	}
	return fmt.Sprintf("types %v names %q\n%s", builtin(o.oids), o.names, strings.Join(joinRows(extendedRows(rec, &o.result), "\t"), "\n"))
}

// firstUserOID is where Postgres's own objects end. Types above it (a table's
// row type) are made anew in each pass.
const firstUserOID = 16384

func builtin(oids []uint32) []uint32 {
	oids = slices.Clone(oids)
	for i, oid := range oids {
		if oid >= firstUserOID {
			oids[i] = firstUserOID
		}
	}
	return oids
}

// keep stores the one row of a let.
func (f *fileRun) keep(rec *record, o *outcome) *mismatch {
	if len(o.rows) != 1 || len(o.oids) != len(rec.loopVars) {
		return mismatchf("let wants 1 row of %d columns, got %d of %d", len(rec.loopVars), len(o.rows), len(o.oids))
	}
	for i, name := range rec.loopVars {
		f.vars[name] = extendedValue(o.rows[0][i])
	}
	return nil
}

// substitute gives the step a record with $NAME filled in.
func (f *fileRun) substitute(s *step) error {
	c := *s.record
	var err error
	if c.sql, err = substitute(c.sql, f.variable); err != nil {
		return err
	}
	if c.pattern, err = substitute(c.pattern, f.variable); err != nil {
		return err
	}
	c.want = nil
	for _, l := range s.want {
		if l, err = substitute(l, f.variable); err != nil {
			return err
		}
		c.want = append(c.want, l)
	}
	s.record = &c
	return nil
}

func (f *fileRun) variable(name string) (string, bool) {
	switch name {
	case "__TEST_DIR__":
		if f.tempDir == "" {
			dir, err := os.MkdirTemp("", "slt")
			if err != nil {
				return "", false
			}
			f.tempDir = dir
		}
		return f.tempDir, true
	case "__SCHEMA__":
		return f.schema, true
	case "__DATABASE__":
		return f.config.Database, true
	}
	if v, ok := f.vars[name]; ok {
		return v, true
	}
	if v, ok := f.opts.Variables[name]; ok {
		return v, true
	}
	return os.LookupEnv(name)
}
