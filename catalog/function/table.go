package function

import (
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// The facts are Postgres 15's own rows, cut down to what Inlay implements;
// the first line of each file names its columns. They are read when first
// asked for.
var (
	//go:embed functions.tsv
	functionsTSV string
	//go:embed mysql.tsv
	mysqlTSV string
	//go:embed operators.tsv
	operatorsTSV string
	//go:embed casts.tsv
	castsTSV string
)

// tables holds all facts and the ways to find them. Nothing writes to it once
// it is made.
type tables struct {
	functions []*Function
	byName    map[string][]*Function
	byOID     map[types.OID]*Function
	operators []*Operator
	opsByName map[string][]*Operator
	opsByOID  map[types.OID]*Operator
	// opCandidates is what an operator is chosen from. Shared: read only.
	opCandidates map[arity][]candidate
	casts        []*Cast
	castByPair   map[[2]types.OID]*Cast
}

// arity is an operator's name and how many operands it has.
type arity struct {
	name     string
	operands int
}

var facts = sync.OnceValue(func() *tables {
	t := &tables{
		byName:       make(map[string][]*Function),
		byOID:        make(map[types.OID]*Function),
		opsByName:    make(map[string][]*Operator),
		opsByOID:     make(map[types.OID]*Operator),
		opCandidates: make(map[arity][]candidate),
		castByPair:   make(map[[2]types.OID]*Cast),
	}
	t.readFunctions(functionsTSV, "")
	t.readFunctions(mysqlTSV, "mysql")
	slices.SortFunc(t.functions, func(a, b *Function) int { return cmp.Compare(a.OID, b.OID) })
	t.readOperators()
	t.readCasts()
	return t
})

// Named is the functions of a name, by ascending OID. Shared: read only.
func Named(name string) []*Function { return facts().byName[name] }

// ByOID is the function with an OID, or nil.
func ByOID(oid types.OID) *Function { return facts().byOID[oid] }

// All is every function, by ascending OID. Shared: read only.
func All() []*Function { return facts().functions }

// OperatorsNamed is the operators of a name, by ascending OID. Shared: read only.
func OperatorsNamed(name string) []*Operator { return facts().opsByName[name] }

// OperatorByOID is the operator with an OID, or nil.
func OperatorByOID(oid types.OID) *Operator { return facts().opsByOID[oid] }

// AllOperators is every operator, by ascending OID. Shared: read only.
func AllOperators() []*Operator { return facts().operators }

// AllCasts is the rows of pg_cast. Shared: read only.
func AllCasts() []*Cast { return facts().casts }

// lines calls f with the fields of each line of a table after its heading.
func lines(tsv string, f func(fields []string)) {
	_, tsv, _ = strings.Cut(tsv, "\n")
	for len(tsv) > 0 {
		var line string
		line, tsv, _ = strings.Cut(tsv, "\n")
		f(strings.Split(line, "\t"))
	}
}

func oid(s string) types.OID {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		panic("catalog/function: bad OID in table: " + s)
	}
	return types.OID(n)
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

var (
	classes      = map[string]Class{"s": Scalar, "a": Aggregate, "o": OrderedSet, "w": Window, "r": SetReturning}
	volatilities = map[string]Volatility{"i": Immutable, "s": Stable, "v": Volatile}
	contexts     = map[string]CastContext{"i": Implicit, "a": Assignment, "e": Explicit}
)

func (t *tables) readFunctions(tsv, schema string) {
	lines(tsv, func(c []string) {
		f := &Function{
			Schema: schema,
			OID:    oid(c[0]), Name: c[1], ArgNames: list(c[3]), Variadic: oid(c[4]), DefaultArgs: list(c[5]), Result: oid(c[6]),
			Class: classes[c[7]], Volatility: volatilities[c[8]], Kernel: c[12],
			Strict: strings.Contains(c[9], "S"), CanFail: strings.Contains(c[9], "F"), SideEffect: strings.Contains(c[9], "E"),
		}
		for _, a := range list(c[2]) {
			f.Args = append(f.Args, oid(a))
		}
		for _, a := range list(c[10]) {
			name, typ, _ := strings.Cut(a, ":")
			f.Columns = append(f.Columns, OutColumn{Name: name, Type: oid(typ)})
		}
		if c[11] != "" {
			f.DirectArgs, _ = strconv.Atoi(c[11])
		}
		f.Defaults = len(f.DefaultArgs)
		if f.Kernel == "_pg_expandarray" {
			f.Schema = "information_schema"
		}
		f.ResultType = resultType(f)
		f.FailsWith = failsWith[f.Kernel]
		t.functions = append(t.functions, f)
		t.byName[f.Name] = append(t.byName[f.Name], f)
		t.byOID[f.OID] = f
	})
}

func (t *tables) readOperators() {
	lines(operatorsTSV, func(c []string) {
		o := &Operator{
			OID: oid(c[0]), Name: c[1], Left: oid(c[2]), Right: oid(c[3]), Result: oid(c[4]), Fn: t.byOID[oid(c[5])],
			Commutator: c[6], Negator: c[7], Merges: strings.Contains(c[8], "M"), Hashes: strings.Contains(c[8], "H"),
		}
		if o.Fn == nil {
			panic("catalog/function: operator without its function: " + c[0])
		}
		t.operators = append(t.operators, o)
		t.opsByName[o.Name] = append(t.opsByName[o.Name], o)
		args := []types.OID{o.Right}
		if o.Left != 0 {
			args = []types.OID{o.Left, o.Right}
		}
		key := arity{o.Name, len(args)}
		t.opCandidates[key] = append(t.opCandidates[key], candidate{op: o, args: args})
		t.opsByOID[o.OID] = o
	})
}

func (t *tables) readCasts() {
	lines(castsTSV, func(c []string) {
		k := &Cast{
			OID: oid(c[0]), From: oid(c[1]), To: oid(c[2]), Context: contexts[c[3]],
			CatalogMethod: c[4][0], CatalogFn: oid(c[5]), Volatility: volatilities[c[6]],
		}
		switch {
		case k.CatalogMethod == 'i':
			k.Method = InOut
		case k.CatalogMethod == 'b' && kind(k.From) == kind(k.To):
			k.Method = Binary
		default:
			k.Method = ByFunction
		}
		k.CanFail = castFails(k.From, k.To)
		t.casts = append(t.casts, k)
		if k.From != k.To { // a cast to the same type applies a typmod: not a pathway
			t.castByPair[[2]types.OID{k.From, k.To}] = k
		}
	})
}

func kind(t types.OID) column.Kind { return types.New(t).Kind() }
