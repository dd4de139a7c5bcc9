package function

import (
	_ "embed"
	"sync"

	"github.com/inlaydb/inlay/catalog/types"
)

//go:embed io.tsv
var ioTSV string

// InputOutput is a function that a type's values are read or written with, as
// pg_type names them (array_in, int4send). It has an OID and a name that
// catalogs and regproc show, and cannot be called.
type InputOutput struct {
	OID    types.OID
	Name   string
	Args   []types.OID
	Result types.OID
}

type ioTables struct {
	all    []*InputOutput
	byOID  map[types.OID]*InputOutput
	byName map[string][]*InputOutput
}

var ioFacts = sync.OnceValue(func() *ioTables {
	t := &ioTables{byOID: map[types.OID]*InputOutput{}, byName: map[string][]*InputOutput{}}
	lines(ioTSV, func(c []string) {
		f := &InputOutput{OID: oid(c[0]), Name: c[1], Result: oid(c[3])}
		if ByOID(f.OID) != nil { // one that can be called
			return
		}
		for _, a := range list(c[2]) {
			f.Args = append(f.Args, oid(a))
		}
		t.all = append(t.all, f)
		t.byOID[f.OID] = f
		t.byName[f.Name] = append(t.byName[f.Name], f)
	})
	return t
})

// AllInputOutput is every such function, by ascending OID. Shared: read only.
func AllInputOutput() []*InputOutput { return ioFacts().all }

// InputOutputByOID is the one with an OID, or nil.
func InputOutputByOID(oid types.OID) *InputOutput { return ioFacts().byOID[oid] }

// InputOutputNamed is those of a name, by ascending OID. Shared: read only.
func InputOutputNamed(name string) []*InputOutput { return ioFacts().byName[name] }
