package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
)

// typeName is the type that a name in the text means.
func (b *binder) typeName(t *ast.TypeName) (types.Type, error) {
	if t.SetOf {
		return types.Type{}, b.errAt(t.Pos, sqlerr.SyntaxError, "type reference cannot be SETOF")
	}
	var out types.Type
	if t.PctType {
		col, err := b.columnType(t)
		if err != nil {
			return out, err
		}
		out = col
	} else {
		f, err := b.typeFacts(t)
		if err != nil {
			return out, err
		}
		out = types.New(f.OID)
		if out.Typmod, err = b.typmod(t, f); err != nil {
			return out, err
		}
		if out.OID == types.NumericOID {
			out = types.AfterCast(types.New(types.NumericOID), out)
		}
	}
	if len(t.ArrayBounds) > 0 {
		a := types.ArrayOf(out)
		if a.OID == 0 {
			return out, b.errAt(t.Pos, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatType(out.OID, -1))
		}
		out = types.Type{OID: a.OID, Typmod: out.Typmod}
	}
	return out, nil
}

func (b *binder) typeFacts(t *ast.TypeName) (*types.Facts, error) {
	missing := func() error {
		return b.errAt(t.Pos, sqlerr.UndefinedObject, `type %s does not exist`, sqlerr.Quote(t.Name.String()))
	}
	if s := t.Name.Schema(); s != "" && s != "pg_catalog" {
		if _, ok := b.env.View.Schema(s); !ok {
			return nil, b.errAt(t.Pos, sqlerr.InvalidSchemaName, `schema %s does not exist`, sqlerr.Quote(s))
		}
		return nil, missing()
	}
	f := types.FactsByName(t.Name.Object())
	if f == nil {
		if rel, _ := b.findRelation(&t.Name); rel != nil {
			return nil, b.errAt(t.Pos, sqlerr.FeatureNotSupported, "row types of relations are not supported yet")
		}
		return nil, missing()
	}
	if f.Unsupported {
		return nil, b.errAt(t.Pos, sqlerr.FeatureNotSupported, "type %s is not supported yet", types.FormatType(f.OID, -1))
	}
	return f, nil
}

// typmod packs the modifiers written after a type's name.
func (b *binder) typmod(t *ast.TypeName, f *types.Facts) (int32, error) {
	var mods []int32
	if t.Interval != 0 {
		fields := int32(0)
		for _, p := range [...]struct {
			ast   ast.IntervalFields
			field int32
		}{
			{ast.FieldYear, types.IntervalYear}, {ast.FieldMonth, types.IntervalMonth}, {ast.FieldDay, types.IntervalDay},
			{ast.FieldHour, types.IntervalHour}, {ast.FieldMinute, types.IntervalMinute}, {ast.FieldSecond, types.IntervalSecond},
		} {
			if t.Interval&p.ast != 0 {
				fields |= p.field
			}
		}
		mods = append(mods, fields)
	} else if f.OID == types.IntervalOID && len(t.Mods) > 0 {
		mods = append(mods, types.IntervalAllFields)
	}
	for _, m := range t.Mods {
		c, ok := m.(*ast.Const)
		if !ok || c.Kind != ast.ConstInteger {
			return 0, b.errAt(t.Pos, sqlerr.SyntaxError, "type modifiers must be simple constants or identifiers")
		}
		mods = append(mods, int32(c.Int))
	}
	typmod, notice, err := types.TypmodIn(f.OID, mods)
	if err != nil {
		return 0, b.place(err, t.Pos)
	}
	if notice != nil {
		b.notices = append(b.notices, notice)
	}
	return typmod, nil
}

// columnType is table.column%TYPE.
func (b *binder) columnType(t *ast.TypeName) (types.Type, error) {
	parts := t.Name.Parts
	if len(parts) < 2 {
		return types.Type{}, b.errAt(t.Pos, sqlerr.SyntaxError, "improper %%TYPE reference (too few dotted names): %s", t.Name.String())
	}
	name := ast.Name{Range: t.Name.Range, Parts: parts[:len(parts)-1]}
	rel, err := b.findRelation(&name)
	if err != nil {
		return types.Type{}, err
	}
	if rel == nil {
		return types.Type{}, b.noRelation(&name)
	}
	c, ok := rel.Column(parts[len(parts)-1].Name)
	if !ok {
		return types.Type{}, b.errAt(t.Pos, sqlerr.UndefinedColumn, `column %s of relation %s does not exist`,
			sqlerr.Quote(parts[len(parts)-1].Name), sqlerr.Quote(rel.Name))
	}
	return types.Type{OID: c.Type.OID, Typmod: -1}, nil
}
