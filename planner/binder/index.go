package binder

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// indexMethods are Postgres's access methods. All are accepted; what an index
// says is what is unique.
var indexMethods = map[string]bool{"btree": true, "hash": true, "gist": true, "gin": true, "spgist": true, "brin": true}

func (b *binder) createIndex(n *ast.CreateIndex) (*Bound, error) {
	const tag = "CREATE INDEX"
	rel, err := b.findRelation(&n.Table.Name)
	if err != nil {
		return nil, err
	}
	if rel == nil {
		return nil, b.errAt(-1, sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(&n.Table.Name)))
	}
	switch {
	case rel.System:
		return nil, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: %s is a system catalog`, sqlerr.Quote(rel.Name))
	case rel.Kind != catalog.Table && rel.Kind != catalog.MaterializedView && rel.Kind != catalog.PartitionedTable:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `cannot create index on relation %s`, sqlerr.Quote(rel.Name)).
			WithDetail("This operation is not supported for %ss.", relationWord(rel.Kind))
	}
	method := n.Using.Name
	if method == "" {
		method = "btree"
	}
	if !indexMethods[method] {
		return nil, sqlerr.New(sqlerr.UndefinedObject, `access method %s does not exist`, sqlerr.Quote(method))
	}
	if n.Unique && method != "btree" {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, `access method %s does not support unique indexes`, sqlerr.Quote(method))
	}
	info := &catalog.IndexInfo{Table: rel.OID, Method: method, Unique: n.Unique, NullsNotDistinct: n.NullsNotDistinct}
	var words []string
	for i := range n.Elements {
		e := &n.Elements[i]
		k, word, err := b.indexKey(rel, e)
		if err != nil {
			return nil, err
		}
		info.Keys, words = append(info.Keys, *k), append(words, word)
	}
	for i := range n.Include {
		c, ok := rel.Column(n.Include[i].Name.Name)
		if !ok {
			return nil, sqlerr.New(sqlerr.UndefinedColumn, `column %s does not exist`, sqlerr.Quote(n.Include[i].Name.Name))
		}
		info.Include = append(info.Include, c.Attnum)
	}
	if n.Where != nil {
		s := b.tableScope(rel)
		x, err := b.exprKind(s, n.Where, inIndexPredicate)
		if err != nil {
			return nil, err
		}
		if x, err = b.coerceBool(x, "WHERE", n.Where); err != nil {
			return nil, err
		}
		if scalar.Volatility(x) != function.Immutable {
			return nil, sqlerr.New(sqlerr.InvalidObjectDefinition, "functions in index predicate must be marked IMMUTABLE")
		}
		info.Where = b.storedText(x, n.Where, scopeNames(s))
	}
	idx := &catalog.Relation{Schema: rel.Schema, Name: n.Name.Name, Kind: catalog.Index, Temporary: rel.Temporary, Owner: rel.Owner, Index: info}
	d := &CreateIndex{Relation: idx, Table: rel}
	if idx.Name == "" {
		idx.Name = b.freeName(rel, rel.Name, strings.Join(words, "_"), "idx")
	} else if old, ok := b.env.View.Relation(rel.Schema, idx.Name); ok {
		if d.Exists, err = b.existing(old, n.IfNotExists); err != nil {
			return nil, err
		}
	}
	if idx.Options, err = b.options(n.With); err != nil {
		return nil, err
	}
	b.indexColumns(rel, idx)
	if rel.Partition != nil && !d.Exists && !n.Table.Only {
		for _, child := range catalog.RelatedOf(b.env.View).Children(rel.OID) {
			below := *n
			table := *n.Table
			table.Name = ast.Name{Parts: []ast.Ident{{Name: child.Schema}, {Name: child.Name}}}
			below.Table, below.Name = &table, ast.Ident{}
			bound, err := b.createIndex(&below)
			if err != nil {
				return nil, err
			}
			d.Below = append(d.Below, bound.DDL.(*CreateIndex))
		}
	}
	return ddlBound(tag, d), nil
}

// indexKey binds one element of an index; word is its part of a name that
// Postgres would choose.
func (b *binder) indexKey(rel *catalog.Relation, e *ast.IndexElement) (*catalog.IndexKey, string, error) {
	k := &catalog.IndexKey{Descending: e.Direction == ast.SortDesc}
	k.NullsFirst = e.Nulls == ast.NullsFirst || e.Nulls == ast.NullsDefault && k.Descending
	if e.OpClass != nil {
		k.OpClass = e.OpClass.Object()
	}
	if e.Collation != nil {
		k.Collation = e.Collation.String()
	}
	name := e.Name.Name
	if ref, ok := e.X.(*ast.ColumnRef); ok && len(ref.Parts) == 1 {
		name = ref.Parts[0].Name
	}
	if name != "" {
		c, ok := rel.Column(name)
		if !ok {
			return nil, "", sqlerr.New(sqlerr.UndefinedColumn, `column %s does not exist`, sqlerr.Quote(name))
		}
		k.Attnum = c.Attnum
		return k, name, nil
	}
	s := b.tableScope(rel)
	x, err := b.exprKind(s, e.X, inIndex)
	if err != nil {
		return nil, "", err
	}
	if x.Type().OID == types.UnknownOID {
		if x, err = b.coerce(x, types.New(types.TextOID), implicit, -1); err != nil {
			return nil, "", err
		}
	}
	if scalar.Volatility(x) != function.Immutable {
		return nil, "", sqlerr.New(sqlerr.InvalidObjectDefinition, "functions in index expression must be marked IMMUTABLE")
	}
	k.Expr = b.storedText(x, e.X, scopeNames(s))
	word := "expr"
	if f, ok := e.X.(*ast.FuncCall); ok {
		word = f.Name.Object()
	}
	return k, word, nil
}

// scopeNames are the names of the columns in a scope of one table.
func scopeNames(s *scope) map[scalar.ColumnID]string {
	out := map[scalar.ColumnID]string{}
	for _, it := range s.items {
		for i := range it.cols {
			out[it.cols[i].col.ID] = it.cols[i].name
		}
	}
	return out
}

// indexColumns gives an index the columns that it has as a relation.
func (b *binder) indexColumns(rel, idx *catalog.Relation) {
	idx.Columns = nil
	used := map[string]bool{}
	add := func(name string, t types.Type) {
		base := name
		for i := 1; used[name]; i++ {
			name = base + strconv.Itoa(i)
		}
		used[name] = true
		idx.Columns = append(idx.Columns, catalog.Column{Name: name, Type: t, Attnum: int16(len(idx.Columns) + 1)})
	}
	var cols = b.scan(rel, nil).Cols
	for _, k := range idx.Index.Keys {
		if at := rel.ColumnByAttnum(k.Attnum); at >= 0 {
			add(rel.Columns[at].Name, rel.Columns[at].Type)
			continue
		}
		t, word := types.New(types.TextOID), "expr"
		if x, err := b.storedCondition(k.Expr, inIndex, rel, cols); err == nil {
			t = x.Type()
			if c, ok := x.(*scalar.Call); ok && c.Op == "" {
				word = c.Fn.Name
			}
		}
		add(word, t)
	}
	for _, a := range idx.Index.Include {
		if at := rel.ColumnByAttnum(a); at >= 0 {
			add(rel.Columns[at].Name, rel.Columns[at].Type)
		}
	}
}

// constraintIndex is the index of a primary key or unique constraint.
func (b *binder) constraintIndex(rel *catalog.Relation, con *catalog.Constraint, nullsNotDistinct bool, include []int16) *catalog.Relation {
	info := &catalog.IndexInfo{Table: rel.OID, Method: "btree", Unique: true, Primary: con.Kind == 'p', Constraint: true,
		NullsNotDistinct: nullsNotDistinct, Include: include}
	for _, a := range con.Columns {
		info.Keys = append(info.Keys, catalog.IndexKey{Attnum: a})
	}
	idx := &catalog.Relation{Schema: rel.Schema, Name: con.Name, Kind: catalog.Index, Temporary: rel.Temporary, Owner: rel.Owner, Index: info}
	b.indexColumns(rel, idx)
	return idx
}
