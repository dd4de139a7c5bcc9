package logical

import "github.com/inlaydb/inlay/planner/scalar"

// IDs hands out the ids of one statement: to the binder first, then to the
// rules that add columns. The zero value is ready.
type IDs struct {
	column scalar.ColumnID
	cte    CTEID
}

// Column is a column id that was not given out before.
func (a *IDs) Column() scalar.ColumnID {
	a.column++
	return a.column
}

// CTE is a CTE id that was not given out before.
func (a *IDs) CTE() CTEID {
	a.cte++
	return a.cte
}

// Last is the highest column id given out.
func (a *IDs) Last() scalar.ColumnID { return a.column }
