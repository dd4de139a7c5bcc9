package demo

import (
	"math/rand/v2"
	"slices"
)

const microsPerDay = 86_400_000_000

// order is an order before it is written: its lines and its purchase event
// come from it too.
type order struct {
	at       int64 // µs
	customer int32
	lines    []line
	total    int64
	shipping int64
	coupon   int32 // position in coupons, -1: none
}

type line struct {
	product  int32
	quantity int16
	price    int64
	discount int64 // hundredths
	amount   int64
}

// makeOrders draws a month's orders, in order of time.
func (s *shop) makeOrders(m *month, r *rand.Rand) []order {
	times := make([]int64, m.orders)
	for i := range times {
		times[i] = m.when(r)
	}
	slices.Sort(times)
	orders := make([]order, m.orders)
	lines := make([]line, 0, m.orders*4)
	for i := range orders {
		o := &orders[i]
		o.at, o.coupon = times[i], -1
		day := int32(o.at / microsPerDay)
		o.customer = s.customer(r, day)
		discount := int64(0)
		if r.IntN(9) == 0 {
			o.coupon = coupons.pick(r.Float64())
			discount = []int64{10, 5, 0, 15}[o.coupon]
		}
		from := len(lines)
		for range lineCount(r) {
			lines = append(lines, s.makeLine(r, day, discount))
		}
		o.lines = lines[from:len(lines):len(lines)]
		for _, l := range o.lines {
			o.total += l.amount
		}
		if o.total < 5000 && !(o.coupon >= 0 && coupons.names[o.coupon] == "FREESHIP") {
			o.shipping = 495
		}
		o.total += o.shipping
	}
	return orders
}

// lineCount is 1 to 12, 3.5 on average.
func lineCount(r *rand.Rand) int {
	n := 1
	for n < 12 && r.Float64() < 0.72 {
		n++
	}
	return n
}

func (s *shop) makeLine(r *rand.Rand, day int32, discount int64) line {
	p := s.product(r, day)
	l := line{product: p, quantity: 1, discount: discount}
	// Prices rise by 4 % a year, and one line in eight is on sale.
	years := float64(day-s.months[0].start) / 365
	l.price = int64(float64(s.products[p].price) * (1 + 0.04*years))
	if r.IntN(8) == 0 {
		l.discount = min(l.discount+10*int64(1+r.IntN(3)), 45)
	}
	// Of what costs little, people take several.
	for l.quantity < 20 && r.Float64() < 900/(900+float64(l.price)) {
		l.quantity++
	}
	l.amount = (l.price*int64(l.quantity)*(100-l.discount) + 50) / 100
	return l
}

// Positions in statuses.
const (
	processing int32 = iota
	shipped
	delivered
	returned
	cancelled
)

// status is what became of an order by the last day, and when it arrived.
func (s *shop) status(r *rand.Rand, day int32) (status, arrived int32) {
	u := r.Float64()
	arrived = day + 1 + int32(r.IntN(4)+r.IntN(4))
	last := s.months[monthCount-1].end
	switch {
	case u < 0.03:
		return cancelled, 0
	case last-day <= 2:
		return processing, 0
	case arrived >= last:
		return shipped, 0
	case u < 0.09:
		return returned, arrived
	}
	return delivered, arrived
}

// writeMonth gives the three monthly tables of one month.
func (s *shop) writeMonth(i int, ordersTo, linesTo, eventsTo Sink) error {
	m := &s.months[i]
	r := s.random(streamOrders, i)
	orders := s.makeOrders(m, r)
	if err := s.writeOrders(m, orders, r, ordersTo); err != nil {
		return err
	}
	if err := writeLines(m, orders, linesTo); err != nil {
		return err
	}
	return s.writeEvents(m, orders, s.random(streamEvents, i), eventsTo)
}

func (s *shop) writeOrders(m *month, orders []order, r *rand.Rand, sink Sink) error {
	b := newBuilder(&Orders, sink)
	b.dictionary(3, statuses.names)
	b.dictionary(4, channels.names)
	b.dictionary(5, countries.names)
	b.dictionary(6, coupons.names)
	f := b.fields
	for i := range orders {
		o := &orders[i]
		status, arrived := s.status(r, int32(o.at/microsPerDay))
		f[0].int64(m.firstOrder + int64(i))
		f[1].int32(o.customer + 1)
		f[2].int64(o.at)
		f[3].code(status)
		f[4].code(channels.pick(r.Float64()))
		f[5].code(s.country[o.customer])
		if o.coupon < 0 {
			f[6].null(b.n)
		} else {
			f[6].code(o.coupon)
		}
		f[7].int64(o.shipping)
		f[8].int64(o.total)
		if arrived == 0 {
			f[9].null(b.n)
		} else {
			f[9].int32(arrived)
		}
		if err := b.next(); err != nil {
			return err
		}
	}
	return b.flush()
}

func writeLines(m *month, orders []order, sink Sink) error {
	b := newBuilder(&OrderLines, sink)
	f := b.fields
	for i := range orders {
		for k := range orders[i].lines {
			l := &orders[i].lines[k]
			f[0].int64(m.firstOrder + int64(i))
			f[1].int16(int16(k + 1))
			f[2].int32(l.product + 1)
			f[3].int16(l.quantity)
			f[4].int64(l.price)
			f[5].int64(l.discount)
			f[6].int64(l.amount)
			if err := b.next(); err != nil {
				return err
			}
		}
	}
	return b.flush()
}
