package mysql

import (
	"fmt"
	"strconv"
	"strings"

	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/planner/ast"
)

// units says how an interval of one field is spelled in Postgres.
var units = map[tidb.TimeUnitType]string{
	tidb.TimeUnitMicrosecond: "microseconds", tidb.TimeUnitSecond: "seconds", tidb.TimeUnitMinute: "minutes", tidb.TimeUnitHour: "hours",
	tidb.TimeUnitDay: "days", tidb.TimeUnitWeek: "weeks", tidb.TimeUnitMonth: "months", tidb.TimeUnitYear: "years",
}

// compound lists the fields of units of several, the last one first: MySQL
// fills them from the right.
var compound = map[tidb.TimeUnitType][]string{
	tidb.TimeUnitYearMonth:         {"months", "years"},
	tidb.TimeUnitDayHour:           {"hours", "days"},
	tidb.TimeUnitDayMinute:         {"minutes", "hours", "days"},
	tidb.TimeUnitDaySecond:         {"seconds", "minutes", "hours", "days"},
	tidb.TimeUnitDayMicrosecond:    {"microseconds", "seconds", "minutes", "hours", "days"},
	tidb.TimeUnitHourMinute:        {"minutes", "hours"},
	tidb.TimeUnitHourSecond:        {"seconds", "minutes", "hours"},
	tidb.TimeUnitHourMicrosecond:   {"microseconds", "seconds", "minutes", "hours"},
	tidb.TimeUnitMinuteSecond:      {"seconds", "minutes"},
	tidb.TimeUnitMinuteMicrosecond: {"microseconds", "seconds", "minutes"},
	tidb.TimeUnitSecondMicrosecond: {"microseconds", "seconds"},
}

// wholeDays says whether a unit leaves a date a date.
func wholeDays(u tidb.TimeUnitType) bool {
	switch u {
	case tidb.TimeUnitDay, tidb.TimeUnitWeek, tidb.TimeUnitMonth, tidb.TimeUnitQuarter, tidb.TimeUnitYear, tidb.TimeUnitYearMonth:
		return true
	}
	return false
}

// interval lowers INTERVAL amount unit.
func (l *lowering) interval(amount tidb.ExprNode, u tidb.TimeUnitType) ast.Expr {
	r := l.rng(amount)
	x := l.value(amount)
	if fields, ok := compound[u]; ok {
		c, ok := x.(*ast.Const)
		if !ok {
			l.refuse(amount, "an interval of several fields that is not a constant")
		}
		return l.cast(r, str(r, l.compoundText(amount, constText(c), fields)), "interval")
	}
	times := int64(1)
	if u == tidb.TimeUnitQuarter {
		u, times = tidb.TimeUnitMonth, 3
	}
	unit := units[u]
	if c, ok := x.(*ast.Const); ok && c.Kind != ast.ConstNull {
		text := strings.TrimSpace(constText(c))
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			f = leadingNumber(text)
		}
		if u != tidb.TimeUnitSecond {
			f = float64(int64(f + copysign(0.5, f)))
		}
		return l.cast(r, str(r, fmt.Sprintf("%s %s", strconv.FormatFloat(f*float64(times), 'f', -1, 64), unit)), "interval")
	}
	if u != tidb.TimeUnitSecond {
		x = l.fn(r, "round", l.cast(r, x, "numeric"))
	}
	return l.binary(r, "*", l.cast(r, x, "float8"), l.cast(r, str(r, fmt.Sprintf("%d %s", times, unit)), "interval"))
}

func copysign(v, sign float64) float64 {
	if sign < 0 {
		return -v
	}
	return v
}

// leadingNumber reads the number that s starts with, as MySQL reads strings.
func leadingNumber(s string) float64 {
	for end := len(s); end > 0; end-- {
		if f, err := strconv.ParseFloat(s[:end], 64); err == nil {
			return f
		}
	}
	return 0
}

func constText(c *ast.Const) string {
	switch c.Kind {
	case ast.ConstInteger:
		return strconv.FormatInt(c.Int, 10)
	case ast.ConstBool:
		if c.Bool {
			return "1"
		}
		return "0"
	}
	return c.Text
}

// compoundText gives '1 2:30' DAY_MINUTE as '1 days 2 hours 30 minutes'.
func (l *lowering) compoundText(n tidb.Node, text string, fields []string) string {
	negative := strings.HasPrefix(strings.TrimSpace(text), "-")
	parts := strings.FieldsFunc(text, func(c rune) bool { return c < '0' || c > '9' })
	if len(parts) > len(fields) || len(parts) == 0 {
		l.refuse(n, "interval '%s'", text)
	}
	var b strings.Builder
	for i, p := range parts {
		field := fields[len(parts)-1-i]
		if field == "microseconds" {
			p = (p + "000000")[:6] // .5 is half a second
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if negative {
			b.WriteByte('-')
		}
		b.WriteString(p + " " + field)
	}
	return b.String()
}

// date is a value of a date or time: a constant string becomes one.
func (l *lowering) date(n tidb.ExprNode) ast.Expr {
	x := l.value(n)
	c, ok := x.(*ast.Const)
	if !ok || c.Kind != ast.ConstString {
		return x
	}
	typ := "timestamp"
	if !strings.ContainsAny(strings.TrimSpace(c.Text), " T:") {
		typ = "date"
	}
	return l.cast(c.Range, c, typ)
}

// timestamp is a value as a timestamp.
func (l *lowering) timestamp(n tidb.ExprNode) ast.Expr {
	return l.cast(l.rng(n), l.value(n), "timestamp")
}

// addInterval lowers DATE_ADD and DATE_SUB.
func (l *lowering) addInterval(n *tidb.FuncCallExpr, subtract bool) ast.Expr {
	r := l.rng(n)
	u := tidb.TimeUnitDay // ADDDATE(d, days)
	if len(n.Args) > 2 {
		u = n.Args[2].(*tidb.TimeUnitExpr).Unit
	}
	d, iv := l.date(n.Args[0]), l.interval(n.Args[1], u)
	if subtract {
		iv = &ast.Unary{Range: r, Op: ast.Operator{Range: r, Name: "-"}, X: iv}
	}
	if wholeDays(u) {
		return l.own(r, "date_add", d, iv)
	}
	return l.binary(r, "+", d, iv)
}

// extractFields are the units of EXTRACT that Postgres has as well.
var extractFields = map[tidb.TimeUnitType]string{
	tidb.TimeUnitMinute: "minute", tidb.TimeUnitHour: "hour", tidb.TimeUnitDay: "day", tidb.TimeUnitMonth: "month",
	tidb.TimeUnitQuarter: "quarter", tidb.TimeUnitYear: "year", tidb.TimeUnitWeek: "week",
}

// part is a field of a date as an integer.
func (l *lowering) part(r ast.Range, field string, x ast.Expr) ast.Expr {
	return l.cast(r, l.fn(r, "date_part", str(r, field), x), "int4")
}

// extract lowers EXTRACT(unit FROM x).
func (l *lowering) extract(n *tidb.FuncCallExpr) ast.Expr {
	r := l.rng(n)
	u := n.Args[0].(*tidb.TimeUnitExpr).Unit
	x := l.date(n.Args[1])
	switch u {
	case tidb.TimeUnitSecond:
		return l.cast(r, l.fn(r, "floor", l.fn(r, "date_part", str(r, "second"), x)), "int4")
	case tidb.TimeUnitMicrosecond:
		return l.own(r, "mod", l.part(r, "microseconds", x), integer(r, 1000000))
	case tidb.TimeUnitYearMonth:
		return l.binary(r, "+", l.binary(r, "*", l.part(r, "year", x), integer(r, 100)), l.part(r, "month", x))
	}
	f, ok := extractFields[u]
	if !ok {
		l.refuse(n, "EXTRACT(%s FROM …)", u.String())
	}
	return l.part(r, f, x)
}

// difference lowers TIMESTAMPDIFF(unit, a, b): whole units from a to b.
func (l *lowering) difference(n *tidb.FuncCallExpr) ast.Expr {
	r := l.rng(n)
	u := n.Args[0].(*tidb.TimeUnitExpr).Unit
	a, b := l.timestamp(n.Args[1]), l.timestamp(n.Args[2])
	months := func(per int64) ast.Expr {
		age := func(field string) ast.Expr { return l.part(r, field, l.fn(r, "age", b, a)) }
		m := l.binary(r, "+", l.binary(r, "*", age("year"), integer(r, 12)), age("month"))
		return l.cast(r, l.fn(r, "trunc", l.own(r, "divide", m, integer(r, per))), "int8")
	}
	seconds := map[tidb.TimeUnitType]int64{
		tidb.TimeUnitSecond: 1, tidb.TimeUnitMinute: 60, tidb.TimeUnitHour: 3600, tidb.TimeUnitDay: 86400, tidb.TimeUnitWeek: 604800,
	}
	switch u {
	case tidb.TimeUnitMonth:
		return months(1)
	case tidb.TimeUnitQuarter:
		return months(3)
	case tidb.TimeUnitYear:
		return months(12)
	case tidb.TimeUnitMicrosecond:
		return l.cast(r, l.binary(r, "*", l.extractNumeric(r, "epoch", l.binary(r, "-", b, a)), integer(r, 1000000)), "int8")
	}
	s, ok := seconds[u]
	if !ok {
		l.refuse(n, "TIMESTAMPDIFF(%s, …)", u.String())
	}
	epoch := l.extractNumeric(r, "epoch", l.binary(r, "-", b, a))
	return l.cast(r, l.fn(r, "trunc", l.binary(r, "/", epoch, integer(r, s))), "int8")
}

func (l *lowering) extractNumeric(r ast.Range, field string, x ast.Expr) ast.Expr {
	return &ast.FuncCall{Range: r, NamePos: r.Pos, Name: name(r, "pg_catalog", "extract"), Args: []ast.Expr{str(r, field), x}, Syntax: ast.SyntaxExtract}
}
