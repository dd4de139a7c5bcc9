package engine

import (
	"time"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
)

// location is the session's time zone.
func (s *Session) location() *time.Location {
	if l := datetime.FindZone(s.mustGet("TimeZone")); l != nil {
		return l
	}
	return time.UTC // SET has checked the name; only the machine's own setting may be odd
}

func checkTimeZone(v string) (string, bool) {
	l := datetime.FindZone(v)
	if l == nil {
		return "", false
	}
	return l.String(), true
}

// Style is how the session reads and writes values as text.
func (s *Session) Style() *types.Style {
	st := types.DefaultStyle()
	if f, o, ok := datetime.ParseDateStyle(s.mustGet("DateStyle"), datetime.ISO, datetime.MDY); ok {
		st.Format, st.Order = f, o
	}
	if i, ok := datetime.ParseIntervalStyle(s.mustGet("IntervalStyle")); ok {
		st.Interval = i
	}
	st.Location = s.location()
	st.Now = time.Now().UnixMicro()
	if !s.tx.began.IsZero() {
		st.Now = s.tx.began.UnixMicro()
	}
	digits, _ := parseAmount(s.mustGet("extra_float_digits"), "")
	st.ExtraFloatDigits = int(digits)
	st.ByteaEscape = s.mustGet("bytea_output") == "escape"
	st.Names = s.evalEnv(nil).Names()
	return st
}

// evalSettings are the settings that change what functions give.
func (s *Session) evalSettings() eval.Settings {
	digits, _ := parseAmount(s.mustGet("extra_float_digits"), "")
	return eval.Settings{DateStyle: s.mustGet("DateStyle"), IntervalStyle: s.mustGet("IntervalStyle"), ExtraFloatDigits: int(digits), ByteaOutput: s.mustGet("bytea_output")}
}
