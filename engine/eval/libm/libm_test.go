package libm

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Answers of a C library.
func TestKnown(t *testing.T) {
	for _, tc := range []struct {
		name      string
		got, want float64
	}{
		{"exp(1.5)", Exp(1.5), 4.4816890703380645},
		{"exp(2.5)", Exp(2.5), 12.182493960703473},
		{"exp(-745)", Exp(-745), 5e-324},
		{"log(1e-308)", Log(1e-308), -709.1962086421661},
		{"log(1.0000000001)", Log(1.0000000001), 1.000000082690371e-10},
		{"log10(1e-308)", Log10(1e-308), -308},
		{"log10(1000)", Log10(1000), 3},
		{"sin(2)", Sin(2), 0.9092974268256817},
		{"sin(10)", Sin(10), -0.5440211108893698},
		{"sin(1e22)", Sin(1e22), -0.8522008497671888},
		{"cos(1e22)", Cos(1e22), 0.523214785395139},
		{"tan(1)", Tan(1), 1.5574077246549023},
		{"tan(10)", Tan(10), 0.6483608274590866},
		{"atan(1)", Atan(1), math.Pi / 4},
		{"asin(0.5)", Asin(0.5), 0.5235987755982989},
		{"acos(0.5)", Acos(0.5), 1.0471975511965979},
		{"pow(2,0.5)", Pow(2, 0.5), math.Sqrt2},
		{"pow(10,15)", Pow(10, 15), 1e15},
		{"pow(-2,3)", Pow(-2, 3), -8},
		{"pow(1.0001,10000)", Pow(1.0001, 10000), 2.7181459268249255},
	} {
		if tc.got != tc.want {
			t.Errorf("%s = %v, want %v", tc.name, tc.got, tc.want)
		}
	}
}

// Identities that hold to the last place or nearly.
func TestIdentities(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	near := func(name string, x, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 4*math.Abs(want)*0x1p-52 {
			t.Errorf("%s(%v): %v, want %v", name, x, got, want)
		}
	}
	for range 2000 {
		x := (r.Float64() - 0.5) * 40
		near("exp", x, Exp(x), math.Exp(x))
		near("log", x, Log(math.Abs(x)), math.Log(math.Abs(x)))
		near("sin", x, Sin(x), math.Sin(x))
		near("cos", x, Cos(x), math.Cos(x))
		near("atan", x, Atan(x), math.Atan(x))
		near("sinh", x, Sinh(x), math.Sinh(x))
		near("cosh", x, Cosh(x), math.Cosh(x))
		near("tanh", x, Tanh(x), math.Tanh(x))
		s, c := sincos(x)
		if d := s.mul(s).add(c.mul(c)).sub(dd{1, 0}); math.Abs(d.hi) > 1e-30 {
			t.Errorf("sin² + cos² of %v is 1 + %v", x, d.hi)
		}
		u := r.Float64()*2 - 1
		near("asin", u, Asin(u), math.Asin(u))
	}
}
