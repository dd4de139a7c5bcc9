package engine

import (
	"fmt"
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
