package source

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/record"
)

// namedType is a column as an option tells it.
type namedType struct {
	name string
	typ  types.Type
}

// options reads the options of files one by one, and collects what is not
// known.
type options struct {
	all  map[string]string
	used map[string]bool
	err  error
}

func newOptions(all map[string]string) *options {
	return &options{all: all, used: map[string]bool{"path": true, "format": true}}
}

// text is the value of the first of the names that is given.
func (o *options) text(names ...string) (v string, ok bool) {
	for _, n := range names {
		o.used[n] = true
		if x, there := o.all[n]; there && !ok {
			v, ok = x, true
		}
	}
	return v, ok
}

func (o *options) fail(err *sqlerr.Error) {
	if o.err == nil {
		o.err = err
	}
}

// bool is a Boolean as Postgres's options take it.
func (o *options) bool(otherwise bool, names ...string) bool {
	v, ok := o.text(names...)
	if !ok {
		return otherwise
	}
	switch strings.ToLower(v) {
	case "true", "on", "yes", "1", "t", "":
		return true
	case "false", "off", "no", "0", "f":
		return false
	}
	o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "option %s requires a Boolean value", sqlerr.Quote(names[0])))
	return otherwise
}

func (o *options) int(otherwise, least int64, names ...string) int64 {
	v, ok := o.text(names...)
	if !ok {
		return otherwise
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < least {
		o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for option %s: %s", sqlerr.Quote(names[0]), sqlerr.Quote(v)))
		return otherwise
	}
	return n
}

// char is a single byte, "" for none; \t may be written out.
func (o *options) char(names ...string) (c byte, ok bool) {
	v, ok := o.text(names...)
	switch {
	case !ok:
		return 0, false
	case v == "":
		return 0, true
	case v == `\t`:
		return '\t', true
	case len(v) == 1 && v[0] != '\n' && v[0] != '\r':
		return v[0], true
	}
	o.fail(sqlerr.New(sqlerr.FeatureNotSupported, "CSV %s must be a single one-byte character", names[0]))
	return 0, false
}

// list is a text, or a JSON array of texts.
func (o *options) list(names ...string) ([]string, bool) {
	v, ok := o.text(names...)
	if !ok {
		return nil, false
	}
	if strings.HasPrefix(v, "[") {
		var l []string
		if json.Unmarshal([]byte(v), &l) == nil {
			return l, true
		}
	}
	return []string{v}, true
}

// names is a list of column names, with commas between in a text.
func (o *options) names(names ...string) []string {
	l, ok := o.list(names...)
	if !ok || len(l) != 1 {
		return l
	}
	var out []string
	for _, n := range strings.Split(l[0], ",") {
		out = append(out, strings.Trim(strings.TrimSpace(n), `"`))
	}
	return out
}

// columns reads 'a integer, b text', or {"a": "integer", "b": "text"}.
func (o *options) columns(names ...string) []namedType {
	v, ok := o.text(names...)
	if !ok {
		return nil
	}
	var parts [][2]string
	if s := strings.TrimSpace(v); strings.HasPrefix(s, "{") {
		d := json.NewDecoder(strings.NewReader(s))
		d.Token()
		for d.More() {
			k, err1 := d.Token()
			t, err2 := d.Token()
			name, ok1 := k.(string)
			typ, ok2 := t.(string)
			if err1 != nil || err2 != nil || !ok1 || !ok2 {
				o.fail(badColumns(names[0], v))
				return nil
			}
			parts = append(parts, [2]string{name, typ})
		}
	} else {
		for _, p := range splitTop(s) {
			name, typ, ok := cutName(p)
			if !ok {
				o.fail(badColumns(names[0], v))
				return nil
			}
			parts = append(parts, [2]string{name, typ})
		}
	}
	var out []namedType
	for _, p := range parts {
		t, err := parseType(p[1])
		if err != nil {
			o.fail(sqlerr.New(sqlerr.UndefinedObject, "type %s of column %s does not exist", sqlerr.Quote(p[1]), sqlerr.Quote(p[0])))
			return nil
		}
		out = append(out, namedType{p[0], t})
	}
	return out
}

func badColumns(option, v string) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for option %s: %s", sqlerr.Quote(option), sqlerr.Quote(v)).
		WithHint("Write it as 'name type, …' or as a JSON object of names and types.")
}

// splitTop splits at commas outside parentheses and quotes.
func splitTop(s string) []string {
	var out []string
	depth, quoted, from := 0, false, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth == 0:
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// cutName cuts a column name, maybe quoted, from its type.
func cutName(s string) (name, rest string, ok bool) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, `"`) {
		name, rest, ok = strings.Cut(s[1:], `"`)
	} else {
		name, rest, ok = strings.Cut(s, " ")
	}
	rest = strings.TrimSpace(rest)
	return name, rest, ok && name != "" && rest != ""
}

// fieldTypes are names of types that people bring from elsewhere.
var fieldTypes = map[string]types.Type{
	"tinyint": types.New(types.Int2OID), "utinyint": types.New(types.Int2OID), "usmallint": types.New(types.Int4OID), "uinteger": types.New(types.Int8OID),
	"ubigint": types.NewNumeric(20, 0), "hugeint": types.NewNumeric(38, 0), "double": types.New(types.Float8OID), "string": types.New(types.TextOID),
	"datetime": types.New(types.TimestampOID), "blob": types.New(types.ByteaOID), "long": types.New(types.Int8OID), "timestamp_us": types.New(types.TimestampOID),
}

func parseType(s string) (types.Type, error) {
	if t, ok := fieldTypes[strings.ToLower(strings.TrimSpace(s))]; ok {
		return t, nil
	}
	t, err := types.ParseTypeName(s)
	if err == nil {
		if f := types.FactsOf(t.OID); f == nil || f.Unsupported {
			err = sqlerr.Unsupported("type %s is not supported yet", s)
		}
	}
	return t, err
}

// rest fails for options that nobody has asked for.
func (o *options) rest(format string) error {
	if o.err != nil {
		return o.err
	}
	var unknown []string
	for k := range o.all {
		if !o.used[k] {
			unknown = append(unknown, k)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	var valid []string
	for k := range o.used {
		valid = append(valid, k)
	}
	slices.Sort(valid)
	return sqlerr.New(sqlerr.FDWInvalidOptionName, "invalid option %s", sqlerr.Quote(unknown[0])).
		WithHint("Valid options of %s files are %s.", format, strings.Join(valid, ", "))
}

// textOptions are what the readers of text files share.
type textOptions struct {
	hive, filename bool
	skip           bool // bad records
	sample         int64
	maxRecord      int
	compression    string
	dateFormat     string
	timeFormat     string
	types          []namedType // of some columns
	columns        []namedType // all columns
}

// defaultSample is how many bytes of a file are looked at to guess its form.
const defaultSample = 2 << 20

func (o *options) shared() textOptions {
	t := textOptions{
		hive:        o.bool(true, "hive_partitioning"),
		filename:    o.bool(false, "filename"),
		skip:        o.bool(false, "ignore_errors"),
		sample:      o.int(0, -1, "sample_size"),
		maxRecord:   int(o.int(record.DefaultMaxRecord, 1, "max_line_size", "maximum_line_size", "maximum_object_size")),
		columns:     o.columns("columns"),
		types:       o.columns("types", "dtypes", "column_types"),
		compression: "auto",
	}
	if on, ok := o.text("on_error"); ok { // Postgres 17
		switch on {
		case "ignore":
			t.skip = true
		case "stop":
		default:
			o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "COPY ON_ERROR %s not recognized", sqlerr.Quote(on)))
		}
	}
	if c, ok := o.text("compression"); ok {
		t.compression = c
		if _, err := record.ParseCompression(c, ""); err != nil {
			o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "compression %s not recognized", sqlerr.Quote(c)).WithHint("Compressions are auto, none, gzip and zstd."))
		}
	}
	t.maxRecord = min(t.maxRecord, 1<<30)
	t.dateFormat, _ = o.text("dateformat", "date_format")
	t.timeFormat, _ = o.text("timestampformat", "timestamp_format")
	// What others have switches for is always so.
	o.bool(true, "union_by_name")
	o.bool(true, "auto_detect")
	o.bool(true, "parallel")
	o.text("buffer_size")
	return t
}
