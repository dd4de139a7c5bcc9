// Package source makes relations of files: it expands patterns, reads footers,
// joins their schemas into one and gathers statistics.
//
//	Files.Resolve("s3://b/dt=*/*.parquet") ─► catalog.Relation + catalog.Files
//
// Columns are joined by name over all files: those of the first file in its
// order, then what later ones add. A column that a file lacks is NULL there;
// types are widened where no value is lost, else the files clash. Directories
// named key=value add partition columns.
package source
