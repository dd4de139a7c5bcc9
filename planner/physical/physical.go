// Package physical holds physical plans: the algorithm, the build side and
// the order of steps are chosen, and nothing runs yet. A plan is immutable
// and may be executed many times at once; engine/lower makes the run state.
//
// Expressions refer to columns by id, as in logical plans; engine/lower turns
// ids into positions.
package physical

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Props is what the planner expected of a node, for EXPLAIN and for sizing.
type Props struct {
	ID    int     // number of the node within the plan, preorder from 1; metrics are kept under it
	Rows  float64 // estimated rows out
	Width float64 // estimated bytes per row out
	Cost  float64
}

// Node is a physical operator.
type Node interface {
	Schema() []logical.Column
	Inputs() []Node
	Properties() *Props
}

// Base carries what every node has.
type Base struct {
	Props
	Cols []logical.Column
}

func (b *Base) Schema() []logical.Column { return b.Cols }
func (b *Base) Properties() *Props       { return &b.Props }

// FilterID names a runtime filter within a plan.
type FilterID int32

// RuntimeFilter is a fact that a join's build side gives to a scan below its
// probe side: rows whose Key cannot be among the build keys may be skipped.
type RuntimeFilter struct {
	ID  FilterID
	Key scalar.Expr // producer: build key; consumer: column of the scan
}

type (
	// Scan reads a relation; Filter in the order in which it shall be tried.
	Scan struct {
		Base
		Rel     *catalog.Relation
		Source  catalog.Source
		Alias   string
		Filter  []scalar.Expr
		RowID   *logical.Column // also in Cols, last
		Runtime []RuntimeFilter
		// Read is what the filter and the output need; Cols is what comes out.
		Read []logical.Column
	}
	Values struct {
		Base
		Rows [][]scalar.Expr
	}
	Project struct {
		Base
		Input Node
		Exprs []scalar.Expr // match Cols
	}
	Filter struct {
		Base
		Input Node
		Preds []scalar.Expr
	}
	// HashJoin hashes Build and streams Probe past it. Kind is seen from the
	// logical left side; BuildLeft says that the left side is the build side.
	// Cols may leave out columns that nobody above needs.
	HashJoin struct {
		Base
		Kind                 logical.JoinKind
		BuildLeft            bool
		Build, Probe         Node
		BuildKeys, ProbeKeys []scalar.Expr // pairwise equal types
		NullEqual            []bool        // per key: NULL matches NULL (IS NOT DISTINCT FROM); nil: none
		Residual             []scalar.Expr // over both sides' columns
		MarkCol              *logical.Column
		NullAware            bool
		Runtime              []RuntimeFilter // what it produces, from the build keys
	}
	// NestedLoop joins on any condition; Inner is buffered. Kind is seen from Outer as the left side.
	NestedLoop struct {
		Base
		Kind         logical.JoinKind
		Outer, Inner Node
		On           []scalar.Expr
		MarkCol      *logical.Column
		NullAware    bool
	}
	// HashAggregate groups by Keys. Schema: keys, aggregates, set number.
	HashAggregate struct {
		Base
		Input  Node
		Keys   []scalar.Expr // columns of Input
		Aggs   []logical.AggItem
		Sets   [][]int
		SetCol *logical.Column
	}
	Window struct {
		Base
		Input     Node
		Partition []scalar.Expr // all Items share Partition and Order
		Order     []scalar.SortKey
		Items     []logical.WindowItem
		// Keep, where > 0, says that of each partition only the first Keep rows by
		// Order are wanted: a filter above drops the others, so they may be
		// dropped as soon as that is sure. Items are then row_number alone.
		Keep int64
	}
	Sort struct {
		Base
		Input Node
		Keys  []scalar.SortKey
	}
	// TopN is Sort and Limit in one: keeps Count+Offset rows.
	TopN struct {
		Base
		Input         Node
		Keys          []scalar.SortKey
		Count, Offset scalar.Expr
		WithTies      bool
	}
	Limit struct {
		Base
		Input         Node
		Count, Offset scalar.Expr
	}
	// DistinctOn keeps the first row by Order of each combination of On.
	DistinctOn struct {
		Base
		Input Node
		On    []scalar.Expr
		Order []scalar.SortKey
	}
	// Append is UNION ALL: columns by position.
	Append struct {
		Base
		Parts []Node
	}
	// SetOp is INTERSECT or EXCEPT [ALL] by hashing and counting.
	SetOp struct {
		Base
		Kind        logical.SetKind
		All         bool
		Left, Right Node
	}
	// With runs Plan once, buffers it, and serves CTEScans of ID in Body.
	With struct {
		Base
		ID         logical.CTEID
		Name       string
		Plan, Body Node
	}
	CTEScan struct {
		Base
		ID   logical.CTEID
		Name string
		From []int // positions in the CTE's schema
	}
	Recursive struct {
		Base
		ID          logical.CTEID
		Name        string
		First, Step Node
		Distinct    bool
	}
	TableFunc struct {
		Base
		Input      Node
		Calls      []logical.TableCall
		Ordinality *logical.Column
		Outer      bool
	}
	Insert struct {
		Base
		Op    *logical.Insert
		Input Node
	}
	Update struct {
		Base
		Op    *logical.Update
		Input Node
	}
	Delete struct {
		Base
		Op    *logical.Delete
		Input Node
	}
)

func (n *Scan) Inputs() []Node          { return nil }
func (n *Values) Inputs() []Node        { return nil }
func (n *CTEScan) Inputs() []Node       { return nil }
func (n *Project) Inputs() []Node       { return []Node{n.Input} }
func (n *Filter) Inputs() []Node        { return []Node{n.Input} }
func (n *HashJoin) Inputs() []Node      { return []Node{n.Probe, n.Build} }
func (n *NestedLoop) Inputs() []Node    { return []Node{n.Outer, n.Inner} }
func (n *HashAggregate) Inputs() []Node { return []Node{n.Input} }
func (n *Window) Inputs() []Node        { return []Node{n.Input} }
func (n *Sort) Inputs() []Node          { return []Node{n.Input} }
func (n *TopN) Inputs() []Node          { return []Node{n.Input} }
func (n *Limit) Inputs() []Node         { return []Node{n.Input} }
func (n *DistinctOn) Inputs() []Node    { return []Node{n.Input} }
func (n *Append) Inputs() []Node        { return n.Parts }
func (n *SetOp) Inputs() []Node         { return []Node{n.Left, n.Right} }
func (n *With) Inputs() []Node          { return []Node{n.Plan, n.Body} }
func (n *Recursive) Inputs() []Node     { return []Node{n.First, n.Step} }
func (n *TableFunc) Inputs() []Node     { return []Node{n.Input} }
func (n *Insert) Inputs() []Node        { return []Node{n.Input} }
func (n *Update) Inputs() []Node        { return []Node{n.Input} }
func (n *Delete) Inputs() []Node        { return []Node{n.Input} }
