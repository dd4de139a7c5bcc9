package memory

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
)

// waiting returns when somebody waits in Wait.
func waiting(b *Budget) {
	for b.waiters.Load() == 0 {
		runtime.Gosched()
	}
}

// await waits as an operator does that has nothing to spill.
func await(r *Reservation, want int64) error { return awaitIn(context.Background(), r, want) }

func awaitIn(ctx context.Context, r *Reservation, want int64) error {
	var seen Seen
	for r.Grow(want) != nil {
		if err := r.Await(ctx, want, &seen); err != nil {
			return err
		}
	}
	return nil
}

// TestAwaitWakes: who waits goes on when somebody gives memory back.
func TestAwaitWakes(t *testing.T) {
	b := NewBudget(100)
	q := b.NewQuery(0)
	x, y := q.Reserve("x"), q.Reserve("y")
	if err := x.Grow(80); err != nil {
		t.Fatal(err)
	}
	q.Enter() // the waiter; the other holds
	got := make(chan error)
	go func() { got <- await(y, 50) }()
	waiting(b)
	x.Shrink(10) // wakes, but does not suffice
	x.Shrink(30)
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	if y.Held() != 50 {
		t.Errorf("%d bytes are held", y.Held())
	}
}

// TestAwaitStuck: of two that wait for each other one is refused, and the
// other goes on with what the first gives back.
func TestAwaitStuck(t *testing.T) {
	b := NewBudget(100)
	for range 200 {
		var queries [2]*Query
		for i := range queries {
			queries[i] = b.NewQuery(0)
			if err := queries[i].Reserve("r").Grow(40); err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		var failed [2]bool
		for i, q := range queries {
			wg.Go(func() {
				r := q.Reserve("more")
				err := await(r, 50)
				var e *ErrExhausted
				failed[i] = errors.As(err, &e)
				if err != nil && !failed[i] {
					t.Error(err)
				}
				q.Close()
			})
		}
		wg.Wait()
		if failed[0] == failed[1] {
			t.Fatalf("refused: %v", failed)
		}
	}
	if b.Used() != 0 {
		t.Errorf("%d bytes are left", b.Used())
	}
}

// TestAwaitOutside: who has left to wait for a client does not keep others waiting.
func TestAwaitOutside(t *testing.T) {
	b := NewBudget(100)
	idle, q := b.NewQuery(0), b.NewQuery(0)
	if err := idle.Reserve("r").Grow(80); err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() { got <- await(q.Reserve("r"), 50) }()
	waiting(b)
	idle.Leave()
	var e *ErrExhausted
	if err := <-got; !errors.As(err, &e) {
		t.Errorf("got %v", err)
	}
}

// TestAwaitCancel: a cancelled wait ends with the context's error and leaves
// no trace.
func TestAwaitCancel(t *testing.T) {
	b := NewBudget(100)
	q := b.NewQuery(0)
	q.Enter()
	if err := q.Reserve("r").Grow(80); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	got := make(chan error)
	go func() { got <- awaitIn(ctx, q.Reserve("r"), 50) }()
	waiting(b)
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if b.waiters.Load() != 0 || len(b.room.waiters) != 0 || q.blocked != 0 {
		t.Error("the waiter is still counted")
	}
}

// TestWaitPeer: who waits for another goroutine of the query lets those that
// wait for memory know that nobody runs.
func TestWaitPeer(t *testing.T) {
	b := NewBudget(100)
	q := b.NewQuery(0)
	q.Enter()
	if err := q.Reserve("r").Grow(80); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	over := false
	peer := make(chan error)
	go func() {
		peer <- q.Wait(context.Background(), 0, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return over
		})
	}()
	err := await(q.Reserve("r"), 50)
	var e *ErrExhausted
	if !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	mu.Lock()
	over = true
	mu.Unlock()
	q.Notify()
	if err := <-peer; err != nil {
		t.Fatal(err)
	}
}
