package catalog

// PartitionInfo is what makes a table a partitioned one.
type PartitionInfo struct {
	Strategy string // "list" or "range"
	Keys     []IndexKey
}

// PartitionBound says which rows of its parent a partition holds.
type PartitionBound struct {
	Text    string // FOR VALUES …, or DEFAULT
	Default bool
	// Check is the condition on a row, as SQL over the parent's columns; "" for
	// the default partition, which takes what no other does.
	Check string
}

// Descendants are the tables below a table, each once, parents before children.
func Descendants(v View, rel *Relation) []*Relation {
	var out []*Relation
	seen := map[*Relation]bool{}
	related := RelatedOf(v)
	var walk func(*Relation)
	walk = func(r *Relation) {
		for _, c := range related.Children(r.OID) {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
				walk(c)
			}
		}
	}
	walk(rel)
	return out
}
