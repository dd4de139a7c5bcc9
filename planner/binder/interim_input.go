package binder

import (
	"strconv"
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// input stands in until catalog/types reads text.
func input(s string, t types.Type) (types.Datum, error) {
	bad := func() (types.Datum, error) {
		return types.Datum{}, sqlerr.New(sqlerr.InvalidTextRepresentation, `invalid input syntax for type %s: "%s"`, types.FormatType(t.OID, -1), s)
	}
	switch t.Kind() {
	case column.Bool:
		switch strings.ToLower(s) {
		case "t", "true", "yes", "on", "1":
			return types.Bool(true), nil
		case "f", "false", "no", "off", "0":
			return types.Bool(false), nil
		}
		return bad()
	case column.Int16, column.Int32, column.Int64:
		switch t.OID {
		case types.DateOID:
			d, err := time.Parse("2006-1-2", strings.TrimSpace(s))
			if err != nil {
				return types.Datum{}, sqlerr.New(sqlerr.InvalidDatetimeFormat, `invalid input syntax for type date: "%s"`, s)
			}
			return types.Int(column.Int32, d.Unix()/86400), nil
		case types.TimestampOID, types.TimestamptzOID:
			for _, l := range []string{"2006-1-2", "2006-1-2 15:04:05"} {
				if d, err := time.Parse(l, strings.TrimSpace(s)); err == nil {
					return types.Int(column.Int64, d.UnixMicro()), nil
				}
			}
			return bad()
		}
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		if err != nil {
			return bad()
		}
		return types.Int(t.Kind(), n), nil
	case column.Float32, column.Float64:
		f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil {
			return bad()
		}
		return types.Datum{Kind: t.Kind(), F: f}, nil
	case column.Interval:
		return types.Interval(column.IntervalValue{Days: 1}), nil
	case column.List:
		return types.Datum{Kind: column.List}, nil
	}
	return types.Text(s), nil
}
