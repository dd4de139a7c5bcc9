package binder

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/scalar"
)

// literal reads the text of a constant of unknown type as a type, now: a
// wrong one is an error where it stands.
func (b *binder) literal(c *scalar.Const, t types.Type) (*scalar.Const, error) {
	if c.Value.Null {
		return nullConst(t, c.Pos), nil
	}
	switch t.OID {
	case types.UnknownOID:
		return c, nil
	case types.NumericOID:
		n, err := numeric.Parse(c.Value.S)
		if err != nil {
			return nil, b.place(err, int32(c.Pos))
		}
		return numericConst(n, c.Pos), nil
	case types.RegclassOID, types.RegtypeOID, types.RegprocOID, types.RegprocedureOID, types.RegnamespaceOID, types.RegroleOID:
		oid, err := b.regLiteral(c.Value.S, t.OID)
		if err != nil {
			return nil, b.place(err, int32(c.Pos))
		}
		return &scalar.Const{Value: types.Int(t.Kind(), int64(oid)), Typ: t, Pos: c.Pos}, nil
	}
	if f := types.FactsOf(t.OID); f == nil || f.Unsupported {
		return nil, b.errAt(int32(c.Pos), sqlerr.FeatureNotSupported, "type %s is not supported yet", types.FormatType(t.OID, -1))
	}
	d, err := types.Input(c.Value.S, t, b.style())
	if err != nil {
		return nil, b.place(err, int32(c.Pos))
	}
	return &scalar.Const{Value: d, Typ: t, Pos: c.Pos}, nil
}

// style is how the session reads text, with names resolved by the binder.
func (b *binder) style() *types.Style {
	if b.input == nil {
		st := types.DefaultStyle()
		if b.env.Input != nil {
			c := *b.env.Input
			st = &c
		}
		if st.Names == nil {
			st.Names = catalogNames{b}
		}
		b.input = st
	}
	return b.input
}

// catalogNames resolves names inside literals, such as the elements of regclass[].
type catalogNames struct{ b *binder }

func (n catalogNames) ObjectOID(typ types.OID, name string) (types.OID, error) {
	return n.b.regLiteral(name, typ)
}

func (n catalogNames) ObjectName(typ, oid types.OID) (string, bool) {
	if typ != types.RegclassOID {
		return "", false
	}
	rel, ok := n.b.env.View.RelationByOID(oid)
	if !ok {
		return "", false
	}
	return quoteIdent(rel.Name), true
}

// widenConst converts an integer constant to a wider number at once, without
// a cast; nil where it does not apply.
func widenConst(c *scalar.Const, to types.OID) *scalar.Const {
	if c.Value.Null {
		return nil
	}
	switch c.Typ.OID {
	case types.Int2OID, types.Int4OID, types.Int8OID:
	default:
		return nil
	}
	switch to {
	case types.Int4OID, types.Int8OID:
		if to == types.Int4OID && c.Typ.OID == types.Int8OID {
			return nil
		}
		t := types.New(to)
		return &scalar.Const{Value: types.Int(t.Kind(), c.Value.I), Typ: t, Pos: c.Pos}
	case types.NumericOID:
		return numericConst(numeric.FromInt64(c.Value.I), c.Pos)
	case types.Float8OID:
		return &scalar.Const{Value: types.Float(float64(c.Value.I)), Typ: types.New(to), Pos: c.Pos}
	}
	return nil
}

// regLiteral reads a name, or a number, as the OID of what it names.
func (b *binder) regLiteral(text string, t types.OID) (types.OID, error) {
	s := strings.TrimSpace(text)
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		return types.OID(n), nil
	}
	if s == "-" {
		return 0, nil
	}
	switch t {
	case types.RegtypeOID:
		n, err := parser.ParseType(s)
		if err != nil {
			return 0, err
		}
		sub := *b
		sub.sql = ""
		out, err := sub.typeName(n)
		return out.OID, err
	case types.RegnamespaceOID:
		name, err := splitName(s)
		if err != nil {
			return 0, err
		}
		if sch, ok := b.env.View.Schema(name.Object()); ok && len(name.Parts) == 1 {
			return sch.OID, nil
		}
		return 0, sqlerr.New(sqlerr.UndefinedSchema, `schema %s does not exist`, sqlerr.Quote(s))
	case types.RegroleOID:
		name, err := splitName(s)
		if err != nil {
			return 0, err
		}
		if name.Object() == b.env.User {
			return 10, nil // the bootstrap superuser's, as in Postgres
		}
		return 0, sqlerr.New(sqlerr.UndefinedObject, `role %s does not exist`, sqlerr.Quote(s))
	case types.RegprocOID:
		name, err := splitName(s)
		if err != nil {
			return 0, err
		}
		switch fns := function.Named(name.Object()); len(fns) {
		case 0:
			if io := function.InputOutputNamed(name.Object()); len(io) > 0 {
				return io[0].OID, nil
			}
			return 0, sqlerr.New(sqlerr.UndefinedFunction, `function %s does not exist`, sqlerr.Quote(s))
		case 1:
			return fns[0].OID, nil
		default:
			return 0, sqlerr.New(sqlerr.AmbiguousFunction, `more than one function named %s`, sqlerr.Quote(s))
		}
	case types.RegprocedureOID:
		return b.regprocedure(s)
	}
	name, err := splitName(s)
	if err != nil {
		return 0, err
	}
	rel, err := b.findRelation(name)
	if err != nil {
		return 0, err
	}
	if rel == nil {
		return 0, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(name)))
	}
	return rel.OID, nil
}

// regprocedure reads name(type, …).
func (b *binder) regprocedure(s string) (types.OID, error) {
	open := strings.IndexByte(s, '(')
	if open < 0 || !strings.HasSuffix(s, ")") {
		return 0, sqlerr.New(sqlerr.InvalidTextRepresentation, "expected a left parenthesis")
	}
	name, err := splitName(s[:open])
	if err != nil {
		return 0, err
	}
	var args []types.OID
	if list := strings.TrimSpace(s[open+1 : len(s)-1]); list != "" {
		for _, a := range strings.Split(list, ",") {
			oid, err := b.regLiteral(a, types.RegtypeOID)
			if err != nil {
				return 0, err
			}
			args = append(args, oid)
		}
	}
next:
	for _, f := range function.Named(name.Object()) {
		if len(f.Args) != len(args) {
			continue
		}
		for i := range args {
			if f.Args[i] != args[i] {
				continue next
			}
		}
		return f.OID, nil
	}
	return 0, sqlerr.New(sqlerr.UndefinedFunction, `function %s does not exist`, sqlerr.Quote(s))
}

// splitName reads a possibly qualified name as regclass's input does: parts
// between dots, folded to lower case unless quoted.
func splitName(s string) (*ast.Name, error) {
	bad := func() error { return sqlerr.New(sqlerr.InvalidName, "invalid name syntax") }
	out := &ast.Name{}
	rest := strings.TrimSpace(s)
	for {
		var part ast.Ident
		if strings.HasPrefix(rest, `"`) {
			var sb strings.Builder
			i := 1
			for ; i < len(rest); i++ {
				if rest[i] == '"' {
					if i+1 < len(rest) && rest[i+1] == '"' {
						i++
					} else {
						break
					}
				}
				sb.WriteByte(rest[i])
			}
			if i >= len(rest) || sb.Len() == 0 {
				return nil, bad()
			}
			part = ast.Ident{Name: sb.String(), Quoted: true}
			rest = strings.TrimSpace(rest[i+1:])
		} else {
			i := strings.IndexAny(rest, ". \t\n")
			if i < 0 {
				i = len(rest)
			}
			if i == 0 {
				return nil, bad()
			}
			part = ast.Ident{Name: strings.ToLower(rest[:i])}
			rest = strings.TrimSpace(rest[i:])
		}
		out.Parts = append(out.Parts, part)
		if rest == "" {
			return out, nil
		}
		if rest[0] != '.' {
			return nil, bad()
		}
		rest = strings.TrimSpace(rest[1:])
	}
}
