package object

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Retry says how often and how patiently a request is asked again. The wait
// before attempt n is random between half of and all of Base·2ⁿ⁻¹, at most Max,
// so that many readers that were turned away together do not return together.
type Retry struct {
	Attempts int
	Base     time.Duration
	Max      time.Duration
}

// DefaultRetry rides out some ten seconds of a service that is down.
var DefaultRetry = Retry{Attempts: 8, Base: 50 * time.Millisecond, Max: 4 * time.Second}

// do calls f until it succeeds, fails with a kind that is not temporary, or the
// attempts are used up. The last error carries the number of attempts.
func (r Retry) do(ctx context.Context, f func(attempt int) error) error {
	for n := 1; ; n++ {
		err := f(n)
		if err == nil {
			return nil
		}
		if cerr := ctx.Err(); cerr != nil {
			return cerr
		}
		var e *Error
		if !errors.As(err, &e) || !e.Kind.Temporary() || n >= r.Attempts {
			if e != nil {
				e.Attempts = n
			}
			return err
		}
		if err := sleep(ctx, r.wait(n)); err != nil {
			return err
		}
	}
}

func (r Retry) wait(n int) time.Duration {
	d := r.Base << min(n-1, 20)
	if d > r.Max || d <= 0 {
		d = r.Max
	}
	if d <= 1 {
		return d
	}
	return d/2 + rand.N(d/2)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
