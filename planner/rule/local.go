package rule

import "github.com/inlaydb/inlay/planner/logical"

// localRule looks at one node, whose inputs are done, and gives a better one.
type localRule struct {
	name  string
	apply func(c *Context, n logical.Node) (logical.Node, bool)
}

// localRules run bottom-up, in this order at each node, until none fires.
var localRules = []localRule{
	{"prune_empty", pruneEmpty},
	{"merge_filters", mergeFilters},
	{"merge_projects", mergeProjects},
	{"merge_limits", mergeLimits},
	{"drop_limit", dropLimit},
	{"push_limit", pushLimit},
	{"drop_sort", dropSort},
	{"project_after_sort", projectAfterSort},
	{"drop_distinct", dropDistinct},
	{"exists_input", existsInput},
	{"cross_one_row", crossOneRow},
	{"single_to_left", singleToLeft},
	{"simplify_aggregate", simplifyAggregate},
	{"sum_shift", sumShift},
	{"distinct_aggregate", distinctAggregate},
	{"drop_group_key", dropGroupKey},
	{"top_rows", topRows},
}

// applyLocal runs the local rules over the whole plan.
func applyLocal(c *Context, root logical.Node) (logical.Node, error) {
	return logical.Rewrite(root, func(n logical.Node) logical.Node {
		for range maxLocal {
			fired := false
			for _, r := range localRules {
				if !c.on(r.name) {
					continue
				}
				if m, ok := r.apply(c, n); ok {
					c.fire(r.name)
					n, fired = m, true
				}
			}
			if !fired {
				break
			}
		}
		return n
	}), nil
}

// maxLocal bounds the rounds at one node, should two rules undo each other.
const maxLocal = 20
