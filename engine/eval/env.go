package eval

import "time"

// location is the session's time zone; UTC where there is no session.
func (e *Env) location() *time.Location {
	if e == nil || e.Location == nil {
		return time.UTC
	}
	return e.Location
}
