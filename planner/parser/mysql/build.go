package mysql

import (
	"fmt"
	"strconv"
	"strings"

	tidb "github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/mysql"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"
	"github.com/pingcap/tidb/pkg/parser/types"

	"github.com/inlaydb/inlay/planner/ast"
)

func str(r ast.Range, s string) *ast.Const {
	return &ast.Const{Range: r, Kind: ast.ConstString, Text: s}
}

func integer(r ast.Range, v int64) *ast.Const {
	return &ast.Const{Range: r, Kind: ast.ConstInteger, Int: v}
}

func name(r ast.Range, parts ...string) ast.Name {
	n := ast.Name{Range: r}
	for _, p := range parts {
		n.Parts = append(n.Parts, ast.Ident{Range: r, Name: p})
	}
	return n
}

// fn calls a function of Postgres's.
func (l *lowering) fn(r ast.Range, f string, args ...ast.Expr) ast.Expr {
	return &ast.FuncCall{Range: r, NamePos: r.Pos, Name: name(r, "pg_catalog", f), Args: args}
}

// own calls a function of the schema mysql.
func (l *lowering) own(r ast.Range, f string, args ...ast.Expr) ast.Expr {
	return &ast.FuncCall{Range: r, NamePos: r.Pos, Name: name(r, "mysql", f), Args: args}
}

func (l *lowering) binary(r ast.Range, op string, a, b ast.Expr) ast.Expr {
	return &ast.Binary{Range: r, Op: ast.Operator{Range: r, Name: op}, L: a, R: b}
}

func typeName(r ast.Range, t string, mods ...int) *ast.TypeName {
	out := &ast.TypeName{Range: r, Name: name(r, "pg_catalog", t)}
	for _, m := range mods {
		out.Mods = append(out.Mods, integer(r, int64(m)))
	}
	return out
}

func (l *lowering) cast(r ast.Range, x ast.Expr, t string, mods ...int) ast.Expr {
	return &ast.Cast{Range: r, OpPos: r.Pos, X: x, Type: typeName(r, t, mods...)}
}

// text1 is n as text: MySQL's string functions take numbers too.
func (l *lowering) text1(n tidb.ExprNode) ast.Expr {
	x := l.value(n)
	switch c := x.(type) {
	case *ast.Const:
		if c.Kind == ast.ConstString {
			return c
		}
	case *ast.Param:
		return c
	}
	return l.cast(l.rng(n), x, "text")
}

func (l *lowering) texts(list []tidb.ExprNode) []ast.Expr {
	var out []ast.Expr
	for _, n := range list {
		out = append(out, l.text1(n))
	}
	return out
}

// constant lowers a literal.
func (l *lowering) constant(n tidb.ValueExpr) ast.Expr {
	r := l.rng(n)
	v, ok := n.(*driver.ValueExpr)
	if !ok {
		l.refuse(n, "this literal")
	}
	switch v.Kind() {
	case driver.KindNull:
		return &ast.Const{Range: r, Kind: ast.ConstNull}
	case driver.KindInt64:
		if v.Type.GetFlag()&mysql.IsBooleanFlag != 0 {
			return &ast.Const{Range: r, Kind: ast.ConstBool, Bool: v.GetInt64() != 0}
		}
		return integer(r, v.GetInt64())
	case driver.KindUint64:
		if u := v.GetUint64(); u > 1<<63-1 {
			return &ast.Const{Range: r, Kind: ast.ConstNumeric, Text: strconv.FormatUint(u, 10)}
		}
		return integer(r, int64(v.GetUint64()))
	case driver.KindFloat32, driver.KindFloat64:
		return l.cast(r, &ast.Const{Range: r, Kind: ast.ConstNumeric, Text: strconv.FormatFloat(v.GetFloat64(), 'g', -1, 64)}, "float8")
	case driver.KindMysqlDecimal:
		return &ast.Const{Range: r, Kind: ast.ConstNumeric, Text: v.GetMysqlDecimal().String()}
	case driver.KindString:
		return str(r, v.GetString())
	case driver.KindBytes, driver.KindBinaryLiteral:
		return l.cast(r, str(r, fmt.Sprintf("\\x%x", v.GetBytes())), "bytea")
	}
	l.refuse(n, "this literal")
	return nil
}

// castTo lowers CAST and CONVERT.
func (l *lowering) castTo(r ast.Range, x ast.Expr, t *types.FieldType) ast.Expr {
	switch t.GetType() {
	case mysql.TypeLonglong:
		if t.GetFlag()&mysql.UnsignedFlag != 0 {
			return l.cast(r, x, "numeric", 20, 0)
		}
		return l.cast(r, x, "int8")
	case mysql.TypeVarString, mysql.TypeVarchar, mysql.TypeString:
		if t.GetCharset() == "binary" {
			return l.cast(r, x, "bytea")
		}
		if n := t.GetFlen(); n > 0 {
			return l.cast(r, x, "varchar", n)
		}
		return l.cast(r, x, "text")
	}
	typ := l.fieldType(r, t)
	return &ast.Cast{Range: r, OpPos: r.Pos, X: x, Type: typ}
}

// fieldType lowers a column's type.
func (l *lowering) fieldType(r ast.Range, t *types.FieldType) *ast.TypeName {
	unsigned := t.GetFlag()&mysql.UnsignedFlag != 0
	pick := func(signed, wider string) *ast.TypeName {
		if unsigned {
			return typeName(r, wider)
		}
		return typeName(r, signed)
	}
	switch t.GetType() {
	case mysql.TypeTiny:
		if t.GetFlen() == 1 && !unsigned {
			return typeName(r, "bool") // BOOL is TINYINT(1)
		}
		return typeName(r, "int2")
	case mysql.TypeShort:
		return pick("int2", "int4")
	case mysql.TypeInt24:
		return typeName(r, "int4")
	case mysql.TypeLong:
		return pick("int4", "int8")
	case mysql.TypeLonglong:
		if unsigned {
			return typeName(r, "numeric", 20, 0)
		}
		return typeName(r, "int8")
	case mysql.TypeYear:
		return typeName(r, "int2")
	case mysql.TypeFloat:
		return typeName(r, "float4")
	case mysql.TypeDouble:
		return typeName(r, "float8")
	case mysql.TypeNewDecimal:
		digits, scale := t.GetFlen(), max(t.GetDecimal(), 0)
		if digits <= 0 {
			digits = 10
		}
		return typeName(r, "numeric", digits, scale)
	case mysql.TypeVarchar, mysql.TypeVarString:
		if t.GetCharset() == "binary" {
			return typeName(r, "bytea")
		}
		if n := t.GetFlen(); n > 0 {
			return typeName(r, "varchar", n)
		}
		return typeName(r, "text")
	case mysql.TypeString:
		if t.GetCharset() == "binary" {
			return typeName(r, "bytea")
		}
		return typeName(r, "varchar", max(t.GetFlen(), 1)) // MySQL drops CHAR's padding when it reads it
	case mysql.TypeTinyBlob, mysql.TypeBlob, mysql.TypeMediumBlob, mysql.TypeLongBlob:
		if t.GetCharset() == "binary" {
			return typeName(r, "bytea")
		}
		return typeName(r, "text")
	case mysql.TypeEnum:
		return typeName(r, "text")
	case mysql.TypeDate, mysql.TypeNewDate:
		return typeName(r, "date")
	case mysql.TypeDatetime:
		return precise(r, "timestamp", t)
	case mysql.TypeTimestamp:
		return precise(r, "timestamptz", t)
	case mysql.TypeDuration:
		return precise(r, "time", t)
	case mysql.TypeJSON:
		return typeName(r, "jsonb")
	}
	l.refuse(nil, "type %s", strings.ToUpper(types.TypeStr(t.GetType())))
	return nil
}

// precise is a type of times with as many decimals as MySQL keeps: none
// unless asked for.
func precise(r ast.Range, typ string, t *types.FieldType) *ast.TypeName {
	return typeName(r, typ, max(t.GetDecimal(), 0))
}
