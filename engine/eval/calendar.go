package eval

// civil is year, month and day of a day count since 1970-01-01 in the
// proleptic Gregorian calendar (Neri and Schneider's Euclidean affine
// functions; year 0 is 1 BC).
func civil(days int32) (year int64, month, day int) {
	const eras = 14704 // of 400 years, so that all is positive
	n := uint64(int64(days) + 719468 + 146097*eras)
	n1 := 4*n + 3
	century := n1 / 146097
	n2 := uint64(uint32(n1%146097/4)*4 + 3)
	p := n2 * 2939745
	z := p >> 32
	dayOfYear := uint32(p) / 2939745 / 4
	y := 100*century + z
	n3 := 2141*dayOfYear + 197913
	m := n3 >> 16
	d := n3 & 0xffff / 2141
	if dayOfYear >= 306 {
		y, m = y+1, m-12
	}
	return int64(y) - 400*eras, int(m), int(d) + 1
}

// days is the day count of a date; month may be out of 1 to 12 by years.
func daysOf(year int64, month, day int) int64 {
	m := int64(month) - 1
	year += floorDiv(m, 12)
	month = int(floorMod(m, 12)) + 1
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := (153*int64(month-3)+2)/5 + int64(day) - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}
