package config

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Limits are the resources that every subcommand which runs queries bounds.
type Limits struct {
	Memory    int64 // bytes for the whole process; 0: half of the machine's
	Threads   int   // 0: one a core
	TempDir   string
	TempLimit int64 // bytes; 0: no limit
	Cache     int64 // bytes of TempDir for ranges of remote files; 0: as it sees fit, below 0: none
}

// Logging says what is logged and how.
type Logging struct {
	Format string // text, json
	Level  slog.Level
}

// Serve is the configuration of inlay serve.
type Serve struct {
	Limits
	Logging
	Listen         string // host:port
	Data           string // the data directory; "" with InMemory
	InMemory       bool
	AllowPaths     []string // absolute paths and URLs
	MaxConnections int
	PasswordFile   string
	TLSCert        string
	TLSKey         string
}

const serveUsage = `Answer SQL over the Postgres protocol, for psql, drivers, BI tools and dbt.

Usage: inlay serve [OPTIONS]

Without options: data in ./inlay-data, reachable from this machine only, without
a password, at

    psql -h 127.0.0.1 -p 5433

SIGTERM or Ctrl-C lets running statements finish for up to 10 s, then stops.
`

// DefaultListen is loopback: nothing is reachable from outside unasked.
const DefaultListen = "127.0.0.1:5433"

// DefaultData is where a server keeps its tables and catalog.
const DefaultData = "inlay-data"

// ParseServe reads the configuration of inlay serve and checks it.
func ParseServe(args []string, env Env, out io.Writer) (*Serve, error) {
	c := &Serve{Listen: DefaultListen, MaxConnections: 500}
	c.Logging.Format = "text"
	opts := []option{
		{name: "data", arg: "DIR", group: "Data", def: "./" + DefaultData, set: setString(&c.Data),
			help: "Keep the catalog and everything else in DIR; it is made if it is not there. One server at a time uses it."},
		{name: "in-memory", group: "Data", set: setBool(&c.InMemory),
			help: "Keep tables, views and schemas in memory; they are gone when the server stops. Excludes --data."},
		{name: "allow-path", arg: "PATH", group: "Data", set: appendTo(&c.AllowPaths), reset: func() { c.AllowPaths = nil },
			help: "Let queries open files below PATH (a folder, or a URL such as s3://bucket/prefix); may be repeated. " +
				"A server that trusts everybody (loopback, no password file) opens any path."},
	}
	opts = append(opts, connectionOptions(c)...)
	opts = append(opts, limitOptions(&c.Limits)...)
	opts = append(opts, loggingOptions(&c.Logging)...)
	opts = append(opts, configOption())
	rest, err := parse("serve", opts, args, env, serveUsage, out)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("unexpected argument %q", rest[0])
	}
	return c, c.check()
}

func connectionOptions(c *Serve) []option {
	const group = "Connections"
	return []option{
		{name: "listen", arg: "HOST:PORT", group: group, def: DefaultListen, set: setString(&c.Listen),
			help: "Where to listen. Any address but loopback demands --password-file. Port 0 picks a free one."},
		{name: "password-file", arg: "FILE", group: group, set: setString(&c.PasswordFile),
			help: "Demand passwords (SCRAM-SHA-256). Lines of FILE are user:password, or user:SCRAM-SHA-256$… as Postgres keeps it."},
		{name: "tls-cert", arg: "FILE", group: group, set: setString(&c.TLSCert),
			help: "Offer TLS with this certificate chain (PEM). Goes with --tls-key."},
		{name: "tls-key", arg: "FILE", group: group, set: setString(&c.TLSKey),
			help: "The certificate's private key (PEM)."},
		{name: "max-connections", arg: "N", group: group, def: "500", set: setCount(&c.MaxConnections, 1, 100_000),
			help: "Refuse further connections above N."},
	}
}

func limitOptions(l *Limits) []option {
	const group = "Resources"
	return []option{
		{name: "memory-limit", arg: "SIZE", group: group, def: "half of the machine's", set: setSize(&l.Memory),
			help: "Memory for the whole process. Queries that need more write to the temporary folder."},
		{name: "threads", arg: "N", group: group, def: "one a core", set: setCount(&l.Threads, 1, 4096),
			help: "CPU cores to use."},
		{name: "temp-dir", arg: "DIR", group: group, set: setString(&l.TempDir),
			help: "Where queries spill; below the data directory by default, else in the system's temporary folder."},
		{name: "temp-limit", arg: "SIZE", group: group, def: "none", set: setSize(&l.TempLimit),
			help: "Bytes that all spilling queries together may write."},
		{name: "remote-cache", arg: "SIZE", group: group, def: "a tenth of the free space, at most 16 GiB",
			help: "Bytes of the temporary folder that keep what was read of remote files; 0 keeps nothing.",
			set: func(v string) error {
				if err := setSize(&l.Cache)(v); err != nil {
					return err
				}
				if l.Cache == 0 {
					l.Cache = -1
				}
				return nil
			}},
	}
}

func loggingOptions(l *Logging) []option {
	const group = "Logging"
	return []option{
		{name: "log-format", arg: "FORMAT", group: group, def: "text", set: setChoice(&l.Format, "text", "json"),
			help: "text or json, to standard error."},
		{name: "log-level", arg: "LEVEL", group: group, def: "info", help: "debug, info, warn or error.",
			set: func(v string) error {
				if err := l.Level.UnmarshalText([]byte(v)); err != nil {
					return fmt.Errorf("%q is none of debug, info, warn, error", v)
				}
				return nil
			}},
	}
}

func configOption() option {
	return option{name: "config", arg: "FILE", group: "Configuration", noFile: true, set: func(string) error { return nil },
		help: "Read options from a TOML file."}
}

// check finds what no single option shows.
func (c *Serve) check() error {
	if c.InMemory && c.Data != "" {
		return fmt.Errorf("--in-memory and --data exclude each other")
	}
	if !c.InMemory && c.Data == "" {
		c.Data = DefaultData
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %q is no HOST:PORT", c.Listen)
	}
	if !isLoopback(host) && c.PasswordFile == "" {
		return fmt.Errorf("listening on %s needs --password-file: only loopback addresses may trust whoever connects", c.Listen)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("--tls-cert and --tls-key go together")
	}
	for i, p := range c.AllowPaths {
		if strings.Contains(p, "://") {
			continue
		}
		abs, err := filepath.Abs(p)
		if err != nil {
			return fmt.Errorf("--allow-path: %w", err)
		}
		c.AllowPaths[i] = abs
	}
	return c.Limits.check()
}

// leastMemory is what a process needs before it has done anything.
const leastMemory = 64 << 20

func (l *Limits) check() error {
	if l.Memory > 0 && l.Memory < leastMemory {
		return fmt.Errorf("--memory-limit: %s is less than the least, %s", FormatSize(l.Memory), FormatSize(leastMemory))
	}
	return nil
}

// Trusted says whether whoever connects is the superuser: nobody but this
// machine can, and no passwords were asked for.
func (c *Serve) Trusted() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && isLoopback(host) && c.PasswordFile == ""
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Logger writes to w as configured.
func (l *Logging) Logger(w io.Writer) *slog.Logger {
	opts := &slog.HandlerOptions{Level: l.Level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// OSEnv is the process's environment.
func OSEnv(name string) (string, bool) { return os.LookupEnv(name) }
