package parquet

import "github.com/inlaydb/inlay/storage/object"

// ChunkRange is where the pages of a leaf lie in row group g: for requests
// ahead of use.
func (f *File) ChunkRange(g int, l *Leaf) object.Range {
	off, n := f.meta.rowGroups[g].columns[l.Index].extent()
	return object.Range{Off: off, Len: max(0, min(n, f.footer-off))}
}
