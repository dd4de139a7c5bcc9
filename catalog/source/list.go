package source

import (
	"context"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/storage/object"
)

// listed is a file that a pattern matches.
type listed struct {
	path  string
	store object.Store
	obj   object.Object
	parts []object.Partition
}

// list finds the files that patterns name, each once.
func (f *Files) list(ctx context.Context, patterns []string) ([]*listed, error) {
	var all []*listed
	seen := map[string]bool{}
	for _, p := range patterns {
		loc, err := object.ParseLocation(p)
		if err != nil {
			return nil, err
		}
		st, err := f.Stores.Open(ctx, loc)
		if err != nil {
			return nil, err
		}
		found, err := object.Expand(ctx, st, loc.Key, nil)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			at := loc
			at.Key = o.Key
			if seen[at.String()] {
				continue
			}
			seen[at.String()] = true
			all = append(all, &listed{path: at.String(), store: st, obj: o.Object, parts: o.Partitions})
		}
	}
	return all, nil
}

// forEach runs fn over n items, some at a time, and gives the first error.
func forEach(ctx context.Context, n int, fn func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	slots := make(chan struct{}, footersAtOnce)
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := fn(ctx, i); err != nil {
				mu.Lock()
				if first == nil {
					first = err
				}
				mu.Unlock()
				cancel()
			}
		})
	}
	wg.Wait()
	if first == nil {
		first = ctx.Err()
	}
	return first
}

// ObjectOf is a file as its store knows it.
func (f *Files) ObjectOf(ctx context.Context, file *catalog.File) (object.Store, object.Object, error) {
	loc, err := object.ParseLocation(file.Path)
	if err != nil {
		return nil, object.Object{}, err
	}
	st, err := f.Stores.Open(ctx, loc)
	return st, object.Object{Key: loc.Key, Size: file.Size, Version: file.Version}, err
}
