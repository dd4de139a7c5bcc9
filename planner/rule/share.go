package rule

import (
	"hash/maphash"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// shareSubplans runs what a plan has several times only once:
//
//	join                           with s (aggregate of t)
//	  aggregate of t         =>      join
//	  … aggregate of t …               s
//	                                   … s …
//
// Only groupings, DISTINCTs, windows and set operations are shared: they make
// few rows of many. Joins are left alone, since each copy of one can take
// another place in the join order. What is volatile is not shared.
func shareSubplans(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("share_subplans") {
		return root, nil
	}
	s := &sharer{c: c, hashes: map[logical.Node]uint64{}, groups: map[uint64][]logical.Node{}}
	s.hash(root)
	s.count(root)
	for _, list := range s.groups {
		if len(list) > 1 {
			return s.share(root), nil
		}
	}
	return root, nil
}

type sharer struct {
	c      *Context
	hashes map[logical.Node]uint64 // of the shape: equal plans have equal ones
	groups map[uint64][]logical.Node
	withs  []*logical.With
	refs   map[logical.Node]logical.Node // what is replaced
}

var seed = maphash.MakeSeed()

// hash is a cheap hash of a plan's shape.
func (s *sharer) hash(n logical.Node) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	put := func(v uint64) {
		for range 8 {
			h.WriteByte(byte(v))
			v >>= 8
		}
	}
	if _, ok := n.(*logical.Join); !ok { // a join's columns are those of its inputs
		put(uint64(len(n.Schema())))
	}
	switch n := n.(type) {
	case *logical.Scan:
		put(1<<32 | uint64(n.Rel.OID))
	case *logical.Join:
		put(2<<32 | uint64(n.Kind))
	case *logical.Aggregate:
		put(3<<32 | uint64(len(n.Keys)))
	case *logical.Project:
		put(4)
	case *logical.Filter:
		put(5)
	case *logical.SetOp:
		put(6<<32 | uint64(n.Kind))
	case *logical.Window:
		put(7)
	}
	exprs := 0
	logical.Exprs(n, func(scalar.Expr) { exprs++ })
	put(uint64(exprs))
	for _, in := range n.Inputs() {
		put(s.hash(in))
	}
	v := h.Sum64()
	s.hashes[n] = v
	return v
}

// worth says whether a node's rows are worth keeping for a second reader.
func worth(n logical.Node) bool {
	switch n := n.(type) {
	case *logical.Aggregate, *logical.Distinct, *logical.Window:
	case *logical.SetOp:
		if n.All {
			return false
		}
	default:
		return false
	}
	if scalar.PlanVolatility(n) == volatile {
		return false
	}
	ok := true
	reads := false
	logical.Walk(n, func(n logical.Node) bool {
		switch n.(type) {
		case *logical.CTERef, *logical.With, *logical.Recursive:
			ok = false
		case *logical.Scan:
			reads = true
		}
		return ok
	})
	return ok && reads
}

func (s *sharer) count(n logical.Node) {
	if worth(n) {
		h := s.hashes[n]
		s.groups[h] = append(s.groups[h], n)
	}
	for _, in := range n.Inputs() {
		s.count(in)
	}
}

// share replaces equal plans, the largest first, and puts what they share on
// top of the statement's query.
func (s *sharer) share(root logical.Node) logical.Node {
	s.refs = map[logical.Node]logical.Node{}
	forms := map[logical.Node]string{}
	form := func(n logical.Node) string {
		f, ok := forms[n]
		if !ok {
			f = canonical(n)
			forms[n] = f
		}
		return f
	}
	done := map[logical.Node]bool{}
	var walk func(n logical.Node)
	walk = func(n logical.Node) {
		if s.refs[n] != nil {
			return
		}
		if !done[n] && len(s.groups[s.hashes[n]]) > 1 && worth(n) {
			var same []logical.Node
			for _, o := range s.groups[s.hashes[n]] {
				if s.refs[o] == nil && (o == n || form(o) == form(n)) {
					same = append(same, o)
				}
				done[n] = true
			}
			if len(same) > 1 {
				s.keep(same)
				return
			}
		}
		for _, in := range n.Inputs() {
			walk(in)
		}
	}
	walk(root)
	if len(s.withs) == 0 {
		return root
	}
	s.c.fire("share_subplans")
	var replace func(n logical.Node) logical.Node
	replace = func(n logical.Node) logical.Node {
		if r := s.refs[n]; r != nil {
			return r
		}
		return logical.MapInputs(n, replace)
	}
	switch n := root.(type) {
	case *logical.Insert, *logical.Update, *logical.Delete:
		return logical.MapInputs(n, func(in logical.Node) logical.Node { return s.wrap(replace(in)) })
	}
	return s.wrap(replace(root))
}

func (s *sharer) wrap(n logical.Node) logical.Node {
	for _, w := range s.withs {
		m := *w
		m.Body = n
		n = &m
	}
	return n
}

// keep makes one CTE of equal plans.
func (s *sharer) keep(same []logical.Node) {
	plan, ids := s.c.copyPlan(same[0])
	id := s.c.cte()
	first := same[0].Schema()
	for _, n := range same {
		r := &logical.CTERef{ID: id, Name: "shared", Cols: n.Schema()}
		for _, col := range first {
			from, ok := ids[col.ID]
			if !ok {
				from = col.ID
			}
			r.From = append(r.From, from)
		}
		s.refs[n] = r
	}
	s.withs = append(s.withs, &logical.With{ID: id, Name: "shared", Plan: plan, Materialized: 1})
}

// canonical prints a plan with its columns numbered by where they are made,
// so that equal plans print the same.
func canonical(n logical.Node) string {
	c := &Context{}
	m, _ := c.copyPlan(n)
	return logical.Format(m)
}
