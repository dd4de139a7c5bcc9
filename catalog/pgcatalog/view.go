package pgcatalog

import (
	"context"
	"sort"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

// Decorate adds the system schemas to a view.
func Decorate(v catalog.View) catalog.View { return &view{v} }

type view struct{ catalog.View }

var systemSchemas = []catalog.Schema{
	{OID: informationSchemaOID, Name: InformationSchema},
	{OID: pgCatalogOID, Name: PgCatalog, Comment: "system catalog schema"},
}

func (v *view) Schema(name string) (catalog.Schema, bool) {
	for _, s := range systemSchemas {
		if s.Name == name {
			return s, true
		}
	}
	return v.View.Schema(name)
}

func (v *view) Schemas() []catalog.Schema {
	out := append(append([]catalog.Schema(nil), systemSchemas...), v.View.Schemas()...)
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func (v *view) Relation(schema, name string) (*catalog.Relation, bool) {
	if schema == PgCatalog || schema == InformationSchema {
		r, ok := loaded().byName[[2]string{schema, name}]
		return r, ok
	}
	return v.View.Relation(schema, name)
}

func (v *view) RelationByOID(oid types.OID) (*catalog.Relation, bool) {
	if r, ok := loaded().byOID[oid]; ok {
		return r, true
	}
	return v.View.RelationByOID(oid)
}

func (v *view) Relations(schema string) []*catalog.Relation {
	if schema != PgCatalog && schema != InformationSchema {
		return v.View.Relations(schema)
	}
	var out []*catalog.Relation
	for _, r := range loaded().order {
		if r.Schema == schema {
			out = append(out, r)
		}
	}
	return out
}

func (v *view) Source(ctx context.Context, rel *catalog.Relation) (catalog.Source, error) {
	if !rel.System {
		return v.View.Source(ctx, rel)
	}
	return &catalog.Generated{Rows: generator(v, rel)}, nil
}

func (v *view) Statistics(ctx context.Context, rel *catalog.Relation) (*catalog.Statistics, error) {
	if !rel.System {
		return v.View.Statistics(ctx, rel)
	}
	return &catalog.Statistics{Rows: 200}, nil
}

// Inner is the view without the system schemas.
func (v *view) Inner() catalog.View { return v.View }
