package operator

import (
	"math"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/storage/column"
)

// generateSeries is generate_series in all its types.
func generateSeries(t types.Type, argTypes []types.Type, env *eval.Env) StartFunc {
	switch t.OID {
	case types.Int4OID, types.Int8OID:
		limit := int64(math.MaxInt64)
		if t.OID == types.Int4OID {
			limit = math.MaxInt32
		}
		return func(args []types.Datum) (Rows, error) {
			if anyNull(args) {
				return none{}, nil
			}
			s := &intSeries{kind: t.Kind(), at: args[0].I, end: args[1].I, step: 1, limit: limit}
			if len(args) > 2 {
				s.step = args[2].I
			}
			if s.step == 0 {
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "step size cannot equal zero")
			}
			return s, nil
		}
	case types.TimestampOID, types.TimestamptzOID:
		return func(args []types.Datum) (Rows, error) {
			if anyNull(args) {
				return none{}, nil
			}
			step := args[2].AsInterval()
			sign := intervalSign(step)
			if sign == 0 {
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "step size cannot equal zero")
			}
			s := &timeSeries{at: args[0].I, end: args[1].I, step: step, sign: sign, add: datetime.AddInterval}
			if t.OID == types.TimestamptzOID {
				loc := env.Location
				s.add = func(ts int64, iv column.IntervalValue) (int64, error) { return datetime.AddIntervalTZ(ts, iv, loc) }
			}
			return s, nil
		}
	case types.NumericOID:
		return func(args []types.Datum) (Rows, error) {
			if anyNull(args) {
				return none{}, nil
			}
			s := &numericSeries{out: t, at: types.NumericOf(args[0], argTypes[0]), end: types.NumericOf(args[1], argTypes[1]), step: numeric.FromInt64(1)}
			if len(args) > 2 {
				s.step = types.NumericOf(args[2], argTypes[2])
			}
			for i, n := range []numeric.Numeric{s.at, s.end, s.step} {
				what := [...]string{"start value", "stop value", "step size"}[i]
				if n.IsNaN() {
					return nil, sqlerr.New(sqlerr.InvalidParameterValue, "%s cannot be NaN", what)
				}
				if n.IsInf() {
					return nil, sqlerr.New(sqlerr.InvalidParameterValue, "%s cannot be infinity", what)
				}
			}
			if s.step.Sign() == 0 {
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "step size cannot equal zero")
			}
			return s, nil
		}
	}
	return nil
}

func anyNull(args []types.Datum) bool {
	for _, a := range args {
		if a.Null {
			return true
		}
	}
	return false
}

// none has no rows.
type none struct{}

func (none) Next(int) ([]*column.Column, int, error) { return nil, 0, nil }

type intSeries struct {
	kind          column.Kind
	at, end, step int64
	limit         int64
	over          bool
}

func (s *intSeries) Next(limit int) ([]*column.Column, int, error) {
	vals := make([]int64, 0, min(uint64(limit), s.left()))
	for len(vals) < limit && !s.over && (s.step > 0 && s.at <= s.end || s.step < 0 && s.at >= s.end) {
		vals = append(vals, s.at)
		next := s.at + s.step
		if s.step > 0 && (next < s.at || next > s.limit) || s.step < 0 && (next > s.at || next < -s.limit-1) {
			s.over = true
		}
		s.at = next
	}
	if s.kind == column.Int64 {
		return []*column.Column{column.FromSlice(column.Int64, vals)}, len(vals), nil
	}
	narrow := make([]int32, len(vals))
	for i, v := range vals {
		narrow[i] = int32(v)
	}
	return []*column.Column{column.FromSlice(column.Int32, narrow)}, len(vals), nil
}

// left is how many values come yet.
func (s *intSeries) left() uint64 {
	if s.over || s.step > 0 && s.at > s.end || s.step < 0 && s.at < s.end {
		return 0
	}
	n, step := uint64(s.end)-uint64(s.at), uint64(s.step)
	if s.step < 0 {
		n, step = -n, -step
	}
	return n/step + 1
}

// intervalSign is the sign of an interval as generate_series sees it: months
// count 30 days.
func intervalSign(v column.IntervalValue) int {
	t := float64(v.Months)*30*86400e6 + float64(v.Days)*86400e6 + float64(v.Micros)
	switch {
	case t > 0:
		return 1
	case t < 0:
		return -1
	}
	return 0
}

type timeSeries struct {
	at, end int64
	step    column.IntervalValue
	sign    int
	add     func(int64, column.IntervalValue) (int64, error)
	over    bool
}

func (s *timeSeries) Next(limit int) ([]*column.Column, int, error) {
	vals := make([]int64, 0, limit)
	for len(vals) < limit && !s.over && (s.sign > 0 && s.at <= s.end || s.sign < 0 && s.at >= s.end) {
		vals = append(vals, s.at)
		next, err := s.add(s.at, s.step)
		if err != nil {
			return nil, 0, err
		}
		s.over = next == s.at
		s.at = next
	}
	return []*column.Column{column.FromSlice(column.Int64, vals)}, len(vals), nil
}

type numericSeries struct {
	out           types.Type
	at, end, step numeric.Numeric
}

func (s *numericSeries) Next(limit int) ([]*column.Column, int, error) {
	var vals []types.Datum
	for len(vals) < limit {
		c := numeric.Compare(s.at, s.end)
		if s.step.Sign() > 0 && c > 0 || s.step.Sign() < 0 && c < 0 {
			break
		}
		d, err := types.NumericDatum(s.at, s.out)
		if err != nil {
			return nil, 0, err
		}
		vals = append(vals, d)
		if s.at, err = numeric.Add(s.at, s.step); err != nil {
			return nil, 0, err
		}
	}
	return []*column.Column{types.ColumnOf(s.out.Kind(), column.Invalid, vals)}, len(vals), nil
}
