package column

import (
	"fmt"
	"testing"
)

func TestConcat(t *testing.T) {
	text := func(vals ...string) *Column {
		c := NewFlat(Bytes, len(vals))
		var heap []byte
		for i, s := range vals {
			Values[View](c)[i] = MakeView([]byte(s), 0, uint32(len(heap)))
			if len(s) > MaxInline {
				heap = append(heap, s...)
			}
		}
		c.Bufs = [][]byte{heap}
		return c
	}
	a := text("short", "a string that is longer", "")
	a.SetNull(2)
	dict := &Column{Kind: Bytes, Form: Dictionary, Len: 3, Codes: []int32{1, 0, 1}, Dict: NewDict(text("x", "another that is longer"))}
	got := Concat(Concat(a, dict), NewNull(Bytes, 1))
	want := []string{"short", "a string that is longer", "NULL", "another that is longer", "x", "another that is longer", "NULL"}
	for i, w := range want {
		g := "NULL"
		if !got.IsNull(i) {
			g = string(got.BytesAt(i))
		}
		if g != w {
			t.Errorf("row %d is %q, want %q", i, g, w)
		}
	}
	list := func(vals ...int32) *Column {
		return &Column{Kind: List, Len: 1, Data: AsBytes([]ListView{{Len: uint32(len(vals))}}), Child: FromSlice(Int32, vals)}
	}
	l := Concat(list(1, 2), list(3))
	if g := fmt.Sprint(Values[ListView](l), Values[int32](l.Child)); g != "[{0 2 0 0} {2 1 0 0}] [1 2 3]" {
		t.Error(g)
	}
	if n := Concat(NewFlat(Int64, 0), FromSlice(Int64, []int64{7})); n.Len != 1 || n.Valid != nil || At[int64](n, 0) != 7 {
		t.Error(n)
	}
}
