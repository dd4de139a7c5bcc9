package window

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// carry is what a partition that goes on leaves behind for ranking functions.
type carry struct {
	rows   int64 // of the partition so far
	groups int64 // peer groups of it
}

// rank computes a ranking function for all rows of the block.
func (b *block) rank(name string, args []int, before carry) (*column.Column, error) {
	if name == "percent_rank" || name == "cume_dist" {
		return b.share(name), nil
	}
	if name == "ntile" {
		return b.ntile(b.cols[args[0]])
	}
	out := make([]int64, b.n)
	b.eachPartition(func(lo, hi int32, peers []int32) {
		rows, groups := int64(0), int64(0)
		if lo == 0 && b.continues {
			rows, groups = before.rows, before.groups
		}
		switch name {
		case "row_number":
			for i := lo; i < hi; i++ {
				out[i] = rows + int64(i-lo) + 1
			}
		case "rank":
			for g := 0; g+1 < len(peers); g++ {
				for i := peers[g]; i < peers[g+1]; i++ {
					out[i] = rows + int64(peers[g]-lo) + 1
				}
			}
		default: // dense_rank
			for g := 0; g+1 < len(peers); g++ {
				for i := peers[g]; i < peers[g+1]; i++ {
					out[i] = groups + int64(g) + 1
				}
			}
		}
	})
	return column.FromSlice(column.Int64, out), nil
}

// after is the carry at the end of the block.
func (b *block) after(before carry) carry {
	var c carry
	last := b.parts[len(b.parts)-2]
	if last == 0 && b.continues {
		c = before
	}
	c.rows += int64(b.n) - int64(last)
	for g := len(b.peers) - 2; g >= 0 && b.peers[g] >= last; g-- {
		c.groups++
	}
	return c
}

// share is percent_rank, (rank - 1) / (rows - 1), and cume_dist, the share of
// rows up to the last peer.
func (b *block) share(name string) *column.Column {
	out := make([]float64, b.n)
	b.eachPartition(func(lo, hi int32, peers []int32) {
		rows := float64(hi - lo)
		for g := 0; g+1 < len(peers); g++ {
			v := float64(peers[g+1]-lo) / rows
			if name == "percent_rank" {
				v = 0
				if rows > 1 {
					v = float64(peers[g]-lo) / (rows - 1)
				}
			}
			for i := peers[g]; i < peers[g+1]; i++ {
				out[i] = v
			}
		}
	})
	return column.FromSlice(column.Float64, out)
}

// ntile deals each partition out into buckets, the first ones larger by one
// where it does not come out even. The number of buckets is that of the
// partition's first row; NULL gives NULL.
func (b *block) ntile(arg *column.Column) (*column.Column, error) {
	c := column.NewFlat(column.Int32, b.n)
	out := column.Values[int32](c)
	var err error
	b.eachPartition(func(lo, hi int32, _ []int32) {
		if err != nil {
			return
		}
		if arg.IsNull(int(lo)) {
			for i := lo; i < hi; i++ {
				c.SetNull(int(i))
			}
			return
		}
		n := int64(column.At[int32](arg, int(lo)))
		if n <= 0 {
			err = sqlerr.New(sqlerr.InvalidArgumentForNtileFunction, "argument of ntile must be greater than zero")
			return
		}
		rows := int64(hi - lo)
		size, more := rows/n, rows%n
		for i := range rows {
			if big := more * (size + 1); i < big {
				out[int64(lo)+i] = int32(i/(size+1)) + 1
			} else {
				out[int64(lo)+i] = int32(more+(i-big)/max(size, 1)) + 1
			}
		}
	})
	return c, err
}
