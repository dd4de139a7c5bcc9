package source

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

func (f *Files) resolveArrow(ctx context.Context, patterns []string, files []*listed, o *options) (*catalog.Relation, *catalog.Files, error) {
	return nil, nil, sqlerr.New(sqlerr.FeatureNotSupported, "Arrow files are not supported yet")
}

// Arrow says how an Arrow file is read: it is the Layout of a catalog.File.
type Arrow struct {
	Fields  map[string]int
	Batches int
}

// ArrowBatches is how many record batches a file has.
func ArrowBatches(file *catalog.File) int { return file.Layout.(*Arrow).Batches }
