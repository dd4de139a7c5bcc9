// Package scan holds the sources at the head of pipelines: constant rows,
// segments of tables in memory, system relations, and files.
//
//	Values      one morsel of constant rows
//	Memory      a morsel a segment, deleted rows left out
//	Generated   a system relation's rows, made when the scan starts
//	Files       a morsel a row group; see files.go
package scan
