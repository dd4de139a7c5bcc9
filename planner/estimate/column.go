package estimate

import (
	"math"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// column is what is believed of one column over the rows of one node.
type columnInfo struct {
	ndv    float64 // distinct values among the node's rows
	domain float64 // distinct values before filters: what join selectivity goes by
	base   float64 // rows of the table that it comes from, before filters
	nulls  float64 // fraction
	ranged bool    // min and max are known
	min    float64
	max    float64
	unique bool // no value repeats in the table

	guessed bool // domain is a guess
	table   any  // the node whose rows base counts
}

func columnStats(st *catalog.Statistics, n *logical.Scan, attnum int16) *catalog.ColumnStatistics {
	for i := range n.Rel.Columns {
		if n.Rel.Columns[i].Attnum == attnum && i < len(st.Columns) {
			return &st.Columns[i]
		}
	}
	return nil
}

// Distinct is how many distinct values key has over n's rows.
func (e *Estimator) Distinct(n logical.Node, key scalar.Expr) float64 {
	return e.expr(n, key).ndv
}

// Domain is how many distinct values key has in its table, filters aside.
func (e *Estimator) Domain(n logical.Node, key scalar.Expr) float64 {
	return e.expr(n, key).domain
}

// expr is what is believed of an expression over n's rows.
func (e *Estimator) expr(n logical.Node, x scalar.Expr) columnInfo {
	rows := math.Max(e.Rows(n), 1)
	switch x := x.(type) {
	case *scalar.Column:
		return e.column(n, x.ID)
	case *scalar.Cast:
		c := e.expr(n, x.Arg)
		if !sameAxis(x.Arg.Type(), x.Typ) {
			c.ranged = false
		}
		return c
	case *scalar.Const, *scalar.Param:
		return columnInfo{ndv: 1, domain: 1, base: 1}
	}
	// A function of columns has at most as many values as they have
	// combinations, and often far fewer.
	ndv := 1.0
	scalar.Columns(x).Each(func(id scalar.ColumnID) {
		if e.columns(n).Has(id) {
			ndv *= e.column(n, id).ndv
		}
	})
	if f, ok := x.(*scalar.Call); ok {
		switch f.Fn.Name {
		case "extract", "date_part":
			ndv = math.Min(ndv, 12)
		}
	}
	if x.Type().OID == types.BoolOID {
		ndv = math.Min(ndv, 2)
	}
	ndv = math.Min(ndv, rows)
	return columnInfo{ndv: ndv, domain: ndv, base: rows, nulls: 0}
}

// column is what is believed of a column over n's rows.
func (e *Estimator) column(n logical.Node, id scalar.ColumnID) columnInfo {
	rows := math.Max(e.Rows(n), 1)
	switch n := n.(type) {
	case *logical.Scan:
		return thinned(e.filtered(e.scanColumn(n, id), id, n.Filter), rows)
	case *logical.Filter:
		return thinned(e.filtered(e.column(n.Input, id), id, n.Preds), rows)
	case *logical.Project:
		for i, c := range n.Cols {
			if c.ID == id {
				if ref, ok := n.Exprs[i].(*scalar.Column); ok {
					return e.column(n.Input, ref.ID)
				}
				return e.expr(n.Input, n.Exprs[i])
			}
		}
	case *logical.Join:
		switch {
		case e.columns(n.Left).Has(id):
			return thinned(e.column(n.Left, id), rows)
		case e.columns(n.Right).Has(id):
			return thinned(e.column(n.Right, id), rows)
		}
		return columnInfo{ndv: 2, domain: 2, base: rows}
	case *logical.Aggregate:
		for i, k := range n.Keys {
			if k.ID != id {
				continue
			}
			from := id
			if n.KeyFrom != nil {
				from = n.KeyFrom[i]
			}
			c := e.column(n.Input, from)
			c.ndv = math.Min(c.ndv, rows)
			c.domain = math.Max(c.domain, c.ndv)
			if len(n.Keys) == 1 {
				c.base, c.unique = c.domain, true
			} else {
				c.base, c.unique = rows, false
			}
			c.table = n
			return c
		}
	case *logical.SetOp:
		for i, c := range n.Cols {
			if c.ID == id {
				l := e.column(n.Left, n.Left.Schema()[i].ID)
				r := e.column(n.Right, n.Right.Schema()[i].ID)
				l.ndv, l.domain = math.Max(l.ndv, r.ndv), math.Max(l.domain, r.domain)
				l.base, l.unique = l.base+r.base, false
				if l.ranged = l.ranged && r.ranged; l.ranged {
					l.min, l.max = math.Min(l.min, r.min), math.Max(l.max, r.max)
				}
				return l
			}
		}
	case *logical.CTERef:
		for i, c := range n.Cols {
			if c.ID == id {
				if p, ok := e.ctes[n.ID]; ok && e.columns(p).Has(n.From[i]) {
					return e.column(p, n.From[i])
				}
			}
		}
	case *logical.With:
		e.ctes[n.ID] = n.Plan
		return e.column(n.Body, id)
	case *logical.Window, *logical.TableFunc, *logical.Sort, *logical.Limit, *logical.Distinct:
		if in := n.Inputs()[0]; e.columns(in).Has(id) {
			return thinned(e.column(in, id), rows)
		}
	}
	return columnInfo{ndv: rows, domain: rows, base: rows}
}

// thinned is c where only so many of its table's rows are left: of the values
// that repeat base/domain times each, those whose every row went are gone.
func thinned(c columnInfo, rows float64) columnInfo {
	if rows < c.base && c.domain > 0 {
		left := rows / c.base
		c.ndv = math.Min(c.ndv, c.domain*(1-math.Pow(1-left, c.base/c.domain)))
	}
	c.ndv = math.Max(math.Min(c.ndv, rows), 1)
	return c
}

// textNDV is the guess for text columns of which nothing is known: labels and
// codes are what people filter and group by.
const textNDV = 50

// scanColumn is a column of a relation before filters.
func (e *Estimator) scanColumn(n *logical.Scan, id scalar.ColumnID) columnInfo {
	st := e.statistics(n)
	rows := math.Max(st.Rows, 1)
	c := columnInfo{base: rows, ndv: -1, table: n.Rel}
	for _, col := range n.Cols {
		if col.ID != id {
			continue
		}
		c.unique = uniqueColumn(n.Rel, col.Attnum)
		if cs := columnStats(st, n, col.Attnum); cs != nil {
			if cs.NullFraction > 0 {
				c.nulls = cs.NullFraction
			}
			if cs.Distinct >= 0 {
				c.ndv = math.Max(cs.Distinct, 1)
			}
			lo, ok1 := datumFloat(cs.Min, col.Type)
			hi, ok2 := datumFloat(cs.Max, col.Type)
			if ok1 && ok2 && cs.Min.Kind != column.Invalid && cs.Max.Kind != column.Invalid {
				c.ranged, c.min, c.max = true, lo, hi
			}
		}
		if c.ndv < 0 {
			c.guessed = true
			cs := columnStats(st, n, col.Attnum)
			stored := 0.0
			if cs != nil {
				stored = cs.AvgWidth
			}
			c.ndv = guessNDV(col.Type, rows, stored, c)
		}
	}
	if c.ndv < 0 {
		c.ndv = rows
	}
	if c.unique {
		c.ndv, c.guessed = rows, false
	}
	c.ndv = math.Max(math.Min(c.ndv, rows), 1)
	c.domain = c.ndv
	return c
}

// guessNDV goes by the range of whole numbers, and elsewhere by how much room
// a value takes where it is stored (bytes; 0 unknown): dictionary codes of n
// bits tell apart 2^n values, so that little room means few values.
func guessNDV(t types.Type, rows, stored float64, c columnInfo) float64 {
	switch t.Kind() {
	case column.Bool:
		return 2
	case column.Int16, column.Int32, column.Int64:
		if t.OID == types.NumericOID || t.OID == types.TimestampOID || t.OID == types.TimestamptzOID {
			break
		}
		if c.ranged {
			return c.max - c.min + 1
		}
		if t.OID == types.DateOID {
			return 2500
		}
		return rows
	case column.Bytes:
		if c.ranged && c.min == c.max && stored < 0.1 {
			return 1
		}
		if rows <= 2*textNDV {
			return rows
		}
		if stored <= 0 {
			return textNDV
		}
	}
	if stored > 0 && stored < 2 && rows > 2*textNDV {
		return math.Exp2(8 * stored)
	}
	return rows
}

func uniqueColumn(rel *catalog.Relation, attnum int16) bool {
	for _, con := range rel.Constraints {
		if (con.Kind == 'p' || con.Kind == 'u') && len(con.Columns) == 1 && con.Columns[0] == attnum {
			return true
		}
	}
	return false
}

// filtered narrows c by the predicates on its own column.
func (e *Estimator) filtered(c columnInfo, id scalar.ColumnID, preds []scalar.Expr) columnInfo {
	for _, p := range preds {
		switch p := p.(type) {
		case *scalar.InList:
			if ref, ok := p.Arg.(*scalar.Column); ok && ref.ID == id && !p.Not {
				c.ndv = math.Min(c.ndv, float64(len(p.List)))
			}
		case *scalar.Call:
			if len(p.Args) != 2 {
				continue
			}
			ref, ok := stripCast(p.Args[0]).(*scalar.Column)
			if !ok || ref.ID != id || !scalar.Columns(p.Args[1]).Empty() {
				continue
			}
			switch p.Op {
			case "=":
				c.ndv = 1
			case "<", "<=", ">", ">=":
				v, ok := comparable(p.Args[1], ref.Typ)
				if !ok || !c.ranged || c.max <= c.min {
					continue
				}
				lo, hi := c.min, c.max
				if p.Op[0] == '<' {
					hi = math.Min(hi, v)
				} else {
					lo = math.Max(lo, v)
				}
				share := math.Max((hi-lo)/(c.max-c.min), 0)
				c.ndv = math.Max(c.ndv*share, 1)
				c.min, c.max = lo, math.Max(hi, lo)
			}
		}
	}
	return c
}
