package demo

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// How big the shop is; about three million rows in all.
const (
	customerCount = 25_000
	productCount  = 2_000
	orderCount    = 120_000
	browseEvents  = 2_130_000 // besides those of sessions that end in an order
	monthCount    = 24
	firstYear     = 2024
)

// shop is what all months share: computed once from the seed, then read only.
type shop struct {
	seed     uint64
	scale    float64 // 1 is the full size; tests take less
	products []product
	popular  []int32   // products, the best selling first
	signup   []int32   // day on which each customer signed up, ascending
	country  []int32   // of each customer
	keen     []float64 // how likely each customer is to come, against the keenest
	months   []month
}

type product struct {
	category int32
	price    int64 // cents
	cost     int64
	launched int32 // day
	gone     bool
}

// month is one month's share of the shop's life.
type month struct {
	name       string // 2024-01
	start, end int32  // days since 1970, end excluded
	orders     int
	browsing   int   // events without an order
	firstOrder int64 // id
	firstEvent int64
	hours      []float64 // cumulative weight of the month's hours, the last is 1
}

func newShop(seed int64, scale float64) *shop {
	s := &shop{seed: uint64(seed), scale: scale}
	s.makeMonths()
	s.makeProducts()
	s.makeCustomers()
	return s
}

// random is the generator of one stream: streams do not touch each other, so
// they may run in any order.
func (s *shop) random(stream, part int) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, uint64(stream)<<32|uint64(part)))
}

const (
	streamProducts = iota
	streamCustomers
	streamNames
	streamOrders
	streamEvents
)

func (s *shop) scaled(n int) int { return max(1, int(float64(n)*s.scale)) }

func epochDay(t time.Time) int32 { return int32(t.Unix() / 86400) }

func (s *shop) makeMonths() {
	weights, total := make([]float64, monthCount), 0.0
	for i := range weights {
		weights[i] = monthWeight[i%12] * (1 + 1.2*float64(i)/monthCount)
		total += weights[i]
	}
	orderID, eventID := int64(1), int64(1)
	for i, w := range weights {
		start := time.Date(firstYear, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)
		m := month{
			name:  start.Format("2006-01"),
			start: epochDay(start), end: epochDay(start.AddDate(0, 1, 0)),
			orders:     s.scaled(int(orderCount * w / total)),
			browsing:   s.scaled(int(browseEvents * w / total)),
			firstOrder: orderID, firstEvent: eventID,
		}
		sum := 0.0
		for d := m.start; d < m.end; d++ {
			weekday := (d + 4) % 7 // day 0 was a Thursday
			for _, h := range hourWeight {
				sum += h * dayWeight[weekday]
				m.hours = append(m.hours, sum)
			}
		}
		for k := range m.hours {
			m.hours[k] /= sum
		}
		orderID += int64(m.orders)
		eventID += int64(m.orders)*maxSessionEvents + int64(m.browsing) + maxSessionEvents
		s.months = append(s.months, m)
	}
}

// when draws a moment of the month, in microseconds since 1970.
func (m *month) when(r *rand.Rand) int64 {
	k, _ := slices.BinarySearch(m.hours, r.Float64())
	k = min(k, len(m.hours)-1)
	return (int64(m.start)*24+int64(k))*3_600_000_000 + r.Int64N(3_600_000_000)/1000*1000
}

func (s *shop) makeProducts() {
	r := s.random(streamProducts, 0)
	n := s.scaled(productCount)
	opening := s.months[0].start
	for i := range n {
		c := int32(0)
		for u := r.Float64(); int(c) < len(categories)-1 && u >= categories[c].weight; c++ {
			u -= categories[c].weight
		}
		cat := &categories[c]
		price := cat.typical * math.Exp(r.NormFloat64()*cat.spread)
		p := product{category: c, price: max(199, int64(price)/50*50-1)}
		p.cost = int64(float64(p.price) * (0.45 + 0.3*r.Float64()))
		p.launched = opening - 400
		if i%3 == 0 { // a third comes while the shop is open
			p.launched = opening + r.Int32N(monthCount*30)
		}
		p.gone = r.IntN(25) == 0
		s.products = append(s.products, p)
		s.popular = append(s.popular, int32(i))
	}
	r.Shuffle(n, func(i, j int) { s.popular[i], s.popular[j] = s.popular[j], s.popular[i] })
}

func (s *shop) makeCustomers() {
	r := s.random(streamCustomers, 0)
	n := s.scaled(customerCount)
	first, last := s.months[0].start, s.months[monthCount-1].end
	s.signup, s.country = make([]int32, n), make([]int32, n)
	for i := range n {
		// A third was there before; the others come in growing numbers.
		day := first - 1 - r.Int32N(365)
		if i >= n/3 {
			day = first + int32(math.Sqrt(r.Float64())*float64(last-first))
		}
		s.signup[i] = day
	}
	slices.Sort(s.signup)
	s.keen = make([]float64, n)
	for i := range n {
		s.country[i] = countries.pick(r.Float64())
		s.keen[i] = 0.02 + 0.98*math.Pow(r.Float64(), 8)
	}
}

// customer draws one of those who have signed up by day; the keen ones more
// often.
func (s *shop) customer(r *rand.Rand, day int32) int32 {
	n, _ := slices.BinarySearch(s.signup, day+1)
	k := int32(0)
	for range 64 {
		k = r.Int32N(int32(max(n, 1)))
		if r.Float64() < s.keen[k] {
			break
		}
	}
	return k
}

// product draws a product that is sold on day; the popular ones more often.
func (s *shop) product(r *rand.Rand, day int32) int32 {
	for range 8 {
		u := r.Float64()
		p := s.popular[int(u*u*u*float64(len(s.popular)))]
		if q := &s.products[p]; q.launched <= day && !(q.gone && day > q.launched+300) {
			return p
		}
	}
	return s.popular[0]
}
