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
	shape, err := b.node(nil, 0, 0, 0)
	if err != nil {
		return err
	}
	c.Leaves = b.s.Leaves[first:len(b.s.Leaves):len(b.s.Leaves)]
	switch {
	case shape == shapeValue:
		c.Leaf = c.Leaves[0]
	case shape == shapeList:
		c.Leaf, c.List = c.Leaves[0], true
	default:
		c.Unsupported = string(shape)
	}
	if c.Leaf != nil {
		if _, err := defaultKind(c.Leaf); err != "" {
			c.Leaf, c.Unsupported = nil, err
		}
	}
	b.s.Columns = append(b.s.Columns, c)
	return nil
}

// shape is what a subtree is for SQL: a value, a list of values, or the name of
// what is not read.
type shape string

const (
	shapeValue  shape = ""
	shapeList   shape = "list"
	shapeStruct shape = "a struct"
	shapeMap    shape = "a map"
	shapeDeep   shape = "a list of lists or structs"
	shapeEmpty  shape = "a struct without fields"
)

// node reads the element at b.next and what is below it.
func (b *schemaBuilder) node(path []string, def, rep, listDef int) (shape, error) {
	if len(path) > schemaDepth || b.next >= len(b.elems) {
		return "", reasonError("the schema's tree is malformed")
	}
	e := &b.elems[b.next]
	b.next++
	path = append(path[:len(path):len(path)], e.name)
	for _, p := range path {
		if b.size += len(p) + 16; b.size > 64<<20 {
			return "", reasonError("the schema's names are too long")
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
	if e.children <= 0 {
		if e.typ < 0 {
			return shapeEmpty, nil
		}
		l := &Leaf{Index: len(b.s.Leaves), Path: path, Type: PhysicalType(e.typ), TypeLength: int(e.typeLength),
			Logical: logical, FieldID: -1, maxDef: def, maxRep: rep, listDef: listDef}
		if e.hasFieldID {
			l.FieldID = e.fieldID
		}
		if l.Type == FixedLenByteArray && (l.TypeLength <= 0 || l.TypeLength > 1<<24) {
			return "", reasonError(fmt.Sprintf("column %q has a fixed length of %d", l.Name(), l.TypeLength))
		}
		b.s.Leaves = append(b.s.Leaves, l)
		if e.repetition == 2 {
			return shapeList, nil
		}
		return shapeValue, nil
	}
	if int(e.children) > len(b.elems)-b.next {
		return "", reasonError("the schema's tree is malformed")
	}
	shapes := make([]shape, e.children)
	childRepeated := b.elems[b.next].repetition == 2
	for i := range shapes {
		s, err := b.node(path, def, rep, listDef)
		if err != nil {
			return "", err
		}
		shapes[i] = s
	}
	switch {
	case logical.Annotation == MapOf || logical.Annotation == MapKeyValue:
		return shapeMap, nil
	case logical.Annotation == Variant:
		return "a variant", nil
	case len(shapes) == 1 && logical.Annotation == ListOf && childRepeated && e.repetition != 2:
		// optional group x (LIST) { repeated group list { optional T element } },
		// or the older { repeated T element }: the repeated node's shape says
		// list when its only content is a value.
		if shapes[0] == shapeList {
			return shapeList, nil
		}
		return shapeDeep, nil
	case e.repetition == 2 && len(shapes) == 1 && shapes[0] == shapeValue && middleOfList(b, path):
		return shapeList, nil
	case e.repetition == 2:
		return shapeDeep, nil
	}
	return shapeStruct, nil
}

// middleOfList says whether a repeated group with one field is only the
// wrapping of a list's element and no struct of its own. The format's rule: it
// is a struct when it is called "array" or the list's name with "_tuple".
func middleOfList(_ *schemaBuilder, path []string) bool {
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
