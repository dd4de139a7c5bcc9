package engine

import (
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
)

// inForce is what every statement asks of the settings, read from their texts
// when one of them has changed.
type inForce struct {
	changes       uint64 // of the variables when they were read
	app           string
	style         types.Style
	location      *time.Location
	eval          eval.Settings
	searchPath    []string
	isolation     catalog.Isolation // of new transactions
	isolationErr  error
	readOnly      bool          // new transactions are
	timeout       time.Duration // 0: none
	memoryLimit   int64         // bytes; 0: none
	threads       int           // 0: the engine's
	preserveOrder bool
}

// settings are those in force.
func (s *Session) settings() *inForce {
	if f := s.inForce; f != nil && f.changes == s.vars.changes {
		return f
	}
	f := &inForce{changes: s.vars.changes}
	s.inForce = f
	f.app = s.mustGet("application_name")
	f.location = datetime.FindZone(s.mustGet("TimeZone"))
	if f.location == nil {
		f.location = time.UTC // SET has checked the name; only the machine's own setting may be odd
	}
	f.style = *types.DefaultStyle()
	if format, order, ok := datetime.ParseDateStyle(s.mustGet("DateStyle"), datetime.ISO, datetime.MDY); ok {
		f.style.Format, f.style.Order = format, order
	}
	if i, ok := datetime.ParseIntervalStyle(s.mustGet("IntervalStyle")); ok {
		f.style.Interval = i
	}
	f.style.Location = f.location
	digits, _ := parseAmount(s.mustGet("extra_float_digits"), "")
	f.style.ExtraFloatDigits = int(digits)
	f.style.ByteaEscape = s.mustGet("bytea_output") == "escape"
	f.eval = eval.Settings{DateStyle: s.mustGet("DateStyle"), IntervalStyle: s.mustGet("IntervalStyle"), ExtraFloatDigits: int(digits), ByteaOutput: s.mustGet("bytea_output")}
	f.searchPath = searchPath(s.mustGet("search_path"))
	f.isolation, f.isolationErr = parseIsolation(s.mustGet("default_transaction_isolation"))
	f.readOnly = s.mustGet("default_transaction_read_only") == "on"
	ms, _ := parseAmount(s.mustGet("statement_timeout"), "ms")
	f.timeout = time.Duration(ms) * time.Millisecond
	kB, _ := parseAmount(s.mustGet("inlay.memory_limit"), "kB")
	f.memoryLimit = kB << 10
	threads, _ := parseAmount(s.mustGet("inlay.threads"), "")
	f.threads = int(threads)
	f.preserveOrder = s.mustGet("inlay.preserve_order") == "on"
	return f
}

// location is the session's time zone.
func (s *Session) location() *time.Location { return s.settings().location }

// Style is how the session reads and writes values as text.
func (s *Session) Style() *types.Style {
	st := s.settings().style
	st.Now = time.Now().UnixMicro()
	if !s.tx.began.IsZero() {
		st.Now = s.tx.began.UnixMicro()
	}
	st.Names = s.evalEnv(nil).Names()
	return &st
}

func checkTimeZone(v string) (string, bool) {
	return datetime.ZoneSetting(v)
}
