package parser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/planner/ast"
)

// roundTrip checks that the text of a tree parses to the same tree, and to the same
// text again.
func roundTrip(t *testing.T, sql string) {
	t.Helper()
	stmts, err := Parse(sql)
	if err != nil {
		return
	}
	for _, s := range stmts {
		if _, raw := s.(*ast.Raw); raw {
			continue
		}
		text := ast.SQL(s)
		again, err := Parse(text)
		if err != nil || len(again) != 1 {
			t.Errorf("%v\nof: %s\nwas: %s", err, text, sql)
			return
		}
		if path := treeDiff(reflect.ValueOf(s), reflect.ValueOf(again[0]), ""); path != "" {
			t.Errorf("trees differ at %s\ntext: %s\nwas:  %s", path, text, sql)
			return
		}
		if second := ast.SQL(again[0]); second != text {
			t.Errorf("text changes:\n%s\n%s", text, second)
		}
	}
}

// treeDiff compares two trees without ranges and gives the path to the first difference.
func treeDiff(a, b reflect.Value, path string) string {
	if a.Kind() != b.Kind() {
		return path
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() != b.IsNil() {
			return path + "(nil)"
		}
		if a.IsNil() {
			return ""
		}
		if a.Elem().Type() != b.Elem().Type() {
			return path + "(" + a.Elem().Type().String() + "/" + b.Elem().Type().String() + ")"
		}
		return treeDiff(a.Elem(), b.Elem(), path)
	case reflect.Struct:
		for i := range a.NumField() {
			f := a.Type().Field(i)
			switch f.Name {
			case "Range", "OpPos", "NamePos", "Quoted":
				continue
			case "Text":
				if strings.HasSuffix(a.Type().Name(), "Func") {
					continue
				}
			}
			if d := treeDiff(a.Field(i), b.Field(i), path+"."+f.Name); d != "" {
				return d
			}
		}
		return ""
	case reflect.Slice:
		if a.Len() != b.Len() {
			return path + "(len)"
		}
		for i := range a.Len() {
			if d := treeDiff(a.Index(i), b.Index(i), path+"[]"); d != "" {
				return d
			}
		}
		return ""
	}
	if !reflect.DeepEqual(a.Interface(), b.Interface()) {
		return path
	}
	return ""
}

func TestRoundTripCorpora(t *testing.T) {
	for _, name := range []string{"constructs", "clients", "psql"} {
		data, err := os.ReadFile(shared(t, "parser", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var cases []struct{ SQL string }
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			roundTrip(t, c.SQL)
		}
	}
	files, _ := filepath.Glob(filepath.Join(shared(t, "bench", "suites"), "*", "*.sql"))
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, string(text))
	}
}
