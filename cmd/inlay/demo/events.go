package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// maxSessionEvents bounds a session, and so the ids that a month can use.
const maxSessionEvents = 12

// Positions in eventKind.
const (
	view int32 = iota
	search
	cart
	purchase
)

// event is a click before it is written. -1 stands for NULL.
type event struct {
	at       int64
	session  int64
	order    int64
	customer int32
	product  int32
	kind     int32
	device   int32
	search   int32
	duration int32
}

// writeEvents gives a month's clicks in order of time: each order's session,
// and sessions of people who only look.
func (s *shop) writeEvents(m *month, orders []order, r *rand.Rand, sink Sink) error {
	events := make([]event, 0, len(orders)*3+m.browsing+maxSessionEvents)
	session := m.firstEvent // as good an id as any, and not used twice
	for i := range orders {
		events = s.buyingSession(events, r, &orders[i], session, m.firstOrder+int64(i))
		session++
	}
	for left := m.browsing; left > 0; session++ {
		n := min(left, 1+r.IntN(3)+r.IntN(3))
		events = s.browsingSession(events, r, m, session, n)
		left -= n
	}
	slices.SortFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.session, b.session), cmp.Compare(a.kind, b.kind), cmp.Compare(a.product, b.product))
	})
	return writeEventRows(m, events, sink)
}

// buyingSession ends in an order: some views, a cart, the purchase.
func (s *shop) buyingSession(events []event, r *rand.Rand, o *order, session, id int64) []event {
	e := event{at: o.at, session: session, order: -1, customer: o.customer, device: devices.pick(r.Float64()), search: -1, duration: -1}
	e.kind, e.order, e.product = purchase, id, -1
	events = append(events, e)
	e.order = -1
	for k := range o.lines {
		if k >= 2 {
			break
		}
		e.at -= 5_000_000 + r.Int64N(120_000_000)
		e.product, e.kind, e.duration = o.lines[k].product, cart, -1
		if k == 1 || r.IntN(3) == 0 {
			e.kind, e.duration = view, dwell(r)
		}
		events = append(events, e)
	}
	return events
}

// browsingSession looks at n pages; half of the visitors are not known.
func (s *shop) browsingSession(events []event, r *rand.Rand, m *month, session int64, n int) []event {
	e := event{at: m.when(r), session: session, order: -1, customer: -1, device: devices.pick(r.Float64())}
	day := int32(e.at / microsPerDay)
	if r.IntN(2) == 0 {
		e.customer = s.customer(r, day)
	}
	for range n {
		e.kind, e.product, e.search, e.duration = view, -1, -1, -1
		switch u := r.Float64(); {
		case u < 0.14:
			e.kind, e.search = search, searches.pick(r.Float64())
		case u < 0.19:
			e.kind, e.product = cart, s.product(r, day)
		default:
			e.product, e.duration = s.product(r, day), dwell(r)
		}
		events = append(events, e)
		e.at += 2_000_000 + r.Int64N(90_000_000)
	}
	return events
}

// dwell is how long a page was looked at, in milliseconds: mostly short.
func dwell(r *rand.Rand) int32 { return 400 + int32(r.ExpFloat64()*15_000) }

func writeEventRows(m *month, events []event, sink Sink) error {
	b := newBuilder(&Events, sink)
	b.dictionary(4, eventKind.names)
	b.dictionary(7, devices.names)
	b.dictionary(8, searches.names)
	f := b.fields
	// The month's folder holds the month's clicks, though sessions may start
	// before midnight of the first or end after that of the last.
	lo, hi := int64(m.start)*microsPerDay, int64(m.end)*microsPerDay-1
	for i := range events {
		e := &events[i]
		f[0].int64(m.firstEvent + int64(i))
		f[1].int64(e.session)
		f[2].int64(min(max(e.at, lo), hi))
		orNull(f[3], b.n, e.customer)
		f[4].code(e.kind)
		orNull(f[5], b.n, e.product)
		if e.order < 0 {
			f[6].null(b.n)
		} else {
			f[6].int64(e.order)
		}
		f[7].code(e.device)
		if e.search < 0 {
			f[8].null(b.n)
		} else {
			f[8].code(e.search)
		}
		if e.duration < 0 {
			f[9].null(b.n)
		} else {
			f[9].int32(e.duration)
		}
		if err := b.next(); err != nil {
			return err
		}
	}
	return b.flush()
}

// orNull writes a position as an id from 1, or NULL for -1.
func orNull(f *field, row int, position int32) {
	if position < 0 {
		f.null(row)
		return
	}
	f.int32(position + 1)
}
