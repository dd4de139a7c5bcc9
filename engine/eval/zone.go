package eval

import (
	"time"

	"github.com/inlaydb/inlay/catalog/datetime"
)

// localToUTC reads a timestamp as local time of a zone, for comparisons: what
// is out of range stays at the end of it.
func localToUTC(loc *time.Location, t int64) int64 {
	u, err := datetime.FromLocal(t, loc)
	if err != nil {
		return t
	}
	return u
}
