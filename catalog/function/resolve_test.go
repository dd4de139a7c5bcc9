package function

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
)

// testdata/resolve.txt holds calls and operators with the result type that
// Postgres 15 gives them, or its error: "fn|op, name, types, = answer",
// separated by tabs. INLAY_RESOLVE_CASES names a larger file of the same form.
func TestResolveAsPostgres(t *testing.T) {
	files := []string{"testdata/resolve.txt"}
	if f := os.Getenv("INLAY_RESOLVE_CASES"); f != "" {
		files = append(files, f)
	}
	for _, file := range files {
		resolveCases(t, file)
	}
}

func resolveCases(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		c := strings.Split(sc.Text(), "\t")
		var args []types.Type
		if c[2] != "" {
			for _, n := range strings.Split(c[2], ",") {
				args = append(args, types.New(types.FactsByName(n).OID))
			}
		}
		got, err := resolveCase(c[0], c[1], args)
		if err != nil {
			got = errorText(err)
		}
		if want := strings.TrimPrefix(c[3], "= "); got != want {
			t.Errorf("%s:%d: %s %s(%s)\n got %s\nwant %s", file, line, c[0], c[1], c[2], got, want)
		}
	}
}

func resolveCase(kind, name string, args []types.Type) (string, error) {
	if kind == "fn" {
		c, err := Resolve("pg_catalog", name, args, Want{})
		if err != nil {
			return "", err
		}
		return c.ResultType(after(args, c.Args)).String(), nil
	}
	var left *types.Type
	if len(args) == 2 {
		left = &args[0]
	}
	c, err := ResolveOperator(name, left, args[len(args)-1])
	if err != nil {
		return "", err
	}
	to := []types.OID{c.Right}
	if left != nil {
		to = []types.OID{c.Left, c.Right}
	}
	return c.ResultType(after(args, to)...).String(), nil
}

// after is the types of arguments once they have been coerced.
func after(args []types.Type, to []types.OID) []types.Type {
	out := make([]types.Type, len(args))
	for i, a := range args {
		out[i] = a
		if to[i] != types.AnyOID {
			out[i] = types.AfterCast(a, types.New(to[i]))
		}
	}
	return out
}

func errorText(err error) string {
	var e *sqlerr.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s := fmt.Sprintf("ERROR %s %s", e.Code, strings.ReplaceAll(e.Message, "pg_catalog.", ""))
	if e.Detail != "" {
		s += " | " + e.Detail
	}
	if e.Hint != "" {
		s += " || " + e.Hint
	}
	return s
}
