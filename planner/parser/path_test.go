package parser

import (
	"strings"
	"testing"

	"github.com/inlaydb/inlay/planner/ast"
)

// TestLongPaths: a path in double quotes is not cut as other names are.
func TestLongPaths(t *testing.T) {
	long := strings.Repeat("d", 70)
	for _, tt := range []struct{ from, want string }{
		{`"/` + long + `/*.parquet" p`, "/" + long + "/*.parquet"},
		{`"` + long + `.parquet"`, long + ".parquet"},
		{`"/` + long + `/a""b.csv"`, "/" + long + `/a"b.csv`},
		{`"` + long + `"`, long[:63]},
		{long + ` p`, long[:63]},
		{`s."` + long + `.csv"`, (long + ".csv")[:63]},
	} {
		stmts, err := Parse("SELECT * FROM " + tt.from)
		if err != nil {
			t.Fatal(err)
		}
		r := stmts[0].(*ast.Query).Body.(*ast.Select).From[0].(*ast.Relation)
		if got := r.Name.Object(); got != tt.want {
			t.Errorf("%s: %s", tt.from, got)
		}
	}
}
