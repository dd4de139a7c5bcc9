// Package operator holds steps and small sinks that need no package of their
// own: filter, project, limit, buffers for common table expressions, counting
// set operations, and the driver of table functions.
//
// (Written by the lead: filter, project, limit, buffer, setop, tablefunc.)
package operator
