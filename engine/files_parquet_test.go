package engine

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

var update = flag.Bool("update", false, "write docs/parquet.md")

const (
	ownParquet    = "testdata/parquet/files"
	publicParquet = "../../shared/parquet-testing/data" // not part of this repository
	parquetDoc    = "../docs/parquet.md"
)

// peer is what another reader makes of a file: digests of columns by name, in
// the order read, and errors.
type peer struct {
	columns []string
	digest  map[string]string // rows and digest
	errors  []string
}

func (p *peer) rows() string {
	for _, c := range p.columns {
		rows, _, _ := strings.Cut(p.digest[c], " ")
		return rows
	}
	return "0"
}

func readPeers(t *testing.T) map[string]map[string]*peer {
	t.Helper()
	b, err := os.ReadFile("testdata/parquet/peers.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]*peer{}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		f := strings.Split(line, "\t")
		if out[f[0]] == nil {
			out[f[0]] = map[string]*peer{"pyarrow": {digest: map[string]string{}}, "duckdb": {digest: map[string]string{}}}
		}
		p := out[f[0]][f[1]]
		if f[2] == "!" {
			p.errors = append(p.errors, strings.ReplaceAll(f[3], "|", "\\|"))
			continue
		}
		p.columns = append(p.columns, f[2])
		p.digest[f[2]] = f[3] + " " + f[4]
	}
	return out
}

// readHere reads every column of a file as JSON, as testdata/parquet/peers.py does.
func readHere(t *testing.T, s *Session, from string) *peer {
	p := &peer{digest: map[string]string{}}
	names, err := columnNames(t, s, from)
	if err != nil {
		p.errors = append(p.errors, err.Error())
		return p
	}
	for _, c := range names {
		got, err := tryAsk(t.Context(), s, "SELECT to_jsonb("+sqlerr.Quote(c)+") FROM "+from)
		if err != nil {
			s.Abort()
			p.errors = append(p.errors, c+": "+errorLine(err))
			continue
		}
		lines := strings.Split(got, "\n")
		lines = lines[:len(lines)-1]
		for i, l := range lines {
			if l == "NULL" || l == "null" {
				lines[i] = "N"
			}
		}
		sum := sha1.Sum([]byte(strings.Join(lines, "\n")))
		p.columns = append(p.columns, c)
		p.digest[c] = fmt.Sprintf("%d %s", len(lines), hex.EncodeToString(sum[:])[:16])
	}
	return p
}

func columnNames(t *testing.T, s *Session, from string) ([]string, error) {
	stmts, err := s.Parse("SELECT * FROM " + from)
	if err != nil {
		return nil, err
	}
	p, err := s.Prepare(t.Context(), stmts[0], nil)
	if err != nil {
		s.Abort()
		return nil, fmt.Errorf("%s", errorLine(err))
	}
	var names []string
	for _, f := range p.Fields() {
		names = append(names, f.Name)
	}
	return names, s.Sync(t.Context())
}

// errorLine is an error's message without the folder of the file.
func errorLine(err error) string {
	m := ErrorOf(err).Message
	for _, dir := range []string{ownParquet, publicParquet} {
		if abs, err := filepath.Abs(dir); err == nil {
			m = strings.ReplaceAll(m, abs+"/", "")
		}
	}
	return strings.ReplaceAll(m, "|", "\\|")
}

const variantHere = "a variant as jsonb, the same as DuckDB's; pyarrow gives its parts"

// differs lists where pyarrow's answer is not ours, and why.
var differs = map[string]string{
	"duckdb_variant.parquet/mixed":    variantHere,
	"duckdb_variant.parquet/shredded": variantHere,
	"duckdb_variant.parquet/list":     variantHere,
	"duckdb_variant.parquet/num":      variantHere,
	"duckdb.parquet/iv":               "an interval; pyarrow gives its bytes",
	"int96_from_spark.parquet/a":      "22008, since the year 326745 is outside of timestamp's range; pyarrow wraps around",
}

const (
	keys128 = ", footer_key => '0123456789012345', column_keys => 'kc1:1234567890123450,kc2:1234567890123451'"
	keys256 = ", footer_key => '01234567890123456789012345678901', column_keys => 'kc1:12345678901234567890123456789012,kc2:12345678901234567890123456789013," +
		"kc3:12345678901234567890123456789014,kc4:12345678901234567890123456789015,kc5:12345678901234567890123456789016,kc6:12345678901234567890123456789017," +
		"kc7:12345678901234567890123456789018,kc8:12345678901234567890123456789019'"
)

// parquetOptions are what the public encrypted files are read with; their keys
// are published beside them.
var parquetOptions = map[string]string{
	"duckdb_sealed.parquet":                                                   ", footer_key => '0123456789012345'",
	"uniform_encryption.parquet.encrypted":                                    keys128,
	"encrypt_columns_and_footer.parquet.encrypted":                            keys128,
	"encrypt_columns_and_footer_aad.parquet.encrypted":                        keys128 + ", aad_prefix => 'tester'",
	"encrypt_columns_and_footer_ctr.parquet.encrypted":                        keys128,
	"encrypt_columns_and_footer_disable_aad_storage.parquet.encrypted":        keys128 + ", aad_prefix => 'tester'",
	"aes256/uniform_encryption.parquet.encrypted":                             keys256,
	"aes256/encrypt_columns_and_footer_ctr.parquet.encrypted":                 keys256,
	"aes256/encrypt_columns_and_footer_disable_aad_storage.parquet.encrypted": keys256 + ", aad_prefix => 'tester'",
}

// TestParquetFiles reads files of many writers, compares with what pyarrow and
// DuckDB read of them, and holds docs/parquet.md to the outcome.
func TestParquetFiles(t *testing.T) {
	peers := readPeers(t)
	s := open(t, Config{MemoryLimit: 256 << 20, AnyPath: true})
	var tables bytes.Buffer
	var sealed *peer
	for _, part := range []struct{ dir, title string }{
		{ownParquet, "Files in `engine/testdata/parquet`"},
		{publicParquet, "Files of the format's own collection, apache/parquet-testing"},
	} {
		if _, err := os.Stat(part.dir); err != nil {
			t.Logf("%s is not here", part.dir)
			checkParquetDoc(t, tables.String(), false)
			return
		}
		fmt.Fprintf(&tables, "\n### %s\n\n| file | pyarrow | DuckDB | Inlay |\n| --- | --- | --- | --- |\n", part.title)
		for _, name := range parquetFiles(t, part.dir) {
			abs, err := filepath.Abs(filepath.Join(part.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			here := readHere(t, s, "read_parquet('"+abs+"'"+parquetOptions[name]+")")
			arrow, duck := peers[name]["pyarrow"], peers[name]["duckdb"]
			if arrow == nil {
				t.Errorf("%s: not in peers.tsv", name)
				continue
			}
			if strings.HasSuffix(name, ".encrypted") && parquetOptions[name] != "" { // all of them hold the same rows
				if sealed == nil {
					sealed = here
				}
				if len(here.errors) > 0 || len(here.columns) != 8 || fmt.Sprint(here.digest) != fmt.Sprint(sealed.digest) {
					t.Errorf("%s: %v %v", name, here.digest, here.errors)
				}
			}
			reference, why := arrow, differs
			if strings.HasPrefix(name, "duckdb_variant") || len(arrow.columns) == 0 {
				reference, why = duck, nil // pyarrow has the bytes, or an error
			}
			if what := disagreement(name, here, reference, why); what != "" {
				t.Errorf("%s: %s", name, what)
			}
			fmt.Fprintf(&tables, "| %s | %s | %s | %s |\n", name, alone(arrow), beside(duck, arrow, nil, name), beside(here, arrow, differs, name))
		}
	}
	checkParquetDoc(t, tables.String(), true)
}

// checkParquetDoc holds the tables in the documentation to those made here, of
// which the last may be missing.
func checkParquetDoc(t *testing.T, tables string, whole bool) {
	doc, err := os.ReadFile(parquetDoc)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- made by TestParquetFiles -->\n"
	head, old, ok := strings.Cut(string(doc), mark)
	if !ok {
		t.Fatalf("%s has no line %q", parquetDoc, mark)
	}
	if *update && whole {
		if err := os.WriteFile(parquetDoc, []byte(head+mark+tables), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !strings.HasPrefix(old, tables) || whole && old != tables {
		t.Errorf("%s is not up to date: run go test ./engine -run TestParquetFiles -update", parquetDoc)
	}
}

func parquetFiles(t *testing.T, dir string) []string {
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(path, ".parquet") && !strings.HasSuffix(path, ".json") {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(names)
	return names
}

// disagreement says how our reading differs from another's; "" where it does
// not, or where it is known why.
func disagreement(name string, here, arrow *peer, why map[string]string) string {
	if len(arrow.columns) == 0 {
		return "" // nobody to ask
	}
	var bad []string
	for _, c := range arrow.columns {
		if here.digest[c] != arrow.digest[c] && why[name+"/"+c] == "" {
			bad = append(bad, fmt.Sprintf("%s is %q, not %q", c, here.digest[c], arrow.digest[c]))
		}
	}
	return strings.Join(append(bad, func() []string {
		if len(bad) > 0 {
			return here.errors
		}
		return nil
	}()...), "; ")
}

func alone(p *peer) string {
	if len(p.columns) == 0 && len(p.errors) > 0 {
		return p.errors[0]
	}
	s := fmt.Sprintf("%d columns, %s rows", len(p.columns), p.rows())
	for _, e := range p.errors {
		s += "; " + e
	}
	return s
}

// beside says how a reader's answer is next to pyarrow's.
func beside(p, arrow *peer, why map[string]string, name string) string {
	if len(p.columns) == 0 && len(p.errors) > 0 {
		return p.errors[0]
	}
	if len(arrow.columns) == 0 {
		return alone(p)
	}
	var same int
	var other []string
	for _, c := range arrow.columns {
		switch w := why[name+"/"+c]; {
		case p.digest[c] == arrow.digest[c]:
			same++
		case w != "":
			other = append(other, c+": "+w)
		case p.digest[c] != "":
			other = append(other, c+" differs")
		}
	}
	if same == len(arrow.columns) {
		return "same"
	}
	if why == nil {
		other = append(other, p.errors...)
	}
	return fmt.Sprintf("%d the same; %s", same, strings.Join(other, "; "))
}
