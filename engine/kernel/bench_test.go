package kernel

import (
	"math/rand/v2"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

const benchRows = 2048

func perRow(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

func randomInts(limit int64) []int64 {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]int64, benchRows)
	for i := range v {
		v[i] = r.Int64N(limit)
	}
	return v
}

func randomTexts(size int) *column.Column {
	r := rand.New(rand.NewPCG(3, 4))
	b := NewBuilder(column.Bytes)
	for range benchRows {
		s := make([]byte, size)
		for i := range s {
			s[i] = byte('a' + r.IntN(26))
		}
		b.AppendBytes(s)
	}
	return b.Column()
}

func BenchmarkHash(b *testing.B) {
	for _, tc := range []struct {
		name string
		c    *column.Column
	}{
		{"kind=int64", column.FromSlice(column.Int64, randomInts(1<<40))},
		{"kind=text,len=8", randomTexts(8)},
		{"kind=text,len=40", randomTexts(40)},
	} {
		b.Run(tc.name, func(b *testing.B) {
			out := make([]uint64, benchRows)
			var h Hasher
			for b.Loop() {
				h.Hash(tc.c, nil, out, false)
			}
			perRow(b)
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	pos, pairs := make([]int32, benchRows), make([]int32, benchRows)
	for i := range pos {
		pos[i] = int32(i)
	}
	for _, tc := range []struct {
		name string
		c    *column.Column
	}{
		{"kind=int64", column.FromSlice(column.Int64, randomInts(1<<40))},
		{"kind=text,len=8", randomTexts(8)},
		{"kind=text,len=40", randomTexts(40)},
	} {
		b.Run(tc.name, func(b *testing.B) {
			for b.Loop() {
				copy(pairs, pos)
				Match(tc.c, pos, tc.c, pos, pairs, true)
			}
			perRow(b)
		})
	}
}

func BenchmarkSortKey(b *testing.B) {
	for _, tc := range []struct {
		name string
		t    types.Type
		c    *column.Column
	}{
		{"kind=int64", types.New(types.Int8OID), column.FromSlice(column.Int64, randomInts(1<<40))},
		{"kind=text,len=8", types.New(types.TextOID), randomTexts(8)},
	} {
		b.Run(tc.name, func(b *testing.B) {
			k := SortKey{Type: tc.t}
			keys := make([]byte, k.Width()*benchRows)
			for b.Loop() {
				k.Encode(keys, k.Width(), tc.c, nil)
			}
			perRow(b)
		})
	}
}

func BenchmarkMulFixed(b *testing.B) {
	x, y, dst := randomInts(1<<34), randomInts(100), make([]int64, benchRows)
	for b.Loop() {
		MulFixed64(dst, Operand[int64]{x, -1}, Operand[int64]{y, -1})
	}
	perRow(b)
}

func BenchmarkSelectConst(b *testing.B) {
	x := randomInts(100)
	sel := make([]int32, 0, benchRows)
	for b.Loop() {
		sel = SelectConst(LT, x, 50, nil, sel[:0])
	}
	perRow(b)
}
