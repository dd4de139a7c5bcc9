package jsontext

import (
	"cmp"
	"strings"

	"github.com/inlaydb/inlay/catalog/numeric"
)

// rank orders kinds: Object > Array > Boolean > Number > String > Null.
func (v Value) rank() int {
	switch v.Kind {
	case 'n':
		return 0
	case '"':
		return 1
	case '0':
		return 2
	case 't', 'f':
		return 3
	case '[':
		return 4
	}
	return 5
}

// Compare orders jsonb values as Postgres's btree operators do.
func Compare(a, b Value) int {
	if a.Kind == '[' && len(a.Items) == 0 || b.Kind == '[' && len(b.Items) == 0 { // an empty array is below all else
		x, y := 1, 1
		if a.Kind == '[' && len(a.Items) == 0 {
			x = 0
		}
		if b.Kind == '[' && len(b.Items) == 0 {
			y = 0
		}
		return cmp.Compare(x, y)
	}
	return compare(a, b)
}

func compare(a, b Value) int {
	if c := cmp.Compare(a.rank(), b.rank()); c != 0 {
		return c
	}
	switch a.Kind {
	case '"':
		return strings.Compare(decode(a.Raw), decode(b.Raw))
	case '0':
		return numeric.Compare(a.number(), b.number())
	case 't', 'f':
		return cmp.Compare(a.Kind, b.Kind) // 't' is above 'f'
	case '[', '{':
		if c := cmp.Compare(len(a.Items), len(b.Items)); c != 0 {
			return c
		}
		for i := range a.Items {
			if a.Kind == '{' {
				if c := cmp.Compare(len(a.Keys[i]), len(b.Keys[i])); c != 0 {
					return c
				}
				if c := strings.Compare(a.Keys[i], b.Keys[i]); c != 0 {
					return c
				}
			}
			if c := compare(a.Items[i], b.Items[i]); c != 0 {
				return c
			}
		}
	}
	return 0
}

// Contains is a @> b.
func Contains(a, b Value) bool {
	if a.Kind == '[' && b.Scalar() { // an array contains its elements, at the top only
		b = Value{Kind: '[', Items: []Value{b}}
	}
	return contains(a, b)
}

func contains(a, b Value) bool {
	switch {
	case a.rank() != b.rank():
		return false
	case a.Kind == '{':
		for i, k := range b.Keys {
			f, ok := a.Field(k)
			if !ok || !contains(f, b.Items[i]) {
				return false
			}
		}
		return true
	case a.Kind == '[':
		for _, x := range b.Items {
			found := false
			for i := 0; i < len(a.Items) && !found; i++ {
				found = contains(a.Items[i], x)
			}
			if !found {
				return false
			}
		}
		return true
	}
	return compare(a, b) == 0
}

// Exists says whether a string is a key of an object, an element of an array,
// or the value itself.
func (v Value) Exists(key string) bool {
	switch v.Kind {
	case '{':
		_, ok := v.Field(key)
		return ok
	case '[':
		for _, x := range v.Items {
			if x.Kind == '"' && decode(x.Raw) == key {
				return true
			}
		}
	case '"':
		return decode(v.Raw) == key
	}
	return false
}
