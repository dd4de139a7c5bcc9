package eval

import (
	"time"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/types"
)

// location is the session's time zone; UTC where there is no session.
func (e *Env) location() *time.Location {
	if e == nil || e.Location == nil {
		return time.UTC
	}
	return e.Location
}

// Style is how the session writes and reads values as text.
func (e *Env) Style() *types.Style { return e.style() }

func (e *Env) style() *types.Style {
	s := types.DefaultStyle()
	if e.Settings.DateStyle == "" && e.Settings.IntervalStyle == "" { // no session
		s.Location = e.location()
		return s
	}
	both := e.Settings.DateStyle
	if e.Settings.DateOrder != "" {
		both += ", " + e.Settings.DateOrder
	}
	if f, o, ok := datetime.ParseDateStyle(both, datetime.ISO, datetime.MDY); ok {
		s.Format, s.Order = f, o
	}
	if i, ok := datetime.ParseIntervalStyle(e.Settings.IntervalStyle); ok {
		s.Interval = i
	}
	s.Location = e.location()
	s.Now = e.now()
	s.ExtraFloatDigits = e.Settings.ExtraFloatDigits
	s.ByteaEscape = e.Settings.ByteaOutput == "escape"
	s.Names = e.names()
	return s
}
