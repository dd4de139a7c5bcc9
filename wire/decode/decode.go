// Package decode turns Bind parameters into typed values.
package decode

import (
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
)

// Parameters reads a Bind message's values as the given types.
func Parameters(m *pgproto3.Bind, params []types.Type, style *types.Style) ([]types.Datum, error) {
	if n := len(m.ParameterFormatCodes); n > 1 && n != len(m.Parameters) {
		return nil, sqlerr.New(sqlerr.ProtocolViolation, "bind message has %d parameter formats but %d parameters", n, len(m.Parameters))
	}
	if len(m.Parameters) != len(params) {
		return nil, sqlerr.New(sqlerr.ProtocolViolation, "bind message supplies %d parameters, but prepared statement %s requires %d",
			len(m.Parameters), sqlerr.Quote(m.PreparedStatement), len(params))
	}
	out := make([]types.Datum, len(params))
	for i, raw := range m.Parameters {
		t := params[i]
		if raw == nil {
			out[i] = types.Null(t.Kind())
			continue
		}
		var err error
		switch format := formatOf(m.ParameterFormatCodes, i); format {
		case 0:
			if err = types.ValidText(raw); err == nil {
				out[i], err = types.Input(string(raw), t, style)
			}
		case 1:
			if out[i], err = types.BinaryInput(raw, t); err != nil {
				if e, ok := sqlerr.As(err); ok && e.Code == sqlerr.InvalidBinaryRepresentation && e.Message == "" {
					e.Message = "incorrect binary data format in bind parameter"
				}
			}
		default:
			err = sqlerr.New(sqlerr.InvalidParameterValue, "unsupported format code: %d", format)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func formatOf(formats []int16, i int) int16 {
	switch len(formats) {
	case 0:
		return 0
	case 1:
		return formats[0]
	}
	return formats[i]
}
