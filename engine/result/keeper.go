package result

import (
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// Keeper is an Encoder that keeps the rows as batches, for readers that want
// columns: cursors, Parquet and Arrow output.
type Keeper struct {
	Kinds []column.Kind
	kept  []*batch.Batch
}

// Append copies b's rows. It counts their bytes in dst's length, so that the
// queue's bound holds, without writing there.
func (k *Keeper) Append(dst []byte, ends []int32, b *batch.Batch) ([]byte, []int32, error) {
	n := b.Rows()
	out := &batch.Batch{Len: n, Seq: b.Seq}
	size := 0
	for i, c := range b.Cols {
		bld := kernel.NewBuilder(c.Kind)
		bld.Append(c, b.Sel)
		col := bld.Column()
		if len(k.Kinds) > i && col.Kind == column.Invalid {
			col = column.NewNull(k.Kinds[i], n)
		}
		size += int(col.Size())
		out.Cols = append(out.Cols, col)
	}
	k.kept = append(k.kept, out)
	dst = append(dst, make([]byte, size)...)
	for range n {
		ends = append(ends, int32(len(dst)))
	}
	return dst, ends, nil
}

// Take gives what was kept since it was called last.
func (k *Keeper) Take() []*batch.Batch {
	b := k.kept
	k.kept = nil
	return b
}
