package mysql

import (
	"strconv"
	"strings"

	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// arity checks how many arguments a call has.
func (l *lowering) arity(n *tidb.FuncCallExpr, least, most int) {
	if len(n.Args) < least || most >= 0 && len(n.Args) > most {
		l.fail(n, sqlerr.UndefinedFunction, "incorrect parameter count in the call to native function '%s'", n.FnName.L)
	}
}

// same maps functions that differ from Postgres's in name at most, to
// the name there.
var same = map[string]string{
	"abs": "abs", "acos": "acos", "asin": "asin", "atan2": "atan2", "ceil": "ceil", "ceiling": "ceil", "cos": "cos", "cot": "cot",
	"degrees": "degrees", "exp": "exp", "floor": "floor", "ln": "ln", "log10": "log10", "pi": "pi", "pow": "power", "power": "power",
	"radians": "radians", "rand": "random", "round": "round", "sign": "sign", "sin": "sin", "sqrt": "sqrt", "tan": "tan",
	"md5": "md5", "version": "version", "uuid": "gen_random_uuid", "connection_id": "pg_backend_pid", "sleep": "pg_sleep",
	"database": "current_schema", "schema": "current_schema", "json_array": "jsonb_build_array", "json_object": "jsonb_build_object",
}

// onText maps functions of strings, whose arguments become text where they are none.
var onText = map[string]string{
	"lower": "lower", "lcase": "lower", "upper": "upper", "ucase": "upper", "char_length": "char_length", "character_length": "char_length",
	"length": "octet_length", "octet_length": "octet_length", "bit_length": "bit_length", "reverse": "reverse", "ascii": "ascii", "ord": "ascii",
	"replace": "replace", "translate": "translate",
}

// call lowers a function's call. What is not known here goes to Postgres's
// functions by its name, so that those can be used too.
func (l *lowering) call(n *tidb.FuncCallExpr) ast.Expr {
	r := l.rng(n)
	if n.Schema.O != "" {
		return &ast.FuncCall{Range: r, NamePos: r.Pos, Name: ast.Name{Range: r, Parts: []ast.Ident{l.ident(r, n.Schema), l.ident(r, n.FnName)}}, Args: l.values(n.Args)}
	}
	if f, ok := same[n.FnName.L]; ok {
		return l.fn(r, f, l.values(n.Args)...)
	}
	if f, ok := onText[n.FnName.L]; ok {
		return l.fn(r, f, l.texts(n.Args)...)
	}
	for _, family := range []func(*tidb.FuncCallExpr, ast.Range) ast.Expr{l.choice, l.dateCall, l.stringCall, l.numberCall, l.otherCall} {
		if x := family(n, r); x != nil {
			return x
		}
	}
	return &ast.FuncCall{Range: r, NamePos: r.Pos, Name: ast.Name{Range: r, Parts: []ast.Ident{l.ident(r, n.FnName)}}, Args: l.values(n.Args)}
}

func (l *lowering) choice(n *tidb.FuncCallExpr, r ast.Range) ast.Expr {
	switch n.FnName.L {
	case "if":
		l.arity(n, 3, 3)
		return &ast.Case{Range: r, Whens: []ast.When{{Range: r, Cond: l.cond(n.Args[0]), Result: l.value(n.Args[1])}}, Else: l.value(n.Args[2])}
	case "ifnull":
		l.arity(n, 2, 2)
		return &ast.Coalesce{Range: r, Args: l.values(n.Args)}
	case "coalesce":
		return &ast.Coalesce{Range: r, Args: l.values(n.Args)}
	case "nullif":
		l.arity(n, 2, 2)
		return &ast.NullIf{Range: r, L: l.value(n.Args[0]), R: l.value(n.Args[1])}
	case "greatest", "least":
		// NULL if any is, unlike Postgres's.
		l.arity(n, 2, -1)
		x := &ast.MinMax{Range: r, Least: n.FnName.L == "least", Args: l.values(n.Args)}
		anyNull := &ast.Logical{Range: r, OpPos: r.Pos, Or: true}
		for _, a := range x.Args {
			if c, ok := a.(*ast.Const); ok && c.Kind == ast.ConstNull {
				return c
			} else if !ok {
				anyNull.Args = append(anyNull.Args, &ast.IsTest{Range: r, OpPos: r.Pos, X: a, Kind: ast.TestNull})
			}
		}
		switch len(anyNull.Args) {
		case 0:
			return x
		case 1:
			return &ast.Case{Range: r, Whens: []ast.When{{Range: r, Cond: anyNull.Args[0], Result: &ast.Const{Range: r}}}, Else: x}
		}
		return &ast.Case{Range: r, Whens: []ast.When{{Range: r, Cond: anyNull, Result: &ast.Const{Range: r}}}, Else: x}
	case "elt":
		l.arity(n, 2, -1)
		c := &ast.Case{Range: r, Arg: l.value(n.Args[0])}
		for i, a := range n.Args[1:] {
			c.Whens = append(c.Whens, ast.When{Range: r, Cond: integer(r, int64(i+1)), Result: l.text1(a)})
		}
		return c
	case "field":
		l.arity(n, 2, -1)
		c := &ast.Case{Range: r, Arg: l.value(n.Args[0]), Else: integer(r, 0)}
		for i, a := range n.Args[1:] {
			c.Whens = append(c.Whens, ast.When{Range: r, Cond: l.value(a), Result: integer(r, int64(i+1))})
		}
		return c
	case "interval":
		l.refuse(n, "INTERVAL(…)")
	}
	return nil
}

func (l *lowering) dateCall(n *tidb.FuncCallExpr, r ast.Range) ast.Expr {
	one := func() ast.Expr { l.arity(n, 1, 1); return l.date(n.Args[0]) }
	literal := func(typ string) ast.Expr {
		c := l.value(n.Args[0])
		return &ast.Cast{Range: r, OpPos: r.Pos, Style: ast.CastLiteral, X: c, Type: typeName(r, typ)}
	}
	day := func(i int) ast.Expr { return l.cast(r, l.date(n.Args[i]), "date") }
	switch n.FnName.L {
	case tidb.DateLiteral:
		return literal("date")
	case tidb.TimeLiteral:
		return literal("time")
	case tidb.TimestampLiteral:
		return literal("timestamp")
	case "date_add", "adddate":
		return l.addInterval(n, false)
	case "date_sub", "subdate":
		return l.addInterval(n, true)
	case "timestampadd":
		return l.addInterval(&tidb.FuncCallExpr{FnName: n.FnName, Args: []tidb.ExprNode{n.Args[2], n.Args[1], n.Args[0]}}, false)
	case "timestampdiff":
		return l.difference(n)
	case "extract":
		return l.extract(n)
	case "datediff":
		l.arity(n, 2, 2)
		return l.binary(r, "-", day(0), day(1))
	case "date":
		l.arity(n, 1, 1)
		return day(0)
	case "time":
		return l.cast(r, one(), "time")
	case "timestamp":
		return l.cast(r, one(), "timestamp")
	case "year", "month", "day", "hour", "minute", "quarter":
		return l.part(r, n.FnName.L, one())
	case "dayofmonth":
		return l.part(r, "day", one())
	case "dayofyear":
		return l.part(r, "doy", one())
	case "weekofyear":
		return l.part(r, "week", one())
	case "dayofweek":
		return l.binary(r, "+", l.part(r, "dow", one()), integer(r, 1))
	case "weekday":
		return l.binary(r, "-", l.part(r, "isodow", one()), integer(r, 1))
	case "week", "yearweek":
		l.arity(n, 1, 2)
		mode := ast.Expr(integer(r, 0))
		if len(n.Args) > 1 {
			mode = l.value(n.Args[1])
		}
		return l.own(r, n.FnName.L, day(0), mode)
	case "second":
		return l.cast(r, l.fn(r, "floor", l.fn(r, "date_part", str(r, "second"), one())), "int4")
	case "microsecond":
		return l.own(r, "mod", l.part(r, "microseconds", one()), integer(r, 1000000))
	case "dayname":
		return l.own(r, "date_format", one(), str(r, "%W"))
	case "monthname":
		return l.own(r, "date_format", one(), str(r, "%M"))
	case "date_format":
		l.arity(n, 2, 2)
		return l.own(r, "date_format", l.date(n.Args[0]), l.value(n.Args[1]))
	case "str_to_date":
		l.arity(n, 2, 2)
		format := l.value(n.Args[1])
		x := l.own(r, "str_to_date", l.text1(n.Args[0]), format)
		if c, ok := format.(*ast.Const); ok && !hasTime(c.Text) {
			return l.cast(r, x, "date")
		}
		return x
	case "last_day":
		l.arity(n, 1, 1)
		next := l.binary(r, "+", l.fn(r, "date_trunc", str(r, "month"), l.timestamp(n.Args[0])), l.cast(r, str(r, "1 month -1 day"), "interval"))
		return l.cast(r, next, "date")
	case "to_days":
		return l.binary(r, "+", l.binary(r, "-", day(0), l.cast(r, str(r, "1970-01-01"), "date")), integer(r, 719528))
	case "from_days":
		l.arity(n, 1, 1)
		return l.binary(r, "+", l.cast(r, str(r, "1970-01-01"), "date"), l.binary(r, "-", l.cast(r, l.value(n.Args[0]), "int4"), integer(r, 719528)))
	case "now", "sysdate", "localtime", "localtimestamp", "current_timestamp":
		precision := 0
		if len(n.Args) > 0 {
			if c, ok := l.value(n.Args[0]).(*ast.Const); ok && c.Kind == ast.ConstInteger {
				precision = int(c.Int)
			}
		}
		return &ast.ValueFunc{Range: r, Kind: ast.LocalTimestamp, Precision: precision}
	case "curdate", "current_date":
		return &ast.ValueFunc{Range: r, Kind: ast.CurrentDate, Precision: -1}
	case "curtime", "current_time":
		return &ast.ValueFunc{Range: r, Kind: ast.LocalTime, Precision: 0}
	case "utc_timestamp":
		return l.fn(r, "timezone", str(r, "UTC"), &ast.ValueFunc{Range: r, Kind: ast.CurrentTimestamp, Precision: 0})
	case "utc_date":
		return l.cast(r, l.fn(r, "timezone", str(r, "UTC"), &ast.ValueFunc{Range: r, Kind: ast.CurrentTimestamp, Precision: 0}), "date")
	case "unix_timestamp":
		var x ast.Expr = &ast.ValueFunc{Range: r, Kind: ast.CurrentTimestamp, Precision: 0}
		if len(n.Args) > 0 {
			x = l.cast(r, l.date(n.Args[0]), "timestamptz")
		}
		return l.cast(r, l.fn(r, "floor", l.fn(r, "date_part", str(r, "epoch"), x)), "int8")
	case "from_unixtime":
		l.arity(n, 1, 2)
		x := l.cast(r, l.fn(r, "to_timestamp", l.cast(r, l.value(n.Args[0]), "float8")), "timestamp")
		if len(n.Args) == 2 {
			return l.own(r, "date_format", x, l.value(n.Args[1]))
		}
		return x
	case "makedate":
		l.arity(n, 2, 2)
		return l.binary(r, "+", l.fn(r, "make_date", l.value(n.Args[0]), integer(r, 1), integer(r, 1)), l.binary(r, "-", l.value(n.Args[1]), integer(r, 1)))
	case "convert_tz":
		l.arity(n, 3, 3)
		return l.fn(r, "timezone", l.value(n.Args[2]), l.fn(r, "timezone", l.value(n.Args[1]), l.timestamp(n.Args[0])))
	}
	return nil
}

// hasTime says whether a format of STR_TO_DATE reads a time of day.
func hasTime(format string) bool {
	for i := 0; i+1 < len(format); i++ {
		if format[i] == '%' {
			if strings.IndexByte("fHhIiklprSsT", format[i+1]) >= 0 {
				return true
			}
			i++
		}
	}
	return false
}

func (l *lowering) stringCall(n *tidb.FuncCallExpr, r ast.Range) ast.Expr {
	switch n.FnName.L {
	case "concat": // NULL if any is, unlike Postgres's
		l.arity(n, 1, -1)
		x := l.text1(n.Args[0])
		if len(n.Args) == 1 {
			return l.cast(r, x, "text")
		}
		for i, a := range n.Args[1:] {
			if i == 0 {
				x = l.cast(r, x, "text")
			}
			x = l.binary(r, "||", x, l.text1(a))
		}
		return x
	case "concat_ws":
		l.arity(n, 2, -1)
		return l.fn(r, "concat_ws", l.texts(n.Args)...)
	case "substring", "substr", "mid":
		l.arity(n, 2, 3)
		return l.own(r, "substring", append([]ast.Expr{l.text1(n.Args[0])}, l.values(n.Args[1:])...)...)
	case "left", "right": // MySQL has no negative lengths
		l.arity(n, 2, 2)
		length := &ast.MinMax{Range: r, Args: []ast.Expr{l.value(n.Args[1]), integer(r, 0)}}
		return l.fn(r, n.FnName.L, l.text1(n.Args[0]), length)
	case "lpad", "rpad":
		l.arity(n, 3, 3)
		return l.fn(r, n.FnName.L, l.text1(n.Args[0]), l.value(n.Args[1]), l.text1(n.Args[2]))
	case "repeat":
		l.arity(n, 2, 2)
		return l.fn(r, "repeat", l.text1(n.Args[0]), l.value(n.Args[1]))
	case "space":
		l.arity(n, 1, 1)
		return l.fn(r, "repeat", str(r, " "), l.value(n.Args[0]))
	case "ltrim", "rtrim":
		l.arity(n, 1, 1)
		return l.fn(r, n.FnName.L, l.text1(n.Args[0]))
	case "trim":
		return l.trim(n, r)
	case "instr":
		l.arity(n, 2, 2)
		return l.fn(r, "strpos", l.text1(n.Args[0]), l.text1(n.Args[1]))
	case "locate", "position":
		l.arity(n, 2, 3)
		if len(n.Args) == 3 {
			l.refuse(n, "LOCATE with a start")
		}
		return l.fn(r, "strpos", l.text1(n.Args[1]), l.text1(n.Args[0]))
	case "strcmp":
		l.arity(n, 2, 2)
		a, b := l.text1(n.Args[0]), l.text1(n.Args[1])
		return &ast.Case{Range: r, Whens: []ast.When{
			{Range: r, Cond: l.binary(r, "<", a, b), Result: integer(r, -1)},
			{Range: r, Cond: l.binary(r, "=", a, b), Result: integer(r, 0)},
			{Range: r, Cond: l.binary(r, ">", a, b), Result: integer(r, 1)}}}
	case "substring_index":
		l.arity(n, 3, 3)
		return l.own(r, "substring_index", l.text1(n.Args[0]), l.text1(n.Args[1]), l.value(n.Args[2]))
	case "find_in_set":
		l.arity(n, 2, 2)
		return l.own(r, "find_in_set", l.text1(n.Args[0]), l.text1(n.Args[1]))
	case "format":
		l.arity(n, 2, 2)
		return l.own(r, "format", l.cast(r, l.value(n.Args[0]), "numeric"), l.value(n.Args[1]))
	case "hex":
		l.arity(n, 1, 1)
		return l.own(r, "hex", l.value(n.Args[0]))
	case "unhex":
		l.arity(n, 1, 1)
		return l.fn(r, "decode", l.text1(n.Args[0]), str(r, "hex"))
	case "to_base64":
		l.arity(n, 1, 1)
		return l.fn(r, "encode", l.fn(r, "convert_to", l.text1(n.Args[0]), str(r, "UTF8")), str(r, "base64"))
	case "regexp_replace":
		l.arity(n, 3, 3)
		return l.fn(r, "regexp_replace", append(l.texts(n.Args), str(r, "gi"))...)
	case "regexp_substr":
		l.arity(n, 2, 2)
		return l.fn(r, "regexp_substr", append(l.texts(n.Args), integer(r, 1), integer(r, 1), str(r, "i"))...)
	case "insert_func":
		l.arity(n, 4, 4)
		return l.fn(r, "overlay", l.text1(n.Args[0]), l.text1(n.Args[3]), l.value(n.Args[1]), l.value(n.Args[2]))
	case "sha1", "sha":
		l.refuse(n, "%s", strings.ToUpper(n.FnName.L))
	case "sha2":
		l.arity(n, 2, 2)
		c, ok := l.value(n.Args[1]).(*ast.Const)
		if !ok || c.Kind != ast.ConstInteger {
			l.refuse(n, "SHA2 of a length that is not a constant")
		}
		bits := c.Int
		if bits == 0 {
			bits = 256
		}
		return l.fn(r, "encode", l.fn(r, "sha"+strconv.FormatInt(bits, 10), l.fn(r, "convert_to", l.text1(n.Args[0]), str(r, "UTF8"))), str(r, "hex"))
	}
	return nil
}

// trim lowers TRIM([LEADING|TRAILING|BOTH] [s] FROM x), which takes away
// whole strings s rather than characters.
func (l *lowering) trim(n *tidb.FuncCallExpr, r ast.Range) ast.Expr {
	f := "btrim"
	if len(n.Args) > 2 {
		switch n.Args[2].(*tidb.TrimDirectionExpr).Direction {
		case tidb.TrimLeading:
			f = "ltrim"
		case tidb.TrimTrailing:
			f = "rtrim"
		}
	}
	x := l.text1(n.Args[0])
	if len(n.Args) < 2 || n.Args[1] == nil {
		return l.fn(r, f, x)
	}
	what := l.value(n.Args[1])
	if c, ok := what.(*ast.Const); ok {
		if c.Kind == ast.ConstNull || len([]rune(constText(c))) == 1 {
			return l.fn(r, f, x, what)
		}
	}
	return l.own(r, f, x, what)
}

func (l *lowering) numberCall(n *tidb.FuncCallExpr, r ast.Range) ast.Expr {
	switch n.FnName.L {
	case "truncate":
		l.arity(n, 2, 2)
		return l.fn(r, "trunc", l.cast(r, l.value(n.Args[0]), "numeric"), l.value(n.Args[1]))
	case "mod":
		l.arity(n, 2, 2)
		return l.own(r, "mod", l.values(n.Args)...)
	case "atan":
		l.arity(n, 1, 2)
		if len(n.Args) == 2 {
			return l.fn(r, "atan2", l.values(n.Args)...)
		}
		return l.fn(r, "atan", l.values(n.Args)...)
	case "log":
		l.arity(n, 1, 2)
		if len(n.Args) == 1 {
			return l.fn(r, "ln", l.cast(r, l.value(n.Args[0]), "float8"))
		}
		return l.binary(r, "/", l.fn(r, "ln", l.cast(r, l.value(n.Args[1]), "float8")), l.fn(r, "ln", l.cast(r, l.value(n.Args[0]), "float8")))
	case "log2":
		l.arity(n, 1, 1)
		return l.binary(r, "/", l.fn(r, "ln", l.cast(r, l.value(n.Args[0]), "float8")), l.fn(r, "ln", l.cast(r, integer(r, 2), "float8")))
	case "bit_count":
		l.arity(n, 1, 1)
		return l.fn(r, "bit_count", l.cast(r, l.fn(r, "int8send", l.cast(r, l.value(n.Args[0]), "int8")), "bytea"))
	case "bin":
		l.arity(n, 1, 1)
		return l.own(r, "conv", l.text1(n.Args[0]), integer(r, 10), integer(r, 2))
	case "oct":
		l.arity(n, 1, 1)
		return l.own(r, "conv", l.text1(n.Args[0]), integer(r, 10), integer(r, 8))
	case "conv":
		l.arity(n, 3, 3)
		return l.own(r, "conv", l.text1(n.Args[0]), l.value(n.Args[1]), l.value(n.Args[2]))
	}
	return nil
}

// matchType is the flags of a regular expression's call; MySQL's default knows no case.
func (l *lowering) matchType(n *tidb.FuncCallExpr, at int) ast.Expr {
	r := l.rng(n)
	if at >= len(n.Args) {
		return str(r, "i")
	}
	c, ok := l.value(n.Args[at]).(*ast.Const)
	if !ok || c.Kind != ast.ConstString {
		l.refuse(n, "match types that are not a constant")
	}
	flags := "i"
	for _, f := range c.Text {
		switch f {
		case 'c':
			flags = strings.ReplaceAll(flags, "i", "")
		case 'i':
			flags = "i" + strings.ReplaceAll(flags, "i", "")
		case 'n':
			flags += "s"
		case 'm':
			flags += "n"
		default:
			l.refuse(n, "match type '%c'", f)
		}
	}
	return str(r, flags)
}

func (l *lowering) otherCall(n *tidb.FuncCallExpr, r ast.Range) ast.Expr {
	switch n.FnName.L {
	case "user", "current_user", "session_user", "system_user":
		return &ast.ValueFunc{Range: r, Kind: ast.CurrentUser, Precision: -1}
	case "grouping":
		return &ast.Grouping{Range: r, Args: l.values(n.Args)}
	case "any_value":
		return l.fn(r, "any_value", l.values(n.Args)...)
	case "json_extract", "json_unquote":
		return l.json(n, r)
	case "last_insert_id":
		l.arity(n, 0, 0)
		return l.fn(r, "lastval")
	case "charset", "collation":
		return str(r, "utf8mb4")
	case "name_const":
		l.arity(n, 2, 2)
		return l.value(n.Args[1])
	case "getvar", "setvar":
		l.refuse(n, "a user variable")
	}
	return nil
}

// json lowers x->'$.a.b' and x->>'$.a.b', which TiDB's tree holds as calls.
func (l *lowering) json(n *tidb.FuncCallExpr, r ast.Range) ast.Expr {
	op := "#>"
	if n.FnName.L == "json_unquote" {
		l.arity(n, 1, 1)
		inner, ok := n.Args[0].(*tidb.FuncCallExpr)
		if !ok || inner.FnName.L != "json_extract" {
			return l.binary(r, "#>>", l.cast(r, l.value(n.Args[0]), "jsonb"), str(r, "{}"))
		}
		op, n = "#>>", inner
	}
	l.arity(n, 2, 2)
	path, ok := l.value(n.Args[1]).(*ast.Const)
	if !ok || path.Kind != ast.ConstString {
		l.refuse(n, "a JSON path that is not a constant")
	}
	steps, ok := jsonPath(path.Text)
	if !ok {
		l.refuse(n, "JSON path '%s'", path.Text)
	}
	array := &ast.Array{Range: r}
	for _, s := range steps {
		array.Elems = append(array.Elems, str(r, s))
	}
	return l.binary(r, op, l.cast(r, l.value(n.Args[0]), "jsonb"), l.cast(r, array, "_text"))
}

// jsonPath splits $.a."b c"[3] into its steps.
func jsonPath(p string) ([]string, bool) {
	p, ok := strings.CutPrefix(strings.TrimSpace(p), "$")
	if !ok {
		return nil, false
	}
	var steps []string
	for p != "" {
		switch {
		case strings.HasPrefix(p, `."`):
			end := strings.IndexByte(p[2:], '"')
			if end < 0 {
				return nil, false
			}
			steps, p = append(steps, p[2:2+end]), p[end+3:]
		case p[0] == '.':
			end := strings.IndexAny(p[1:], ".[")
			if end < 0 {
				end = len(p) - 1
			}
			steps, p = append(steps, p[1:1+end]), p[1+end:]
		case p[0] == '[':
			end := strings.IndexByte(p, ']')
			if end < 0 {
				return nil, false
			}
			if _, err := strconv.ParseUint(p[1:end], 10, 31); err != nil {
				return nil, false
			}
			steps, p = append(steps, p[1:end]), p[end+1:]
		default:
			return nil, false
		}
	}
	for _, s := range steps {
		if s == "" || strings.Contains(s, "*") {
			return nil, false
		}
	}
	return steps, true
}
