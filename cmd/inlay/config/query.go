package config

import (
	"fmt"
	"io"
)

// Query is the configuration of inlay query.
type Query struct {
	Limits
	SQL    string // as given on the command line; "" if File or standard input is to be read
	File   string // "-" is standard input
	Format string // table, csv, json, parquet, arrow; "": table on a terminal, csv otherwise
	Output string // "": standard output
	Data   string // a data directory whose tables and views may be used; "": none
	Quiet  bool   // no progress bar, no row count
}

const queryUsage = `Run SQL once, without a server, over any files this user may read.

Usage: inlay query [OPTIONS] "SQL"
       inlay query [OPTIONS] --file FILE
       … | inlay query [OPTIONS]

    inlay query "SELECT count(*) FROM 'events/*.parquet'"
    inlay query --format parquet --output top.parquet "SELECT … LIMIT 100"

Several statements are separated by semicolons; results come in their order.
Exits with 0, with 1 if a statement failed, with 2 if the command line makes no
sense, and with 130 when interrupted.
`

// Formats are what results can be written as.
var Formats = []string{"table", "csv", "json", "parquet", "arrow"}

// ParseQuery reads the configuration of inlay query and checks it.
func ParseQuery(args []string, env Env, out io.Writer) (*Query, error) {
	c := &Query{}
	const group = "Query"
	opts := []option{
		{name: "file", arg: "FILE", group: group, set: setString(&c.File), noFile: true,
			help: "Read the SQL from FILE, - for standard input. Short: -f."},
		{name: "f", arg: "FILE", group: group, set: setString(&c.File), noFile: true}, // explained by file
		{name: "data", arg: "DIR", group: group, set: setString(&c.Data),
			help: "Use the tables and views of this data directory. No server may have it open."},
		{name: "format", arg: "FORMAT", group: "Result", def: "table on a terminal, else csv", set: setChoice(&c.Format, Formats...),
			help: "table, csv, json (one object a line), parquet or arrow (IPC stream)."},
		{name: "output", arg: "FILE", group: "Result", set: setString(&c.Output), noFile: true,
			help: "Write to FILE and not to standard output."},
		{name: "quiet", group: "Result", set: setBool(&c.Quiet),
			help: "No progress bar and no row count."},
	}
	opts = append(opts, limitOptions(&c.Limits)...)
	opts = append(opts, configOption())
	rest, err := parse("query", opts, args, env, queryUsage, out)
	if err != nil {
		return nil, err
	}
	switch {
	case len(rest) > 1:
		return nil, fmt.Errorf("unexpected argument %q: quote the SQL", rest[1])
	case len(rest) == 1 && c.File != "":
		return nil, fmt.Errorf("the SQL is given twice: as an argument and by --file")
	case len(rest) == 1:
		c.SQL = rest[0]
	case c.File == "":
		c.File = "-"
	}
	if c.Format == "parquet" && c.Output == "" {
		return nil, fmt.Errorf("--format parquet needs --output FILE")
	}
	return c, c.Limits.check()
}
