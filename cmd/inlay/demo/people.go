package demo

import (
	"strconv"
	"strings"
)

// writeCustomers gives all customers, in order of their ids.
func (s *shop) writeCustomers(sink Sink) error {
	b := newBuilder(&Customers, sink)
	b.dictionary(3, countries.names)
	b.dictionary(5, segments.names)
	r := s.random(streamNames, 0)
	f := b.fields
	for i := range s.signup {
		given, family := first.names[first.pick(r.Float64())], last.names[last.pick(r.Float64())]
		f[0].int32(int32(i + 1))
		f[1].text(given + " " + family)
		f[2].text(email(given, family, i+1))
		f[3].code(s.country[i])
		city := &cities[s.country[i]]
		f[4].text(city.names[city.pick(r.Float64())])
		f[5].code(segments.pick(r.Float64()))
		f[6].int32(s.signup[i])
		if r.IntN(5) == 0 {
			f[7].null(b.n)
		} else {
			f[7].int16(int16(1950 + r.IntN(30) + r.IntN(28)))
		}
		f[8].bool(r.IntN(10) < 4)
		if err := b.next(); err != nil {
			return err
		}
	}
	return b.flush()
}

var ascii = strings.NewReplacer("ü", "ue", "ö", "oe", "Ö", "oe", "í", "i", "ó", "o", "é", "e", " ", "")

func email(given, family string, id int) string {
	return strings.ToLower(ascii.Replace(given)+"."+ascii.Replace(family)) + strconv.Itoa(id) + "@example.com"
}

// writeProducts gives all products, in order of their ids.
func (s *shop) writeProducts(sink Sink) error {
	b := newBuilder(&Products, sink)
	var names []string
	for i := range categories {
		names = append(names, categories[i].name)
	}
	b.dictionary(2, names)
	b.dictionary(3, brands.names)
	r := s.random(streamProducts, 1)
	f := b.fields
	for i := range s.products {
		p := &s.products[i]
		cat := &categories[p.category]
		brand := brands.pick(r.Float64())
		f[0].int32(int32(i + 1))
		f[1].text(brands.names[brand] + " " + cat.nouns[r.IntN(len(cat.nouns))] + " " + strconv.Itoa(100+i%900))
		f[2].code(p.category)
		f[3].code(brand)
		f[4].int64(p.price)
		f[5].int64(p.cost)
		f[6].int32(p.launched)
		f[7].bool(p.gone)
		if err := b.next(); err != nil {
			return err
		}
	}
	return b.flush()
}
