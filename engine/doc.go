// Package engine is the façade behind the wire: an Engine owns the catalog,
// the CPU slots and the memory of a process, a Session is one client's state,
// a Prepared is a parsed and bound statement, a Portal its run.
//
//	Engine ─ NewSession ─► Session ─ Parse ─► Statement ─ Prepare ─► Prepared ─ Bind ─► Portal ─ Start, Next … ─► rows
//
// Below it: planner makes plans, engine/lower cuts them into pipelines,
// engine/pipeline runs those, engine/result hands rows out.
package engine
