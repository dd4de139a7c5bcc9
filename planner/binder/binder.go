package binder

import (
	"context"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// FileResolver finds files that a query names: FROM 'x.parquet', FROM
// "s3://b/*.parquet", read_parquet(…).
type FileResolver interface {
	// ResolveFiles describes the files under the patterns as one relation.
	// fn is the function that was called, "" for a bare path. options are the
	// named arguments as text.
	ResolveFiles(ctx context.Context, patterns []string, fn string, options map[string]string) (*catalog.Relation, catalog.Source, error)
}

// Env is what binding depends on besides the statement.
type Env struct {
	SQL        string       // the text that the tree's ranges count bytes of
	View       catalog.View // the catalog
	SearchPath []string     // schemas to search, resolved, implicit ones (pg_temp, pg_catalog) included
	Creation   string       // schema where unqualified objects are made; "": none
	Database   string
	User       string
	// Input is how the session reads literals; nil: Postgres's defaults at UTC.
	Input *types.Style
	// Params are the types known of parameters; OID 0 is to be inferred.
	Params []types.Type
	// NoParams refuses parameters: outside prepared statements there are none.
	NoParams bool
	AnyCase  bool         // columns are found in any case of letters, where none is spelled so
	Files    FileResolver // nil: no files
	IDs      *logical.IDs // nil: a new one
}

// Kind says what a bound statement is.
type Kind uint8

// The kinds.
const (
	KindSelect Kind = iota
	KindInsert
	KindUpdate
	KindDelete
	KindDDL
	KindExplain
)

// Column is a column of a statement's result.
type Column struct {
	Name   string
	Type   types.Type
	ID     scalar.ColumnID
	Rel    types.OID // base column it comes from unchanged, 0 where computed
	Attnum int16
}

// Bound is a bound statement.
type Bound struct {
	Kind    Kind
	Tag     string       // the command tag without counts: "SELECT", "CREATE TABLE"
	Plan    logical.Node // nil for most DDL
	DDL     DDL          // nil where Kind is not KindDDL
	Columns []Column     // of the result; nil where the statement returns no rows
	Params  []types.Type // of $1, $2, …, inferred where they were not known
	IDs     *logical.IDs
	Writes  bool // changes data or catalog
	// Explained is the statement under EXPLAIN, for KindExplain.
	Explained *Bound
	Explain   *ast.Explain
	// Notices are to be sent to the client before the statement runs.
	Notices []*sqlerr.Error
}

// Volatile says whether the statement calls a volatile function.
func (b *Bound) Volatile() bool {
	return b.Plan != nil && scalar.PlanVolatility(b.Plan) == function.Volatile
}

// binder binds one statement.
type binder struct {
	ctx     context.Context
	env     *Env
	sql     string // the text that positions count in; "" where there is none (a view's body)
	ids     *logical.IDs
	params  []types.Type // of the parameters met so far; OID 0: not met
	path    []string     // the search path in force: the session's, or a view's
	views   []types.OID  // views being expanded, for the recursion limit
	notices []*sqlerr.Error
	input   *types.Style // made by style
	// subqueryNames are the first columns' names of scalar subqueries bound so
	// far: a SELECT list takes them over.
	subqueryNames map[*ast.Subquery]string
	// stars, if not nil, takes down what each * stands for: see noteStar.
	stars map[*ast.Star][]*ast.Target
	// onColumn, if not nil, is told of every column reference that is bound.
	onColumn func(*ast.ColumnRef, scalar.Expr)
	dry      *viewUse // only what a view uses is asked: see dependents.go
	// made are the indexes and sequences that a table being made or changed gets.
	made   []*catalog.Relation
	writes bool // a WITH clause changes data
	// future are names of WITH clauses that cannot be referenced yet, for a hint.
	future []string
}

// Bind binds a statement. Errors are *sqlerr.Error with a position in env.SQL.
func Bind(ctx context.Context, stmt ast.Statement, env Env) (*Bound, error) {
	if env.IDs == nil {
		env.IDs = &logical.IDs{}
	}
	b := &binder{ctx: ctx, env: &env, sql: env.SQL, ids: env.IDs, path: env.SearchPath}
	b.params = append(b.params, env.Params...)
	out, err := b.statement(stmt)
	if err != nil {
		return nil, err
	}
	if out.Params, err = b.finishParams(); err != nil {
		return nil, err
	}
	out.IDs = b.ids
	out.Notices = b.notices
	return out, nil
}

func (b *binder) statement(stmt ast.Statement) (*Bound, error) {
	switch s := stmt.(type) {
	case *ast.Query:
		if into := selectInto(s); into != nil {
			return b.selectInto(s, into)
		}
		q, err := b.query(s, nil, false)
		if err != nil {
			return nil, err
		}
		return &Bound{Kind: KindSelect, Tag: "SELECT", Plan: q.plan, Columns: q.result(), Writes: b.writes}, nil
	case *ast.Insert:
		return b.insert(s, nil)
	case *ast.Update:
		return b.update(s, nil)
	case *ast.Delete:
		return b.delete(s, nil)
	case *ast.Explain:
		return b.explain(s)
	case *ast.Describe:
		return b.describe(s)
	case *ast.Summarize:
		return b.summarize(s)
	}
	return b.ddl(stmt)
}

func (b *binder) explain(s *ast.Explain) (*Bound, error) {
	inner, err := b.statement(s.Stmt)
	if err != nil {
		return nil, err
	}
	if inner.Kind == KindDDL {
		if _, ok := inner.DDL.(*CreateTable); !ok {
			return nil, b.errAt(s.Stmt.Span().Pos, sqlerr.FeatureNotSupported, "EXPLAIN of %s is not supported", inner.Tag)
		}
	}
	return &Bound{Kind: KindExplain, Tag: "EXPLAIN", Explained: inner, Explain: s, Writes: inner.Writes && analyzes(s)}, nil
}

// analyzes says whether EXPLAIN runs its statement.
func analyzes(s *ast.Explain) bool {
	on := false
	for i := range s.Options {
		if o := &s.Options[i]; o.Name.Name == "analyze" {
			switch strings.ToLower(o.Text) {
			case "off", "false", "0":
				on = false
			default:
				on = true
			}
		}
	}
	return on
}

// errAt makes an error at a byte offset of the text; -1: nowhere.
func (b *binder) errAt(pos int32, code sqlerr.Code, format string, args ...any) *sqlerr.Error {
	return b.at(sqlerr.New(code, format, args...), pos)
}

// at sets the position of an error that has none.
func (b *binder) at(e *sqlerr.Error, pos int32) *sqlerr.Error {
	if b.sql != "" && pos >= 0 && e.Position == 0 {
		e.Position = ast.Position(b.sql, pos)
	}
	return e
}

// place gives err the position pos unless it has one.
func (b *binder) place(err error, pos int32) error {
	if e, ok := sqlerr.As(err); ok {
		b.at(e, pos)
	}
	return err
}

// placeCall places the error of a call that was not resolved. Postgres does
// not point at one whose polymorphic types do not agree.
func (b *binder) placeCall(err error, pos int32) error {
	if sqlerr.Has(err, sqlerr.DatatypeMismatch) {
		return err
	}
	return b.place(err, pos)
}
