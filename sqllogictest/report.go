package sqllogictest

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Class is what a record asks for.
type Class int

const (
	ClassQuery Class = iota
	ClassStatement
	ClassError
)

func (c Class) String() string { return [...]string{"query", "statement", "error"}[c] }

// Failure is the verdict on one failed record.
type Failure struct {
	File     string
	Position string // line, with include and loop iteration: "12>34:1.0"
	Subtest  string
	Class    Class
	Protocol Protocol
	SQLState string // of the error that came, "" if none did
	Why      string // one line
	Diff     string // several lines, may be empty
	SQL      string
}

// String is the verdict as it is printed: file:line first, then the diff.
func (f Failure) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%s: ", f.File, f.Position)
	if f.Subtest != "" {
		fmt.Fprintf(&b, "[%s] ", f.Subtest)
	}
	if f.Protocol == ExtendedProtocol {
		b.WriteString("(extended protocol) ")
	}
	fmt.Fprintf(&b, "%s: %s", f.Class, f.Why)
	for _, l := range strings.Split(f.Diff, "\n") {
		if f.Diff != "" {
			b.WriteString("\n    " + l)
		}
	}
	return b.String()
}

// FileReport is the outcome of one file.
type FileReport struct {
	File      string
	Passed    [3]int // by Class
	Failed    [3]int
	Skipped   int
	Rewritten int // records whose text -rewrite changed
	Failures  []Failure
	Err       error // the file could not be read or run at all
	Elapsed   time.Duration
}

// OK says whether nothing failed.
func (f *FileReport) OK() bool { return f.Err == nil && f.Failed == [3]int{} }

// Report is the outcome of a run, files in order of name.
type Report struct {
	Files   []FileReport
	Elapsed time.Duration
}

// OK says whether every file is.
func (r *Report) OK() bool {
	return !slices.ContainsFunc(r.Files, func(f FileReport) bool { return !f.OK() })
}

// Totals adds up the files.
func (r *Report) Totals() (passed, failed, skipped int) {
	for i := range r.Files {
		f := &r.Files[i]
		skipped += f.Skipped
		for c := range f.Passed {
			passed += f.Passed[c]
			failed += f.Failed[c]
		}
	}
	return passed, failed, skipped
}

// Write prints the verdicts and a line of totals.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	rewritten, errs := 0, 0
	for i := range r.Files {
		f := &r.Files[i]
		rewritten += f.Rewritten
		if f.Err != nil {
			errs++
			fmt.Fprintf(&b, "%s: %v\n", f.File, f.Err)
		}
		for _, v := range f.Failures {
			b.WriteString(v.String() + "\n")
		}
	}
	passed, failed, skipped := r.Totals()
	fmt.Fprintf(&b, "%d files, %d records passed, %d failed, %d skipped", len(r.Files), passed, failed, skipped)
	if errs > 0 {
		fmt.Fprintf(&b, ", %d files not run", errs)
	}
	if rewritten > 0 {
		fmt.Fprintf(&b, ", %d rewritten", rewritten)
	}
	fmt.Fprintf(&b, " (%.1fs)\n", r.Elapsed.Seconds())
	_, err := io.WriteString(w, b.String())
	return err
}

func sortReports(files []FileReport) {
	slices.SortFunc(files, func(a, b FileReport) int { return cmp.Compare(a.File, b.File) })
}
