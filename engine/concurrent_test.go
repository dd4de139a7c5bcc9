package engine

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// TestManySessions lets sessions run small statements at once, on tables of
// their own and on shared ones.
func TestManySessions(t *testing.T) {
	ctx := t.Context()
	one := open(t, Config{})
	ask(t, one, "create table shared (w int, n int); create table account (v int); insert into account values (0)")
	const workers, rounds = 32, 6
	var wg sync.WaitGroup
	for w := range workers {
		s, err := one.e.NewSession(ctx, SessionOptions{User: "u", Database: "d"})
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			defer s.Close()
			expect := func(sql, want string) {
				got, err := tryAsk(ctx, s, sql)
				if err != nil {
					s.Abort()
					got = ErrorOf(err).Message
				}
				if got != want {
					t.Errorf("%s: %q, want %q", sql, got, want)
				}
			}
			expect("create temp table mine (a int, b text)", "")
			for i := range rounds {
				expect(fmt.Sprintf("insert into mine values (%d, 'x'), (%d, null)", i, i), "")
				expect("select count(*), count(b) from mine", fmt.Sprintf("%d|%d\n", 2*i+2, i+1))
				expect("select count(*) from mine x join mine y on x.a = y.a", fmt.Sprintf("%d\n", 4*i+4))
				expect(fmt.Sprintf("insert into shared values (%d, %d)", w, i), "")
				for { // a row that another session has updated meanwhile: try again
					_, err := tryAsk(ctx, s, "update account set v = v + 1")
					if err == nil {
						break
					}
					s.Abort()
					if e := ErrorOf(err); e.Code != sqlerr.SerializationFailure {
						t.Error(e)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if got, want := ask(t, one, "select count(*), count(distinct (w, n)) from shared"), fmt.Sprintf("%d|%d\n", workers*rounds, workers*rounds); got != want {
		t.Errorf("%q rows, want %q", got, want)
	}
	if got, want := ask(t, one, "select v from account"), fmt.Sprintf("%d\n", workers*rounds); got != want {
		t.Errorf("the account has %q, want %q", got, want)
	}
}

// TestFewLargeRows: a plan of few rows runs before they are read, unless they
// turn out to be large.
func TestFewLargeRows(t *testing.T) {
	s := open(t, Config{})
	ask(t, s, "create table few (a int); insert into few values (1), (2), (3), (4), (5), (6)")
	for _, sql := range []string{
		"select a, repeat('x', 1000000) from few order by a",
		"select a, repeat('x', 1000000), random() > 2 from few order by a", // runs only once, however large
	} {
		got := ask(t, s, sql)
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		if len(lines) != 6 || len(got) < 6_000_000 {
			t.Errorf("%s: %d rows of %d bytes", sql, len(lines), len(got))
		}
		for i, l := range lines {
			if !strings.HasPrefix(l, fmt.Sprintf("%d|xxx", i+1)) {
				t.Errorf("%s: row %d begins with %.20s", sql, i, l)
			}
		}
	}
}

// TestWaitingWhileLowered: constant rows are evaluated before anything runs,
// where no slot may be given back that was not taken.
func TestWaitingWhileLowered(t *testing.T) {
	s := open(t, Config{Threads: 1})
	for _, sql := range []string{
		"values (pg_sleep(0.001) is null)",
		"select pg_sleep(0.001) is null",
		"select x from generate_series(1, 1), (values (pg_sleep(0.001) is null)) v (x)",
	} {
		for range 3 {
			if got := ask(t, s, sql); got != "f\n" {
				t.Errorf("%s: %q", sql, got)
			}
		}
	}
}

// TestOutrun: a statement that another transaction got ahead of runs again on
// what that one left, as Postgres would have it; in a block it fails.
func TestOutrun(t *testing.T) {
	ctx := t.Context()
	a := open(t, Config{})
	b, err := a.e.NewSession(ctx, SessionOptions{User: "u", Database: "d"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ask(t, a, "create table account (v int); insert into account values (1)")
	start := func(sql string) *Portal {
		t.Helper()
		st, err := a.Parse(sql)
		if err != nil {
			t.Fatal(err)
		}
		p, err := a.Prepare(ctx, st[0], nil)
		if err != nil {
			t.Fatal(err)
		}
		portal, err := a.Bind(ctx, p, nil)
		if err == nil {
			_, err = drain(ctx, a, portal)
		}
		if err != nil {
			t.Fatal(err)
		}
		return portal
	}
	p := start("update account set v = v + 1 where v < 100")
	ask(t, b, "update account set v = 10")
	if !p.MayRunAgain() {
		t.Error("an update may not run again")
	}
	if err := p.Commit(ctx); err != nil || p.Tag(0) != "UPDATE 1" {
		t.Errorf("%v, %s", err, p.Tag(0))
	}
	p.Close()
	p = start("update account set v = v + 1 where v < 100")
	ask(t, b, "update account set v = 100")
	if err := p.Commit(ctx); err != nil || p.Tag(0) != "UPDATE 0" {
		t.Errorf("%v, %s", err, p.Tag(0))
	}
	p.Close()
	ask(t, a, "begin")
	p = start("update account set v = v + 1")
	ask(t, b, "update account set v = 0")
	if p.MayRunAgain() {
		t.Error("a statement of a block may run again")
	}
	p.Close()
	if got := ask(t, a, "commit"); !strings.HasPrefix(got, "40001: ") {
		t.Errorf("commit: %s", got)
	}
	if got := ask(t, a, "select v from account"); got != "0\n" {
		t.Errorf("the account has %q", got)
	}
}

// TestRewriteOnce: a commit that finds another ahead keeps the rows that
// ALTER TABLE has made, which may hold values of a sequence.
func TestRewriteOnce(t *testing.T) {
	a := open(t, Config{})
	b, err := a.e.NewSession(t.Context(), SessionOptions{User: "u", Database: "d"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ask(t, a, "create table t (x int)")
	ask(t, a, "insert into t values (1), (2)")
	ask(t, a, "begin")
	ask(t, a, "alter table t add n serial")
	before := ask(t, a, "select * from t order by x")
	ask(t, b, "create table other (y int)")
	ask(t, a, "commit")
	if after := ask(t, a, "select * from t order by x"); after != before {
		t.Errorf("in the transaction %s, after it %s", before, after)
	}
}
