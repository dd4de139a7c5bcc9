package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/catalogtest"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// The files under testdata hold two commands:
//
//	table  the columns and types of t on the first line, then its rows;
//	       fields are separated by " | ", \N is NULL, \e empty, \n a new line
//	eval   expressions over t, one a line; below them the answers for its rows
//
// An answer is the text of the value, or ! with the code and message of an
// error. With INLAY_POSTGRES_DSN set the answers are a real Postgres's, so that
// -rewrite then writes what Postgres says; without, they are ours.
func TestGolden(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		g := &golden{t: t}
		if dsn := os.Getenv("INLAY_POSTGRES_DSN"); dsn != "" {
			g.connect(dsn)
		}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			g.t = t
			switch d.Cmd {
			case "table":
				g.table(d.Input)
				return "ok\n"
			case "eval":
				var sb strings.Builder
				for _, sql := range strings.Split(d.Input, "\n") {
					if sql = strings.TrimSpace(sql); sql != "" {
						fmt.Fprintf(&sb, "%s => %s\n", sql, strings.Join(g.answers(sql), " | "))
					}
				}
				return sb.String()
			}
			t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
			return ""
		})
	})
}

type golden struct {
	t    *testing.T
	pg   *pgconn.PgConn
	view *catalogtest.View
	typs []types.Type
	cols []*column.Column
	rows int
}

func (g *golden) connect(dsn string) {
	conn, err := pgconn.Connect(context.Background(), dsn)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { conn.Close(context.Background()) })
	g.pg = conn
}

func (g *golden) ask(sql string) ([]string, error) {
	res, err := g.pg.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range res[len(res)-1].Rows {
		if r[0] == nil {
			out = append(out, "NULL")
		} else {
			out = append(out, escape(string(r[0])))
		}
	}
	return out, nil
}

func escape(s string) string {
	if s == "NULL" || s == "" || s[0] == '!' || s[0] == ' ' || s[len(s)-1] == ' ' || strings.Contains(s, "|") {
		s = `"` + s + `"`
	}
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
}

func (g *golden) table(input string) {
	lines := strings.Split(strings.TrimSpace(input), "\n")
	spec := strings.Split(lines[0], " | ")
	g.view = catalogtest.New()
	rel := &catalog.Relation{Kind: catalog.Table, Schema: "public", Name: "t", Owner: "postgres"}
	for i, s := range spec {
		name, typ, _ := strings.Cut(s, " ")
		tn, err := parser.ParseType(typ)
		if err != nil {
			g.t.Fatal(err)
		}
		t, err := binder.ResolveType(context.Background(), tn, binder.Env{SQL: typ, View: g.view, SearchPath: []string{"pg_catalog"}})
		if err != nil {
			g.t.Fatal(err)
		}
		rel.Columns = append(rel.Columns, catalog.Column{Name: name, Type: t, Attnum: int16(i + 1)})
	}
	g.view.Add(rel)
	g.typs, g.cols, g.rows = nil, nil, len(lines)-1
	vals := make([][]types.Datum, len(spec))
	insert := []string{}
	for _, l := range lines[1:] {
		fields := strings.Split(l, " | ")
		var lits []string
		for c, f := range fields {
			if f == `\N` {
				vals[c] = append(vals[c], types.Null(rel.Columns[c].Type.Kind()))
				lits = append(lits, "NULL")
				continue
			}
			f = strings.NewReplacer(`\n`, "\n", `\e`, "").Replace(f)
			d, err := types.Input(f, rel.Columns[c].Type, types.DefaultStyle())
			if err != nil {
				g.t.Fatalf("%s: %v", f, err)
			}
			vals[c] = append(vals[c], d)
			lits = append(lits, "'"+strings.ReplaceAll(f, "'", "''")+"'")
		}
		insert = append(insert, "("+strings.Join(lits, ",")+")")
	}
	for c, col := range rel.Columns {
		g.typs = append(g.typs, col.Type)
		g.cols = append(g.cols, types.ColumnOf(col.Type.Kind(), col.Type.Elem().Kind(), vals[c]))
	}
	if g.pg != nil {
		names := make([]string, len(rel.Columns))
		for i, c := range rel.Columns {
			names[i] = c.Name
		}
		_, err := g.ask(fmt.Sprintf("SET TimeZone = 'UTC'; DROP TABLE IF EXISTS t; CREATE TEMP TABLE t (__row serial, %s); INSERT INTO t (%s) VALUES %s",
			strings.Join(spec, ", "), strings.Join(names, ", "), strings.Join(insert, ", ")))
		if err != nil {
			g.t.Fatal(err)
		}
	}
}

func (g *golden) answers(sql string) []string {
	if g.pg != nil {
		return g.postgres(sql)
	}
	return g.ours(sql)
}

func (g *golden) postgres(sql string) []string {
	out, err := g.ask("SELECT " + sql + " FROM t ORDER BY __row")
	if err == nil {
		return out
	}
	out = nil
	for i := range g.rows {
		one, err := g.ask(fmt.Sprintf("SELECT %s FROM t WHERE __row = %d", sql, i+1))
		var e *pgconn.PgError
		switch {
		case errors.As(err, &e):
			out = append(out, "!"+e.Code+" "+e.Message)
		case err != nil:
			g.t.Fatal(err)
		default:
			out = append(out, one...)
		}
	}
	return out
}

func (g *golden) ours(sql string) []string {
	e, layout, err := g.bind(sql)
	if err != nil {
		out := make([]string, g.rows)
		for i := range out {
			out[i] = answerError(err)
		}
		return out
	}
	f := &forms{g: g, sql: sql, e: e, layout: layout}
	ref := f.reference(g.cols)
	f.check("as it is", g.cols, ref, []int{1, 2, 3, g.rows})
	used := scalar.Columns(e)
	inUse := map[int]bool{}
	for id, pos := range layout {
		inUse[pos] = used.Has(id)
	}
	for c := range g.cols { // NULLs injected, column by column
		if !inUse[c] {
			continue
		}
		if g.cols[c].Valid != nil && column.CountBits(g.cols[c].Valid, g.rows) == 0 {
			continue
		}
		cols := append([]*column.Column(nil), g.cols...)
		cols[c] = withNulls(g.cols[c])
		f.check(fmt.Sprintf("NULLs in column %d", c), cols, f.reference(cols), []int{2, g.rows})
	}
	return ref
}

// withNulls is c with every second row NULL.
func withNulls(c *column.Column) *column.Column {
	n := *c
	n.Data = append(column.Alloc(len(c.Data))[:0], c.Data...)
	n.Valid = column.NewBitmap(c.Len, true)
	w := c.Kind.Width()
	for i := range c.Len {
		if i%2 == 0 || c.IsNull(i) {
			column.ClearBit(n.Valid, i)
			clear(n.Data[i*w : (i+1)*w])
		}
	}
	return &n
}

func answerError(err error) string {
	e := sqlerr.From(err)
	return "!" + string(e.Code) + " " + e.Message
}

// bind makes the expression of SELECT sql FROM t.
func (g *golden) bind(sql string) (scalar.Expr, Layout, error) {
	text := "SELECT " + sql + " FROM t"
	stmts, err := parser.Parse(text)
	if err != nil {
		return nil, nil, err
	}
	b, err := binder.Bind(context.Background(), stmts[0], binder.Env{
		SQL: text, View: g.view, SearchPath: []string{"pg_catalog", "public"}, Creation: "public", Database: "inlay", User: "postgres",
	})
	if err != nil {
		return nil, nil, err
	}
	var e scalar.Expr
	layout := Layout{}
	n := b.Plan
	for n != nil {
		switch p := n.(type) {
		case *logical.Project:
			if e == nil {
				for i, c := range p.Cols {
					if c.ID == b.Columns[0].ID {
						e = p.Exprs[i]
					}
				}
			}
		case *logical.Scan:
			for _, c := range p.Cols {
				layout[c.ID] = int(c.Attnum) - 1
			}
		}
		in := n.Inputs()
		if len(in) == 0 {
			break
		}
		n = in[0]
	}
	if e == nil {
		return nil, nil, fmt.Errorf("no expression in the plan of %s", text)
	}
	return e, layout, nil
}

// forms evaluates one expression over the same rows in many forms.
type forms struct {
	g      *golden
	sql    string
	e      scalar.Expr
	layout Layout
}

// reference is the answer of each row on its own.
func (f *forms) reference(cols []*column.Column) []string {
	ev, err := Compile(f.e, f.layout, nil)
	if err != nil {
		out := make([]string, f.g.rows)
		for i := range out {
			out[i] = answerError(err)
		}
		return out
	}
	var out []string
	for i := range f.g.rows {
		row := make([]*column.Column, len(cols))
		for c := range cols {
			row[c] = column.Gather(cols[c], []int32{int32(i)})
		}
		res, err := ev.Eval(&batch.Batch{Cols: row, Len: 1})
		if err != nil {
			out = append(out, answerError(err))
			continue
		}
		out = append(out, f.show(res, 0))
	}
	return out
}

func (f *forms) show(c *column.Column, i int) string {
	if c.IsNull(i) {
		return "NULL"
	}
	return escape(string(types.AppendText(nil, f.e.Type(), c, i, types.DefaultStyle())))
}

// check compares all other forms with the reference.
func (f *forms) check(what string, cols []*column.Column, ref []string, sizes []int) {
	if scalar.Volatility(f.e) == function.Volatile {
		return
	}
	ev, err := Compile(f.e, f.layout, nil)
	if err != nil {
		return
	}
	var pred Predicate
	if f.e.Type().OID == types.BoolOID {
		if pred, err = CompilePredicate([]scalar.Expr{f.e}, f.layout, nil); err != nil {
			f.g.t.Errorf("%s: %v", f.sql, err)
			return
		}
	}
	n := f.g.rows
	dicts := make([]*column.Column, len(cols))
	for c := range cols {
		dicts[c] = encode2(cols[c])
	}
	for _, size := range sizes {
		for from := 0; from < n; from += size {
			var rows []int32
			for i := from; i < min(from+size, n); i++ {
				rows = append(rows, int32(i))
			}
			for _, form := range []string{"flat", "dictionary", "constant"} {
				in := make([]*column.Column, len(cols))
				at := rows
				for c := range cols {
					switch form {
					case "flat":
						in[c] = column.Gather(cols[c], rows)
					case "dictionary":
						in[c] = column.Gather(dicts[c], rows)
					default: // every row is the first of these
						in[c] = constantOf(cols[c], from, len(rows))
					}
				}
				if form == "constant" {
					at = make([]int32, len(rows))
					for k := range at {
						at[k] = int32(from)
					}
				}
				for _, sel := range selections(len(rows)) {
					f.compare(fmt.Sprintf("%s, %s, rows %d+%d, sel %v", what, form, from, len(rows), sel), ev, pred,
						&batch.Batch{Cols: in, Len: len(rows), Sel: sel}, at, ref)
				}
			}
		}
	}
}

func selections(n int) [][]int32 {
	if n == 1 {
		return [][]int32{nil, {0}}
	}
	var even []int32
	for i := 0; i < n; i += 2 {
		even = append(even, int32(i))
	}
	return [][]int32{nil, even, {int32(n - 1)}}
}

func (f *forms) compare(what string, ev Evaluator, pred Predicate, b *batch.Batch, at []int32, ref []string) {
	live := b.Sel
	if live == nil {
		live = batch.Sequence(b.Len)
	}
	want := ""
	var truths []int32
	for _, i := range live {
		r := ref[at[i]]
		if r != "" && r[0] == '!' && want == "" {
			want = r
		}
		if r == "t" {
			truths = append(truths, i)
		}
	}
	res, err := ev.Eval(b)
	switch {
	case err != nil:
		if got := answerError(err); got != want {
			f.g.t.Errorf("%s: %s: %s, want %s", f.sql, what, got, want)
		}
	case want != "":
		f.g.t.Errorf("%s: %s: no error, want %s", f.sql, what, want)
	default:
		if res.Len != b.Len {
			f.g.t.Errorf("%s: %s: %d rows for %d", f.sql, what, res.Len, b.Len)
		}
		for _, i := range live {
			if got := f.show(res, int(i)); got != ref[at[i]] {
				f.g.t.Errorf("%s: %s: row %d: %s, want %s", f.sql, what, i, got, ref[at[i]])
			}
			f.checkNull(what, res, int(i))
		}
	}
	if pred == nil {
		return
	}
	got, err := pred.Select(b, nil)
	if err != nil {
		if e := answerError(err); e != want {
			f.g.t.Errorf("%s: %s: as a predicate %s, want %s", f.sql, what, e, want)
		}
	} else if want == "" && !equalSel(got, truths) {
		f.g.t.Errorf("%s: %s: picks %v, want %v", f.sql, what, got, truths)
	}
}

// checkNull: NULL slots hold zero.
func (f *forms) checkNull(what string, c *column.Column, i int) {
	if c.Form != column.Flat || !c.IsNull(i) {
		return
	}
	w := c.Kind.Width()
	for _, b := range c.Data[i*w : (i+1)*w] {
		if b != 0 {
			f.g.t.Errorf("%s: %s: row %d is NULL and holds %x", f.sql, what, i, c.Data[i*w:(i+1)*w])
			return
		}
	}
}

// encode2 is c as a dictionary column, with an entry that no row uses.
func encode2(c *column.Column) *column.Column {
	var live []int32
	codes := make([]int32, c.Len)
	for i := range c.Len {
		if !c.IsNull(i) {
			codes[i] = int32(len(live))
			live = append(live, int32(i))
		}
	}
	vals := column.Gather(c, live)
	vals.Valid = nil
	d := column.NewDict(vals)
	d.Dup = true
	return &column.Column{Kind: c.Kind, Form: column.Dictionary, Len: c.Len, Codes: codes, Valid: c.Valid, Dict: d}
}

func constantOf(c *column.Column, row, n int) *column.Column {
	if c.IsNull(row) {
		k := column.NewNull(c.Kind, n)
		if c.Child != nil {
			k.Child = c.Child
		}
		return k
	}
	out := *column.Gather(c, []int32{int32(row)})
	out.Form, out.Len, out.Valid = column.Constant, n, nil
	return &out
}
