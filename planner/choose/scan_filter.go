package choose

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// orderFilter is the order in which a scan tries its predicates.
func (b *builder) orderFilter(n *logical.Scan) []scalar.Expr { return n.Filter }
