package datetime

import (
	"fmt"
	"strconv"
)

// fmtG is C's %g.
func fmtG(f float64) string { return fmt.Sprintf("%g", roundG(f)) }

// roundG keeps six significant digits.
func roundG(f float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 5, 64), 64)
	return v
}

// fmtFloat is a float with six significant digits and a point.
func fmtFloat(f float64) string {
	s := strconv.FormatFloat(roundG(f), 'f', -1, 64)
	for i := 0; i < len(s); i++ {
		if s[i] == '.' {
			return s
		}
	}
	return s + "."
}
