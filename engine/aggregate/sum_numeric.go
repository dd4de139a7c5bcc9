package aggregate

import (
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// sumNumeric is sum, avg, variance and stddev where the exact sums may have any
// number of digits: numerics of variable scale, and squares of integers and of
// scaled numerics. Its states hold pointers where a sum is beyond 128 bits.
type sumNumeric struct {
	scale  int // of scaled arguments
	scaled bool
	square bool
	finish func(s *numeric.Sum) (numeric.Numeric, bool, error)
	typ    types.Type
	sums   []numeric.Sum
}

func (a *sumNumeric) width() int64         { return 160 }
func (a *sumNumeric) reset(n int)          { a.clear(0, n) }
func (a *sumNumeric) kinds() []column.Kind { return []column.Kind{column.Bytes} }

func (a *sumNumeric) grow(n int) {
	old := len(a.sums)
	a.sums = grown(a.sums, n)
	a.clear(old, n)
}

func (a *sumNumeric) clear(lo, hi int) {
	for i := lo; i < hi; i++ {
		a.sums[i] = numeric.NewSum(a.square)
	}
}

func (a *sumNumeric) export(lo, hi int) []*column.Column {
	c := column.NewFlat(column.Bytes, hi-lo)
	views := column.Values[column.View](c)
	var heap, room []byte
	for g := lo; g < hi; g++ {
		if a.sums[g].Count == 0 {
			c.SetNull(g - lo)
			continue
		}
		room = a.sums[g].AppendState(room[:0])
		views[g-lo] = kernel.AppendView(&heap, room)
	}
	if heap != nil {
		c.Bufs = [][]byte{heap}
	}
	return []*column.Column{c}
}

func (a *sumNumeric) add(args []*column.Column, groups []uint32, n int) error {
	c := args[0]
	for i := range n {
		var v numeric.Numeric
		switch {
		case a.scaled || c.Kind == column.Numeric:
			v = kernel.NumericAt(c, i, a.scale)
		case c.Kind == column.Int64:
			v = numeric.FromInt64(column.Values[int64](c)[i])
		case c.Kind == column.Int32:
			v = numeric.FromInt64(int64(column.Values[int32](c)[i]))
		default:
			v = numeric.FromInt64(int64(column.Values[int16](c)[i]))
		}
		if err := a.sums[group(groups, i)].Add(v); err != nil {
			return err
		}
	}
	return nil
}

func (a *sumNumeric) merge(state []*column.Column, groups []uint32, n int) error {
	for i := range n {
		if state[0].IsNull(i) {
			continue
		}
		var o numeric.Sum
		o.LoadState(state[0].BytesAt(i))
		if err := a.sums[group(groups, i)].Merge(&o); err != nil {
			return err
		}
	}
	return nil
}

func (a *sumNumeric) result(lo, hi int) (*column.Column, error) {
	b := newNumericColumn(a.typ, hi-lo)
	for g := lo; g < hi; g++ {
		v, ok, err := a.finish(&a.sums[g])
		if err != nil {
			return nil, err
		}
		if !ok {
			b.null(g - lo)
			continue
		}
		if err := b.set(g-lo, v); err != nil {
			return nil, err
		}
	}
	return b.column(), nil
}

var numericFinish = map[string]func(s *numeric.Sum) (numeric.Numeric, bool, error){
	"sum":         func(s *numeric.Sum) (numeric.Numeric, bool, error) { return s.Total(), s.Count > 0, nil },
	"avg":         (*numeric.Sum).Average,
	"var_samp":    func(s *numeric.Sum) (numeric.Numeric, bool, error) { return s.Spread(true, false) },
	"var_pop":     func(s *numeric.Sum) (numeric.Numeric, bool, error) { return s.Spread(false, false) },
	"stddev_samp": func(s *numeric.Sum) (numeric.Numeric, bool, error) { return s.Spread(true, true) },
	"stddev_pop":  func(s *numeric.Sum) (numeric.Numeric, bool, error) { return s.Spread(false, true) },
}

func (a *sumNumeric) dup(from, to int) { a.sums[to] = a.sums[from] }
