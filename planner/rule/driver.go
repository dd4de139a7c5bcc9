package rule

import (
	"context"
	"fmt"
	"sort"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// pass rewrites a whole plan. It returns the same root if it changed nothing.
type pass struct {
	name string
	run  func(*Context, logical.Node) (logical.Node, error)
}

// The passes in their order. First what makes the plan free of subqueries;
// then rules that help each other, round and round until none fires; then the
// order of joins, which wants predicates in their final form; and a last
// round over what it made.
var (
	prepare = []pass{
		{"fold_constants", foldConstants},
		{"inline_cte", inlineCTEs},
		{"decorrelate", pullSubqueries},
		{"working_tables", workingTables},
		{"push_filter", pushFilters},
		{"decorrelate", unnest},
	}
	improve = []pass{
		{"fold_constants", foldConstants},
		{"proved_safe", provedSafe},
		{"local", applyLocal},
		{"push_filter", pushFilters},
		{"infer_filters", inferFilters},
		{"prune_columns", pruneColumns},
		{"inline_cte", inlineCTEs},
	}
	arrange = []pass{
		{"share_subplans", shareSubplans},
		{"order_joins", orderJoins},
	}
	finish = []pass{
		{"fold_constants", foldConstants},
		{"local", applyLocal},
		{"push_filter", pushFilters},
		{"prune_columns", pruneColumns},
	}
)

// maxRounds bounds the rounds, should two rules undo each other for ever.
const maxRounds = 12

// Optimise rewrites a bound plan. The result has root's columns in root's
// order. The second result names the rules that fired, sorted.
func Optimise(ctx context.Context, root logical.Node, env Env) (logical.Node, []string, error) {
	c := newContext(ctx, root, env)
	ck := newChecker(root, env.Options.Check)
	var err error
	run := func(passes []pass) bool {
		before := root
		for _, p := range passes {
			if err != nil {
				return false
			}
			if root, err = p.run(c, root); err == nil {
				err = ck.check(p.name, root)
			}
		}
		return root != before
	}
	run(prepare)
	rounds(run, improve)
	run(arrange)
	rounds(run, finish)
	if err != nil {
		return nil, nil, err
	}
	return root, c.names(), nil
}

func rounds(run func([]pass) bool, passes []pass) {
	for range maxRounds {
		if !run(passes) {
			return
		}
	}
}

// names are the rules that fired.
func (c *Context) names() []string {
	out := make([]string, 0, len(c.fired))
	for name := range c.fired {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// checker tests what no rule may change: the output columns, and that every
// node gets the columns that it reads. It does nothing unless switched on.
type checker struct {
	on   bool
	cols []logical.Column
}

func newChecker(root logical.Node, on bool) *checker {
	return &checker{on: on, cols: root.Schema()}
}

func (k *checker) check(pass string, root logical.Node) error {
	if !k.on {
		return nil
	}
	fail := func(format string, args ...any) error {
		return sqlerr.Internal("rule %s broke the plan: %s\n%s", pass, fmt.Sprintf(format, args...), logical.Format(root))
	}
	cols := root.Schema()
	if len(cols) != len(k.cols) {
		return fail("%d columns were %d", len(cols), len(k.cols))
	}
	for i, c := range cols {
		o := k.cols[i]
		if c.ID != o.ID || c.Type != o.Type { // names are for people: a CTE that is inlined keeps its own
			return fail("column %d is %s#%d, was %s#%d", i+1, c.Name, c.ID, o.Name, o.ID)
		}
		if o.NotNull && !c.NotNull {
			return fail("column %s#%d became nullable", c.Name, c.ID)
		}
	}
	var bad error
	k.node(root, scalar.ColSet{}, func(format string, args ...any) {
		if bad == nil {
			bad = fail(format, args...)
		}
	})
	return bad
}

// node checks that n's inputs, or an enclosing query (outer), give what n reads.
func (k *checker) node(n logical.Node, outer scalar.ColSet, fail func(string, ...any)) {
	have := outer.Copy()
	for _, in := range n.Inputs() {
		var own scalar.ColSet
		for _, c := range in.Schema() {
			if own.Has(c.ID) {
				fail("%T gives column %s#%d twice", in, c.Name, c.ID)
			}
			own.Add(c.ID)
		}
		have.AddSet(own)
	}
	switch n := n.(type) {
	case *logical.Scan:
		for _, c := range n.Cols {
			have.Add(c.ID)
		}
	case *logical.Join:
		for _, c := range n.Left.Schema() {
			if logical.Columns(n.Right).Has(c.ID) {
				fail("both sides of a join give column %s#%d", c.Name, c.ID)
			}
		}
	case *logical.SetOp:
		for _, in := range n.Inputs() {
			if len(in.Schema()) != len(n.Cols) {
				fail("a set operation of %d columns has an input of %d", len(n.Cols), len(in.Schema()))
				return
			}
			for i, c := range in.Schema() {
				if c.Type.OID != n.Cols[i].Type.OID {
					fail("a set operation's input has column %s#%d of another type", c.Name, c.ID)
				}
			}
		}
	case *logical.Insert:
		if n.Conflict != nil {
			return
		}
	}
	var uses scalar.ColSet
	logical.Uses(n, &uses)
	uses.Each(func(id scalar.ColumnID) {
		if !have.Has(id) {
			fail("%T reads column #%d, which nothing gives", n, id)
		}
	})
	logical.Exprs(n, func(e scalar.Expr) {
		eachSubquery(e, func(s *scalar.Subquery) { k.node(s.Plan.(logical.Node), have, fail) })
	})
	for i, in := range n.Inputs() {
		out := outer
		if j, ok := n.(*logical.Join); ok && j.Lateral && i == 1 {
			out = outer.Copy()
			out.AddSet(logical.Columns(j.Left))
		}
		k.node(in, out, fail)
	}
}
