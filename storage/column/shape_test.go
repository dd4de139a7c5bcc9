package column

import (
	"slices"
	"testing"
)

func TestShapes(t *testing.T) {
	number := func(dims ...Dim) uint32 {
		n, err := ShapeOf(dims)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if number() != 0 || number(Dim{1, 7}) != 0 || number(Dim{1, 2}, Dim{1, 0}) != 0 {
		t.Error("one dimension from 1, or no element, is shape 0")
	}
	a, b := number(Dim{1, 2}, Dim{1, 3}), number(Dim{0, 6})
	if a == 0 || b == 0 || a == b || number(Dim{1, 2}, Dim{1, 3}) != a {
		t.Error("shapes have numbers of their own", a, b)
	}
	l := ListView{Len: 6, Shape: a}
	if !slices.Equal(l.Dims(), []Dim{{1, 2}, {1, 3}}) {
		t.Error(l.Dims())
	}
	if d := (ListView{Len: 6}).Dims(); !slices.Equal(d, []Dim{{1, 6}}) {
		t.Error(d)
	}
	if d := (ListView{}).Dims(); d != nil {
		t.Error(d)
	}
}
