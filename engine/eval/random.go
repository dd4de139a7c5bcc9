package eval

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"sync"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// Random is a session's random numbers: the generator and the seeding of
// Postgres 15 (xoroshiro128**, seeded through splitmix64), so that what
// follows setseed is the same there and here.
type Random struct {
	mu struct {
		sync.Mutex
		s0, s1 uint64
	}
}

// NewRandom makes a generator with an arbitrary seed.
func NewRandom() *Random {
	r := &Random{}
	r.mu.s0, r.mu.s1 = rand.Uint64(), rand.Uint64()|1
	return r
}

// Seed is setseed.
func (r *Random) Seed(seed float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x := uint64(int64(float64(1<<52-1) * seed))
	next := func() uint64 {
		x += 0x9e3779b97f4a7c15
		z := x
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return z ^ z>>31
	}
	r.mu.s0, r.mu.s1 = next(), next()
}

// Float is a number from 0 up to, not including, 1.
func (r *Random) Float() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	s0, sx := r.mu.s0, r.mu.s1^r.mu.s0
	v := bits.RotateLeft64(s0*5, 7) * 9
	r.mu.s0 = bits.RotateLeft64(s0, 24) ^ sx ^ sx<<16
	r.mu.s1 = bits.RotateLeft64(sx, 37)
	return math.Ldexp(float64(v>>(64-52)), -52)
}

func random(c *call) error {
	dst := column.Values[float64](c.out)
	r := c.env.Random
	return c.each(func(i int) error {
		if r != nil {
			dst[i] = r.Float()
		} else {
			dst[i] = rand.Float64()
		}
		return nil
	})
}

func setSeed(c *call) error {
	x := arg[float64](c, 0)
	clear(c.out.Data)
	return c.each(func(i int) error {
		seed := x.at(i)
		if seed < -1 || seed > 1 || seed != seed {
			return sqlerr.New(sqlerr.InvalidParameterValue, "setseed parameter %v is out of allowed range [-1,1]", seed)
		}
		if c.env.Random == nil {
			return errNoEffects("setseed")
		}
		c.env.Random.Seed(seed)
		return nil
	})
}
