package parquet

import (
	"fmt"
	"strings"

	"github.com/inlaydb/inlay/storage/column"
)

// Leaf is one column of values as the file stores it.
type Leaf struct {
	Index      int // position among all leaves; also of its chunk in a row group
	Path       []string
	Type       PhysicalType
	TypeLength int // FixedLenByteArray
	Logical    LogicalType
	FieldID    int32 // -1: none
	maxDef     int
	maxRep     int
	listDef    int // maxRep 1: definition level from which the list has an element
	order      int8
}

// Name is the dotted path.
func (l *Leaf) Name() string { return strings.Join(l.Path, ".") }

// Flat says that the leaf has one value, or NULL, in each row.
func (l *Leaf) Flat() bool { return l.maxRep == 0 }

// Nullable says that values may be NULL.
func (l *Leaf) Nullable() bool { return l.maxDef > l.listDef }

// Nanoseconds says that values are times finer than the microseconds that come
// out. INT96 holds nanoseconds too, but its writers had no more than micros.
func (l *Leaf) Nanoseconds() bool {
	a := l.Logical.Annotation
	return (a == Time || a == Timestamp) && l.Logical.Unit == Nanos && l.Type == Int64
}

// Column is one top-level field: what a table shows as a column.
type Column struct {
	Name     string
	FieldID  int32 // -1: none
	Nullable bool
	List     bool  // one-dimensional; Leaf is the element
	Leaf     *Leaf // nil when Unsupported
	// Unsupported says why the column cannot be read: "" when it can.
	Unsupported string
	// Leaves are all leaves below, for nested columns. A leaf without a
	// repeated ancestor can be read by its own.
	Leaves []*Leaf
	// Node is the column's tree; for what is neither a value nor a list of
	// values it says how levels make rows.
	Node *Node
}

// Nested says that the column is read as levels of all its leaves.
func (c *Column) Nested() bool { return c.Leaf == nil && c.Unsupported == "" }

// Node is one element of the schema's tree.
type Node struct {
	Name     string
	Optional bool
	Repeated bool
	Logical  LogicalType
	Def, Rep int     // levels at which the element, or one of it, is there
	Leaf     *Leaf   // of values
	Children []*Node // of groups
}

// Schema is what a file holds.
type Schema struct {
	Columns []Column
	Leaves  []*Leaf
}

// Lookup finds a leaf by its path.
func (s *Schema) Lookup(path ...string) *Leaf {
	for _, l := range s.Leaves {
		if len(l.Path) == len(path) && strings.Join(l.Path, "\x00") == strings.Join(path, "\x00") {
			return l
		}
	}
	return nil
}

// schemaDepth bounds nesting in hostile files.
const schemaDepth = 128

type schemaBuilder struct {
	elems []schemaElement
	next  int
	s     *Schema
	size  int // of all paths, to bound them
}

func buildSchema(m *fileMeta) (*Schema, error) {
	if len(m.schema) == 0 {
		return nil, reasonError("the schema is empty")
	}
	b := &schemaBuilder{elems: m.schema, next: 1, s: &Schema{}}
	root := &m.schema[0]
	if root.children < 0 || int(root.children) > len(m.schema) {
		return nil, reasonError("the schema's tree is malformed")
	}
	for range root.children {
		if err := b.top(); err != nil {
			return nil, err
		}
	}
	for i, l := range b.s.Leaves {
		if i < len(m.orders) {
			l.order = m.orders[i]
		}
	}
	return b.s, nil
}

// top reads one top-level field.
func (b *schemaBuilder) top() error {
	if b.next >= len(b.elems) {
		return reasonError("the schema's tree is malformed")
	}
	e := &b.elems[b.next]
	first := len(b.s.Leaves)
	c := Column{Name: e.name, FieldID: -1, Nullable: e.repetition == 1}
	if e.hasFieldID {
		c.FieldID = e.fieldID
	}
	shape, node, err := b.node(nil, 0, 0, 0)
	if err != nil {
		return err
	}
	c.Node = node
	c.Leaves = b.s.Leaves[first:len(b.s.Leaves):len(b.s.Leaves)]
	switch {
	case shape == shapeValue:
		c.Leaf = c.Leaves[0]
	case shape == shapeList:
		c.Leaf, c.List = c.Leaves[0], true
	}
	if len(c.Leaves) == 0 {
		c.Unsupported = "a struct without fields"
	}
	for _, l := range c.Leaves {
		if _, err := defaultKind(l); err != "" {
			c.Leaf, c.Unsupported = nil, err
		}
	}
	b.s.Columns = append(b.s.Columns, c)
	return nil
}

// shape is what a subtree is for SQL.
type shape uint8

const (
	shapeValue shape = iota
	shapeList        // of values
	shapeOther
)

// node reads the element at b.next and what is below it.
func (b *schemaBuilder) node(path []string, def, rep, listDef int) (shape, *Node, error) {
	if len(path) > schemaDepth || b.next >= len(b.elems) {
		return 0, nil, reasonError("the schema's tree is malformed")
	}
	e := &b.elems[b.next]
	b.next++
	path = append(path[:len(path):len(path)], e.name)
	for _, p := range path {
		if b.size += len(p) + 16; b.size > 64<<20 {
			return 0, nil, reasonError("the schema's names are too long")
		}
	}
	if e.repetition != 0 {
		def++
	}
	if e.repetition == 2 {
		rep++
		listDef = def
	}
	logical := e.logical
	if logical.Annotation == None {
		logical = fromConverted(e)
	}
	n := &Node{Name: e.name, Optional: e.repetition == 1, Repeated: e.repetition == 2, Logical: logical, Def: def, Rep: rep}
	if e.children <= 0 {
		if e.typ < 0 {
			return shapeOther, n, nil
		}
		l := &Leaf{Index: len(b.s.Leaves), Path: path, Type: PhysicalType(e.typ), TypeLength: int(e.typeLength),
			Logical: logical, FieldID: -1, maxDef: def, maxRep: rep, listDef: listDef}
		if e.hasFieldID {
			l.FieldID = e.fieldID
		}
		if l.Type == FixedLenByteArray && (l.TypeLength <= 0 || l.TypeLength > 1<<24) {
			return 0, nil, reasonError(fmt.Sprintf("column %q has a fixed length of %d", l.Name(), l.TypeLength))
		}
		b.s.Leaves = append(b.s.Leaves, l)
		n.Leaf = l
		if e.repetition == 2 {
			return shapeList, n, nil
		}
		return shapeValue, n, nil
	}
	if int(e.children) > len(b.elems)-b.next {
		return 0, nil, reasonError("the schema's tree is malformed")
	}
	childRepeated := b.elems[b.next].repetition == 2
	var only shape // of the only child
	for range e.children {
		child, c, err := b.node(path, def, rep, listDef)
		if err != nil {
			return 0, nil, err
		}
		only = child
		n.Children = append(n.Children, c)
	}
	switch {
	case len(n.Children) != 1:
	case only == shapeList && childRepeated && !n.Repeated && (logical.Annotation == ListOf || logical.Annotation == MapOf || logical.Annotation == MapKeyValue):
		// optional group x (LIST) { repeated group list { optional T element } },
		// or the older { repeated T element }: the repeated node's shape says
		// list when its only content is a value. A map without values is one too.
		return shapeList, n, nil
	case n.Repeated && only == shapeValue && middleOfList(path):
		return shapeList, n, nil
	}
	return shapeOther, n, nil
}

// middleOfList says whether a repeated group with one field is only the
// wrapping of a list's element and no struct of its own. The format's rule: it
// is a struct when it is called "array" or the list's name with "_tuple".
func middleOfList(path []string) bool {
	if len(path) < 2 {
		return false
	}
	name, list := path[len(path)-1], path[len(path)-2]
	return name != "array" && name != list+"_tuple"
}

// Kind is the column kind that values of the leaf are read as unless another is
// asked for, or Invalid when they cannot be read.
func (l *Leaf) Kind() column.Kind {
	k, _ := defaultKind(l)
	return k
}
