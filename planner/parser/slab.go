package parser

import "github.com/inlaydb/inlay/planner/ast"

// slab hands out nodes of one type from chunks that double in size, so that a
// statement of a hundred nodes costs a few allocations. A chunk lives as long as any
// node in it; nodes of one statement are used and dropped together.
type slab[T any] struct {
	free []T
	next int
}

func (s *slab[T]) new() *T {
	if len(s.free) == 0 {
		s.next = min(max(s.next*2, 4), 256)
		s.free = make([]T, s.next)
	}
	n := &s.free[0]
	s.free = s.free[1:]
	return n
}

// take hands out n neighbours as a slice that cannot grow into others.
func (s *slab[T]) take(n int) []T {
	if n == 0 {
		return nil
	}
	if len(s.free) < n {
		s.next = min(max(s.next*2, 4), 256)
		s.free = make([]T, max(s.next, n))
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}

// stack collects lists whose length is not known: push, then cut what was
// pushed since a mark into a slab. Nested lists share it.
type stack[T any] struct {
	items []T
	slab  slab[T]
}

func (s *stack[T]) mark() int { return len(s.items) }

func (s *stack[T]) push(v T) { s.items = append(s.items, v) }

// cut takes the items pushed since mark; nil if there are none.
func (s *stack[T]) cut(mark int) []T {
	n := len(s.items) - mark
	if n == 0 {
		return nil
	}
	out := s.slab.take(n)
	copy(out, s.items[mark:])
	clear(s.items[mark:])
	s.items = s.items[:mark]
	return out
}

// slabs are the nodes that ordinary queries are made of.
type slabs struct {
	columnRef slab[ast.ColumnRef]
	constant  slab[ast.Const]
	binary    slab[ast.Binary]
	logical   slab[ast.Logical]
	funcCall  slab[ast.FuncCall]
	target    slab[ast.Target]
	relation  slab[ast.Relation]
	alias     slab[ast.Alias]
	cast      slab[ast.Cast]
	typeName  slab[ast.TypeName]
	query     slab[ast.Query]
	selects   slab[ast.Select]
	isTest    slab[ast.IsTest]
	row       slab[ast.Row]

	idents  stack[ast.Ident]
	exprs   stack[ast.Expr]
	targets stack[*ast.Target]
	froms   stack[ast.FromItem]
	sorts   stack[ast.SortItem]
	rows    stack[[]ast.Expr]
}
