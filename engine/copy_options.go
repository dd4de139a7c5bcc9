package engine

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/engine/export"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/storage/parquet"
)

// copyOptions are the options of a COPY statement, read and checked as
// Postgres's ProcessCopyOptions does, with those for files beside them.
type copyOptions struct {
	format    string // "text", "csv", "binary", "parquet", "json", "arrow"
	row       copyrow.Format
	given     map[string]*ast.Option
	codec     parquet.Codec
	compress  export.Compression
	array     bool
	groupRows int
	exists    export.Existing
	partition []ast.Ident
	quote     []ast.Ident // FORCE_QUOTE; with all: every column
	notNull   []ast.Ident
	null      []ast.Ident
	all       bool
}

// copySuffixes are the formats that a file's name tells of; csv and text do
// not, for in Postgres COPY t TO 'x.csv' writes text.
var copySuffixes = map[string]string{".parquet": "parquet", ".pq": "parquet", ".json": "json", ".jsonl": "json", ".ndjson": "json", ".arrow": "arrow", ".feather": "arrow"}

func optionAt(sql string, o *ast.Option) int { return ast.Position(sql, o.Pos) }

// readCopyOptions reads the options of a.
func readCopyOptions(a *ast.Copy, sql string) (*copyOptions, error) {
	c := &copyOptions{format: "text", given: map[string]*ast.Option{}, codec: parquet.Zstd}
	for i := range a.Options {
		o := &a.Options[i]
		name := o.Name.Name
		if _, twice := c.given[name]; twice {
			return nil, sqlerr.New(sqlerr.SyntaxError, "conflicting or redundant options").At(optionAt(sql, o))
		}
		c.given[name] = o
		if err := c.read(a, o, sql); err != nil {
			return nil, err
		}
	}
	path := strings.ToLower(a.Path)
	for suffix, with := range map[string]export.Compression{".gz": export.Gzip, ".zst": export.Zstd} {
		if strings.HasSuffix(path, suffix) {
			path = strings.TrimSuffix(path, suffix)
			if c.given["compression"] == nil {
				c.compress = with
			}
		}
	}
	if c.given["format"] == nil && !a.Stdio && !a.Program {
		for suffix, f := range copySuffixes {
			if strings.HasSuffix(path, suffix) {
				c.format = f
			}
		}
	}
	return c, c.check(a, sql)
}

func (c *copyOptions) read(a *ast.Copy, o *ast.Option, sql string) error {
	at := optionAt(sql, o)
	switch name := o.Name.Name; name {
	case "format":
		c.format = o.Text
		switch o.Text {
		case "text", "csv", "binary":
		case "parquet", "json", "arrow":
			if a.Stdio {
				return sqlerr.New(sqlerr.FeatureNotSupported, "COPY format %s is for files, not for STDIN and STDOUT", sqlerr.Quote(o.Text)).At(at)
			}
		case "ndjson", "jsonl":
			c.format = "json"
		default:
			return sqlerr.New(sqlerr.InvalidParameterValue, "COPY format %s not recognized", sqlerr.Quote(o.Text)).At(at)
		}
	case "freeze", "header", "delimiter", "null", "quote", "escape", "encoding":
		if o.Kind == ast.OptionList || o.Kind == ast.OptionStar {
			return sqlerr.New(sqlerr.SyntaxError, "%s requires a parameter", name).At(at)
		}
		if name == "freeze" {
			_, err := copyBool(o, name)
			return err
		}
	case "force_quote", "force_not_null", "force_null":
		switch {
		case o.Kind == ast.OptionStar && name == "force_quote":
			c.all = true
		case o.Kind == ast.OptionList && name == "force_quote":
			c.quote = o.List
		case o.Kind == ast.OptionList && name == "force_null":
			c.null = o.List
		case o.Kind == ast.OptionList:
			c.notNull = o.List
		default:
			return sqlerr.New(sqlerr.InvalidParameterValue, "argument to option %s must be a list of column names", sqlerr.Quote(name)).At(at)
		}
	case "partition_by":
		if c.partition = o.List; o.Kind != ast.OptionList {
			c.partition = []ast.Ident{{Range: o.Range, Name: o.Text}}
		}
		return c.onlyFiles(a, o, sql)
	case "compression":
		return c.compression(a, o, sql)
	case "array":
		b, err := copyBool(o, name)
		c.array = b
		return err
	case "row_group_size":
		n, ok := parseAmount(o.Text, "")
		if !ok || n < 1 || n > 1<<24 {
			return sqlerr.New(sqlerr.InvalidParameterValue, "row_group_size must be a number of rows from 1 to %d", 1<<24).At(at)
		}
		c.groupRows = int(n)
		return c.onlyFiles(a, o, sql)
	case "overwrite", "append":
		yes, err := copyBool(o, name)
		if err != nil {
			return err
		}
		if yes {
			c.exists = map[string]export.Existing{"overwrite": export.Overwrite, "append": export.Append}[name]
		}
		return c.onlyFiles(a, o, sql)
	default:
		return sqlerr.New(sqlerr.SyntaxError, "option %s not recognized", sqlerr.Quote(name)).At(at)
	}
	return nil
}

func (c *copyOptions) onlyFiles(a *ast.Copy, o *ast.Option, sql string) error {
	if a.Stdio || a.From {
		return sqlerr.New(sqlerr.FeatureNotSupported, "option %s is only available using COPY TO a file", sqlerr.Quote(o.Name.Name)).At(optionAt(sql, o))
	}
	return nil
}

func (c *copyOptions) compression(a *ast.Copy, o *ast.Option, sql string) error {
	if a.Stdio {
		return sqlerr.New(sqlerr.FeatureNotSupported, "option %s is only available for files", sqlerr.Quote("compression")).At(optionAt(sql, o))
	}
	switch strings.ToLower(o.Text) {
	case "none", "uncompressed":
		c.codec, c.compress = parquet.Uncompressed, export.None
	case "snappy":
		c.codec = parquet.Snappy
	case "zstd":
		c.codec, c.compress = parquet.Zstd, export.Zstd
	case "gzip":
		c.codec, c.compress = parquet.Gzip, export.Gzip
	default:
		return sqlerr.New(sqlerr.InvalidParameterValue, "compression %s not recognized", sqlerr.Quote(o.Text)).At(optionAt(sql, o)).
			WithHint("Compressions are none, snappy (Parquet only), gzip (text, CSV and JSON only) and zstd.")
	}
	return nil
}

// copyBool reads a Boolean option; alone it is true.
func copyBool(o *ast.Option, name string) (bool, error) {
	switch strings.ToLower(o.Text) {
	case "", "true", "on", "1":
		return true, nil
	case "false", "off", "0":
		return false, nil
	}
	return false, sqlerr.New(sqlerr.SyntaxError, "%s requires a Boolean value", name)
}

// check holds the options against each other, in Postgres's order.
func (c *copyOptions) check(a *ast.Copy, sql string) error {
	refuse := func(format string, args ...any) error { return sqlerr.New(sqlerr.FeatureNotSupported, format, args...) }
	switch c.format {
	case "parquet", "arrow", "json":
		return c.checkFile(a)
	}
	has := func(name string) bool { return c.given[name] != nil }
	csv, binary := c.format == "csv", c.format == "binary"
	c.row = copyrow.Default(map[string]copyrow.Form{"text": copyrow.Text, "csv": copyrow.CSV, "binary": copyrow.Binary}[c.format])
	if binary && has("delimiter") {
		return sqlerr.New(sqlerr.SyntaxError, "cannot specify DELIMITER in BINARY mode")
	}
	if binary && has("null") {
		return sqlerr.New(sqlerr.SyntaxError, "cannot specify NULL in BINARY mode")
	}
	if o := c.given["null"]; o != nil {
		c.row.Null = o.Text
	}
	if o := c.given["delimiter"]; o != nil {
		if len(o.Text) != 1 {
			return refuse("COPY delimiter must be a single one-byte character")
		}
		c.row.Delimiter = o.Text[0]
	}
	if !binary && (c.row.Delimiter == '\r' || c.row.Delimiter == '\n') {
		return sqlerr.New(sqlerr.InvalidParameterValue, "COPY delimiter cannot be newline or carriage return")
	}
	if strings.ContainsAny(c.row.Null, "\r\n") {
		return sqlerr.New(sqlerr.InvalidParameterValue, "COPY null representation cannot use newline or carriage return")
	}
	if c.format == "text" && strings.IndexByte(`\.abcdefghijklmnopqrstuvwxyz0123456789`, c.row.Delimiter) >= 0 {
		return sqlerr.New(sqlerr.InvalidParameterValue, "COPY delimiter cannot be %s", sqlerr.Quote(string(c.row.Delimiter)))
	}
	if o := c.given["header"]; o != nil {
		if err := c.header(a, o); err != nil {
			return err
		}
	}
	if binary && c.row.Header != copyrow.NoHeader {
		return refuse("cannot specify HEADER in BINARY mode")
	}
	if !csv && has("quote") {
		return refuse("COPY quote available only in CSV mode")
	}
	if o := c.given["quote"]; o != nil {
		if len(o.Text) != 1 {
			return refuse("COPY quote must be a single one-byte character")
		}
		c.row.Quote, c.row.Escape = o.Text[0], o.Text[0]
	}
	if csv && c.row.Delimiter == c.row.Quote {
		return sqlerr.New(sqlerr.InvalidParameterValue, "COPY delimiter and quote must be different")
	}
	if !csv && has("escape") {
		return refuse("COPY escape available only in CSV mode")
	}
	if o := c.given["escape"]; o != nil {
		if len(o.Text) != 1 {
			return refuse("COPY escape must be a single one-byte character")
		}
		c.row.Escape = o.Text[0]
	}
	for _, f := range []struct {
		name, text string
		from       bool
	}{{"force_quote", "force quote", false}, {"force_not_null", "force not null", true}, {"force_null", "force null", true}} {
		switch {
		case has(f.name) && !csv:
			return refuse("COPY %s available only in CSV mode", f.text)
		case has(f.name) && a.From != f.from:
			return refuse("COPY %s only available using COPY %s", f.text, map[bool]string{true: "FROM", false: "TO"}[f.from])
		}
	}
	if !binary && strings.IndexByte(c.row.Null, c.row.Delimiter) >= 0 {
		return refuse("COPY delimiter must not appear in the NULL specification")
	}
	if csv && strings.IndexByte(c.row.Null, c.row.Quote) >= 0 {
		return refuse("CSV quote character must not appear in the NULL specification")
	}
	if o := c.given["encoding"]; o != nil {
		return c.encoding(o, sql)
	}
	if c.codec == parquet.Snappy {
		return sqlerr.New(sqlerr.InvalidParameterValue, "compression snappy is for Parquet only")
	}
	return nil
}

// checkFile refuses options of the row formats for files of other formats.
func (c *copyOptions) checkFile(a *ast.Copy) error {
	if a.Stdio || a.Program {
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY format %s is for files only", sqlerr.Quote(c.format))
	}
	for _, name := range []string{"header", "delimiter", "null", "quote", "escape", "encoding", "force_quote", "force_not_null", "force_null"} {
		if c.given[name] != nil {
			return sqlerr.New(sqlerr.FeatureNotSupported, "COPY %s is not available with format %s", strings.ReplaceAll(name, "_", " "), c.format)
		}
	}
	switch {
	case c.array && c.format != "json":
		return sqlerr.New(sqlerr.InvalidParameterValue, "option %s is for JSON only", sqlerr.Quote("array"))
	case c.format == "parquet" && c.codec == parquet.Gzip, c.format == "json" && c.codec == parquet.Snappy:
		return sqlerr.New(sqlerr.FeatureNotSupported, "compression %s is not supported for %s", strings.ToLower(c.given["compression"].Text), c.format)
	case c.format == "arrow" && c.compress != export.None:
		return sqlerr.New(sqlerr.FeatureNotSupported, "Arrow files are not compressed")
	case c.format == "parquet":
		c.compress = export.None
	}
	return nil
}

func (c *copyOptions) header(a *ast.Copy, o *ast.Option) error {
	if strings.EqualFold(o.Text, "match") {
		if !a.From {
			return sqlerr.New(sqlerr.FeatureNotSupported, `cannot use "match" with HEADER in COPY TO`)
		}
		c.row.Header = copyrow.HeaderMatch
		return nil
	}
	yes, err := copyBool(o, "header")
	if err != nil {
		return sqlerr.New(sqlerr.SyntaxError, `header requires a Boolean value or "match"`)
	}
	if yes {
		c.row.Header = copyrow.WithHeader
	}
	return nil
}

func (c *copyOptions) encoding(o *ast.Option, sql string) error {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(o.Text)) {
	case "utf8", "unicode", "sqlascii":
	case "latin1", "iso88591":
		c.row.Latin1 = true
	case "latin2", "latin3", "latin4", "latin5", "latin6", "latin7", "latin8", "latin9", "latin10", "win1250", "win1251", "win1252", "win1253",
		"win1254", "win1255", "win1256", "win1257", "win1258", "win866", "win874", "koi8r", "koi8u", "sjis", "big5", "gbk", "gb18030", "eucjp", "euccn",
		"euckr", "euctw", "uhc", "johab", "iso88592", "iso88595", "iso88596", "iso88597", "iso88598":
		return sqlerr.New(sqlerr.FeatureNotSupported, "encoding %s is not supported", sqlerr.Quote(o.Text)).WithHint("Encodings are UTF8 and LATIN1.")
	default:
		return sqlerr.New(sqlerr.InvalidParameterValue, `argument to option "encoding" must be a valid encoding name`).At(optionAt(sql, o))
	}
	return nil
}
