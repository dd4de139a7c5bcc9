package engine

import (
	"context"
	"reflect"
	"sort"
	"strings"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/parser"
)

// found is what one statement's view has seen of files: paths are resolved
// once a view, so that a file that changes meanwhile does not show in two
// states, and a statement asks an object store once about each.
type found struct {
	mu struct {
		sync.Mutex
		byKey map[string]*resolved
	}
}

// resolved is one relation of files. Fields are written before done is closed.
type resolved struct {
	done chan struct{}
	rel  *catalog.Relation
	src  catalog.Source
	err  error
}

func newFound() *found {
	f := &found{}
	f.mu.byKey = map[string]*resolved{}
	return f
}

// get resolves through the memory. The relation is the caller's own copy.
func (f *found) get(ctx context.Context, patterns []string, fn string, options map[string]string,
	resolve func(ctx context.Context) (*catalog.Relation, catalog.Source, error)) (*catalog.Relation, catalog.Source, error) {
	key := filesKey(patterns, fn, options)
	f.mu.Lock()
	r := f.mu.byKey[key]
	mine := r == nil
	if mine {
		r = &resolved{done: make(chan struct{})}
		f.mu.byKey[key] = r
	}
	f.mu.Unlock()
	if mine {
		r.rel, r.src, r.err = resolve(ctx)
		close(r.done)
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	rel := *r.rel
	rel.Columns = append([]catalog.Column(nil), r.rel.Columns...)
	return &rel, r.src, nil
}

func filesKey(patterns []string, fn string, options map[string]string) string {
	parts := append([]string{fn}, patterns...)
	keys := make([]string, 0, len(options))
	for k := range options {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		parts = append(parts, k, options[k])
	}
	return strings.Join(parts, "\x00")
}

// resolveAhead asks for all files that a statement names, at once: the binder,
// which comes upon them one by one, would wait for the object store as often.
// What cannot be resolved is left for the binder to meet and to tell.
func (s *Session) resolveAhead(ctx context.Context, text string, st ast.Statement, view catalog.View, r *resolver) {
	v, ok := view.(*fileView)
	if !ok {
		return
	}
	if !strings.Contains(text, remoteMark) && !s.remote.any(v) {
		return
	}
	w := &filesNamed{view: v, path: s.SearchPath(), seen: map[string]bool{}}
	w.walk(reflect.ValueOf(st), 0)
	if len(w.calls) < 2 {
		return
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, 16)
	for _, call := range w.calls {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			call(ctx, r)
		})
	}
	wg.Wait()
}

// remoteMark is in every path to a remote file.
const remoteMark = "://"

// remoteNames remembers whether a catalog has names of remote files at all:
// looking for them through every statement costs more than small ones take.
type remoteNames struct {
	version uint64 // of the catalog; 0: not known yet
	found   bool
}

// any says whether some foreign table or view of v's may lead to a remote file.
func (r *remoteNames) any(v catalog.View) bool {
	if r.version != v.Version() {
		r.version, r.found = v.Version(), hasRemote(v)
	}
	return r.found
}

func hasRemote(v catalog.View) bool {
	for _, sc := range v.Schemas() {
		if sc.Name == "pg_catalog" || sc.Name == "information_schema" {
			continue
		}
		for _, rel := range v.Relations(sc.Name) {
			switch rel.Kind {
			case catalog.ForeignTable:
				if patterns, _ := foreignOptions(rel); anyRemote(patterns) {
					return true
				}
			case catalog.ViewRelation:
				if strings.Contains(rel.Definition, remoteMark) {
					return true
				}
			}
		}
	}
	return false
}

// filesNamed collects the remote files behind the names of a statement.
type filesNamed struct {
	view  *fileView
	path  []string
	seen  map[string]bool
	calls []func(context.Context, *resolver)
}

// walk looks for names of relations, also below views; depth counts those.
func (w *filesNamed) walk(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if rel, ok := v.Interface().(*ast.Relation); ok && rel != nil {
			w.relation(rel, depth)
			return
		}
		if !v.IsNil() {
			w.walk(v.Elem(), depth)
		}
	case reflect.Interface:
		if !v.IsNil() {
			w.walk(v.Elem(), depth)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				w.walk(v.Field(i), depth)
			}
		}
	case reflect.Slice:
		switch v.Type().Elem().Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Struct:
			for i := range v.Len() {
				w.walk(v.Index(i), depth)
			}
		}
	}
}

// viewsDeep is how many views within views are followed.
const viewsDeep = 8

func (w *filesNamed) relation(n *ast.Relation, depth int) {
	name := n.Name.Object()
	if n.Path {
		w.add([]string{name})
		return
	}
	schemas := w.path
	if s := n.Name.Schema(); s != "" {
		schemas = []string{s}
	}
	for _, schema := range schemas {
		rel, ok := w.view.Relation(schema, name)
		if !ok {
			continue
		}
		key := schema + "\x00" + name
		if w.seen[key] {
			return
		}
		w.seen[key] = true
		switch {
		case rel.Kind == catalog.ForeignTable:
			if patterns, _ := foreignOptions(rel); anyRemote(patterns) {
				w.calls = append(w.calls, func(ctx context.Context, _ *resolver) { _, _, _ = w.view.foreign(ctx, rel) })
			}
		case rel.Kind == catalog.ViewRelation && depth < viewsDeep:
			if st, err := parser.Parse(rel.Definition); err == nil {
				for i := range st {
					w.walk(reflect.ValueOf(st[i]), depth+1)
				}
			}
		}
		return
	}
	if len(n.Name.Parts) == 1 && n.Name.Parts[0].Quoted {
		w.add([]string{name})
	}
}

func (w *filesNamed) add(patterns []string) {
	key := filesKey(patterns, "", nil)
	if w.seen[key] || !anyRemote(patterns) {
		return
	}
	w.seen[key] = true
	w.calls = append(w.calls, func(ctx context.Context, r *resolver) { _, _, _ = r.ResolveFiles(ctx, patterns, "", nil) })
}

func anyRemote(patterns []string) bool {
	for _, p := range patterns {
		if strings.Contains(p, remoteMark) {
			return true
		}
	}
	return false
}
