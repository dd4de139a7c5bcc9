package lower

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// nanoseconds says what happens when a scan reads times that are finer than
// SQL's: one warning a statement, or an error where the session wants it.
func (b *builder) nanoseconds() func(column string) error {
	refuse := false
	if b.env.Session != nil {
		v, _ := b.env.Session.Setting("inlay.nanoseconds")
		refuse = v == "error"
	}
	return func(column string) error {
		if refuse {
			return sqlerr.New(sqlerr.DatetimeFieldOverflow, "column %s has nanoseconds, which do not fit into microseconds", sqlerr.Quote(column)).
				WithHint("SET inlay.nanoseconds = 'warn' rounds them down.")
		}
		if !b.warned {
			b.warned = true
			b.env.Exec.Metrics.Warn(sqlerr.Notice(sqlerr.SeverityWarning, sqlerr.Warning, "nanoseconds of column %s are rounded down to microseconds", sqlerr.Quote(column)))
		}
		return nil
	}
}
