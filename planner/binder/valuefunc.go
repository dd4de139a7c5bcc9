package binder

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// valueFuncs says what the standard's functions without parentheses are: a
// function of pg_catalog, cast to a type where that is another.
var valueFuncs = [...]struct {
	name string // of a result column
	fn   string
	typ  types.OID
}{
	ast.CurrentDate:      {"current_date", "now", types.DateOID},
	ast.CurrentTime:      {"current_time", "now", types.TimetzOID},
	ast.CurrentTimestamp: {"current_timestamp", "now", types.TimestamptzOID},
	ast.LocalTime:        {"localtime", "now", types.TimeOID},
	ast.LocalTimestamp:   {"localtimestamp", "now", types.TimestampOID},
	ast.CurrentRole:      {"current_role", "current_user", types.NameOID},
	ast.CurrentUser:      {"current_user", "current_user", types.NameOID},
	ast.User:             {"user", "current_user", types.NameOID},
	ast.SessionUser:      {"session_user", "session_user", types.NameOID},
	ast.CurrentCatalog:   {"current_catalog", "current_database", types.NameOID},
	ast.CurrentSchema:    {"current_schema", "current_schema", types.NameOID},
}

func (b *binder) valueFunc(e *ast.ValueFunc) (scalar.Expr, error) {
	v := valueFuncs[e.Kind]
	c, err := function.Resolve("", v.fn, nil, function.Want{})
	if err != nil {
		return nil, b.place(err, e.Pos)
	}
	t := types.New(v.typ)
	if e.Precision >= 0 && e.Kind != ast.CurrentDate {
		typmod, notice, err := types.TypmodIn(v.typ, []int32{int32(e.Precision)})
		if err != nil {
			return nil, b.place(err, e.Pos)
		}
		if notice != nil {
			b.notices = append(b.notices, notice)
		}
		t.Typmod = typmod
	}
	var x scalar.Expr = &scalar.Session{Fn: c.Fn, Typ: types.New(c.Fn.Result)}
	x, ok, err := b.tryCoerceTo(x, t, explicit, e.Pos)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", upper(v.name))
	}
	return x, nil
}
