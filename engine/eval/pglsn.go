package eval

import (
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// pg_lsn: positions in a log, unsigned 64-bit numbers.
func init() {
	diff := rowwise(func(c *call) error {
		a, b := arg[int64](c, 0), arg[int64](c, 1)
		return c.each(func(i int) error {
			d, _ := numeric.Sub(numeric.FromUint64(uint64(a.at(i))), numeric.FromUint64(uint64(b.at(i))))
			return c.putNumeric(i, d)
		})
	})
	register(map[string]builder{
		"pg_lsn_mi": diff, "pg_wal_lsn_diff": diff,
		"pg_lsn_pli": rowwise(lsnAdd(0, 1, false)), "pg_lsn_mii": rowwise(lsnAdd(0, 1, true)),
		"numeric_pl_pg_lsn": rowwise(lsnAdd(1, 0, false)),
	})
}

func lsnAdd(lsnArg, numArg int, minus bool) apply {
	return func(c *call) error {
		a, dst := arg[int64](c, lsnArg), column.Values[int64](c.out)
		return c.each(func(i int) error {
			n := c.numeric(numArg, i)
			verb := "add NaN to"
			if minus {
				verb = "subtract NaN from"
			}
			if n.IsNaN() {
				return sqlerr.New(sqlerr.NumericValueOutOfRange, "cannot %s pg_lsn", verb)
			}
			if minus {
				n = n.Neg()
			}
			sum, err := numeric.Add(numeric.FromUint64(uint64(a.at(i))), n)
			if err != nil {
				return err
			}
			sum, _ = numeric.Round(sum, 0)
			hi, lo, ok := sum.Scaled128(0)
			if !ok || hi != 0 {
				return sqlerr.New(sqlerr.NumericValueOutOfRange, "pg_lsn out of range")
			}
			dst[i] = int64(lo)
			return nil
		})
	}
}
