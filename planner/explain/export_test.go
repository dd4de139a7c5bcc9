package explain_test

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// projected is the first expression of the topmost projection.
func projected(n logical.Node) scalar.Expr {
	return n.(*logical.Project).Exprs[0]
}
