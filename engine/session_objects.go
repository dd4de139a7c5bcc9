package engine

import (
	"sort"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

// PreparedStatements lists the session's prepared statements by name. The
// unnamed one is not among them, as in Postgres.
func (s *Session) PreparedStatements() []catalog.PreparedStatement {
	var out []catalog.PreparedStatement
	for name, p := range s.prepared {
		if name == "" {
			continue
		}
		oids := make([]types.OID, len(p.params))
		for i, t := range p.params {
			oids[i] = t.OID
		}
		out = append(out, catalog.PreparedStatement{Name: name, Statement: p.stmt.Text, Parameters: oids, FromSQL: p.fromSQL, Micros: p.made.UnixMicro()})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Cursors lists the session's DECLAREd cursors by name.
func (s *Session) Cursors() []catalog.Cursor {
	var out []catalog.Cursor
	for name, c := range s.cursors {
		out = append(out, catalog.Cursor{Name: name, Statement: c.text, Holdable: c.hold, Scrollable: c.scroll, Micros: c.made.UnixMicro()})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
