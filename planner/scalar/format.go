package scalar

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// String is e as plans and tests print it: operators in full parentheses,
// columns as name#id, constants with their type where it is not plain from
// the spelling, every cast written out. The form is stable.
func String(e Expr) string { return (&Printer{}).String(e) }

// Printer prints expressions.
type Printer struct {
	// Subquery prints the plan of a subquery, or a reference to it; nil prints "…".
	Subquery func(*Subquery) string
	// NoIDs leaves the #id of columns away, for EXPLAIN.
	NoIDs bool

	b strings.Builder
}

// String is e printed.
func (p *Printer) String(e Expr) string {
	p.b.Reset()
	p.expr(e)
	return p.b.String()
}

// Aggregate is a printed.
func (p *Printer) Aggregate(a *Aggregate) string {
	p.b.Reset()
	p.aggregate(a)
	return p.b.String()
}

// Window is w printed.
func (p *Printer) Window(w *WindowCall) string {
	p.b.Reset()
	p.window(w)
	return p.b.String()
}

// Keys is an ORDER BY list printed.
func (p *Printer) Keys(keys []SortKey) string {
	p.b.Reset()
	p.keys(keys)
	return p.b.String()
}

func (p *Printer) w(parts ...string) {
	for _, s := range parts {
		p.b.WriteString(s)
	}
}

func (p *Printer) list(list []Expr) {
	for i, e := range list {
		if i > 0 {
			p.w(", ")
		}
		p.expr(e)
	}
}

func (p *Printer) joined(list []Expr, sep string) {
	p.w("(")
	for i, e := range list {
		if i > 0 {
			p.w(sep)
		}
		p.expr(e)
	}
	p.w(")")
}

func not(b bool) string {
	if b {
		return "not "
	}
	return ""
}

func (p *Printer) expr(e Expr) {
	switch e := e.(type) {
	case nil:
		p.w("<nil>")
	case *Column:
		p.column(e)
	case *Const:
		p.w(constText(e.Value, e.Typ))
	case *Param:
		p.w("$", strconv.Itoa(e.Index))
	case *Call:
		p.call(e)
	case *Cast:
		if e.Try {
			p.w("try ")
		}
		p.expr(e.Arg)
		p.w("::", TypeString(e.Typ))
	case *And:
		p.joined(e.Args, " and ")
	case *Or:
		p.joined(e.Args, " or ")
	case *Not:
		p.w("not ")
		p.expr(e.Arg)
	case *IsNull:
		p.w("(")
		p.expr(e.Arg)
		p.w(" is ", not(e.Not), "null)")
	case *BoolTest:
		p.w("(")
		p.expr(e.Arg)
		p.w(" is ", not(e.Not), [...]string{"true", "false", "unknown"}[e.Want], ")")
	case *Distinct:
		p.w("(")
		p.expr(e.Left)
		p.w(" is ", not(e.Not), "distinct from ")
		p.expr(e.Right)
		p.w(")")
	case *Case:
		p.w("case")
		for _, w := range e.Whens {
			p.w(" when ")
			p.expr(w.Cond)
			p.w(" then ")
			p.expr(w.Then)
		}
		p.w(" else ")
		p.expr(e.Else)
		p.w(" end")
	case *Coalesce:
		p.w("coalesce(")
		p.list(e.Args)
		p.w(")")
	case *NullIf:
		p.w("nullif(")
		p.list([]Expr{e.Left, e.Right})
		p.w(")")
	case *MinMax:
		p.w(map[bool]string{true: "greatest(", false: "least("}[e.Greatest])
		p.list(e.Args)
		p.w(")")
	case *InList:
		p.w("(")
		p.expr(e.Arg)
		p.w(" ", not(e.Not), "in ")
		p.joined(e.List, ", ")
		p.w(")")
	case *AnyArray:
		p.w("(")
		p.expr(e.Arg)
		p.w(" ", e.OpName, map[bool]string{true: " all(", false: " any("}[e.All])
		p.expr(e.Array)
		p.w("))")
	case *Array:
		p.w("array[")
		p.list(e.Elems)
		p.w("]")
		if len(e.Elems) == 0 {
			p.w("::", TypeString(e.Typ))
		}
	case *Subscript:
		p.subscript(e)
	case *Row:
		p.w("row(")
		p.list(e.Fields)
		p.w(")")
	case *Subquery:
		p.subquery(e)
	case *Session:
		p.w(e.Fn.Name)
	default:
		panic(fmt.Sprintf("scalar: no way to print %T", e))
	}
}

func (p *Printer) column(e *Column) {
	p.w(e.Name)
	if !p.NoIDs || e.Name == "" {
		p.w("#", strconv.Itoa(int(e.ID)))
	}
}

func (p *Printer) call(e *Call) {
	switch {
	case e.Op != "" && len(e.Args) == 2:
		p.w("(")
		p.expr(e.Args[0])
		p.w(" ", e.Op, " ")
		p.expr(e.Args[1])
		p.w(")")
	case e.Op != "" && len(e.Args) == 1:
		p.w("(", e.Op, " ")
		p.expr(e.Args[0])
		p.w(")")
	default:
		p.w(e.Fn.Name, "(")
		for i, a := range e.Args {
			if i > 0 {
				p.w(", ")
			}
			if e.Variadic && i == len(e.Args)-1 {
				p.w("variadic ")
			}
			p.expr(a)
		}
		p.w(")")
	}
}

func (p *Printer) subscript(e *Subscript) {
	p.expr(e.Arg)
	for ; e != nil; e = e.Next {
		p.w("[")
		if e.Index != nil {
			p.expr(e.Index)
		}
		if e.Slice {
			p.w(":")
			if e.Upper != nil {
				p.expr(e.Upper)
			}
		}
		p.w("]")
	}
}

func (p *Printer) subquery(e *Subquery) {
	plan := "…"
	if p.Subquery != nil {
		plan = p.Subquery(e)
	}
	switch e.Kind {
	case ScalarSubquery:
		p.w("scalar(", plan, ")")
	case ExistsSubquery:
		p.w("exists(", plan, ")")
	case ArraySubquery:
		p.w("array(", plan, ")")
	default:
		p.w("(")
		for i, t := range e.Tests {
			if i > 0 {
				p.w(" and ")
			}
			p.expr(t.Arg)
			p.w(" ", t.OpName, " ")
			if t.Cast != nil {
				p.expr(t.Cast)
			} else {
				p.column(&t.Column)
			}
		}
		p.w(map[SubqueryKind]string{AnySubquery: " any(", AllSubquery: " all("}[e.Kind], plan, "))")
	}
}

func (p *Printer) aggregate(a *Aggregate) {
	p.w(a.Fn.Name, "(")
	if len(a.Direct) > 0 {
		p.list(a.Direct)
		p.w(") within (")
	}
	if a.Distinct {
		p.w("distinct ")
	}
	p.list(a.Args)
	if len(a.OrderBy) > 0 {
		p.w(" order by ")
		p.keys(a.OrderBy)
	}
	p.w(")")
	if a.Filter != nil {
		p.w(" filter (")
		p.expr(a.Filter)
		p.w(")")
	}
}

func (p *Printer) keys(keys []SortKey) {
	for i, k := range keys {
		if i > 0 {
			p.w(", ")
		}
		p.expr(k.Expr)
		if k.Desc {
			p.w(" desc")
		}
		if k.NullsFirst != k.Desc {
			p.w(map[bool]string{true: " nulls first", false: " nulls last"}[k.NullsFirst])
		}
	}
}

func (p *Printer) window(w *WindowCall) {
	p.aggregate(w.Agg)
	if w.IgnoreNulls {
		p.w(" ignore nulls")
	}
	p.w(" over (")
	sep := ""
	if len(w.Partition) > 0 {
		p.w("partition by ")
		p.list(w.Partition)
		sep = " "
	}
	if len(w.Order) > 0 {
		p.w(sep, "order by ")
		p.keys(w.Order)
		sep = " "
	}
	if f := w.Frame; f != (Frame{Start: UnboundedPreceding, End: CurrentRow}) {
		p.w(sep, [...]string{"range", "rows", "groups"}[f.Unit], " ")
		p.bound(f.Start, f.StartOffset)
		p.w(" to ")
		p.bound(f.End, f.EndOffset)
		p.w([...]string{"", " exclude current row", " exclude group", " exclude ties"}[f.Exclude])
	}
	p.w(")")
}

func (p *Printer) bound(k BoundKind, offset Expr) {
	if offset != nil {
		p.expr(offset)
		p.w(" ")
	}
	p.w([...]string{"unbounded preceding", "preceding", "current row", "following", "unbounded following"}[k])
}

// TypeString is a type as plans print it: Postgres's internal name, the
// typmod, and in braces the digits and scale of a numeric that has none.
func TypeString(t types.Type) string {
	f := types.FactsOf(t.OID)
	if f == nil {
		return "type " + strconv.Itoa(int(t.OID))
	}
	name := f.Name
	switch {
	case f.Elem != 0 && f.Len == -1:
		return TypeString(types.Type{OID: f.Elem, Typmod: t.Typmod}) + "[]"
	case t.OID == types.NumericOID && t.Typmod >= 4:
		m := t.Typmod - 4
		return fmt.Sprintf("%s(%d,%d)", name, m>>16, (m&0x7ff^1024)-1024)
	case t.OID == types.NumericOID && t.Digits > 0:
		return fmt.Sprintf("%s{%d,%d}", name, t.Digits, t.Scale)
	case t.Typmod < 0:
		return name
	case t.OID == types.VarcharOID || t.OID == types.BPCharOID:
		return fmt.Sprintf("%s(%d)", name, t.Typmod-4)
	}
	return fmt.Sprintf("%s(%d)", name, t.Typmod)
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func constText(d types.Datum, t types.Type) string {
	if d.Null {
		return "null::" + TypeString(t)
	}
	switch t.OID {
	case types.BoolOID:
		return strconv.FormatBool(d.I != 0)
	case types.Int4OID:
		return strconv.FormatInt(d.I, 10)
	case types.TextOID:
		return quote(d.S)
	case types.NumericOID:
		s := numericText(d, t)
		if t.Typmod >= 0 || !strings.ContainsRune(s, '.') {
			s += "::" + TypeString(t)
		}
		return s
	}
	return datumText(d, t) + "::" + TypeString(t)
}

func numericText(d types.Datum, t types.Type) string {
	switch d.Kind {
	case column.Int64:
		return string(numeric.AppendScaled64(nil, d.I, int(t.Scale)))
	case column.Int128:
		return string(numeric.AppendScaled128(nil, d.I, d.U, int(t.Scale)))
	}
	return numeric.Decode([]byte(d.S)).String()
}

const (
	dateLayout      = "2006-01-02"
	timestampLayout = "2006-01-02 15:04:05.999999"
)

func datumText(d types.Datum, t types.Type) string {
	switch t.OID {
	case types.DateOID:
		switch d.I {
		case types.DateInfinity:
			return quote("infinity")
		case types.DateNegativeInfinity:
			return quote("-infinity")
		}
		return quote(time.Unix(d.I*86400, 0).UTC().Format(dateLayout))
	case types.TimestampOID, types.TimestamptzOID:
		switch d.I {
		case types.TimestampInfinity:
			return quote("infinity")
		case types.TimestampNegativeInfinity:
			return quote("-infinity")
		}
		return quote(time.UnixMicro(d.I).UTC().Format(timestampLayout))
	case types.TimeOID:
		return quote(time.UnixMicro(d.I).UTC().Format(timestampLayout[11:]))
	}
	switch d.Kind {
	case column.Bool, column.Int16, column.Int32, column.Int64:
		return strconv.FormatInt(d.I, 10)
	case column.Float32, column.Float64:
		switch {
		case math.IsNaN(d.F):
			return quote("NaN")
		case d.Kind == column.Float32:
			return strconv.FormatFloat(d.F, 'g', -1, 32)
		}
		return strconv.FormatFloat(d.F, 'g', -1, 64)
	case column.Interval:
		v := d.AsInterval()
		return quote(fmt.Sprintf("%d mon %d day %s", v.Months, v.Days, time.Duration(v.Micros)*time.Microsecond))
	case column.Fixed16:
		return quote(fmt.Sprintf("%x-%x-%x-%x-%x", d.S[:4], d.S[4:6], d.S[6:8], d.S[8:10], d.S[10:]))
	case column.Numeric:
		return numeric.Decode([]byte(d.S)).String()
	case column.List:
		parts := make([]string, len(d.L))
		for i, v := range d.L {
			parts[i] = constText(v, t.Elem())
		}
		return "{" + strings.Join(parts, ",") + "}"
	case column.Bytes:
		return quote(d.S)
	}
	return "?"
}
