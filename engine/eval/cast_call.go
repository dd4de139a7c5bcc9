package eval

import "github.com/inlaydb/inlay/catalog/function"

// A cast that is written as a function call: int4(x), or CAST bound to its
// function in pg_cast.
func init() {
	register(map[string]builder{"cast": func(cp *compiler, s *signature) (node, error) {
		return cp.convert(s.args[0], s.argt[0], s.typ, function.Explicit)
	}})
}
