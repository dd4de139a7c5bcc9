package eval

import "github.com/inlaydb/inlay/catalog/types"

// output is how values of a type are written as text in this session.
func (cp *compiler) output(t types.Type) types.Appender { return types.TextAppender(t, cp.env.style()) }
