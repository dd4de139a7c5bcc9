package datetime

import "testing"

// No text makes a reader panic, and what is read prints as text that reads
// back as the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2001-02-03 04:05:06.7 America/New_York", "Jan 8 1999 BC", "J2451187", "040506+08", "P1Y2M3DT4H", "1-2 3 4:05:06",
		"@ 1 year -2 mons ago", "infinity", "now", "1999.123", "EST5EDT", "13/1/99", "24:00", "<+03>-3"} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(7))
	}
	zones := []string{"UTC", "America/New_York", "Asia/Kathmandu"}
	f.Fuzz(func(t *testing.T, s string, how uint8) {
		env := &Env{Order: DateOrder(how % 3), Interval: IntervalStyle(how / 3 % 4), Location: FindZone(zones[how%3]), Now: 1700000000 * usecPerSec}
		iso := &Env{Location: env.Location, Now: env.Now}
		if v, err := ParseDate(s, env); err == nil {
			text := string(AppendDate(nil, v, iso))
			if again, err := ParseDate(text, iso); err != nil || again != v {
				t.Fatalf("date %q: %s: %d, %d (%v)", s, text, v, again, err)
			}
		}
		if v, err := ParseTimestamp(s, -1, env); err == nil {
			text := string(AppendTimestamp(nil, v, iso))
			if again, err := ParseTimestamp(text, -1, iso); err != nil || again != v {
				t.Fatalf("timestamp %q: %s: %d, %d (%v)", s, text, v, again, err)
			}
		}
		if v, err := ParseTimestamptz(s, -1, env); err == nil {
			text := FormatTimestamptz(v, iso)
			if again, err := ParseTimestamptz(text, -1, iso); (err != nil || again != v) && v > MinTimestamp+UsecPerDay && v < MaxTimestamp-UsecPerDay {
				t.Fatalf("timestamptz %q: %s: %d, %d (%v)", s, text, v, again, err)
			}
		}
		if v, err := ParseTimeTZ(s, -1, env); err == nil {
			text := string(AppendTimeTZ(nil, v, iso))
			if again, err := ParseTimeTZ(text, -1, iso); (err != nil || again != v) && v.Offset > -16*3600 && v.Offset < 16*3600 {
				t.Fatalf("timetz %q: %s: %v, %v (%v)", s, text, v, again, err)
			}
		}
		if v, err := ParseInterval(s, AllFields, -1, env); err == nil {
			for style := range IntervalISO8601 + 1 {
				text := string(AppendInterval(nil, v, style))
				again, err := ParseInterval(text, AllFields, -1, &Env{Interval: style})
				if style == IntervalPostgres && (err != nil || again != v) && v.Micros > -1<<62 && v.Micros < 1<<62 {
					t.Fatalf("interval %q: %s: %v, %v (%v)", s, text, v, again, err)
				}
			}
		}
	})
}
