package rule

import "github.com/inlaydb/inlay/planner/logical"

// workingTables makes the references to a recursive CTE's working table read
// it by the ids of the Recursive's own columns: the binder names those of its
// base, which rules may replace.
func workingTables(_ *Context, root logical.Node) (logical.Node, error) {
	return logical.Rewrite(root, func(n logical.Node) logical.Node {
		r, ok := n.(*logical.Recursive)
		if !ok {
			return n
		}
		base := r.Base.Schema()
		step := logical.Rewrite(r.Step, func(n logical.Node) logical.Node {
			ref, ok := n.(*logical.CTERef)
			if !ok || ref.ID != r.ID {
				return n
			}
			m := *ref
			m.From = append(m.From[:0:0], ref.From...)
			for i, from := range m.From {
				for k, c := range base {
					if c.ID == from {
						m.From[i] = r.Cols[k].ID
					}
				}
			}
			return &m
		})
		m := *r
		m.Step = step
		return &m
	}), nil
}
