package catalog

import "github.com/inlaydb/inlay/catalog/types"

// PreparedStatement is a row of pg_prepared_statements.
type PreparedStatement struct {
	Name, Statement string
	Parameters      []types.OID
	FromSQL         bool
	Micros          int64 // when it was made, since 1970
}

// Cursor is a row of pg_cursors.
type Cursor struct {
	Name, Statement      string
	Holdable, Scrollable bool
	Micros               int64 // when it was made, since 1970
}
