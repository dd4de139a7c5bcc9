package explain

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/planner/physical"
)

// JSON prints a plan as Postgres's FORMAT JSON does: an array of one object
// with a "Plan". Keys stand in a fixed order.
func JSON(plan physical.Node, opt Options, run *Run) string {
	j := jsonPrinter{opt: opt}
	j.raw("[\n  {\n    \"Plan\": ")
	j.item(newTree(plan, opt, run).item(plan, ""), 4)
	if opt.Summary && run != nil {
		j.raw(",\n    \"Planning Time\": " + ms(run.Planning))
		if opt.Analyze {
			j.raw(",\n    \"Triggers\": [\n    ]")
			if run.Memory > 0 {
				j.raw(",\n    \"Peak Memory\": " + strconv.FormatInt(kb(run.Memory), 10))
			}
			j.raw(",\n    \"Execution Time\": " + ms(run.Execution))
		}
	}
	j.raw("\n  }\n]")
	return j.b.String()
}

type jsonPrinter struct {
	opt Options
	b   strings.Builder
}

func (j *jsonPrinter) raw(s string) { j.b.WriteString(s) }

// item prints an object whose braces stand at an indent.
func (j *jsonPrinter) item(it *item, indent int) {
	pad := strings.Repeat(" ", indent+2)
	first := true
	key := func(label string) {
		if !first {
			j.raw(",")
		}
		first = false
		j.raw("\n" + pad + quoted(label) + ": ")
	}
	put := func(label string, v any) {
		key(label)
		j.value(v)
	}
	j.raw("{")
	put("Node Type", it.name)
	for _, f := range it.facts {
		if f.label == "Strategy" {
			put(f.label, f.value)
		}
	}
	if it.relation != "" {
		put("Parent Relationship", it.relation)
	}
	if it.section != "" {
		put("Subplan Name", it.section)
	}
	put("Parallel Aware", false)
	put("Async Capable", false)
	for _, f := range it.facts {
		if f.label != "Strategy" {
			put(f.label, f.value)
		}
	}
	if j.opt.Costs {
		put("Startup Cost", money(it.startup/1000))
		put("Total Cost", money(it.props.Cost/1000))
		put("Plan Rows", int64(math.Round(math.Min(it.props.Rows, 1e18))))
		put("Plan Width", int64(math.Round(it.props.Width)))
	}
	if it.ran {
		j.actual(it.actual, put)
	}
	for _, f := range merged(it.lines) {
		put(f.label, f.value)
	}
	if len(it.children) > 0 {
		key("Plans")
		j.raw("[\n" + pad + "  ")
		for i, c := range it.children {
			if i > 0 {
				j.raw(",\n" + pad + "  ")
			}
			j.item(c, indent+4)
		}
		j.raw("\n" + pad + "]")
	}
	j.raw("\n" + strings.Repeat(" ", indent) + "}")
}

func (j *jsonPrinter) actual(a *Actual, put func(string, any)) {
	if a == nil {
		a = &Actual{}
	}
	if j.opt.Timing {
		put("Actual Startup Time", millis(a.Start.Seconds()*1000))
		put("Actual Total Time", millis(a.Total.Seconds()*1000))
	}
	put("Actual Rows", a.Rows)
	put("Actual Loops", a.Loops)
	if a.Memory > 0 {
		put("Peak Memory Usage", kb(a.Memory))
	}
	if a.SpilledBytes > 0 {
		put("Disk Usage", kb(a.SpilledBytes))
		put("Spill Partitions", a.SpillPartitions)
	}
	for _, d := range a.Details {
		if !d.IO || j.opt.Buffers {
			put(d.Label, d.Value)
		}
	}
}

// merged makes one list of lines that share a label (grouping sets).
func merged(lines []fact) []fact {
	var out []fact
	for _, f := range lines {
		if n := len(out); n > 0 && out[n-1].label == f.label {
			last, ok := out[n-1].value.([]any)
			if !ok {
				last = []any{out[n-1].value}
			}
			out[n-1].value = append(last, f.value)
			continue
		}
		out = append(out, f)
	}
	return out
}

type money float64
type millis float64

func (j *jsonPrinter) value(v any) {
	switch v := v.(type) {
	case string:
		j.raw(quoted(v))
	case []string:
		j.raw("[")
		for i, s := range v {
			if i > 0 {
				j.raw(", ")
			}
			j.raw(quoted(s))
		}
		j.raw("]")
	case []any:
		j.raw("[")
		for i, x := range v {
			if i > 0 {
				j.raw(", ")
			}
			j.value(x)
		}
		j.raw("]")
	case bool:
		j.raw(strconv.FormatBool(v))
	case int64:
		j.raw(strconv.FormatInt(v, 10))
	case money:
		j.raw(strconv.FormatFloat(float64(v), 'f', 2, 64))
	case millis:
		j.raw(strconv.FormatFloat(float64(v), 'f', 3, 64))
	}
}

// quoted is a JSON string. Only what JSON demands is escaped, as in Postgres.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20:
			b.WriteString(`\u00`)
			b.WriteByte("0123456789abcdef"[r>>4])
			b.WriteByte("0123456789abcdef"[r&15])
		case r == utf8.RuneError:
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
