package textcolumn

import (
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/format"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// strptime are the directives of C's strptime as patterns of to_timestamp.
var strptime = map[byte]string{
	'Y': "YYYY", 'y': "YY", 'm': "MM", 'd': "DD", 'e': "DD", 'H': "HH24", 'I': "HH12", 'M': "MI", 'S': "SS", 'f': "US", 'g': "MS",
	'b': "Mon", 'h': "Mon", 'B': "Month", 'a': "Dy", 'A': "Day", 'p': "AM", 'j': "DDD", 'z': "TZH:TZM", '%': "%", '-': "",
}

// Template makes a template of to_timestamp of a format: one of those, or one
// with the percent signs of strptime.
func Template(f string) (string, error) {
	if !strings.Contains(f, "%") {
		return f, nil
	}
	var b strings.Builder
	for i := 0; i < len(f); i++ {
		c := f[i]
		if c != '%' {
			if c|0x20 >= 'a' && c|0x20 <= 'z' {
				b.WriteString(`"` + string(c) + `"`)
			} else {
				b.WriteByte(c)
			}
			continue
		}
		i++
		if i < len(f) && f[i] == '-' { // without padding
			i++
		}
		p, ok := "", false
		if i < len(f) {
			p, ok = strptime[f[i]]
		}
		if !ok {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid date format %s", sqlerr.Quote(f)).
				WithHint("Write it as for to_timestamp, as in 'DD/MM/YYYY', or as for strptime, as in '%%d/%%m/%%Y'.")
		}
		b.WriteString(p)
	}
	return b.String(), nil
}

// FormattedInput reads dates, timestamps and timestamps with time zone by a
// template of to_timestamp.
func FormattedInput(t types.Type, template string, st *types.Style) types.InputFunc {
	d := format.NewDate(template)
	switch t.OID {
	case types.DateOID:
		return func(s string) (types.Datum, error) {
			v, err := d.ParseDate(s)
			return types.Int(column.Int32, int64(v)), err
		}
	case types.TimestampOID:
		return func(s string) (types.Datum, error) {
			v, err := d.ParseTimestamp(s, time.UTC)
			return types.Int(column.Int64, v), err
		}
	}
	return func(s string) (types.Datum, error) {
		v, err := d.ParseTimestamp(s, st.Location)
		return types.Int(column.Int64, v), err
	}
}
