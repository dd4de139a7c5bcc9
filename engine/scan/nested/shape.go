package nested

import (
	"bytes"
	"sort"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/parquet"
)

type kind uint8

const (
	scalar kind = iota
	structure
	array
	mapping
	variant  // metadata and value, maybe shredded
	shredded // value and typed value of a part of a variant
)

// shape is what a subtree of the schema means.
type shape struct {
	kind     kind
	optional bool // NULL where the level is below def
	def      int32
	leaves   []int // cursors below

	name   string // a field's, decoded
	key    []byte // a field's name as JSON, with ": "
	cursor int    // scalar
	write  writer // scalar
	bytes  bool   // scalar: a variant's binary part

	fields []*shape // object: in canonical order. shredded objects too

	repeatDef, repeat int32  // array, mapping: levels of an element
	elem              *shape // array; mapping: the value
	keys              *shape // mapping

	meta, value, typed *shape // variant; shredded has the last two; nil: not there
}

// builder makes shapes; leaves collects the leaves in the order of cursors.
type builder struct {
	leaves  []*parquet.Leaf
	writers func(l *parquet.Leaf) (writer, error)
}

// build makes the shape of a node. def is the level at which what surrounds it
// is there; element says that its repetition is accounted for.
func (b *builder) build(n *parquet.Node, element bool) (*shape, error) {
	first := len(b.leaves)
	if n.Repeated && !element {
		elem, err := b.build(n, true)
		if err != nil {
			return nil, err
		}
		return b.done(&shape{kind: array, repeatDef: int32(n.Def), repeat: int32(n.Rep), elem: elem}, n, first, false), nil
	}
	s := &shape{name: n.Name}
	var err error
	only := len(n.Children) == 1 && n.Children[0].Repeated
	isMap := n.Logical.Annotation == parquet.MapOf || n.Logical.Annotation == parquet.MapKeyValue
	switch {
	case n.Leaf != nil:
		s.kind, s.cursor = scalar, len(b.leaves)
		b.leaves = append(b.leaves, n.Leaf)
		s.write, err = b.writers(n.Leaf)
	case n.Logical.Annotation == parquet.Variant:
		err = b.variant(s, n)
	case only && isMap && len(n.Children[0].Children) == 2:
		kv := n.Children[0]
		s.kind, s.repeatDef, s.repeat = mapping, int32(kv.Def), int32(kv.Rep)
		if s.keys, err = b.build(kv.Children[0], false); err == nil {
			s.elem, err = b.build(kv.Children[1], false)
		}
	case only && (isMap || n.Logical.Annotation == parquet.ListOf):
		r := n.Children[0]
		s.kind, s.repeatDef, s.repeat = array, int32(r.Def), int32(r.Rep)
		if wraps(r, n.Name) {
			s.elem, err = b.build(r.Children[0], false)
		} else {
			s.elem, err = b.build(r, true)
		}
	default:
		s.kind = structure
		for _, c := range n.Children {
			f, err := b.build(c, false)
			if err != nil {
				return nil, err
			}
			f.setName(c.Name)
			s.fields = append(s.fields, f)
		}
	}
	if err != nil {
		return nil, err
	}
	return b.done(s, n, first, n.Optional), nil
}

func (b *builder) done(s *shape, n *parquet.Node, first int, optional bool) *shape {
	s.optional, s.def = optional, int32(n.Def)
	for i := first; i < len(b.leaves); i++ {
		s.leaves = append(s.leaves, i)
	}
	return s
}

func (s *shape) setName(name string) {
	s.name = name
	s.key = append(types.AppendJSONString(nil, name), ": "...)
}

// wraps says whether a list's repeated group is only the wrapping of its
// element and no struct of its own, by the format's rules for older writers.
func wraps(r *parquet.Node, list string) bool {
	return len(r.Children) == 1 && r.Leaf == nil && r.Name != "array" && r.Name != list+"_tuple" &&
		(!r.Children[0].Repeated || r.Logical.Annotation == parquet.ListOf || r.Logical.Annotation == parquet.MapOf)
}

// variant reads the group of a variant.
func (b *builder) variant(s *shape, n *parquet.Node) error {
	s.kind = variant
	for _, c := range n.Children {
		if c.Name == "metadata" && c.Leaf != nil {
			m, err := b.build(c, false)
			if err != nil {
				return err
			}
			m.bytes = true
			s.meta = m
		}
	}
	if s.meta == nil {
		return errShape(n, "a variant without metadata")
	}
	return b.shredded(s, n)
}

// shredded reads the parts value and typed_value of a group.
func (b *builder) shredded(s *shape, n *parquet.Node) error {
	for _, c := range n.Children {
		var err error
		switch c.Name {
		case "value":
			if c.Leaf == nil {
				return errShape(n, "a variant whose value is not binary")
			}
			if s.value, err = b.build(c, false); err == nil {
				s.value.bytes = true
			}
		case "typed_value":
			s.typed, err = b.typed(c)
		}
		if err != nil {
			return err
		}
	}
	if s.value == nil && s.typed == nil {
		return errShape(n, "a variant without a value")
	}
	return nil
}

// typed reads a typed_value: a value, a list of parts, or fields that are parts.
func (b *builder) typed(n *parquet.Node) (*shape, error) {
	first := len(b.leaves)
	switch {
	case n.Leaf != nil:
		return b.build(n, false)
	case n.Logical.Annotation == parquet.ListOf && len(n.Children) == 1 && n.Children[0].Repeated && len(n.Children[0].Children) == 1:
		r := n.Children[0]
		s := &shape{kind: array, repeatDef: int32(r.Def), repeat: int32(r.Rep)}
		var err error
		if s.elem, err = b.part(r.Children[0]); err != nil {
			return nil, err
		}
		return b.done(s, n, first, n.Optional), nil
	}
	s := &shape{kind: structure}
	for _, c := range n.Children {
		f, err := b.part(c)
		if err != nil {
			return nil, err
		}
		f.setName(c.Name)
		s.fields = append(s.fields, f)
	}
	return b.done(s, n, first, n.Optional), nil
}

func (b *builder) part(n *parquet.Node) (*shape, error) {
	first := len(b.leaves)
	s := &shape{kind: shredded}
	if err := b.shredded(s, n); err != nil {
		return nil, err
	}
	return b.done(s, n, first, n.Optional), nil
}

// order brings the fields of objects to jsonb's order; of equal names the last
// stays. The leaves of the others are still read over.
func (s *shape) order() {
	if s == nil {
		return
	}
	for _, c := range [...]*shape{s.elem, s.keys, s.meta, s.value, s.typed} {
		c.order()
	}
	for _, f := range s.fields {
		f.order()
	}
	if s.kind != structure {
		return
	}
	sort.SliceStable(s.fields, func(i, k int) bool { return lessKey([]byte(s.fields[i].name), []byte(s.fields[k].name)) })
}

// lessKey is jsonb's order of keys.
func lessKey(a, b []byte) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return bytes.Compare(a, b) < 0
}
