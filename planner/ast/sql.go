package ast

import (
	"fmt"
	"strconv"
	"strings"
)

// SQL gives the text of a node in Postgres's spelling, on one line: keywords in upper case,
// names quoted where they must be, types by their standard names, parentheses only where precedence
// asks for them. Parsing it again gives the same tree but for ranges. Parts of the grammar
// that the tree keeps as text (*Raw, *XMLFunc, *JSONFunc, *TableFunc) come out as written.
func SQL(n Node) string {
	var w writer
	w.node(n)
	return w.String()
}

// writer collects the text of a tree.
type writer struct{ strings.Builder }

func (w *writer) s(parts ...string) {
	for _, p := range parts {
		w.WriteString(p)
	}
}

// flag writes text if on.
func (w *writer) flag(on bool, text string) {
	if on {
		w.WriteString(text)
	}
}

func (w *writer) ident(id Ident) { w.WriteString(QuoteIdent(id.Name)) }

// optIdent writes before and the name, if there is one.
func (w *writer) optIdent(before string, id Ident) {
	if id.Name != "" {
		w.WriteString(before)
		w.ident(id)
	}
}

func (w *writer) lit(s string) { w.WriteString(QuoteLiteral(s)) }

// list calls one for 0 to n-1, with commas between.
func (w *writer) list(n int, one func(i int)) {
	for i := range n {
		if i > 0 {
			w.WriteString(", ")
		}
		one(i)
	}
}

func (w *writer) idents(ids []Ident) {
	w.list(len(ids), func(i int) { w.ident(ids[i]) })
}

// parenIdents writes before and (names), if there are any.
func (w *writer) parenIdents(before string, ids []Ident) {
	if len(ids) > 0 {
		w.s(before, "(")
		w.idents(ids)
		w.s(")")
	}
}

func (w *writer) dotted(ids []Ident) {
	for i := range ids {
		if i > 0 {
			w.WriteString(".")
		}
		w.ident(ids[i])
	}
}

func (w *writer) name(n *Name) { w.dotted(n.Parts) }

func (w *writer) names(ns []Name) {
	w.list(len(ns), func(i int) { w.name(&ns[i]) })
}

// operator writes an operator in an expression.
func (w *writer) operator(op *Operator) {
	if op.Explicit || len(op.Schema) > 0 {
		w.s("OPERATOR(")
		w.bareOperator(op)
		w.s(")")
		return
	}
	w.s(op.Name)
}

// bareOperator writes an operator where only operators stand.
func (w *writer) bareOperator(op *Operator) {
	for _, id := range op.Schema {
		w.ident(id)
		w.s(".")
	}
	w.s(op.Name)
}

func (w *writer) role(r *Role) {
	switch r.Kind {
	case RoleCurrentRole:
		w.s("CURRENT_ROLE")
	case RoleCurrentUser:
		w.s("CURRENT_USER")
	case RoleSessionUser:
		w.s("SESSION_USER")
	case RolePublic:
		w.s("public")
	default:
		w.s(QuoteIdent(r.Name))
	}
}

func (w *writer) roles(rs []Role) {
	w.list(len(rs), func(i int) { w.role(&rs[i]) })
}

// cascade writes CASCADE.
func (w *writer) cascade(on bool) { w.flag(on, " CASCADE") }

func (w *writer) node(n Node) {
	switch n := n.(type) {
	case nil:
	case Expr:
		w.expr(n, 0)
	case Statement:
		w.statement(n)
	case FromItem:
		w.fromItem(n)
	case Body:
		w.body(n)
	case *TypeName:
		w.typeName(n)
	case *Target:
		w.target(n)
	case *Name:
		w.name(n)
	case *CTE:
		w.cte(n)
	case *With:
		w.with(n)
	case *WindowDef:
		w.windowSpec(n)
	case TableElement:
		w.tableElement(n)
	default:
		panic(fmt.Sprintf("ast: no SQL for %T", n))
	}
}

func itoa(v int64) string { return strconv.FormatInt(v, 10) }

// standardTypes are the spellings of types that grammar names.
var standardTypes = map[string]string{
	"int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
	"bool": "boolean", "numeric": "numeric", "bpchar": "character", "varchar": "character varying", "bit": "bit",
	"varbit": "bit varying", "time": "time", "timetz": "time", "timestamp": "timestamp", "timestamptz": "timestamp",
	"interval": "interval", "json": "json",
}

func (w *writer) typeName(t *TypeName) {
	w.flag(t.SetOf, "SETOF ")
	w.simpleType(t)
	w.flag(t.PctType, "%TYPE")
	for _, b := range t.ArrayBounds {
		if b < 0 {
			w.s("[]")
		} else {
			w.s("[", itoa(int64(b)), "]")
		}
	}
}

// simpleType writes a type without SETOF and array bounds.
func (w *writer) simpleType(t *TypeName) {
	spelling := ""
	if len(t.Name.Parts) == 2 && t.Name.Parts[0].Name == "pg_catalog" {
		object := t.Name.Parts[1].Name
		spelling = standardTypes[object]
		if (object == "bpchar" || object == "bit") && t.Mods == nil {
			spelling = "" // the standard's name alone would mean a length of 1
		}
	}
	if spelling == "" {
		w.name(&t.Name)
		w.typeMods(t)
		return
	}
	w.s(spelling)
	switch t.Name.Parts[1].Name {
	case "timetz", "timestamptz":
		w.typeMods(t)
		w.s(" with time zone")
	case "interval":
		w.intervalFields(t)
	default:
		w.typeMods(t)
	}
}

func (w *writer) typeMods(t *TypeName) {
	if t.Mods != nil {
		w.s("(")
		w.exprs(t.Mods)
		w.s(")")
	}
}

// intervalFields writes what follows INTERVAL: (p), or fields with the precision after SECOND.
func (w *writer) intervalFields(t *TypeName) {
	if t.Interval == 0 {
		w.typeMods(t)
		return
	}
	words := [...]string{"year", "month", "day", "hour", "minute", "second"}
	first, last := -1, -1
	for i := range words {
		if t.Interval&(1<<i) != 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	w.s(" ", words[first])
	if last > first {
		w.s(" to ", words[last])
	}
	w.typeMods(t)
}
