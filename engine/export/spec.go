package export

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Format is what kind of file is written.
type Format uint8

// The formats. Rows is one of COPY's own: Spec.Rows says which.
const (
	Rows Format = iota
	JSON
	Parquet
	Arrow
)

// Spec says what is written and where.
type Spec struct {
	Format    Format
	Columns   []copyrow.Column
	Style     *types.Style
	Rows      *copyrow.Format // for Rows
	JSONArray bool            // one array instead of a value a line
	Compress  Compression     // of the whole file; not for Parquet
	Codec     parquet.Codec   // for Parquet
	GroupRows int             // for Parquet; 0: 122,880
	Partition []int           // columns whose values name folders; they are not in the files
	Exists    Existing

	Store object.Store
	Key   string // the file, or with Partition the folder

	Memory *memory.Reservation // for what waits; nil: not counted
	Slots  *pipeline.Slots     // nil: everything in the caller's goroutine
}

// Existing says what happens where a partitioned export finds files.
type Existing uint8

// Refuse is an error; Overwrite replaces files of the same name; Append makes
// names that are new.
const (
	Refuse Existing = iota
	Overwrite
	Append
)

// defaultGroupRows is DuckDB's and near what Spark and others make.
const defaultGroupRows = 120 << 10

// bytes says whether rows are bytes when they leave the workers.
func (s *Spec) bytes() bool {
	return (s.Format == Rows || s.Format == JSON) && len(s.Partition) == 0
}

// NewEncoder makes what the workers of the query encode rows with.
func (s *Spec) NewEncoder() (result.Encoder, error) {
	if s.bytes() {
		return s.rowEncoder(s.Columns), nil
	}
	return &result.Keeper{}, nil
}

// rowEncoder encodes rows of columns as text.
func (s *Spec) rowEncoder(cols []copyrow.Column) result.Encoder {
	if s.Format == JSON {
		return newJSONEncoder(cols, s.Style, s.JSONArray)
	}
	return copyrow.NewEncoder(s.Rows, cols, s.Style)
}
