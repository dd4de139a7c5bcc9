package source

import (
	"math"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// distinct estimates how many distinct values a column has from the footers'
// dictionaries: where all pages of a chunk are dictionary coded, its dictionary
// holds each value of the row group once, and its size tells how many.
//
//	row groups whose ranges do not overlap   the sum of their dictionaries
//	row groups that span the same range      the largest, grown by what a
//	                                         sample of its rows has missed
type distinct struct {
	known, unknown bool
	most, sum      float64 // of the row groups' dictionaries
	rowsOfMost     float64
	span           float64 // sum of the widths of row groups' ranges
	groups         float64
	low, high      float64 // of all ranges
	spansUnknown   bool
}

// add takes one row group in.
func (d *distinct) add(rg parquet.RowGroup, leaf *parquet.Leaf, s parquet.Stats) {
	rows := float64(rg.NumRows)
	if rows == 0 {
		return
	}
	n := float64(s.Distinct)
	if n < 0 {
		if !rg.DictionaryOnly(leaf) {
			if s.NullCount != rg.NumRows {
				d.unknown = true
			}
			return
		}
		n = dictionaryEntries(rg, leaf, s)
	}
	n = math.Min(math.Max(n, 1), rows)
	d.known = true
	d.sum += n
	if n > d.most {
		d.most, d.rowsOfMost = n, rows
	}
	lo, ok1 := position(s.Min, s.HasMin)
	hi, ok2 := position(s.Max, s.HasMax)
	if !ok1 || !ok2 {
		d.spansUnknown = true
		return
	}
	if d.groups == 0 || lo < d.low {
		d.low = lo
	}
	if d.groups == 0 || hi > d.high {
		d.high = hi
	}
	d.groups++
	d.span += hi - lo
}

// pageHeader is about what a page's header takes.
const pageHeader = 20

// dictionaryEntries is about how many values a chunk's dictionary has. Its
// page is compressed, about as well as the chunk.
func dictionaryEntries(rg parquet.RowGroup, leaf *parquet.Leaf, s parquet.Stats) float64 {
	size := math.Max(float64(rg.DictionarySize(leaf)-pageHeader), 0)
	stored, plain := rg.ChunkSize(leaf)
	ratio := math.Max(float64(plain)/math.Max(float64(stored), 1), 1)
	switch k := leaf.Kind(); k {
	case column.Bytes:
		width := 8.0
		if s.HasMin && s.HasMax {
			width = float64(len(s.Min.Bytes)+len(s.Max.Bytes)) / 2
		}
		return size * math.Min(ratio, 8) / (4 + width)
	default:
		return size * math.Min(ratio, 1.5) / math.Max(float64(k.Width()), 1)
	}
}

// position places a bound on an axis; texts have none here.
func position(v parquet.Value, has bool) (float64, bool) {
	if !has {
		return 0, false
	}
	switch v.Kind {
	case column.Bool, column.Int16, column.Int32, column.Int64:
		return float64(v.Int), true
	case column.Float32, column.Float64:
		return v.Float, !math.IsNaN(v.Float) && !math.IsInf(v.Float, 0)
	case column.Int128:
		return float64(v.Hi)*math.Pow(2, 64) + float64(uint64(v.Int)), true
	}
	return 0, false
}

// estimate is the number of distinct values over rows, -1 where dictionaries
// do not tell.
func (d *distinct) estimate(rows float64, kind column.Kind, lo, hi types.Datum) float64 {
	if !d.known || d.unknown || rows == 0 {
		return -1
	}
	n := population(d.most, d.rowsOfMost, rows)
	if !d.spansUnknown && d.high > d.low {
		// Of each value's row groups only so many overlap.
		overlap := math.Max(d.span/(d.high-d.low), 1)
		n = math.Max(n, d.sum/overlap)
	}
	switch kind {
	case column.Int16, column.Int32, column.Int64: // dates too
		if lo.Kind != column.Invalid && hi.Kind != column.Invalid && hi.I >= lo.I {
			width := float64(hi.I) - float64(lo.I) + 1
			if n = math.Min(n, width); d.sum >= width {
				// Each row group saw some; together they may have seen all.
				n = width
			}
		}
	}
	return math.Max(math.Min(n, rows), 1)
}

// population is how many values there are if a sample of some rows has seen
// seen of them, each as likely as the others; at most rows.
func population(seen, sample, rows float64) float64 {
	if seen >= sample*0.98 { // hardly one came twice
		return rows
	}
	if sample >= rows || seen < sample*0.05 {
		return seen
	}
	low, high := seen, rows
	for range 50 {
		mid := (low + high) / 2
		if mid*(1-math.Exp(-sample/mid)) < seen {
			low = mid
		} else {
			high = mid
		}
	}
	return math.Min(high, rows)
}
