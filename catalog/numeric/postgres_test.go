package numeric

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// testdata/postgres.txt holds what Postgres 15 answers: operation, arguments
// and "= answer", separated by tabs. INLAY_NUMERIC_CASES names a larger file
// of the same form.
func TestPostgres(t *testing.T) {
	files := []string{"testdata/postgres.txt"}
	if f := os.Getenv("INLAY_NUMERIC_CASES"); f != "" {
		files = append(files, f)
	}
	for _, file := range files {
		runCases(t, file)
	}
}

func runCases(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for line := 1; sc.Scan(); line++ {
		parts := strings.Split(sc.Text(), "\t")
		op, args := parts[0], parts[1:len(parts)-1]
		want := strings.TrimPrefix(parts[len(parts)-1], "= ")
		got, err := evaluate(op, args)
		if err != nil {
			got = errorText(err)
		}
		if got != want && !(strings.HasPrefix(op, "float") && sameFloat(got, want)) {
			t.Errorf("%s:%d: %s(%s)\n got %s\nwant %s", file, line, op, strings.Join(args, ", "), got, want)
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

// sameFloat compares floats by value: how they print is not this package's concern.
func sameFloat(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return false
	}
	y, err := strconv.ParseFloat(b, 64)
	return err == nil && (x == y || x != x && y != y || float32(x) == float32(y))
}

func errorText(err error) string {
	var e *sqlerr.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s := fmt.Sprintf("ERROR %s %s", e.Code, e.Message)
	if e.Detail != "" {
		s += " | " + e.Detail
	}
	return s
}

var (
	unary = map[string]func(Numeric) (Numeric, error){
		"sqrt": Sqrt, "exp": Exp, "ln": Ln, "log10": Log10, "ceil": Ceil, "floor": Floor,
		"abs":        func(n Numeric) (Numeric, error) { return n.Abs(), nil },
		"neg":        func(n Numeric) (Numeric, error) { return n.Neg(), nil },
		"trim_scale": func(n Numeric) (Numeric, error) { return TrimScale(n), nil },
		"text":       func(n Numeric) (Numeric, error) { return n, nil },
	}
	binaries = map[string]func(a, b Numeric) (Numeric, error){
		"add": Add, "sub": Sub, "mul": Mul, "div": Div, "mod": Mod, "divtrunc": DivTrunc,
		"power": Power, "log": Log, "gcd": GCD, "lcm": LCM,
	}
)

func evaluate(op string, args []string) (string, error) {
	switch op {
	case "fromfloat8":
		f, err := strconv.ParseFloat(args[0], 64)
		return FromFloat64(f).String(), err
	case "fromfloat4":
		f, err := strconv.ParseFloat(args[0], 32)
		return FromFloat32(float32(f)).String(), err
	case "factorial":
		n, _ := strconv.ParseInt(args[0], 10, 64)
		v, err := Factorial(n)
		return v.String(), err
	case "avg", "sum", "var_samp", "var_pop", "stddev_samp", "stddev_pop":
		return evaluateAggregate(op, strings.Split(args[0], ","))
	}
	a, err := Parse(args[0])
	if err != nil {
		return "", err
	}
	if back := Decode(a.AppendEncoded(nil)); back.String() != a.String() {
		return "encoding changed " + a.String() + " to " + back.String(), nil
	}
	if fn := unary[op]; fn != nil {
		v, err := fn(a)
		return v.String(), err
	}
	switch op {
	case "int8", "int4", "int2":
		var v int64
		switch op {
		case "int8":
			v, err = a.Int64()
		case "int4":
			var w int32
			w, err = a.Int32()
			v = int64(w)
		default:
			var w int16
			w, err = a.Int16()
			v = int64(w)
		}
		return strconv.FormatInt(v, 10), err
	case "float8":
		v, err := a.Float64()
		return strconv.FormatFloat(v, 'g', -1, 64), err
	case "float4":
		v, err := a.Float32()
		return strconv.FormatFloat(float64(v), 'g', -1, 32), err
	case "min_scale":
		if !a.IsFinite() {
			return "NULL", nil
		}
		return strconv.Itoa(MinScale(a)), nil
	case "wire":
		w := a.AppendWire(nil)
		back, err := ParseWire(w)
		if err == nil && back.String() != a.String() {
			return "wire format changed it to " + back.String(), nil
		}
		return hex.EncodeToString(w), err
	case "typmod":
		m, _ := strconv.Atoi(args[1])
		v, err := ApplyTypmod(a, int32(m))
		return v.String(), err
	case "round", "trunc":
		n, _ := strconv.Atoi(args[1])
		if op == "trunc" {
			return Trunc(a, n).String(), nil
		}
		v, err := Round(a, n)
		return v.String(), err
	}
	b, err := Parse(args[1])
	if err != nil {
		return "", err
	}
	if fn := binaries[op]; fn != nil {
		v, err := fn(a, b)
		return v.String(), err
	}
	switch op {
	case "cmp":
		c := Compare(a, b)
		switch {
		case c < 0:
			return "-1", nil
		case c > 0:
			return "1", nil
		}
		return "0", nil
	case "wb":
		c, _ := Parse(args[2])
		n, _ := strconv.Atoi(args[3])
		v, err := WidthBucket(a, b, c, int32(n))
		return strconv.Itoa(int(v)), err
	}
	return "", errors.New("no such operation")
}

func evaluateAggregate(op string, values []string) (string, error) {
	sum, other := NewSum(true), NewSum(true)
	for i, s := range values {
		n, err := Parse(s)
		if err != nil {
			return "", err
		}
		if i%3 == 0 {
			err = other.Add(n)
		} else {
			err = sum.Add(n)
		}
		if err != nil {
			return "", err
		}
	}
	var loaded Sum
	if rest := loaded.LoadState(other.AppendState(nil)); len(rest) != 0 {
		return "state not read to its end", nil
	}
	if err := sum.Merge(&loaded); err != nil {
		return "", err
	}
	var v Numeric
	var err error
	ok := true
	switch op {
	case "sum":
		v = sum.Total()
	case "avg":
		v, ok, err = sum.Average()
	default:
		v, ok, err = sum.Spread(strings.HasSuffix(op, "samp"), strings.HasPrefix(op, "stddev"))
	}
	if !ok {
		return "NULL", err
	}
	return v.String(), err
}
