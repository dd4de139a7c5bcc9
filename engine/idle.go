package engine

import (
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// IdleTimeout is how long the session may now wait for its client, and the
// error that ends it then; 0: for ever.
func (s *Session) IdleTimeout() (time.Duration, error) {
	name, code, text := "idle_session_timeout", sqlerr.IdleSessionTimeout, "terminating connection due to idle-session timeout"
	if s.tx.block {
		name, code, text = "idle_in_transaction_session_timeout", sqlerr.IdleInTransactionSessionTimeout, "terminating connection due to idle-in-transaction timeout"
	}
	ms, _ := parseAmount(s.mustGet(name), "ms")
	e := sqlerr.New(code, "%s", text)
	e.Severity = sqlerr.SeverityFatal
	return time.Duration(ms) * time.Millisecond, e
}
