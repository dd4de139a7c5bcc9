package aggregate

import (
	"math"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// sumInterval is sum and avg of intervals.
type sumInterval struct {
	avg   bool
	sum   []column.IntervalValue
	count []int64
}

func (a *sumInterval) width() int64         { return 24 }
func (a *sumInterval) grow(n int)           { a.sum, a.count = grown(a.sum, n), grown(a.count, n) }
func (a *sumInterval) reset(n int)          { clear(a.sum[:n]); clear(a.count[:n]) }
func (a *sumInterval) kinds() []column.Kind { return []column.Kind{column.Interval, column.Int64} }
func (a *sumInterval) export(lo, hi int) []*column.Column {
	return []*column.Column{column.FromSlice(column.Interval, a.sum[lo:hi]), column.FromSlice(column.Int64, a.count[lo:hi])}
}

func (a *sumInterval) fold(g uint32, v column.IntervalValue, n int64) error {
	s := &a.sum[g]
	m, d, u := s.Months+v.Months, s.Days+v.Days, s.Micros+v.Micros
	if (s.Months^m)&(v.Months^m) < 0 || (s.Days^d)&(v.Days^d) < 0 || (s.Micros^u)&(v.Micros^u) < 0 {
		return sqlerr.New(sqlerr.DatetimeFieldOverflow, "interval out of range")
	}
	*s = column.IntervalValue{Months: m, Days: d, Micros: u}
	a.count[g] += n
	return nil
}

func (a *sumInterval) add(args []*column.Column, groups []uint32, n int) error {
	for i, v := range column.Values[column.IntervalValue](args[0])[:n] {
		if err := a.fold(group(groups, i), v, 1); err != nil {
			return err
		}
	}
	return nil
}

func (a *sumInterval) merge(state []*column.Column, groups []uint32, n int) error {
	counts := column.Values[int64](state[1])
	for i, v := range column.Values[column.IntervalValue](state[0])[:n] {
		if err := a.fold(group(groups, i), v, counts[i]); err != nil {
			return err
		}
	}
	return nil
}

func (a *sumInterval) result(lo, hi int) (*column.Column, error) {
	c := column.NewFlat(column.Interval, hi-lo)
	out := column.Values[column.IntervalValue](c)
	for g := lo; g < hi; g++ {
		switch {
		case a.count[g] == 0:
			c.SetNull(g - lo)
		case a.avg:
			out[g-lo] = divideInterval(a.sum[g], float64(a.count[g]))
		default:
			out[g-lo] = a.sum[g]
		}
	}
	return c, nil
}

// divideInterval is Postgres's interval / float8: what does not fit into whole
// months and days cascades down, a month being 30 days.
func divideInterval(v column.IntervalValue, by float64) column.IntervalValue {
	const secsPerDay = 86400
	round := func(f float64) float64 { return math.RoundToEven(f*1e6) / 1e6 }
	out := column.IntervalValue{Months: int32(float64(v.Months) / by), Days: int32(float64(v.Days) / by)}
	monthDays := round((float64(v.Months)/by - float64(out.Months)) * 30)
	secs := round((float64(v.Days)/by - float64(out.Days) + monthDays - math.Trunc(monthDays)) * secsPerDay)
	if math.Abs(secs) >= secsPerDay {
		out.Days += int32(secs / secsPerDay)
		secs -= math.Trunc(secs/secsPerDay) * secsPerDay
	}
	out.Days += int32(monthDays)
	out.Micros = int64(math.RoundToEven(float64(v.Micros)/by + secs*1e6))
	return out
}

func (a *sumInterval) dup(from, to int) { a.sum[to], a.count[to] = a.sum[from], a.count[from] }
