package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// widthBucket is width_bucket(v, low, high, count), or (v, bounds[]).
func widthBucket(cp *compiler, s *signature) (node, error) {
	switch {
	case len(s.args) == 2:
		return s.node(cp, bucketOfBounds(s)), nil
	case s.argt[0].OID == types.NumericOID:
		return s.node(cp, func(c *call) error {
			count, dst := arg[int32](c, 3), column.Values[int32](c.out)
			return c.each(func(i int) (err error) {
				dst[i], err = numeric.WidthBucket(c.numeric(0, i), c.numeric(1, i), c.numeric(2, i), count.at(i))
				return err
			})
		}), nil
	}
	return s.node(cp, func(c *call) error {
		v, lo, hi := arg[float64](c, 0), arg[float64](c, 1), arg[float64](c, 2)
		count, dst := arg[int32](c, 3), column.Values[int32](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = floatBucket(v.at(i), lo.at(i), hi.at(i), count.at(i))
			return err
		})
	}), nil
}

func errBucket(text string) error {
	return sqlerr.New(sqlerr.InvalidArgumentForWidthBucketFunction, "%s", text)
}

func floatBucket(v, lo, hi float64, count int32) (int32, error) {
	switch {
	case count <= 0:
		return 0, errBucket("count must be greater than zero")
	case v != v || lo != lo || hi != hi:
		return 0, errBucket("operand, lower bound, and upper bound cannot be NaN")
	case isInf(lo) || isInf(hi):
		return 0, errBucket("lower and upper bounds must be finite")
	case lo == hi:
		return 0, errBucket("lower bound cannot equal upper bound")
	}
	var frac float64
	switch {
	case lo < hi && v < lo, lo > hi && v > lo:
		return 0, nil
	case lo < hi && v >= hi, lo > hi && v <= hi:
		if count == math.MaxInt32 {
			return 0, errInteger()
		}
		return count + 1, nil
	case isInf(hi - lo):
		frac = (v/2 - lo/2) / (hi/2 - lo/2)
	default:
		frac = (v - lo) / (hi - lo)
	}
	return min(int32(frac*float64(count)), count-1) + 1, nil
}

// bucketOfBounds counts how many of the ascending bounds are not above v.
func bucketOfBounds(s *signature) apply {
	elem := s.argt[1].Elem()
	cmp := kernel.Comparer(elem)
	return func(c *call) error {
		lists, dst := arg[column.ListView](c, 1), column.Values[int32](c.out)
		v := normal(c.args[0], c.argt[0], elem)
		child := c.args[1].Child
		return c.each(func(i int) error {
			l := lists.at(i)
			for j := range int(l.Len) {
				if child.IsNull(int(l.Off) + j) {
					return sqlerr.New(sqlerr.NullValueNotAllowed, "thresholds array must not contain NULLs")
				}
			}
			lo, hi := 0, int(l.Len)
			for lo < hi {
				m := (lo + hi) / 2
				if cmp(v, i, child, int(l.Off)+m) < 0 {
					hi = m
				} else {
					lo = m + 1
				}
			}
			dst[i] = int32(lo)
			return nil
		})
	}
}
