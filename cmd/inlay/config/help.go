package config

import (
	"fmt"
	"strings"
)

const (
	helpColumn = 26 // where explanations start
	helpWidth  = 80
)

// help prints the options by group, in the order of the table, below usage.
func help(usage string, opts []option) string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(usage, "\n") + "\n")
	group, file := "", false
	for i := range opts {
		o := &opts[i]
		if o.help == "" {
			continue // a short form that the long one explains
		}
		file = file || !o.noFile
		if o.group != group {
			group = o.group
			b.WriteString("\n" + group + "\n")
		}
		left := "  --" + o.name
		if o.arg != "" {
			left += " " + o.arg
		}
		text := o.help
		if o.def != "" {
			text += " (default " + o.def + ")"
		}
		for k, line := range wrap(text, helpWidth-helpColumn) {
			if k == 0 && len(left) >= helpColumn {
				b.WriteString(left + "\n")
				left = ""
			}
			fmt.Fprintf(&b, "%-*s%s\n", helpColumn, left, line)
			left = ""
		}
	}
	if file {
		b.WriteString(`
Each option is also an environment variable, --memory-limit for instance
INLAY_MEMORY_LIMIT, and a key of the file given by --config: memory_limit. A flag
wins over the environment, and that over the file. Lists are separated by commas
in the environment and are arrays of strings in the file. Sizes are written
1500MB (a thousand thousand) or 2GiB (1024³), or as a number of bytes.
`)
	}
	return b.String()
}

func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(text) {
		if line != "" && len(line)+1+len(w) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return append(lines, line)
}
