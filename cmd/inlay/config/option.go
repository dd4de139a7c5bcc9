package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
)

// option is one setting of a subcommand.
type option struct {
	name  string // of the flag; env and file names follow from it
	arg   string // shown in help: DIR, SIZE; "" for a switch
	group string
	help  string // sentences; wrapped when printed
	def   string // shown in help

	set    func(string) error // one value, in the form of the command line
	reset  func()             // lists: forget what a weaker source gave
	noFile bool               // not a key of the file: --config itself, one-shot things
}

func (o *option) isSwitch() bool { return o.arg == "" }
func (o *option) env() string {
	return "INLAY_" + strings.ToUpper(strings.ReplaceAll(o.name, "-", "_"))
}
func (o *option) key() string { return strings.ReplaceAll(o.name, "-", "_") }

// Env looks up environment variables; os.LookupEnv is one.
type Env func(name string) (value string, ok bool)

// parse applies the file, the environment and the flags, and returns what is
// left of args. usage is printed to out for --help, which gives flag.ErrHelp.
func parse(command string, opts []option, args []string, env Env, usage string, out io.Writer) ([]string, error) {
	// Flags are parsed first, for they may name the file, but applied last.
	given := map[string][]string{}
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	for i := range opts {
		o := &opts[i]
		add := func(v string) error { given[o.name] = append(given[o.name], v); return nil }
		if o.isSwitch() {
			fs.BoolFunc(o.name, "", add)
		} else {
			fs.Func(o.name, "", add)
		}
	}
	fs.Usage = func() {} // it would be printed for every mistake
	rest, err := ParseFlags(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		if _, err := io.WriteString(out, help(usage, opts)); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}

	path, from := "", ""
	if v, ok := env("INLAY_CONFIG"); ok && v != "" {
		path, from = v, "INLAY_CONFIG"
	}
	if v := given["config"]; len(v) > 0 {
		path, from = v[len(v)-1], "--config"
	}
	if path != "" {
		if err := applyFile(opts, path, from); err != nil {
			return nil, err
		}
	}
	for i := range opts {
		o := &opts[i]
		v, ok := env(o.env())
		if !ok || v == "" {
			continue
		}
		values := []string{v}
		if o.reset != nil {
			values = splitList(v)
		}
		if err := o.apply(values); err != nil {
			return nil, fmt.Errorf("%s: %w", o.env(), err)
		}
	}
	for i := range opts {
		o := &opts[i]
		if values := given[o.name]; len(values) > 0 {
			if err := o.apply(values); err != nil {
				return nil, fmt.Errorf("--%s: %w", o.name, err)
			}
		}
	}
	return rest, nil
}

// ParseFlags takes flags from anywhere among the arguments; after -- all are
// arguments.
func ParseFlags(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if msg, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
				return nil, unknownOption("--"+msg, flagNames(fs))
			}
			return nil, err
		}
		left := fs.Args()
		if len(left) == 0 {
			return rest, nil
		}
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			return append(rest, left...), nil
		}
		rest = append(rest, left[0])
		args = left[1:]
	}
}

func flagNames(fs *flag.FlagSet) []string {
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, "--"+f.Name) })
	return names
}

// apply sets the values that one source gives.
func (o *option) apply(values []string) error {
	if o.reset == nil {
		values = values[len(values)-1:] // the last one counts
	} else {
		o.reset()
	}
	for _, v := range values {
		if err := o.set(v); err != nil {
			return err
		}
	}
	return nil
}

// splitList splits at commas. Paths with commas go on the command line or into
// the file.
func splitList(s string) []string {
	var list []string
	for _, v := range strings.Split(s, ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

func applyFile(opts []option, path, from string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	var file map[string]any
	if _, err := toml.Decode(string(text), &file); err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return fmt.Errorf("%s:%d: %s", path, pe.Position.Line, pe.Message)
		}
		return fmt.Errorf("%s: %w", path, err)
	}
	for i := range opts {
		o := &opts[i]
		v, ok := file[o.key()]
		if !ok || o.noFile {
			continue
		}
		delete(file, o.key())
		values, err := fileValues(o, v)
		if err == nil && len(values) > 0 {
			err = o.apply(values)
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", path, o.key(), err)
		}
	}
	for key := range sorted(file) {
		var keys []string
		for i := range opts {
			if !opts[i].noFile {
				keys = append(keys, opts[i].key())
			}
		}
		return fmt.Errorf("%s: %w", path, unknownOption(key, keys))
	}
	return nil
}

// fileValues brings a TOML value into the form of the command line.
func fileValues(o *option, v any) ([]string, error) {
	switch v := v.(type) {
	case string:
		if o.isSwitch() {
			break
		}
		return []string{v}, nil
	case bool:
		if o.isSwitch() {
			return []string{fmt.Sprint(v)}, nil
		}
	case int64:
		if !o.isSwitch() {
			return []string{fmt.Sprint(v)}, nil
		}
	case []any:
		if o.reset == nil {
			break
		}
		var list []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, fmt.Errorf("want a list of strings")
			}
			list = append(list, s)
		}
		if len(list) == 0 {
			o.reset()
		}
		return list, nil
	}
	switch {
	case o.isSwitch():
		return nil, fmt.Errorf("want true or false")
	case o.reset != nil:
		return nil, fmt.Errorf("want a list of strings")
	}
	return nil, fmt.Errorf("want a string or a number")
}
