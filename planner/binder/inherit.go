package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// inherits says whether a table's rows are also in other tables, or only there.
func (b *binder) inherits(rel *catalog.Relation) bool {
	return rel.Partition != nil || rel.Kind == catalog.Table && !rel.System && len(catalog.RelatedOf(b.env.View).Children(rel.OID)) > 0
}

// members reads a table and all that inherit from it, under the columns cols,
// rowID (nil: not wanted) and tableoid.
//
//	union all
//	  project (by name) ─ scan t
//	  project (by name) ─ scan child
func (b *binder) members(rel *catalog.Relation, cols []logical.Column, rowID, tableoid *logical.Column) logical.Node {
	var list []*catalog.Relation
	for _, r := range append([]*catalog.Relation{rel}, catalog.Descendants(b.env.View, rel)...) {
		if r.Partition == nil {
			list = append(list, r)
		}
	}
	heads := append([]logical.Column(nil), cols...)
	for i := range heads {
		heads[i].NotNull = false
	}
	if rowID != nil {
		heads = append(heads, *rowID)
	}
	heads = append(heads, *tableoid)
	if len(list) == 0 {
		return &logical.Values{Cols: heads}
	}
	fresh := func() []logical.Column {
		out := append([]logical.Column(nil), heads...)
		for i := range out {
			out[i].ID = b.ids.Column()
		}
		return out
	}
	var plan logical.Node
	for i, r := range list {
		scan := b.scan(r, nil)
		if rowID != nil {
			scan.RowID = &logical.Column{ID: b.ids.Column(), Name: "row", Type: rowIDType, NotNull: true}
		}
		p := &logical.Project{Input: scan, Cols: fresh()}
		if len(list) == 1 {
			p.Cols = heads
		}
		for k := range rel.Columns {
			p.Exprs = append(p.Exprs, columnByName(scan, r, rel.Columns[k].Name, rel.Columns[k].Type))
		}
		if rowID != nil {
			p.Exprs = append(p.Exprs, scan.RowID.Ref())
		}
		p.Exprs = append(p.Exprs, &scalar.Const{Value: types.Int(types.New(types.OIDOID).Kind(), int64(r.OID)), Typ: types.New(types.OIDOID)})
		if plan == nil {
			plan = p
			continue
		}
		u := &logical.SetOp{Kind: logical.Union, All: true, Left: plan, Right: p, Cols: heads}
		if i < len(list)-1 {
			u.Cols = fresh()
		}
		plan = u
	}
	return plan
}

func columnByName(scan *logical.Scan, rel *catalog.Relation, name string, t types.Type) scalar.Expr {
	for i := range rel.Columns {
		if rel.Columns[i].Name == name {
			return scan.Cols[i].Ref()
		}
	}
	return nullConst(t, -1)
}

// inheritFrom gives a new table the columns and checks of its parents
// (MergeAttributes).
func (t *tableMaker) inheritFrom(names []ast.Name) error {
	b := t.b
	for i := range names {
		p, err := b.findRelation(&names[i])
		if err != nil {
			return err
		}
		switch {
		case p == nil:
			return sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(&names[i])))
		case p.Kind == catalog.PartitionedTable:
			return sqlerr.New(sqlerr.WrongObjectType, `cannot inherit from partitioned table %s`, sqlerr.Quote(p.Name))
		case p.Bound != nil:
			return sqlerr.New(sqlerr.WrongObjectType, `cannot inherit from partition %s`, sqlerr.Quote(p.Name))
		case p.Kind != catalog.Table || p.System:
			return sqlerr.New(sqlerr.WrongObjectType, `inherited relation %s is not a table or foreign table`, sqlerr.Quote(p.Name))
		case p.Temporary && !t.rel.Temporary:
			return sqlerr.New(sqlerr.WrongObjectType, `cannot inherit from temporary relation %s`, sqlerr.Quote(p.Name))
		}
		for _, o := range t.rel.Parents {
			if o == p.OID {
				return sqlerr.New(sqlerr.DuplicateTable, `relation %s would be inherited from more than once`, sqlerr.Quote(p.Name))
			}
		}
		t.rel.Parents = append(t.rel.Parents, p.OID)
		for _, c := range p.Columns {
			if old, ok := t.rel.Column(c.Name); ok {
				b.notice(sqlerr.SuccessfulCompletion, `merging multiple inherited definitions of column %s`, sqlerr.Quote(c.Name))
				if !old.Type.Same(c.Type) {
					return sqlerr.New(sqlerr.DatatypeMismatch, `inherited column %s has a type conflict`, sqlerr.Quote(c.Name)).WithDetail("%s versus %s", old.Type, c.Type)
				}
				old.NotNull = old.NotNull || c.NotNull
				continue
			}
			n := c
			n.Attnum, n.Identity, n.Comment = int16(len(t.rel.Columns)+1), 0, ""
			if c.Identity != 0 {
				n.Default = ""
			}
			t.rel.Columns = append(t.rel.Columns, n)
		}
		t.inheritChecks(p)
	}
	t.inherited = len(t.rel.Columns)
	return nil
}

func (t *tableMaker) inheritChecks(p *catalog.Relation) {
	for _, c := range p.Constraints {
		if c.Kind != 'c' || c.NoInherit {
			continue
		}
		dup := false
		for _, o := range t.rel.Constraints {
			dup = dup || o.Name == c.Name
		}
		if !dup {
			c.OID, c.NotValid = 0, false
			t.rel.Constraints = append(t.rel.Constraints, c)
		}
	}
}

// merged is a column of the list that has the name of an inherited one.
func (t *tableMaker) merged(d *ast.ColumnDef, c *catalog.Column) (bool, error) {
	for i := 0; i < t.inherited; i++ {
		old := &t.rel.Columns[i]
		if old.Name != d.Name.Name {
			continue
		}
		if c != nil {
			t.b.notice(sqlerr.SuccessfulCompletion, `merging column %s with inherited definition`, sqlerr.Quote(old.Name))
			if !old.Type.Same(c.Type) {
				return false, sqlerr.New(sqlerr.DatatypeMismatch, `column %s has a type conflict`, sqlerr.Quote(old.Name)).WithDetail("%s versus %s", old.Type, c.Type)
			}
		}
		for _, con := range d.Constraints {
			if con.Kind == ast.ConstraintDefault {
				old.Default = "" // the table's own replaces it
			}
			t.pending = append(t.pending, pendingConstraint{node: con, col: i})
		}
		return true, nil
	}
	return false, nil
}
