package parser

import (
	"testing"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

var fuzzSeeds = []string{
	q2,
	"SELECT 1",
	"SELECT U&'\\0061' UESCAPE '!', E'\\u00e4\\n', $a$ x $a$, B'1', X'f', 0x1F, 1_0.5e-3, $1, \"a\"\"b\"",
	"SELECT a -- x\n/* /* */ */ FROM t WHERE a @>- b <> ALL (ARRAY[1, [2]][1:2])",
	"WITH RECURSIVE a (b) AS (VALUES (1)) SEARCH DEPTH FIRST BY b SET c SELECT DISTINCT ON (b) * FROM a JOIN LATERAL f(1) WITH ORDINALITY USING (b) GROUP BY CUBE (b) HAVING true WINDOW w AS (ROWS 1 PRECEDING) ORDER BY 1 NULLS LAST FETCH FIRST 1 ROWS WITH TIES FOR UPDATE",
	"INSERT INTO t (a[1].b) SELECT 1 ON CONFLICT (a) DO UPDATE SET (a, b) = (1, 2) RETURNING *",
	"MERGE INTO t USING s ON true WHEN NOT MATCHED THEN INSERT VALUES (1)",
	"CREATE TABLE t (a int PRIMARY KEY, CHECK (a > 0), LIKE b INCLUDING ALL) PARTITION BY RANGE (a)",
	"ALTER TABLE t ADD a int, DROP b CASCADE, ALTER c TYPE text USING c::text",
	"CREATE FUNCTION f(a int DEFAULT 1) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
	"GRANT SELECT (a) ON t TO PUBLIC; REVOKE a FROM b; COMMENT ON COLUMN a.b IS 'c'",
	"SET a.b = 1, 'x'; BEGIN ISOLATION LEVEL SERIALIZABLE; COPY t FROM STDIN CSV; FETCH ALL FROM c",
	"SELECT CASE a WHEN b THEN c END IS NOT DISTINCT FROM d AT TIME ZONE 'x' COLLATE \"C\"::int",
	"SELECT EXTRACT(year FROM a), TRIM(BOTH FROM b), JSON_OBJECT('a' : 1), XMLELEMENT(NAME x), (a, b) OVERLAPS (c, d)",
	"SELECT * EXCLUDE (a) REPLACE (b AS c) FROM 'x.parquet' QUALIFY row_number() OVER w = 1",
	"EXPLAIN (ANALYZE, FORMAT json) SELECT 1; PREPARE p (int) AS SELECT $1; DECLARE c CURSOR FOR SELECT 1",
	"SELECT '", "\"", "$$", "/*", "E'\\", "1e", "0x", "U&\"\\+", "(((", "\x00", "\xff", "é",
}

// FuzzLex checks that tokens lie in order within the text and that nothing is passed over but blanks.
func FuzzLex(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		l := lexer{src: sql}
		l.run()
		end := int32(0)
		for i, tok := range l.toks {
			if tok.pos < end || tok.end < tok.pos || int(tok.end) > len(sql) {
				t.Fatalf("token %d: %+v after %d", i, tok, end)
			}
			if tok.kind != tEOF && tok.kind != tError && tok.end == tok.pos {
				t.Fatalf("token %d is empty", i)
			}
			if last := i == len(l.toks)-1; last != (tok.kind == tEOF) {
				t.Fatalf("token %d of %d: %+v", i, len(l.toks), tok)
			}
			if tok.kind != tError {
				end = tok.end
			}
		}
	})
}

// FuzzParse checks that any text gives statements or a proper error, never a panic; that ranges
// lie within the text; and that the text of a tree parses to that tree.
func FuzzParse(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		stmts, err := Parse(sql)
		if err != nil {
			e, ok := sqlerr.As(err)
			if !ok || e.Code == "" || e.Message == "" || e.Position < 0 || e.Position > utf8.RuneCountInString(sql)+1 {
				t.Fatalf("%q: %+v", sql, err)
			}
			return
		}
		end := int32(0)
		for _, s := range stmts {
			r := s.Span()
			if r.Pos < end || r.End <= r.Pos || int(r.End) > len(sql) {
				t.Fatalf("%q: range %v after %d", sql, r, end)
			}
			end = r.End
			_ = ast.SQL(s)
		}
		if utf8.ValidString(sql) {
			roundTrip(t, sql)
		}
	})
}
