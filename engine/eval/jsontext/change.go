package jsontext

import (
	"sort"
	"strconv"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

func invalid(format string, args ...any) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, format, args...)
}

// Concat is a || b of jsonb.
func Concat(a, b Value) Value {
	if a.Kind == '{' && b.Kind == '{' {
		out := Value{Kind: '{', Keys: append([]string(nil), a.Keys...), Items: append([]Value(nil), a.Items...)}
		for i, k := range b.Keys {
			out.put(k, b.Items[i])
		}
		return out
	}
	items := func(v Value) []Value {
		if v.Kind == '[' {
			return v.Items
		}
		return []Value{v}
	}
	return Value{Kind: '[', Items: append(append([]Value(nil), items(a)...), items(b)...)}
}

// put sets a field of an object that nobody else has, keys in jsonb's order.
func (v *Value) put(key string, item Value) {
	less := func(i int) bool {
		if len(v.Keys[i]) != len(key) {
			return len(v.Keys[i]) < len(key)
		}
		return v.Keys[i] < key
	}
	i := sort.Search(len(v.Keys), func(i int) bool { return !less(i) })
	if i < len(v.Keys) && v.Keys[i] == key {
		v.Items[i] = item
		return
	}
	v.Keys = append(v.Keys, "")
	v.Items = append(v.Items, Value{})
	copy(v.Keys[i+1:], v.Keys[i:])
	copy(v.Items[i+1:], v.Items[i:])
	v.Keys[i], v.Items[i] = key, item
}

func (v Value) without(i int) Value {
	out := Value{Kind: v.Kind, Items: append(append([]Value(nil), v.Items[:i]...), v.Items[i+1:]...)}
	if v.Kind == '{' {
		out.Keys = append(append([]string(nil), v.Keys[:i]...), v.Keys[i+1:]...)
	}
	return out
}

// DeleteKeys is v - keys: fields of an object, string elements of an array.
func (v Value) DeleteKeys(keys []string) (Value, error) {
	if v.Scalar() {
		return v, invalid("cannot delete from scalar")
	}
	for _, k := range keys {
		for i := 0; i < len(v.Items); {
			if v.Kind == '{' && v.Keys[i] == k || v.Kind == '[' && v.Items[i].Kind == '"' && decode(v.Items[i].Raw) == k {
				v = v.without(i)
			} else {
				i++
			}
		}
	}
	return v, nil
}

// DeleteIndex is v - i of an array.
func (v Value) DeleteIndex(i int) (Value, error) {
	switch {
	case v.Kind == '{':
		return v, invalid("cannot delete from object using integer index")
	case v.Scalar():
		return v, invalid("cannot delete from scalar")
	}
	if i < 0 {
		i += len(v.Items)
	}
	if i < 0 || i >= len(v.Items) {
		return v, nil
	}
	return v.without(i), nil
}

// DeletePath is v #- path.
func (v Value) DeletePath(path []string) (Value, error) {
	if v.Scalar() {
		return v, invalid("cannot delete path in scalar")
	}
	if len(path) == 0 {
		return v, nil
	}
	return v.deletePath(path, 1)
}

func (v Value) deletePath(path []string, level int) (Value, error) {
	i, ok, err := v.find(path[0], level)
	if err != nil || !ok {
		return v, err
	}
	if len(path) == 1 {
		return v.without(i), nil
	}
	item := v.Items[i]
	if item.Scalar() {
		return v, nil
	}
	sub, err := item.deletePath(path[1:], level+1)
	if err != nil {
		return v, err
	}
	return v.with(i, sub), nil
}

func (v Value) with(i int, item Value) Value {
	out := v
	out.Items = append([]Value(nil), v.Items...)
	out.Items[i] = item
	return out
}

// find is the place of a path's step; ok is false where there is nothing.
func (v Value) find(step string, level int) (int, bool, error) {
	if v.Kind == '{' {
		for i, k := range v.Keys {
			if k == step {
				return i, true, nil
			}
		}
		return 0, false, nil
	}
	n, err := strconv.ParseInt(step, 10, 32)
	if err != nil {
		return 0, false, sqlerr.New(sqlerr.InvalidTextRepresentation, "path element at position %d is not an integer: %s", level, sqlerr.Quote(step))
	}
	i := int(n)
	if i < 0 {
		i += len(v.Items)
	}
	return i, i >= 0 && i < len(v.Items), nil
}

// Set is jsonb_set.
func (v Value) Set(path []string, item Value, create bool) (Value, error) {
	if v.Scalar() {
		return v, invalid("cannot set path in scalar")
	}
	if len(path) == 0 || len(v.Items) == 0 && !create {
		return v, nil
	}
	return v.set(path, item, create, 1)
}

func (v Value) set(path []string, item Value, create bool, level int) (Value, error) {
	i, ok, err := v.find(path[0], level)
	if err != nil {
		return v, err
	}
	switch {
	case ok && len(path) == 1:
		return v.with(i, item), nil
	case ok:
		if v.Items[i].Scalar() {
			return v, nil
		}
		sub, err := v.Items[i].set(path[1:], item, create, level+1)
		if err != nil {
			return v, err
		}
		return v.with(i, sub), nil
	case !create || len(path) > 1:
		return v, nil
	case v.Kind == '{':
		out := Value{Kind: '{', Keys: append([]string(nil), v.Keys...), Items: append([]Value(nil), v.Items...)}
		out.put(path[0], item)
		return out, nil
	case i < 0: // before the first
		return Value{Kind: '[', Items: append([]Value{item}, v.Items...)}, nil
	}
	return Value{Kind: '[', Items: append(append([]Value(nil), v.Items...), item)}, nil
}

// Insert is jsonb_insert: before or after an element of an array, or a new
// field of an object.
func (v Value) Insert(path []string, item Value, after bool) (Value, error) {
	if v.Scalar() {
		return v, invalid("cannot set path in scalar")
	}
	if len(path) == 0 {
		return v, nil
	}
	return v.insert(path, item, after, 1)
}

func (v Value) insert(path []string, item Value, after bool, level int) (Value, error) {
	i, ok, err := v.find(path[0], level)
	if err != nil {
		return v, err
	}
	if len(path) > 1 {
		if !ok || v.Items[i].Scalar() {
			return v, nil
		}
		sub, err := v.Items[i].insert(path[1:], item, after, level+1)
		if err != nil {
			return v, err
		}
		return v.with(i, sub), nil
	}
	if v.Kind == '{' {
		if ok {
			return v, sqlerr.New(sqlerr.InvalidParameterValue, "cannot replace existing key").
				WithHint("Try using the function jsonb_set to replace key value.")
		}
		out := Value{Kind: '{', Keys: append([]string(nil), v.Keys...), Items: append([]Value(nil), v.Items...)}
		out.put(path[0], item)
		return out, nil
	}
	switch {
	case i < 0:
		i = 0
	case i > len(v.Items):
		i = len(v.Items)
	case ok && after:
		i++
	}
	items := append(append(append([]Value(nil), v.Items[:i]...), item), v.Items[i:]...)
	return Value{Kind: '[', Items: items}, nil
}
