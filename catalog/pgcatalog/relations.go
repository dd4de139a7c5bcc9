package pgcatalog

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

//go:embed relations.tsv
var relationsTSV string

// Names and OIDs of the system schemas.
const (
	PgCatalog         = "pg_catalog"
	InformationSchema = "information_schema"

	pgCatalogOID         types.OID = 11
	informationSchemaOID types.OID = 13400
	publicOID            types.OID = 2200
	ownerOID             types.OID = 10
	databaseOID          types.OID = 5
	heapOID              types.OID = 2
	fileServerOID        types.OID = 16000
	fileWrapperOID       types.OID = 16001
)

// system is the parsed relations.tsv.
type system struct {
	byName map[[2]string]*catalog.Relation
	byOID  map[types.OID]*catalog.Relation
	order  []*catalog.Relation // by schema and name
}

var loaded = sync.OnceValue(func() *system {
	typeOIDs := map[string]types.OID{}
	for _, f := range types.AllFacts() {
		typeOIDs[f.Name] = f.OID
	}
	s := &system{byName: map[[2]string]*catalog.Relation{}, byOID: map[types.OID]*catalog.Relation{}}
	for _, line := range strings.Split(relationsTSV, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		oid, err := strconv.Atoi(f[2])
		if err != nil {
			panic(fmt.Sprintf("relations.tsv: %q", line))
		}
		r := &catalog.Relation{OID: types.OID(oid), Schema: f[0], Name: f[1], Kind: catalog.RelationKind(f[3][0]), System: true}
		for i, c := range strings.Fields(f[4]) {
			name, typ, _ := strings.Cut(c, ":")
			typ, notNull := strings.CutSuffix(typ, "!")
			t, ok := typeOIDs[typ]
			if !ok {
				panic(fmt.Sprintf("relations.tsv: %s.%s has unknown type %q", f[1], name, typ))
			}
			r.Columns = append(r.Columns, catalog.Column{Name: name, Type: types.New(t), Attnum: int16(i + 1), NotNull: notNull})
		}
		s.byName[[2]string{r.Schema, r.Name}] = r
		s.byOID[r.OID] = r
		s.order = append(s.order, r)
	}
	return s
})
