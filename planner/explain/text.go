package explain

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

type textPrinter struct {
	opt   Options
	lines []string
}

// item prints a node at a depth: 0 is the top, whose lines are not indented.
// Postgres indents a child's title by six columns for each level and its
// labelled lines by two more than the title's text.
func (t *textPrinter) item(it *item, depth int) {
	head, rest := "", "  "
	if depth > 0 {
		head = strings.Repeat(" ", 6*depth-4) + "->  "
		rest = strings.Repeat(" ", 6*depth+2)
	}
	if it.section != "" {
		t.lines = append(t.lines, strings.Repeat(" ", max(6*depth-4, 2))+it.section)
		head = strings.Repeat(" ", 6*depth-2) + "->  "
		rest = strings.Repeat(" ", 6*depth+4)
	}
	t.lines = append(t.lines, head+it.title+t.numbers(it))
	for _, f := range it.lines {
		t.lines = append(t.lines, rest+f.label+": "+textValue(f))
	}
	t.lines = append(t.lines, t.ran(it, rest)...)
	for _, c := range it.children {
		t.item(c, depth+1)
	}
}

// numbers are the costs and actuals in brackets.
func (t *textPrinter) numbers(it *item) string {
	s := ""
	if t.opt.Costs {
		s = fmt.Sprintf("  (cost=%.2f..%.2f rows=%.0f width=%.0f)", it.startup/1000, it.props.Cost/1000, it.props.Rows, it.props.Width)
	}
	if !it.ran {
		return s
	}
	if s == "" {
		s = " "
	}
	a := it.actual
	switch {
	case a == nil || a.Loops == 0:
		return s + " (never executed)"
	case t.opt.Timing:
		return s + fmt.Sprintf(" (actual time=%s..%s rows=%d loops=%d)", ms(a.Start), ms(a.Total), a.Rows, a.Loops)
	}
	return s + fmt.Sprintf(" (actual rows=%d loops=%d)", a.Rows, a.Loops)
}

// ran are the lines of what a node used.
func (t *textPrinter) ran(it *item, indent string) []string {
	a := it.actual
	if a == nil || a.Loops == 0 {
		return nil
	}
	var out []string
	if a.Memory > 0 || a.SpilledBytes > 0 {
		line := fmt.Sprintf("Memory Usage: %dkB", kb(a.Memory))
		if a.SpilledBytes > 0 {
			line += fmt.Sprintf("  Disk Usage: %dkB", kb(a.SpilledBytes))
		}
		if a.SpillPartitions > 0 {
			line += fmt.Sprintf("  Batches: %d", a.SpillPartitions)
		}
		out = append(out, indent+line)
	}
	for _, d := range a.Details {
		if d.IO && !t.opt.Buffers {
			continue
		}
		v := strconv.FormatInt(d.Value, 10)
		if d.Unit == "bytes" {
			v = strconv.FormatInt(kb(d.Value), 10) + "kB"
		}
		out = append(out, indent+d.Label+": "+v)
	}
	return out
}

func kb(n int64) int64 { return (n + 1023) / 1024 }

func ms(d time.Duration) string { return strconv.FormatFloat(float64(d)/1e6, 'f', 3, 64) }

func textValue(f fact) string {
	switch v := f.value.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return fmt.Sprint(f.value)
}

func summary(opt Options, run *Run) []string {
	if !opt.Summary || run == nil {
		return nil
	}
	out := []string{"Planning Time: " + ms(run.Planning) + " ms"}
	if !opt.Analyze {
		return out
	}
	if run.Memory > 0 {
		out = append(out, fmt.Sprintf("Peak Memory: %dkB", kb(run.Memory)))
	}
	return append(out, "Execution Time: "+ms(run.Execution)+" ms")
}
