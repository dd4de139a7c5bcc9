package rule

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// unnest makes ordinary joins of lateral ones: afterwards no node reads a
// column that its inputs do not give. The method is that of Neumann and
// Kemper, "Unnesting Arbitrary Queries" (BTW 2015), and Neumann, "Improving
// Unnesting of Complex Queries" (2024).
//
// A lateral join runs its right side once for each left row. Two ways lead
// out of it:
//
//  1. lift (lift.go): correlated predicates move up through the right side
//     until they are part of the join's condition. An equality may even pass
//     an aggregation, which then groups by its inner side as well. This does
//     for nearly every subquery that people write.
//
//  2. push (push.go): the right side is computed for all bindings at once. The
//     domain D, the distinct values of the outer columns that it reads, is
//     joined in at the bottom of the right side and its columns are carried up
//     through every operator; the join then compares them with the left row's.
//
// Laterals are taken from the outside in, except that an inner one that does
// not read the outer one's columns goes first: it is then an ordinary join.
func unnest(c *Context, root logical.Node) (logical.Node, error) {
	if !hasLateral(root) {
		return root, nil
	}
	c.fire("decorrelate")
	return c.unnest(root)
}

func hasLateral(root logical.Node) bool {
	found := false
	logical.Walk(root, func(n logical.Node) bool {
		if j, ok := n.(*logical.Join); ok && j.Lateral {
			found = true
		}
		return !found
	})
	return found
}

func (c *Context) unnest(n logical.Node) (logical.Node, error) {
	for range maxNesting {
		j, ok := n.(*logical.Join)
		if !ok || !j.Lateral {
			in := n.Inputs()
			changed := false
			for i := range in {
				m, err := c.unnest(in[i])
				if err != nil {
					return nil, err
				}
				changed = changed || m != in[i]
				in[i] = m
			}
			if changed {
				n = n.WithInputs(in)
			}
			return n, nil
		}
		m, err := c.unnestJoin(j)
		if err != nil {
			return nil, err
		}
		n = m
	}
	return nil, sqlerr.Internal("decorrelation does not end")
}

// maxNesting bounds how often one place of the plan is rewritten.
const maxNesting = 1000

// unnestJoin makes one lateral join ordinary. The result has the columns of j
// in j's order.
func (c *Context) unnestJoin(j *logical.Join) (logical.Node, error) {
	outer := logical.Columns(j.Left)
	if !correlated(j.Right, outer) {
		m := *j
		m.Lateral = false
		return &m, nil
	}
	if n := c.tableFunction(j); n != nil {
		return n, nil
	}
	right, err := c.unnestIndependent(j.Right, outer)
	if err != nil {
		return nil, err
	}
	if right != j.Right {
		m := *j
		m.Right = right
		j = &m
	}
	lf := &lifter{c: c, outer: outer}
	if j.Kind == logical.Semi || j.Kind == logical.Anti || j.Kind == logical.Mark && !j.NullAware {
		lf.exists = true
	}
	if l, ok := lf.lift(j.Right); ok {
		return c.joinLifted(j, l), nil
	}
	return c.joinDomain(j)
}

// unnestIndependent removes the laterals inside n that do not read outer.
func (c *Context) unnestIndependent(n logical.Node, outer scalar.ColSet) (logical.Node, error) {
	if j, ok := n.(*logical.Join); ok && j.Lateral {
		if !correlated(j.Right, outer) {
			return c.unnest(n)
		}
		inner := logical.Columns(j.Left)
		right, err := c.unnestIndependent(j.Right, inner)
		if err != nil {
			return nil, err
		}
		lf := &lifter{c: c, outer: inner}
		if l, ok := lf.lift(right); ok {
			return c.unnestIndependent(c.joinLifted(j, l), outer)
		}
	}
	in := n.Inputs()
	changed := false
	for i := range in {
		m, err := c.unnestIndependent(in[i], outer)
		if err != nil {
			return nil, err
		}
		changed = changed || m != in[i]
		in[i] = m
	}
	if !changed {
		return n, nil
	}
	return n.WithInputs(in), nil
}

// tableFunction runs a set-returning function with lateral arguments directly
// on the left side's rows:
//
//	lateral join                     Project …
//	  L                        =>      Filter …
//	  Project … (Filter … (             table function f(l.x)
//	    table function f(l.x)))           L
//
// A left join does so only if nothing but the function is on its right: the
// function itself knows how to give a row without results once.
func (c *Context) tableFunction(j *logical.Join) logical.Node {
	if j.Kind != logical.Inner && j.Kind != logical.Left {
		return nil
	}
	var spine []logical.Node
	n := j.Right
	for {
		switch m := n.(type) {
		case *logical.Project:
			spine, n = append(spine, m), m.Input
			continue
		case *logical.Filter:
			spine, n = append(spine, m), m.Input
			continue
		}
		break
	}
	tf, ok := n.(*logical.TableFunc)
	if !ok || !isOneRow(tf.Input) {
		return nil
	}
	call := *tf
	call.Input = j.Left
	if j.Kind == logical.Left {
		if len(j.On) > 0 || !renamesOnly(spine) {
			return nil
		}
		call.Outer = true
	}
	left := j.Left.Schema()
	var out logical.Node = &call
	for i := len(spine) - 1; i >= 0; i-- {
		switch m := spine[i].(type) {
		case *logical.Filter:
			out = filter(out, m.Preds...)
		case *logical.Project:
			out = extend(out, left, m.Cols, m.Exprs)
		}
	}
	return passThrough(filter(out, j.On...), j.Schema())
}

// renamesOnly says whether a spine only renames and drops columns, which
// keeps the NULLs of a padded row NULL.
func renamesOnly(spine []logical.Node) bool {
	for _, n := range spine {
		p, ok := n.(*logical.Project)
		if !ok {
			return false
		}
		for _, e := range p.Exprs {
			if _, ok := e.(*scalar.Column); !ok {
				return false
			}
		}
	}
	return true
}

// extend is a projection of in that passes keep and computes exprs as cols.
func extend(in logical.Node, keep, cols []logical.Column, exprs []scalar.Expr) *logical.Project {
	p := &logical.Project{Input: in, Cols: make([]logical.Column, 0, len(keep)+len(cols)), Exprs: make([]scalar.Expr, 0, len(keep)+len(cols))}
	for _, k := range keep {
		p.Cols, p.Exprs = append(p.Cols, k), append(p.Exprs, k.Ref())
	}
	p.Cols, p.Exprs = append(p.Cols, cols...), append(p.Exprs, exprs...)
	return p
}
