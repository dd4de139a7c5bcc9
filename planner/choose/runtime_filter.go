package choose

import "github.com/inlaydb/inlay/planner/physical"

func (b *builder) placeRuntimeFilters(n physical.Node) {}
