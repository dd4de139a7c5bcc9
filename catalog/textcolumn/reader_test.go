package textcolumn

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/record"
)

// fieldsOf makes fields of texts; "∅" is NULL.
func fieldsOf(texts []string) *record.Fields {
	f := &record.Fields{Clean: true}
	buf := []byte{}
	for _, s := range texts {
		if s == "∅" {
			f.Spans = append(f.Spans, record.Null)
			continue
		}
		f.Spans = append(f.Spans, record.Span{Off: uint32(len(buf)), Len: uint32(len(s))})
		buf = append(buf, s...)
	}
	f.Clean = record.Clean(buf)
	f.Bufs[0] = append(buf, make([]byte, record.Slack)...)[:len(buf)]
	return f
}

// samples are texts that are near the quick forms.
func samples() []string {
	out := []string{"", "∅", "0", "-0", "+5", "-", ".", "-.5", "5.", "1.5", "00012", "123456789", "1234567890123456", "12345678901234567", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "32767", "-32768", "32768",
		"2147483647", "2147483648", "1e5", "nan", "inf", " 7 ", "1 2", "12a", "1_000", "0x10", "99999999.99999999", "123456789.123456789", "12345678.1", "123456789.1", "0.1", "0.30000000000000004", "9007199254740993", "1.7976931348623157e308",
		"2024-02-29", "2023-02-29", "0001-01-01", "0000-01-01", "9999-12-31", "2024-13-01", "2024-1-1", "2024-01-01 ", "2024-01-01 00:00:00", "2024-01-01T23:59:59.999999", "2024-01-01 24:00:00", "2024-01-01 10:20:30.5", "2024-01-01 10:20:60", "2024-01-01 10:20", "2024-01-01 10:20:30.1234567", "2024-01-01 10:20:30+02", "infinity", "1999-12-31 12:00:00.",
		"t", "f", "true", "FALSE", "yes", "1", "tru", "abcdefghijkl", "abcdefghijklm", "héllo", "a\x00b", "\xff", "{1,2}", "123e4567-e89b-12d3-a456-426614174000", `{"b":1,"a":2}`, "1 day", "\\x00ff"}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		n, d := rng.IntN(12), rng.IntN(12)
		s := ""
		for range n {
			s += strconv.Itoa(rng.IntN(10))
		}
		if d > 0 {
			s += "."
			for range d {
				s += strconv.Itoa(rng.IntN(10))
			}
		}
		out = append(out, s, fmt.Sprintf("%04d-%02d-%02d", rng.IntN(3000), rng.IntN(14), rng.IntN(33)))
	}
	return out
}

var all = []types.Type{types.New(types.Int2OID), types.New(types.Int4OID), types.New(types.Int8OID), types.New(types.Float8OID), types.New(types.Float4OID), types.New(types.BoolOID),
	types.New(types.DateOID), types.New(types.TimestampOID), {OID: types.TimestampOID, Typmod: 3}, types.New(types.TimestamptzOID), types.New(types.TextOID), types.New(types.NumericOID), types.NewNumeric(15, 2),
	types.NewNumeric(18, 18), types.NewNumeric(5, 0), types.NewNumeric(2, 4), types.NewNumeric(38, 10), {OID: types.VarcharOID, Typmod: 9}, types.New(types.UUIDOID), types.New(types.JSONBOID), types.New(types.IntervalOID), types.ArrayOf(types.New(types.Int4OID)), types.New(types.ByteaOID)}

// TestAsInput compares every reader with its type's input function.
func TestAsInput(t *testing.T) {
	st := types.DefaultStyle()
	texts := samples()
	for _, typ := range all {
		r := New(typ, Options{Style: st, Skip: true})
		f := fieldsOf(texts)
		for round := range 2 {
			var sel []int32
			if round == 1 {
				for i := range texts {
					if i%3 == 0 {
						sel = append(sel, int32(i))
					}
				}
			}
			c, err := r.Read(f, sel, len(texts))
			if err != nil {
				t.Fatal(err)
			}
			bad, _ := r.Bad()
			isBad := map[int]bool{}
			for _, b := range bad {
				isBad[int(b)] = true
			}
			for j := range count(sel, len(texts)) {
				i := j
				if sel != nil {
					i = int(sel[j])
				}
				s := texts[i]
				if s == "∅" {
					if !c.IsNull(i) {
						t.Errorf("%s: row %d is not NULL", typ, i)
					}
					continue
				}
				want, err := types.Input(s, typ, st)
				if invalid := types.ValidText([]byte(s)); invalid != nil {
					err = invalid
				}
				if (err != nil) != isBad[i] {
					t.Errorf("%s %q: error %v, bad %v", typ, s, err, isBad[i])
					continue
				}
				if err != nil {
					continue
				}
				got := types.Output(types.FromColumn(c, i), typ, st)
				if w := types.Output(want, typ, st); got != w {
					t.Errorf("%s %q: %s, want %s", typ, s, got, w)
				}
			}
		}
	}
}

func TestFails(t *testing.T) {
	f := fieldsOf([]string{"1", "x", "y"})
	_, err := New(types.New(types.Int4OID), Options{Style: types.DefaultStyle()}).Read(f, nil, 3)
	e, ok := err.(*ValueError)
	if !ok || e.Row != 1 || e.Err.(*sqlerr.Error).Code != sqlerr.InvalidTextRepresentation {
		t.Errorf("%v", err)
	}
	f = fieldsOf([]string{"1", ""})
	c, err := New(types.New(types.Int4OID), Options{Style: types.DefaultStyle(), EmptyIsNull: true}).Read(f, nil, 2)
	if err != nil || !c.IsNull(1) {
		t.Errorf("%v", err)
	}
	f = fieldsOf([]string{"a\x00"})
	if _, err = New(types.New(types.TextOID), Options{Style: types.DefaultStyle()}).Read(f, nil, 1); err == nil {
		t.Error("a zero byte passes")
	}
}

func BenchmarkFloats(b *testing.B) {
	benchmark(b, types.New(types.Float8OID), "21168.23", "17.00", "0.04")
}
func BenchmarkInts(b *testing.B) {
	benchmark(b, types.New(types.Int8OID), "155190", "7", "12345678901")
}
func BenchmarkDates(b *testing.B) { benchmark(b, types.New(types.DateOID), "1996-03-13", "1994-12-01") }
func BenchmarkText(b *testing.B) {
	benchmark(b, types.New(types.TextOID), "N", "egular courts above the")
}

func benchmark(b *testing.B, t types.Type, texts ...string) {
	var in []string
	for i := range 2048 {
		in = append(in, texts[i%len(texts)])
	}
	f := fieldsOf(in)
	r := New(t, Options{Style: types.DefaultStyle()})
	for b.Loop() {
		if _, err := r.Read(f, nil, len(in)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2048, "ns/value")
}
