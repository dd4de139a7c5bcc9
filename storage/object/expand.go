package object

import (
	"context"
	"sort"
	"strings"
	"sync"
)

// File is one match of a path or pattern.
type File struct {
	Object
	Partitions []Partition
}

// listingsAtOnce bounds the parallel requests of one Expand.
const listingsAtOnce = 32

// Expand finds the objects that pattern names, ordered by key. Without
// wildcards that is the object itself, or, where the pattern names a directory
// or ends in '/', every *.parquet below it. keep, which may be nil, is asked
// about each directory before it is listed and about each file; it sees the
// partitions so far and may refuse what no row of the answer can come from.
// Nothing matched (before keep) is an error of KindNotFound.
//
// A remote store is first asked for one page of everything under the fixed
// part of the pattern, which is often all there is. Otherwise directories are
// listed in parallel, level by level.
func Expand(ctx context.Context, s Store, pattern string, keep func(parts []Partition) bool) ([]File, error) {
	if keep == nil {
		keep = func([]Partition) bool { return true }
	}
	if !strings.HasSuffix(pattern, "/") && pattern != "" {
		if !HasWildcard(pattern) || !s.Remote() {
			o, err := s.Stat(ctx, pattern) // a file may bear wildcard characters in its name
			switch k := KindOf(err); {
			case err == nil:
				return keepFiles([]Object{o}, keep), nil
			case k == KindIsDirectory:
			case HasWildcard(pattern) && (k == KindNotFound || k == KindInvalid):
			case k == KindNotFound:
				more, lerr := s.List(ctx, pattern+"/", true, 1, func(Page) error { return errEnough })
				if lerr == nil && !more {
					return nil, err
				}
			default:
				return nil, err
			}
		}
	}
	if !HasWildcard(pattern) {
		if pattern != "" && !strings.HasSuffix(pattern, "/") {
			pattern += "/"
		}
		pattern += "**/*.parquet"
	}
	g, err := CompileGlob(pattern)
	if err != nil {
		return nil, err
	}
	e := &expander{s: s, g: g, keep: keep, slots: make(chan struct{}, listingsAtOnce)}
	if err := e.run(ctx, pattern); err != nil {
		return nil, err
	}
	found := e.mu.found
	sort.Slice(found, func(i, j int) bool { return found[i].Key < found[j].Key })
	unique := found[:0]
	for i, o := range found { // alternatives may overlap
		if i == 0 || o.Key != found[i-1].Key {
			unique = append(unique, o)
		}
	}
	if len(unique) == 0 && !e.mu.pruned {
		return nil, &Error{Op: "find", Object: s.URL(pattern), Offset: -1, Kind: KindNotFound, Err: textError("no file matches the pattern")}
	}
	return keepFiles(unique, keep), nil
}

func keepFiles(objects []Object, keep func([]Partition) bool) []File {
	files := make([]File, 0, len(objects))
	for _, o := range objects {
		if p := HivePartitions(o.Key); keep(p) {
			files = append(files, File{Object: o, Partitions: p})
		}
	}
	return files
}

type expander struct {
	s     Store
	g     *Glob
	keep  func([]Partition) bool
	slots chan struct{}
	wg    sync.WaitGroup
	mu    struct {
		sync.Mutex
		found  []Object
		pruned bool // keep refused a directory, so an empty answer is one
		err    error
	}
}

func (e *expander) run(ctx context.Context, pattern string) error {
	if e.s.Remote() {
		var all []Object
		more, err := e.s.List(ctx, fixedPart(pattern), true, 1000, func(p Page) error {
			all = append(all, p.Objects...)
			return nil
		})
		if err != nil {
			return err
		}
		if !more {
			for _, o := range all {
				e.offer(o)
			}
			return nil
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, comps := range e.g.alts {
		e.start(ctx, cancel, "", comps)
	}
	e.wg.Wait()
	return e.mu.err
}

// fixedPart is the text before the first wildcard.
func fixedPart(pattern string) string {
	if i := strings.IndexAny(pattern, `*?[{\`); i >= 0 {
		return pattern[:i]
	}
	return pattern
}

func (e *expander) offer(objects ...Object) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, o := range objects {
		if !strings.HasSuffix(o.Key, "/") && e.g.Match(o.Key) { // a key ending in '/' marks a directory
			e.mu.found = append(e.mu.found, o)
		}
	}
}

// start lists dir for the rest of the components in a goroutine of its own.
func (e *expander) start(ctx context.Context, cancel func(), dir string, comps []string) {
	e.wg.Go(func() {
		select {
		case e.slots <- struct{}{}:
		case <-ctx.Done():
			e.fail(ctx.Err(), cancel)
			return
		}
		defer func() { <-e.slots }()
		if err := e.list(ctx, cancel, dir, comps); err != nil {
			e.fail(err, cancel)
		}
	})
}

func (e *expander) fail(err error, cancel func()) {
	e.mu.Lock()
	if e.mu.err == nil {
		e.mu.err = err
	}
	e.mu.Unlock()
	cancel()
}

// list reads one directory. dir is "" or ends in '/'; comps is what a path has
// to match below it.
func (e *expander) list(ctx context.Context, cancel func(), dir string, comps []string) error {
	for len(comps) > 1 && !HasWildcard(comps[0]) {
		dir, comps = dir+comps[0]+"/", comps[1:]
	}
	if dir != "" && !e.keep(HivePartitions(dir)) {
		e.mu.Lock()
		e.mu.pruned = true
		e.mu.Unlock()
		return nil
	}
	comp, last := comps[0], len(comps) == 1
	if last && !HasWildcard(comp) {
		o, err := e.s.Stat(ctx, dir+comp)
		if k := KindOf(err); k == KindNotFound || k == KindIsDirectory {
			return nil
		}
		if err == nil {
			e.offer(o)
		}
		return err
	}
	deep := comp == "**" && !last
	prefix := dir
	if !deep {
		prefix += literal(comp)
	}
	_, err := e.s.List(ctx, prefix, false, 0, func(p Page) error {
		if last || deep {
			e.offer(p.Objects...)
		}
		for _, sub := range p.Prefixes {
			name := strings.TrimSuffix(strings.TrimPrefix(sub, dir), "/")
			switch {
			case last:
			case deep: // ** is here, or ends here
				if !skipped(name) {
					e.start(ctx, cancel, sub, comps)
				}
				if len(comps) > 2 && matchName(comps[1], name) {
					e.start(ctx, cancel, sub, comps[2:])
				}
			case matchName(comp, name):
				e.start(ctx, cancel, sub, comps[1:])
			}
		}
		return nil
	})
	return err
}
