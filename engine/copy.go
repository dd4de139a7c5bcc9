package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/planner/ast"
)

// Copy is what a COPY exchanges with the client. In a COPY FROM STDIN the
// client's data goes to Portal.CopyIn; of a COPY TO STDOUT Head, the chunks of
// Portal.Next row by row, and Tail go to the client.
type Copy struct {
	In      bool
	Binary  bool
	Columns int
	Head    []byte
	Tail    []byte
	run     func(ctx context.Context, src copyrow.Source) (int64, error)
}

// Copy says whether the portal, once started, exchanges data with the client;
// nil: no.
func (p *Portal) Copy() *Copy { return p.copying }

// CopyIn runs a COPY FROM STDIN over what src gives.
func (p *Portal) CopyIn(ctx context.Context, src func(ctx context.Context) ([]byte, error)) (err error) {
	defer guard(&err)
	n, err := p.copying.run(ctx, src)
	p.tag = fmt.Sprintf("COPY %d", n)
	return err
}

// copy runs COPY, or prepares it where the client takes part.
func (s *Session) copy(ctx context.Context, p *Portal, a *ast.Copy) error {
	if a.Program {
		return s.unsupported("COPY %s PROGRAM is not supported: the server runs no commands", map[bool]string{true: "FROM", false: "TO"}[a.From])
	}
	opt, err := readCopyOptions(a, p.prepared.stmt.Text)
	if err != nil {
		return err
	}
	if a.From {
		return s.copyFrom(ctx, p, a, opt)
	}
	return s.copyTo(ctx, p, a, opt)
}

// copyRelation finds the table of a COPY.
func (s *Session) copyRelation(view catalog.View, name *ast.Name) (*catalog.Relation, error) {
	schemas := s.SearchPath()
	if n := name.Schema(); n != "" {
		schemas = []string{n}
	}
	for _, schema := range schemas {
		if rel, ok := view.Relation(schema, name.Object()); ok {
			return rel, nil
		}
	}
	text := name.Object()
	if n := name.Schema(); n != "" {
		text = n + "." + text
	}
	return nil, sqlerr.New(sqlerr.UndefinedTable, "relation %s does not exist", sqlerr.Quote(text))
}

// copyKinds names what COPY does not take by itself.
var copyKinds = map[catalog.RelationKind]string{
	catalog.ViewRelation: "view", catalog.MaterializedView: "materialized view", catalog.ForeignTable: "foreign table", catalog.Sequence: "sequence", catalog.Index: "index",
}

// copyColumns are the columns that a COPY names, or all that can be written.
func copyColumns(rel *catalog.Relation, names []ast.Ident) ([]*catalog.Column, error) {
	var out []*catalog.Column
	if names == nil {
		for i := range rel.Columns {
			if rel.Columns[i].Generated == "" {
				out = append(out, &rel.Columns[i])
			}
		}
		return out, nil
	}
	for _, n := range names {
		c, ok := rel.Column(n.Name)
		switch {
		case !ok:
			return nil, sqlerr.New(sqlerr.UndefinedColumn, "column %s of relation %s does not exist", sqlerr.Quote(n.Name), sqlerr.Quote(rel.Name))
		case c.Generated != "":
			return nil, sqlerr.New(sqlerr.InvalidColumnReference, "column %s is a generated column", sqlerr.Quote(n.Name)).
				WithDetail("Generated columns cannot be used in COPY.")
		case slices.Contains(out, c):
			return nil, sqlerr.New(sqlerr.DuplicateColumn, "column %s specified more than once", sqlerr.Quote(n.Name))
		}
		out = append(out, c)
	}
	return out, nil
}

// forcedColumns are the positions in columns that an option names.
func forcedColumns(names []ast.Ident, all bool, columns []copyrow.Column, table string) ([]bool, error) {
	if names == nil && !all {
		return nil, nil
	}
	out := make([]bool, len(columns))
	for i := range out {
		out[i] = all
	}
	for _, n := range names {
		at := slices.IndexFunc(columns, func(c copyrow.Column) bool { return c.Name == n.Name })
		if at < 0 {
			if table == "" {
				return nil, sqlerr.New(sqlerr.UndefinedColumn, "column %s does not exist", sqlerr.Quote(n.Name))
			}
			return nil, sqlerr.New(sqlerr.UndefinedColumn, "column %s of relation %s does not exist", sqlerr.Quote(n.Name), sqlerr.Quote(table))
		}
		if out[at] {
			return nil, sqlerr.New(sqlerr.DuplicateColumn, "column %s specified more than once", sqlerr.Quote(n.Name))
		}
		out[at] = true
	}
	return out, nil
}

// copyNames gives columns as the row formats want them.
func copyNames(cols []*catalog.Column) []copyrow.Column {
	out := make([]copyrow.Column, len(cols))
	for i, c := range cols {
		out[i] = copyrow.Column{Name: c.Name, Type: c.Type}
	}
	return out
}
