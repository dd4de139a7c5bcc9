package pgcatalog

import (
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/storage/column"
)

// objects is a session that tells of its prepared statements and cursors too.
type objects interface {
	PreparedStatements() []catalog.PreparedStatement
	Cursors() []catalog.Cursor
}

type zoneRow struct {
	name, abbrev string
	offset       int // seconds east of UTC
	dst          bool
}

func seconds(n int) any { return column.IntervalValue{Micros: int64(n) * 1e6} }

func init() {
	prepared := func(s *scope) []catalog.PreparedStatement {
		if o, ok := s.session.(objects); ok {
			return o.PreparedStatements()
		}
		return nil
	}
	define("pg_prepared_statements", prepared, columns[catalog.PreparedStatement]{
		"name": func(_ *scope, p catalog.PreparedStatement) any { return p.Name }, "statement": func(_ *scope, p catalog.PreparedStatement) any { return p.Statement },
		"prepare_time": func(_ *scope, p catalog.PreparedStatement) any { return p.Micros }, "parameter_types": func(_ *scope, p catalog.PreparedStatement) any { return p.Parameters },
		"from_sql": func(_ *scope, p catalog.PreparedStatement) any { return p.FromSQL }, "generic_plans": is[catalog.PreparedStatement](0), "custom_plans": is[catalog.PreparedStatement](0),
	})
	cursors := func(s *scope) []catalog.Cursor {
		if o, ok := s.session.(objects); ok {
			return o.Cursors()
		}
		return nil
	}
	define("pg_cursors", cursors, columns[catalog.Cursor]{
		"name": func(_ *scope, c catalog.Cursor) any { return c.Name }, "statement": func(_ *scope, c catalog.Cursor) any { return c.Statement },
		"is_holdable": func(_ *scope, c catalog.Cursor) any { return c.Holdable }, "is_binary": is[catalog.Cursor](false),
		"is_scrollable": func(_ *scope, c catalog.Cursor) any { return c.Scrollable }, "creation_time": func(_ *scope, c catalog.Cursor) any { return c.Micros },
	})
	zones := func(*scope) []zoneRow {
		now := time.Now()
		var out []zoneRow
		for _, n := range datetime.ZoneNames() {
			if l := datetime.FindZone(n); l != nil {
				at := now.In(l)
				abbrev, off := at.Zone()
				out = append(out, zoneRow{n, abbrev, off, at.IsDST()})
			}
		}
		return out
	}
	cols := columns[zoneRow]{
		"name": func(_ *scope, z zoneRow) any { return z.name }, "abbrev": func(_ *scope, z zoneRow) any { return z.abbrev },
		"utc_offset": func(_ *scope, z zoneRow) any { return seconds(z.offset) }, "is_dst": func(_ *scope, z zoneRow) any { return z.dst },
	}
	define("pg_timezone_names", zones, cols)
	define("pg_timezone_abbrevs", func(*scope) []zoneRow {
		var out []zoneRow
		for _, a := range datetime.ZoneAbbreviations(time.Now().UnixMicro()) {
			out = append(out, zoneRow{abbrev: a.Name, offset: a.Offset, dst: a.DST})
		}
		return out
	}, columns[zoneRow]{"abbrev": cols["abbrev"], "utc_offset": cols["utc_offset"], "is_dst": cols["is_dst"]})
}
