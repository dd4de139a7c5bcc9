package datetime

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// testdata/functions.txt holds what Postgres 15 computes: TimeZone, operation,
// arguments and "= answer", separated by tabs. INLAY_DATETIME_FUNCTIONS names
// a larger file of the same form.
func TestFunctionsAsPostgres(t *testing.T) {
	files := []string{"testdata/functions.txt"}
	if f := os.Getenv("INLAY_DATETIME_FUNCTIONS"); f != "" {
		files = append(files, f)
	}
	for _, file := range files {
		functionCases(t, file)
	}
}

func functionCases(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		c := strings.Split(sc.Text(), "\t")
		env := testEnv(t, "ISO, MDY", "postgres", c[0])
		want := strings.TrimPrefix(c[len(c)-1], "= ")
		args := c[2 : len(c)-1]
		got, err := compute(c[1], args, env)
		if err != nil {
			got = errorText(err)
		}
		if got != want && !beyondRange(want) {
			t.Errorf("%s:%d: %s(%s) at %s\n got %s\nwant %s", file, line, c[1], strings.Join(args, ", "), c[0], got, want)
		}
	}
}

// reader reads arguments as their types and keeps the first error.
type reader struct {
	env *Env
	err error
}

func keep[T any](r *reader, v T, err error) T {
	if r.err == nil {
		r.err = err
	}
	return v
}

func (r *reader) date(s string) int32 {
	v, err := ParseDate(s, r.env)
	return keep(r, v, err)
}

func (r *reader) ts(s string) int64 {
	v, err := ParseTimestamp(s, -1, r.env)
	return keep(r, v, err)
}

func (r *reader) tstz(s string) int64 {
	v, err := ParseTimestamptz(s, -1, r.env)
	return keep(r, v, err)
}

func (r *reader) time(s string) int64 {
	v, err := ParseTime(s, -1, r.env)
	return keep(r, v, err)
}

func (r *reader) timetz(s string) TimeTZ {
	v, err := ParseTimeTZ(s, -1, r.env)
	return keep(r, v, err)
}

func (r *reader) interval(s string) Interval {
	v, err := ParseInterval(s, AllFields, -1, r.env)
	return keep(r, v, err)
}

func (r *reader) int(s string) int {
	v, err := strconv.Atoi(s)
	return keep(r, v, err)
}

func (r *reader) float(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	return keep(r, v, err)
}

func compute(op string, a []string, env *Env) (string, error) {
	r := &reader{env: env}
	loc := env.location()
	var text string
	var err error
	date := func(v int32, e error) { text, err = string(AppendDate(nil, v, env)), e }
	ts := func(v int64, e error) { text, err = string(AppendTimestamp(nil, v, env)), e }
	tstz := func(v int64, e error) { text, err = FormatTimestamptz(v, env), e }
	clock := func(v int64) { text = string(AppendTime(nil, v)) }
	interval := func(v Interval, e error) { text, err = string(AppendInterval(nil, v, IntervalPostgres)), e }
	part := func(p Part, float bool) {
		switch {
		case p.Null:
			text = ""
		case float:
			text = floatText(p.Float())
		default:
			text = p.Numeric().String()
		}
	}
	switch op {
	case "date_pl_int":
		date(AddDays(r.date(a[0]), int32(r.int(a[1]))))
	case "date_mi":
		var n int32
		n, err = SubDates(r.date(a[0]), r.date(a[1]))
		text = strconv.Itoa(int(n))
	case "date_ts":
		ts(DateToTimestamp(r.date(a[0])))
	case "date_tstz":
		tstz(DateToTimestamptz(r.date(a[0]), loc))
	case "ts_date":
		date(DateOf(r.ts(a[0])), nil)
	case "ts_time":
		if v, ok := TimeOf(r.ts(a[0])); ok {
			clock(v)
		}
	case "tstz_ts":
		ts(ToLocal(r.tstz(a[0]), loc), nil)
	case "ts_tstz":
		tstz(FromLocal(r.ts(a[0]), loc))
	case "date_time":
		ts(DateAndTime(r.date(a[0]), r.time(a[1])))
	case "date_timetz":
		tstz(DateAndTimeTZ(r.date(a[0]), r.timetz(a[1])))
	case "ts_pl":
		ts(AddInterval(r.ts(a[0]), r.interval(a[1])))
	case "ts_mi_iv":
		ts(SubInterval(r.ts(a[0]), r.interval(a[1])))
	case "tstz_pl":
		tstz(AddIntervalTZ(r.tstz(a[0]), r.interval(a[1]), loc))
	case "tstz_mi_iv":
		tstz(SubIntervalTZ(r.tstz(a[0]), r.interval(a[1]), loc))
	case "ts_mi":
		interval(SubTimestamps(r.ts(a[0]), r.ts(a[1])))
	case "time_pl":
		clock(AddTime(r.time(a[0]), r.interval(a[1])))
	case "time_mi_iv":
		clock(SubTime(r.time(a[0]), r.interval(a[1])))
	case "time_mi":
		interval(SubTimes(r.time(a[0]), r.time(a[1])), nil)
	case "iv_pl":
		interval(AddIntervals(r.interval(a[0]), r.interval(a[1])))
	case "iv_mi":
		interval(SubIntervals(r.interval(a[0]), r.interval(a[1])))
	case "iv_mul":
		interval(MulInterval(r.interval(a[0]), r.float(a[1])))
	case "iv_div":
		interval(DivInterval(r.interval(a[0]), r.float(a[1])))
	case "iv_um":
		interval(NegInterval(r.interval(a[0])))
	case "iv_cmp":
		text = strconv.Itoa(CompareIntervals(r.interval(a[0]), r.interval(a[1])))
	case "iv_time":
		clock(IntervalToTime(r.interval(a[0])))
	case "justify_hours":
		interval(JustifyHours(r.interval(a[0])))
	case "justify_days":
		interval(JustifyDays(r.interval(a[0])))
	case "justify_interval":
		interval(JustifyInterval(r.interval(a[0])))
	case "age":
		interval(Age(r.ts(a[0]), r.ts(a[1])))
	case "agetz":
		interval(AgeTZ(r.tstz(a[0]), r.tstz(a[1]), loc))
	case "bin":
		ts(Bin(r.interval(a[0]), r.ts(a[1]), r.ts(a[2])))
	case "make_date":
		date(MakeDate(r.int(a[0]), r.int(a[1]), r.int(a[2])))
	case "make_time":
		var v int64
		v, err = MakeTime(r.int(a[0]), r.int(a[1]), r.float(a[2]))
		clock(v)
	case "make_ts":
		ts(MakeTimestamp(r.int(a[0]), r.int(a[1]), r.int(a[2]), r.int(a[3]), r.int(a[4]), r.float(a[5])))
	case "make_tstz":
		tstz(MakeTimestamptz(r.int(a[0]), r.int(a[1]), r.int(a[2]), r.int(a[3]), r.int(a[4]), r.float(a[5]), a[6], env))
	case "make_iv":
		i := func(s string) int32 { return int32(r.int(s)) }
		interval(MakeInterval(i(a[0]), i(a[1]), i(a[2]), i(a[3]), i(a[4]), i(a[5]), r.float(a[6])))
	case "to_ts":
		tstz(FromEpoch(r.float(a[0])))
	case "zone_iv":
		var off int
		if off, err = IntervalOffset(r.interval(a[0])); err == nil {
			tstz(ShiftTimestamp(r.ts(a[1]), -off))
		}
	case "overlaps":
		text = "f"
		if Overlaps(r.ts(a[0]), r.ts(a[1]), r.ts(a[2]), r.ts(a[3])) {
			text = "t"
		}
	case "zone_ts", "zone_tstz", "zone_timetz", "trunctzz":
		var z ZoneByText
		name := a[0]
		if op == "trunctzz" {
			name = a[2]
		}
		if z, err = FindZoneText(name); err != nil {
			return "", err
		}
		switch op {
		case "zone_ts":
			tstz(z.FromLocal(r.ts(a[1])))
		case "zone_tstz":
			ts(z.ToLocal(r.tstz(a[1])))
		case "zone_timetz":
			text = string(AppendTimeTZ(nil, z.TimeTZ(r.timetz(a[1]), time.Now().UnixMicro()), env))
		default:
			var u Unit
			if u, err = TruncUnit(a[0], TypeTimestamptz); err == nil {
				tstz(TruncTZ(u, r.tstz(a[1]), z.Location(r.tstz(a[1]))))
			}
		}
	case "trunc", "trunctz", "trunciv":
		names := map[string]string{"trunc": TypeTimestamp, "trunctz": TypeTimestamptz, "trunciv": TypeInterval}
		u, e := TruncUnit(a[0], names[op])
		if e != nil {
			return "", e
		}
		switch op {
		case "trunc":
			ts(Trunc(u, r.ts(a[1])))
		case "trunctz":
			tstz(TruncTZ(u, r.tstz(a[1]), loc))
		default:
			interval(TruncInterval(u, r.interval(a[1])), nil)
		}
	default:
		names := map[string]string{"date": TypeDate, "ts": TypeTimestamp, "tstz": TypeTimestamptz, "time": TypeTime, "timetz": TypeTimeTZ, "iv": TypeInterval}
		kind, typ, _ := strings.Cut(op, "_")
		u, e := ExtractUnit(a[0], names[typ])
		if e != nil {
			return "", e
		}
		float := kind == "dp"
		switch typ {
		case "date":
			part(u.OfDate(r.date(a[1])), float)
		case "ts":
			part(u.OfTimestamp(r.ts(a[1])), float)
		case "tstz":
			part(u.OfTimestamptz(r.tstz(a[1]), loc), float)
		case "time":
			part(u.OfTime(r.time(a[1])), float)
		case "timetz":
			part(u.OfTimeTZ(r.timetz(a[1])), float)
		default:
			part(u.OfInterval(r.interval(a[1])), float)
		}
	}
	if r.err != nil {
		return "", r.err
	}
	return text, err
}

// floatText prints a float8 as Postgres does.
func floatText(f float64) string {
	if math.IsInf(f, 0) {
		return strings.Replace(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+"), "Inf", "Infinity", 1)
	}
	if f != 0 && (math.Abs(f) >= 1e15 || math.Abs(f) < 1e-4) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
