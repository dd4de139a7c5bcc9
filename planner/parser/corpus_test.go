package parser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// shared is the folder of corpora beside the project; tests that read it skip without it.
func shared(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skip("no corpora beside the project")
	}
	return path
}

// TestCorpora parses what clients and psql send, and constructs of every kind.
func TestCorpora(t *testing.T) {
	for _, name := range []string{"constructs", "clients", "psql"} {
		data, err := os.ReadFile(shared(t, "parser", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var cases []struct{ Name, SQL string }
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if _, err := Parse(c.SQL); err != nil {
				t.Errorf("%s: %s: %v\n%s", name, c.Name, err, c.SQL)
			}
		}
	}
}

// TestSuites parses the benchmarks' queries.
func TestSuites(t *testing.T) {
	root := shared(t, "bench", "suites")
	n := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".sql" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		if _, err := Parse(string(text)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d files, %v", n, err)
	}
}
