package rule

import (
	"math"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

var boolType = types.New(types.BoolOID)

// bounds are limits on the number of rows that hold whatever the data.
type bounds struct{ min, max float64 }

// rowBounds gives the limits for n's rows.
func rowBounds(n logical.Node) bounds {
	unknown := bounds{0, math.Inf(1)}
	switch n := n.(type) {
	case *logical.Values:
		return bounds{float64(len(n.Rows)), float64(len(n.Rows))}
	case *logical.Project, *logical.Sort, *logical.Window:
		return rowBounds(n.Inputs()[0])
	case *logical.Filter:
		return bounds{0, rowBounds(n.Input).max}
	case *logical.Distinct:
		b := rowBounds(n.Input)
		return bounds{math.Min(b.min, 1), b.max}
	case *logical.Aggregate:
		if len(n.Keys) == 0 && len(n.Sets) <= 1 {
			return bounds{1, 1}
		}
		return bounds{0, math.Inf(1)}
	case *logical.Limit:
		return limitBounds(n, rowBounds(n.Input))
	case *logical.Join:
		return joinBounds(n)
	case *logical.SetOp:
		l, r := rowBounds(n.Left), rowBounds(n.Right)
		if n.Kind == logical.Union {
			if n.All {
				return bounds{l.min + r.min, l.max + r.max}
			}
			return bounds{math.Min(l.min+r.min, 1), l.max + r.max}
		}
		return bounds{0, l.max}
	case *logical.With:
		return rowBounds(n.Body)
	}
	return unknown
}

func limitBounds(n *logical.Limit, in bounds) bounds {
	skip, ok := constCount(n.Offset, 0)
	if !ok {
		skip, in.min = 0, 0
	}
	in.min, in.max = math.Max(in.min-skip, 0), math.Max(in.max-skip, 0)
	take, ok := constCount(n.Count, math.Inf(1))
	switch {
	case !ok:
		in.min = 0
	case n.WithTies:
		in.min = math.Min(in.min, take)
	default:
		in.min, in.max = math.Min(in.min, take), math.Min(in.max, take)
	}
	return in
}

// constCount is the value of a LIMIT or OFFSET: absent and NULL are none.
func constCount(e scalar.Expr, none float64) (float64, bool) {
	if e == nil {
		return none, true
	}
	c, ok := e.(*scalar.Const)
	if !ok {
		return 0, false
	}
	if c.Value.Null {
		return none, true
	}
	if c.Value.I < 0 { // raises when it runs
		return 0, false
	}
	return float64(c.Value.I), true
}

func joinBounds(n *logical.Join) bounds {
	l, r := rowBounds(n.Left), rowBounds(n.Right)
	switch n.Kind {
	case logical.Semi, logical.Anti:
		return bounds{0, l.max}
	case logical.Mark, logical.Single:
		return l
	case logical.Inner:
		out := bounds{0, mulMax(l.max, r.max)}
		if len(n.On) == 0 {
			out.min = l.min * r.min
		}
		return out
	case logical.Left:
		return bounds{l.min, mulMax(l.max, math.Max(r.max, 1))}
	case logical.Right:
		return bounds{r.min, mulMax(r.max, math.Max(l.max, 1))}
	}
	return bounds{math.Max(l.min, r.min), mulMax(l.max, r.max) + l.max + r.max}
}

func mulMax(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}

// exactlyOne says whether n always gives one row.
func exactlyOne(n logical.Node) bool { return rowBounds(n) == bounds{1, 1} }

// atMostOne says whether n never gives two rows.
func atMostOne(n logical.Node) bool {
	if rowBounds(n).max <= 1 {
		return true
	}
	for _, k := range uniqueKeys(n) {
		if k.Empty() {
			return true
		}
	}
	return false
}

// uniqueKeys are sets of n's columns on which no two rows of n agree (NULL
// counts as a value here). An empty set says that there is at most one row.
func uniqueKeys(n logical.Node) []scalar.ColSet {
	switch n := n.(type) {
	case *logical.Scan:
		return scanKeys(n)
	case *logical.Values:
		if len(n.Rows) <= 1 {
			return []scalar.ColSet{{}}
		}
	case *logical.Project:
		return projectKeys(n)
	case *logical.Filter:
		return withoutConstants(uniqueKeys(n.Input), n.Preds)
	case *logical.Sort:
		return uniqueKeys(n.Input)
	case *logical.Window:
		return uniqueKeys(n.Input)
	case *logical.Limit:
		if limitBounds(n, bounds{0, math.Inf(1)}).max <= 1 {
			return []scalar.ColSet{{}}
		}
		return uniqueKeys(n.Input)
	case *logical.Distinct:
		keys := uniqueKeys(n.Input)
		if n.On != nil {
			return append(keys, scalar.SetOf(n.On...))
		}
		return append(keys, logical.Columns(n.Input))
	case *logical.Aggregate:
		if len(n.Sets) > 1 {
			return nil
		}
		var s scalar.ColSet
		for _, k := range n.Keys {
			s.Add(k.ID)
		}
		return []scalar.ColSet{s}
	case *logical.Join:
		return joinUnique(n)
	case *logical.SetOp:
		if n.Kind == logical.Union && !n.All || n.Kind != logical.Union && !n.All {
			return []scalar.ColSet{logical.Columns(n)}
		}
	case *logical.With:
		return uniqueKeys(n.Body)
	}
	return nil
}

func scanKeys(n *logical.Scan) []scalar.ColSet {
	var keys []scalar.ColSet
	for _, con := range n.Rel.Constraints {
		if con.Kind != 'p' && con.Kind != 'u' {
			continue
		}
		var s scalar.ColSet
		ok := true
		for _, a := range con.Columns {
			found := false
			for _, c := range n.Cols {
				// A UNIQUE constraint lets several NULLs in.
				if c.Attnum == a && (con.Kind == 'p' || c.NotNull) {
					s.Add(c.ID)
					found = true
				}
			}
			ok = ok && found
		}
		if ok {
			keys = append(keys, s)
		}
	}
	if n.RowID != nil {
		keys = append(keys, scalar.SetOf(n.RowID.ID))
	}
	return withoutConstants(keys, n.Filter)
}

// withoutConstants takes out of keys the columns that preds pin to one value.
func withoutConstants(keys []scalar.ColSet, preds []scalar.Expr) []scalar.ColSet {
	if len(keys) == 0 {
		return nil
	}
	var pinned scalar.ColSet
	for _, p := range preds {
		if id, ok := pinnedColumn(p); ok {
			pinned.Add(id)
		}
	}
	if pinned.Empty() {
		return keys
	}
	out := make([]scalar.ColSet, len(keys))
	for i, k := range keys {
		out[i] = k.Copy()
		out[i].RemoveSet(pinned)
	}
	return out
}

// pinnedColumn is the column of "column = constant".
func pinnedColumn(p scalar.Expr) (scalar.ColumnID, bool) {
	e, ok := p.(*scalar.Call)
	if !ok || e.Op != "=" || len(e.Args) != 2 {
		return 0, false
	}
	for i, a := range e.Args {
		if c, ok := a.(*scalar.Column); ok {
			other := e.Args[1-i]
			if scalar.Columns(other).Empty() && scalar.Volatility(other) < volatile {
				return c.ID, true
			}
		}
	}
	return 0, false
}

func projectKeys(n *logical.Project) []scalar.ColSet {
	in := uniqueKeys(n.Input)
	if len(in) == 0 {
		return nil
	}
	// A key survives if each of its columns is passed on under some id.
	to := map[scalar.ColumnID]scalar.ColumnID{}
	for i, e := range n.Exprs {
		if c, ok := e.(*scalar.Column); ok {
			if _, dup := to[c.ID]; !dup || c.ID == n.Cols[i].ID {
				to[c.ID] = n.Cols[i].ID
			}
		}
	}
	var out []scalar.ColSet
	for _, k := range in {
		var s scalar.ColSet
		ok := true
		k.Each(func(id scalar.ColumnID) {
			t, found := to[id]
			ok = ok && found
			s.Add(t)
		})
		if ok {
			out = append(out, s)
		}
	}
	return out
}

// joinUnique: a side's key stays a key where each of its rows meets at most
// one of the other side; the union of two keys always is one.
func joinUnique(n *logical.Join) []scalar.ColSet {
	left := uniqueKeys(n.Left)
	switch n.Kind {
	case logical.Semi, logical.Anti, logical.Mark, logical.Single:
		return left
	case logical.Full:
		return nil
	}
	right := uniqueKeys(n.Right)
	var out []scalar.ColSet
	if n.Kind != logical.Right && (matchesOne(n, n.Right, right, n.Left) || rowBounds(n.Right).max <= 1) {
		out = append(out, left...)
	}
	if n.Kind != logical.Left && (matchesOne(n, n.Left, left, n.Right) || rowBounds(n.Left).max <= 1) {
		out = append(out, right...)
	}
	if n.Kind == logical.Inner {
		for _, l := range left {
			for _, r := range right {
				u := l.Copy()
				u.AddSet(r)
				out = append(out, u)
			}
		}
		return withoutConstants(limitKeys(out), n.On)
	}
	return limitKeys(out)
}

func limitKeys(keys []scalar.ColSet) []scalar.ColSet {
	const most = 8
	return keys[:min(len(keys), most)]
}

// matchesOne says whether On lets each row of other meet at most one row of
// side, whose unique keys are given: On equates all columns of some key.
func matchesOne(n *logical.Join, side logical.Node, keys []scalar.ColSet, other logical.Node) bool {
	if len(keys) == 0 {
		return false
	}
	sc, oc := logical.Columns(side), logical.Columns(other)
	var bound scalar.ColSet
	for _, p := range n.On {
		e, ok := p.(*scalar.Call)
		if !ok || e.Op != "=" || len(e.Args) != 2 {
			continue
		}
		for i, a := range e.Args {
			c, ok := a.(*scalar.Column)
			if ok && sc.Has(c.ID) && scalar.Columns(e.Args[1-i]).SubsetOf(oc) {
				bound.Add(c.ID)
			}
		}
	}
	for _, k := range keys {
		if k.SubsetOf(bound) {
			return true
		}
	}
	return false
}
