package binder

import (
	"slices"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// scope is what names mean at one query level: Postgres's ParseState.
type scope struct {
	parent *scope
	items  []*item       // what FROM brought, in order: the namespace
	tables []*item       // all that was ever in FROM, for hints; joins left out
	ctes   []*cte        // names of this level's WITH
	cols   scalar.ColSet // columns that FROM brought
	sel    *selection    // what the SELECT collects; nil where there is none
	kind   exprKind      // the clause that is being bound
	// lateral is set while a LATERAL item of FROM is bound: items with
	// lateralOnly are visible then.
	lateral bool
	// rows: a row-valued member of the SELECT list comes out as its fields, for
	// the FROM around to read as (x).field.
	rows bool
	// subquery is set for the scope of a subquery in an expression; nullable
	// counts the outer joins whose nullable side is being bound; selfRef: FROM
	// reads the working table of a recursive CTE.
	subquery, inExcept, inIntersect, selfRef bool
	nullable                                 int
}

// item is a relation as FROM names it (ParseNamespaceItem).
type item struct {
	name   string // the alias, or the relation's name; "": cannot be named
	alias  bool   // name was given as an alias
	schema string // of a relation without alias, for schema.table.column
	rel    *catalog.Relation
	cols   []itemColumn
	// relVisible: name may be used as a qualifier; colsVisible: its columns
	// may be used without one. In the arms of a join only some are.
	relVisible, colsVisible bool
	lateralOnly, lateralOK  bool
	// function is set for a function in FROM that returns one scalar column:
	// its name means that column too.
	function bool
	tableoid *logical.Column // of a table with inheritors: which one a row is of
	isJoin   bool
}

// itemColumn is a column of an item.
type itemColumn struct {
	name string
	col  logical.Column
	// expr, if not nil, stands for the column: a merged column of USING.
	expr   scalar.Expr
	hidden bool // not part of *: the merged columns' sources
}

func (c *itemColumn) typ() types.Type {
	if c.expr != nil {
		return c.expr.Type()
	}
	return c.col.Type
}

// ref is an expression that reads the column.
func (c *itemColumn) ref(pos int32) scalar.Expr {
	if c.expr != nil {
		return c.expr
	}
	return &scalar.Column{ID: c.col.ID, Typ: c.col.Type, Name: c.col.Name, Pos: scalar.Pos(pos)}
}

func newScope(parent *scope) *scope {
	return &scope{parent: parent}
}

// add puts an item's columns under the scope's own.
func (s *scope) own(cols []logical.Column) {
	for i := range cols {
		s.cols.Add(cols[i].ID)
	}
}

// column finds the column that an unqualified name means, nil if none.
func (b *binder) column(s *scope, name string, pos int32) (scalar.Expr, error) {
	for lvl := s; lvl != nil; lvl = lvl.parent {
		var found scalar.Expr
		for _, it := range lvl.items {
			if !it.colsVisible || it.lateralOnly && !lvl.lateral {
				continue
			}
			e, err := b.columnOf(it, name, pos)
			if err != nil {
				return nil, err
			}
			if e == nil {
				continue
			}
			if found != nil {
				return nil, b.errAt(pos, sqlerr.AmbiguousColumn, `column reference %s is ambiguous`, sqlerr.Quote(name))
			}
			if err := b.checkLateral(it, pos); err != nil {
				return nil, err
			}
			found = e
		}
		if found != nil {
			return found, nil
		}
	}
	return nil, nil
}

// columnOf finds a column of one item, nil if it has none of that name.
func (b *binder) columnOf(it *item, name string, pos int32) (scalar.Expr, error) {
	found := -1
	for i := range it.cols {
		if it.cols[i].name != name {
			continue
		}
		if found >= 0 {
			return nil, b.errAt(pos, sqlerr.AmbiguousColumn, `column reference %s is ambiguous`, sqlerr.Quote(name))
		}
		found = i
	}
	if found < 0 && b.env.AnyCase {
		found = slices.IndexFunc(it.cols, func(c itemColumn) bool { return strings.EqualFold(c.name, name) })
	}
	if found >= 0 {
		return it.cols[found].ref(pos), nil
	}
	if it.tableoid != nil && name == "tableoid" {
		return it.tableoid.Ref(), nil
	}
	if it.rel != nil && name == "tableoid" {
		return &scalar.Const{Value: types.Int(types.New(types.OIDOID).Kind(), int64(it.rel.OID)), Typ: types.New(types.OIDOID), Pos: scalar.Pos(pos)}, nil
	}
	if it.rel != nil && it.rel.System && name == "xmin" { // tools ask whether catalog rows have changed
		xid := types.New(types.XIDOID)
		return &scalar.Const{Value: types.Int(xid.Kind(), frozenXID), Typ: xid, Pos: scalar.Pos(pos)}, nil
	}
	return nil, nil
}

// frozenXID is FrozenTransactionId: the row is older than every transaction.
const frozenXID = 2

func (b *binder) checkLateral(it *item, pos int32) error {
	if it.lateralOnly && !it.lateralOK {
		return b.errAt(pos, sqlerr.InvalidColumnReference, `invalid reference to FROM-clause entry for table %s`, sqlerr.Quote(it.name)).
			WithDetail("The combining JOIN type must be INNER or LEFT for a LATERAL reference.")
	}
	return nil
}

// relation finds the item that a qualifier names, nil if none.
func (b *binder) relation(s *scope, schema, name string, pos int32) (*item, error) {
	for lvl := s; lvl != nil; lvl = lvl.parent {
		var found *item
		for _, it := range lvl.items {
			if !it.relVisible || it.lateralOnly && !lvl.lateral || it.name != name {
				continue
			}
			if schema != "" && (it.alias || it.rel == nil || it.schema != schema) {
				continue
			}
			if found != nil {
				return nil, b.errAt(pos, sqlerr.AmbiguousAlias, `table reference %s is ambiguous`, sqlerr.Quote(name))
			}
			if err := b.checkLateral(it, pos); err != nil {
				return nil, err
			}
			found = it
		}
		if found != nil {
			return found, nil
		}
	}
	return nil, nil
}

// columnRef binds a name with one to four parts.
func (b *binder) columnRef(s *scope, e *ast.ColumnRef) (x scalar.Expr, err error) {
	if b.onColumn != nil {
		defer func() { b.onColumn(e, x) }()
	}
	parts := e.Parts
	last := parts[len(parts)-1].Name
	if b.env.AnyCase {
		// What is kept of the statement, a view's text, must spell it right.
		defer func() {
			if c, ok := x.(*scalar.Column); ok && strings.EqualFold(c.Name, last) {
				parts[len(parts)-1].Name = c.Name
			}
		}()
	}
	switch len(parts) {
	case 1:
		c, err := b.column(s, last, e.Pos)
		if c != nil || err != nil {
			return c, err
		}
		it, err := b.relation(s, "", last, e.Pos)
		if err != nil {
			return nil, err
		}
		if it != nil {
			return b.wholeRow(it, e.Pos)
		}
		if s.sel != nil && s.sel.aliasTargets {
			for _, t := range s.sel.targets {
				if t.name == last && !t.junk {
					return t.expr, nil
				}
			}
		}
		return nil, b.missingColumn(s, "", last, e.Pos)
	case 2, 3, 4:
		rel := parts[len(parts)-2].Name
		schema := ""
		if len(parts) >= 3 {
			schema = parts[len(parts)-3].Name
		}
		if len(parts) == 4 && parts[0].Name != b.env.Database {
			return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "cross-database references are not implemented: %s", dotted(parts))
		}
		it, err := b.relation(s, schema, rel, e.Pos)
		if err != nil {
			return nil, err
		}
		if it == nil {
			// a.b may also be a field of a composite column: Postgres does not
			// take that without parentheses, so the relation is missing.
			return nil, b.missingRelation(s, schema, rel, e.Pos)
		}
		c, err := b.columnOf(it, last, e.Pos)
		if c != nil || err != nil {
			return c, err
		}
		return nil, b.missingColumn(s, rel, last, e.Pos)
	}
	return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "improper qualified name (too many dotted names): %s", dotted(parts))
}

// wholeRow is a relation's name used as a value: its row. The name of a
// function that returns a scalar means the scalar.
func (b *binder) wholeRow(it *item, pos int32) (scalar.Expr, error) {
	if it.function && len(it.cols) >= 1 {
		return it.cols[0].ref(pos), nil
	}
	r := &scalar.Row{Typ: types.New(types.RecordOID), Whole: true}
	for i := range it.cols {
		if it.cols[i].hidden {
			continue
		}
		r.Fields = append(r.Fields, it.cols[i].ref(pos))
		r.Names = append(r.Names, it.cols[i].name)
	}
	return r, nil
}

func dotted(parts []ast.Ident) string {
	n := ast.Name{Parts: parts}
	return n.String()
}
