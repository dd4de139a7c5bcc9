package source

import (
	"path"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/record"
)

// suffixes are the endings of files that are not Parquet, after that of a
// compression.
var suffixes = map[string]string{
	".csv": "csv", ".tsv": "csv", ".tab": "csv", ".tbl": "csv", ".psv": "csv",
	".json": "json", ".ndjson": "json", ".jsonl": "json", ".geojson": "json",
	".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow", ".arrows": "arrow",
}

// FormatOf is the format that files are read in: as the option format says,
// else by the suffix of their paths, else Parquet.
func FormatOf(patterns []string, options map[string]string) (string, error) {
	if f, ok := options["format"]; ok {
		switch f := strings.ToLower(f); f {
		case "parquet", "csv", "arrow", "json":
			return f, nil
		case "ndjson", "newline_delimited", "array", "unstructured":
			return "json", nil
		case "text":
			return "", sqlerr.New(sqlerr.FeatureNotSupported, "files in format \"text\" are not supported").
				WithHint("Read them as csv with delimiter E'\\t' and null '\\N'.")
		}
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "format %s not recognized", sqlerr.Quote(f)).
			WithHint("Formats are parquet, csv, json and arrow.")
	}
	if len(patterns) == 0 {
		return "parquet", nil
	}
	format := suffixFormat(patterns[0])
	for _, p := range patterns[1:] {
		if other := suffixFormat(p); other != format {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "files of different formats, %s and %s, cannot be read as one table", format, other).
				WithHint("Read them separately and combine them with UNION ALL.")
		}
	}
	return format, nil
}

func suffixFormat(p string) string {
	_, p = record.CompressionOf(p)
	if f, ok := suffixes[strings.ToLower(path.Ext(p))]; ok {
		return f
	}
	return "parquet"
}
