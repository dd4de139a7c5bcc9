package format

import (
	"testing"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/numeric"
)

// No template and no text make anything panic.
func FuzzTemplates(f *testing.F) {
	for _, s := range []string{"YYYY-MM-DD", "FMMonth DDth", "FM999,990.00", "9.99EEEE", "RN", "\"a\\\"b\" HH12 AM", "SG9PL", "IYYY-IDDD", "TZH:TZM", "FXYYYYMMDD"} {
		f.Add(s, "2001-02-03", int64(123456789))
		f.Add(s, "-1,234.5-", int64(-1))
	}
	f.Fuzz(func(t *testing.T, template, text string, n int64) {
		if len(template) > 100 || len(text) > 100 {
			return
		}
		d := NewDate(template)
		if n > datetime.MinTimestamp {
			d.AppendTimestamp(nil, n)
		}
		d.AppendInterval(nil, datetime.Interval{Micros: n, Days: int32(n), Months: int32(n >> 32)})
		d.ParseDate(text)
		d.ParseTimestamp(text, datetime.FindZone("America/New_York"))
		num := NewNumber(template)
		num.AppendInt(nil, n, true)
		num.AppendFloat(nil, float64(n)/7, n%2 == 0)
		num.AppendNumeric(nil, numeric.FromScaled64(n, 5))
		num.AppendNumeric(nil, numeric.NaN)
		num.ParseNumeric(text)
	})
}

func TestEmptyTemplates(t *testing.T) {
	if _, ok, _ := NewDate("").AppendTimestamp(nil, 0); ok {
		t.Error("to_char with an empty template is NULL")
	}
	if _, ok, _ := NewDate("YYYY").AppendTimestamp(nil, datetime.TimestampInfinity); ok {
		t.Error("to_char of infinity is NULL")
	}
	if out, err := NewNumber("").AppendInt(nil, 5, false); err != nil || len(out) != 0 {
		t.Errorf("to_char of a number with an empty template is empty, not %q", out)
	}
	if _, ok, _ := NewNumber("").ParseNumeric("5"); ok {
		t.Error("to_number with an empty template is NULL")
	}
}
