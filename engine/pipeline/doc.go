// Package pipeline runs physical plans.
//
// A plan is cut at every step that must see all of its input (a join's build
// side, an aggregation, a sort). Each cut ends one pipeline and starts another:
//
//	scan lineitem ─► filter ─► probe ─► [aggregate]      pipeline 2
//	                             ▲
//	scan part ─► filter ─► [build]                       pipeline 1, runs first
//
// Brackets are sinks. Workers take morsels from the source and push each
// through the whole pipeline before they take the next, so a batch stays in
// one core's cache. Workers share nothing but what a sink merges in Combine.
//
// What a step holds back until the end of its input (rows of a spilled join
// partition, unmatched build rows) comes out of a further pipeline that has
// the same later steps and the same sink; a sink is finalised when all the
// pipelines that feed it have run:
//
//	probe's leftovers ─► [aggregate]                     pipeline 3, after 2
//
// Goroutines hold a CPU slot while they run and give it back in Park while
// they wait for anything but the CPU.
package pipeline
