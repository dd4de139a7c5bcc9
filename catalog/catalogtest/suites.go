package catalogtest

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/storage/column"
)

// tableSpec is a table with its rows and one line "name type [~distinct]" a column.
type tableSpec struct {
	name string
	rows float64
	cols string
}

func declareAll(v *View, tables []tableSpec) {
	for _, t := range tables {
		var specs []string
		stats := &catalog.Statistics{Rows: t.rows, Exact: true}
		for _, line := range strings.Split(strings.TrimSpace(t.cols), "\n") {
			spec, ndv, known := strings.Cut(strings.TrimSpace(line), " ~")
			cs := catalog.ColumnStatistics{NullFraction: -1, Distinct: -1, AvgWidth: -1}
			if known {
				n, err := strconv.ParseFloat(ndv, 64)
				if err != nil {
					panic("catalogtest: " + line + ": " + err.Error())
				}
				cs.NullFraction, cs.Distinct = 0, n
			}
			cs.Min.Kind, cs.Max.Kind = column.Invalid, column.Invalid
			specs = append(specs, spec)
			stats.Columns = append(stats.Columns, cs)
		}
		v.SetStatistics(v.Table(t.name, specs...), stats)
	}
}
