package oracle

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var shared = filepath.Join("..", "..", "..", "..", "shared")

// corpora gives the statements to compare by corpus. Those beside the project are
// left out where they are not there.
func corpora() map[string][]string {
	all := map[string][]string{}
	golden, _ := filepath.Glob(filepath.Join("..", "testdata", "golden", "*"))
	for _, path := range golden {
		all["golden"] = append(all["golden"], goldenInputs(path)...)
	}
	for _, name := range []string{"constructs", "clients", "psql"} {
		data, err := os.ReadFile(filepath.Join(shared, "parser", name+".json"))
		var cases []struct{ SQL string }
		if err != nil || json.Unmarshal(data, &cases) != nil {
			continue
		}
		for _, c := range cases {
			all["parser"] = append(all["parser"], c.SQL)
		}
	}
	_ = filepath.WalkDir(filepath.Join(shared, "bench", "suites"), func(path string, _ os.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".sql" {
			if text, err := os.ReadFile(path); err == nil {
				all["bench"] = append(all["bench"], string(text))
			}
		}
		return nil
	})
	for _, suite := range []string{"pgregress", "cockroach", "risingwave"} {
		if sqls := sltStatements(filepath.Join(shared, "slt", suite)); sqls != nil {
			all[suite] = sqls
		}
	}
	var base []string
	for _, name := range []string{"golden", "parser", "pgregress"} {
		base = append(base, all[name]...)
	}
	all["mutants"] = mutants(base[:min(len(base), 20000)], 20000)
	if all["pgregress"] == nil {
		delete(all, "mutants") // their number in the ratchet is that of the whole base
	}
	return all
}

// goldenInputs gives the inputs of a datadriven file.
func goldenInputs(path string) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var inputs []string
	for _, block := range strings.Split("\n"+string(data), "\n----\n") {
		for _, cmd := range []string{"error", "sql", "tree", "notice"} {
			i := strings.LastIndex(block, "\n"+cmd)
			if i < 0 || i > 0 && block[i-1] != '\n' {
				continue
			}
			if nl := strings.IndexByte(block[i+1:], '\n'); nl >= 0 {
				inputs = append(inputs, block[i+1+nl+1:])
				break
			}
		}
	}
	return inputs
}

// sltStatements gives the statements of a suite of sqllogictest files.
func sltStatements(dir string) []string {
	seen := map[string]bool{}
	var sqls []string
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return nil
		}
		defer f.Close()
		var cur []string
		in := false
		flush := func() {
			if sql := strings.Join(cur, "\n"); in && sql != "" && !seen[sql] {
				seen[sql] = true
				sqls = append(sqls, sql)
			}
			cur, in = nil, false
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			line := lines.Text()
			switch {
			case in && (strings.TrimSpace(line) == "" || strings.HasPrefix(line, "----")):
				flush()
			case in:
				cur = append(cur, line)
			case strings.HasPrefix(line, "statement ") || strings.HasPrefix(line, "query"):
				in = true
			}
		}
		flush()
		return nil
	})
	slices.Sort(sqls)
	return sqls
}

var lexeme = regexp.MustCompile(`(?s)\s+|--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_]\w*|\d+(?:\.\d+)?|::|:=|=>|[<>]=|<>|.`)

// mutants gives n statements made of base's by dropping, adding, changing and swapping tokens,
// from a fixed seed.
func mutants(base []string, n int) []string {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	pool := strings.Fields(`( ) , ; . * + - = < :: [ ] 'x' "y" 1 1.5 a b $1 : => || @> % ^ not null and or select from
		where order by group as in is all any case when then end join left on using values insert into update set
		table view create drop alter column type int default primary key with recursive limit between like distinct
		row array interval time zone current function returns over filter within partition nulls first last for only`)
	var out []string
	for len(out) < n && len(base) > 0 {
		sql := pick(base)
		if len(sql) > 400 {
			continue
		}
		parts := lexeme.FindAllString(sql, -1)
		for range 1 + rng.IntN(2) {
			if len(parts) == 0 {
				break
			}
			i, j := rng.IntN(len(parts)), rng.IntN(len(parts))
			switch rng.IntN(5) {
			case 0:
				parts = slices.Delete(slices.Clone(parts), i, i+1)
			case 1:
				parts = slices.Insert(slices.Clone(parts), i, " "+pick(pool)+" ")
			case 2:
				parts[i] = pick(pool)
			case 3:
				parts[i], parts[j] = parts[j], parts[i]
			case 4:
				parts = parts[:i]
			}
		}
		out = append(out, strings.Join(parts, ""))
	}
	return out
}
