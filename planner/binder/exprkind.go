package binder

// exprKind is the clause that an expression stands in: it decides what may
// be used there (Postgres's ParseExprKind).
type exprKind uint8

const (
	inNothing exprKind = iota
	inJoinOn
	inFromSubselect
	inFromFunction
	inWhere
	inHaving
	inFilter
	inWindowPartition
	inWindowOrder
	inFrameRange
	inFrameRows
	inFrameGroups
	inSelect
	inInsertTarget
	inUpdateSource
	inUpdateTarget
	inGroupBy
	inOrderBy
	inDistinctOn
	inLimit
	inOffset
	inReturning
	inValues
	inValuesSingle
	inCheck
	inDefault
	inIndexPredicate
	inGenerated
	inQualify
	inTransform
	inExecute
	inIndex
	inPartitionKey
	inPartitionBound
	inMergeWhen
)

// kindNames are ParseExprKindName's words.
var kindNames = [...]string{
	inNothing: "", inJoinOn: "JOIN/ON", inFromSubselect: "sub-SELECT in FROM", inFromFunction: "function in FROM",
	inWhere: "WHERE", inHaving: "HAVING", inFilter: "FILTER", inWindowPartition: "window PARTITION BY",
	inWindowOrder: "window ORDER BY", inFrameRange: "window RANGE", inFrameRows: "window ROWS", inFrameGroups: "window GROUPS",
	inSelect: "SELECT", inInsertTarget: "INSERT", inUpdateSource: "UPDATE", inUpdateTarget: "UPDATE", inGroupBy: "GROUP BY",
	inOrderBy: "ORDER BY", inDistinctOn: "DISTINCT ON", inLimit: "LIMIT", inOffset: "OFFSET", inReturning: "RETURNING",
	inValues: "VALUES", inValuesSingle: "VALUES", inCheck: "CHECK", inDefault: "DEFAULT", inIndexPredicate: "index predicate",
	inGenerated: "GENERATED AS", inQualify: "QUALIFY", inTransform: "USING", inExecute: "EXECUTE", inIndex: "index expression", inPartitionKey: "partition key", inPartitionBound: "partition bound", inMergeWhen: "MERGE WHEN",
}

func (k exprKind) String() string { return kindNames[k] }

// refuseAggregate is the reason why a clause takes no aggregate (or GROUPING), "" if it does.
func refuseAggregate(k exprKind, what string) string {
	switch k {
	case inJoinOn:
		return what + " are not allowed in JOIN conditions"
	case inFromSubselect:
		return what + " are not allowed in FROM clause of their own query level"
	case inFromFunction:
		return what + " are not allowed in functions in FROM"
	case inFrameRange, inFrameRows, inFrameGroups:
		return what + " are not allowed in " + k.String()
	case inCheck:
		return what + " are not allowed in check constraints"
	case inDefault:
		return what + " are not allowed in DEFAULT expressions"
	case inIndexPredicate:
		return what + " are not allowed in index predicates"
	case inTransform:
		return what + " are not allowed in transform expressions"
	case inExecute:
		return what + " are not allowed in EXECUTE parameters"
	case inIndex:
		return what + " are not allowed in index expressions"
	case inPartitionKey:
		return what + " are not allowed in partition key expressions"
	case inPartitionBound:
		return what + " are not allowed in partition bound"
	case inMergeWhen:
		return what + " are not allowed in MERGE WHEN conditions"
	case inGenerated:
		return what + " are not allowed in column generation expressions"
	case inWhere, inFilter, inInsertTarget, inUpdateSource, inUpdateTarget, inGroupBy, inLimit, inOffset,
		inReturning, inValues, inValuesSingle:
		return what + " are not allowed in " + k.String()
	}
	return ""
}

// refuseWindow is the reason why a clause takes no window function, "" if it does.
func refuseWindow(k exprKind) string {
	switch k {
	case inSelect, inOrderBy, inDistinctOn, inQualify, inNothing:
		return ""
	case inWindowPartition, inWindowOrder, inFrameRange, inFrameRows, inFrameGroups:
		return "window functions are not allowed in window definitions"
	case inHaving:
		return "window functions are not allowed in HAVING"
	case inFromSubselect:
		return "window functions are not allowed in sub-SELECT in FROM"
	}
	return refuseAggregate(k, "window functions")
}

// refuseSet is the reason why a clause takes no set-returning function, "" if it does.
func refuseSet(k exprKind) string {
	switch k {
	case inSelect, inGroupBy, inOrderBy, inDistinctOn, inFromFunction, inNothing:
		return ""
	case inWindowPartition, inWindowOrder, inFrameRange, inFrameRows, inFrameGroups:
		return "set-returning functions are not allowed in window definitions"
	case inHaving:
		return "set-returning functions are not allowed in HAVING"
	case inQualify:
		return "set-returning functions are not allowed in QUALIFY"
	}
	return refuseAggregate(k, "set-returning functions")
}

// refuseSubquery is the reason why a clause takes no subquery, "" if it does.
func refuseSubquery(k exprKind) string {
	switch k {
	case inCheck:
		return "cannot use subquery in check constraint"
	case inDefault:
		return "cannot use subquery in DEFAULT expression"
	case inIndexPredicate:
		return "cannot use subquery in index predicate"
	case inTransform:
		return "cannot use subquery in transform expression"
	case inExecute:
		return "cannot use subquery in EXECUTE parameter"
	case inIndex:
		return "cannot use subquery in index expression"
	case inPartitionKey:
		return "cannot use subquery in partition key expression"
	case inPartitionBound:
		return "cannot use subquery in partition bound"
	case inGenerated:
		return "cannot use subquery in column generation expression"
	}
	return ""
}

// refuseColumns is the reason why a clause takes no column, "" if it does.
func refuseColumns(k exprKind) string {
	switch k {
	case inDefault:
		return "cannot use column reference in DEFAULT expression"
	case inPartitionBound:
		return "cannot use column reference in partition bound expression"
	}
	return ""
}
