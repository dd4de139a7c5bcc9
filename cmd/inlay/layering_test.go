package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/inlaydb/inlay/" // this repository's module path, with the slash

// layers is the data path, innermost first. A directory imports only itself
// and those before it.
var layers = []string{"storage", "catalog", "planner", "engine", "wire", "sqllogictest", "cmd"}

// barred adds what the order alone allows: importer, imported, why not.
var barred = map[string]map[string]string{
	"planner": {"storage": "the planner asks the catalog; it does no I/O"},
	"wire":    {"planner": "the wire talks to engine's façade", "storage": "the wire talks to engine's façade"},
}

// shared is let through in spite of barred, and why.
var shared = map[string]string{
	"storage/column": "columns are the form of values everywhere above storage; the package reads no files",
}

// TestLayering reads the files itself rather than ask go list: go test reruns
// it when a file it opened changes, but would cache what a subprocess said.
func TestLayering(t *testing.T) {
	rank := map[string]int{}
	for i, l := range layers {
		rank[l] = i
	}
	root := filepath.Join("..", "..")
	seen := 0
	for _, from := range layers {
		err := filepath.WalkDir(filepath.Join(root, from), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			seen++
			for _, spec := range f.Imports {
				imp, _ := strconv.Unquote(spec.Path.Value)
				rest, ours := strings.CutPrefix(imp, module)
				if !ours {
					continue
				}
				to, _, _ := strings.Cut(rest, "/")
				if _, known := rank[to]; !known {
					t.Errorf("%s imports %s, which is in no layer: add it to layers", path, imp)
				}
				if rank[to] > rank[from] {
					t.Errorf("%s imports %s: %s comes after %s on the data path", path, imp, to, from)
				}
				if why := barred[from][to]; why != "" && shared[rest] == "" {
					t.Errorf("%s imports %s: %s", path, imp, why)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if seen == 0 {
		t.Fatal("no files found: is the test in cmd/<name>?")
	}
}
