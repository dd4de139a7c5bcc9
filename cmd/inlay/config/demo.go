package config

import (
	"fmt"
	"io"
)

// Demo is the configuration of inlay demo.
type Demo struct {
	Serve
	Seed         int64
	GenerateOnly bool
}

const demoUsage = `Make the data of a small shop (customers, products, orders, order lines, click
events; some three million rows of Parquet, partitioned by month) if it is not
there yet, and serve it.

Usage: inlay demo [OPTIONS]
`

// DefaultDemoData is where the sample data goes.
const DefaultDemoData = "inlay-demo"

// ParseDemo reads the configuration of inlay demo and checks it.
func ParseDemo(args []string, env Env, out io.Writer) (*Demo, error) {
	c := &Demo{Seed: 1}
	c.Listen, c.MaxConnections, c.Format, c.Data = DefaultListen, 500, "text", DefaultDemoData
	opts := []option{
		{name: "data", arg: "DIR", group: "Data", def: "./" + DefaultDemoData, set: setString(&c.Data),
			help: "Where the sample data is or goes."},
		{name: "seed", arg: "N", group: "Data", def: "1", noFile: true,
			help: "Another seed gives another shop; the same one the same, byte for byte.",
			set: func(v string) error {
				_, err := fmt.Sscan(v, &c.Seed)
				if err != nil {
					return fmt.Errorf("%q is no number", v)
				}
				return nil
			}},
		{name: "generate-only", group: "Data", set: setBool(&c.GenerateOnly), noFile: true,
			help: "Make the data and do not serve it."},
	}
	opts = append(opts, connectionOptions(&c.Serve)...)
	opts = append(opts, limitOptions(&c.Limits)...)
	opts = append(opts, loggingOptions(&c.Logging)...)
	opts = append(opts, configOption())
	rest, err := parse("demo", opts, args, env, demoUsage, out)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("unexpected argument %q", rest[0])
	}
	return c, c.Serve.check()
}
