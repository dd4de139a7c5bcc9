package object

import (
	"context"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Memory keeps objects in the process: for tests, and for what need not outlive
// it.
type Memory struct {
	mu struct {
		sync.RWMutex
		objects map[string]memObject
		version int64
	}
}

type memObject struct {
	data    []byte
	version string
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	m := &Memory{}
	m.mu.objects = map[string]memObject{}
	return m
}

// URL gives mem://key.
func (m *Memory) URL(key string) string { return "mem://" + key }

// Remote is false.
func (m *Memory) Remote() bool { return false }

func (m *Memory) fail(op, key string, off int64, k Kind) error {
	return &Error{Op: op, Object: m.URL(key), Offset: off, Kind: k}
}

func (m *Memory) get(ctx context.Context, op, key string) (Object, []byte, error) {
	if err := ctx.Err(); err != nil {
		return Object{}, nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	o, ok := m.mu.objects[key]
	if !ok {
		return Object{}, nil, m.fail(op, key, -1, KindNotFound)
	}
	return Object{Key: key, Size: int64(len(o.data)), Version: o.version}, o.data, nil
}

// Stat implements Store.
func (m *Memory) Stat(ctx context.Context, key string) (Object, error) {
	o, _, err := m.get(ctx, "open", key)
	return o, err
}

// Read implements Store.
func (m *Memory) Read(ctx context.Context, o Object, off int64, p []byte) error {
	have, data, err := m.get(ctx, "read", o.Key)
	switch {
	case err != nil:
		return err
	case o.Version != "" && o.Version != have.Version:
		return m.fail("read", o.Key, off, KindChanged)
	case off < 0 || off > have.Size || int64(len(p)) > have.Size-off:
		return m.fail("read", o.Key, off, KindShort)
	}
	copy(p, data[off:])
	return nil
}

// Tail implements Store.
func (m *Memory) Tail(ctx context.Context, key string, p []byte) (Object, int, error) {
	o, data, err := m.get(ctx, "open", key)
	if err != nil {
		return Object{}, 0, err
	}
	n := min(len(p), len(data))
	copy(p, data[len(data)-n:])
	return o, n, nil
}

// List implements Store, in key order.
func (m *Memory) List(ctx context.Context, prefix string, flat bool, limit int, fn func(Page) error) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	var page Page
	dirs := map[string]bool{}
	m.mu.RLock()
	for k, o := range m.mu.objects {
		rest, ok := strings.CutPrefix(k, prefix)
		if !ok {
			continue
		}
		if i := strings.IndexByte(rest, '/'); i >= 0 && !flat {
			if d := prefix + rest[:i+1]; !dirs[d] {
				dirs[d] = true
				page.Prefixes = append(page.Prefixes, d)
			}
			continue
		}
		page.Objects = append(page.Objects, Object{Key: k, Size: int64(len(o.data)), Version: o.version})
	}
	m.mu.RUnlock()
	sort.Slice(page.Objects, func(i, j int) bool { return page.Objects[i].Key < page.Objects[j].Key })
	sort.Strings(page.Prefixes)
	more := false
	if limit > 0 && len(page.Objects)+len(page.Prefixes) > limit {
		more = true
		page.Prefixes = page.Prefixes[:min(limit, len(page.Prefixes))]
		page.Objects = page.Objects[:limit-len(page.Prefixes)]
	}
	if len(page.Objects)+len(page.Prefixes) == 0 {
		return false, nil
	}
	return more, fn(page)
}

// Delete implements Store.
func (m *Memory) Delete(ctx context.Context, keys ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		delete(m.mu.objects, k)
	}
	return nil
}

type memWriter struct {
	m    *Memory
	key  string
	cond Condition
	data []byte
}

// Create implements Store.
func (m *Memory) Create(ctx context.Context, key string, cond Condition) (Writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &memWriter{m: m, key: key, cond: cond}, nil
}

func (w *memWriter) Write(p []byte) (int, error) {
	w.data = append(w.data, p...)
	return len(p), nil
}

func (w *memWriter) Commit(ctx context.Context) (Object, error) {
	if err := ctx.Err(); err != nil {
		return Object{}, err
	}
	m := w.m
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.mu.objects[w.key]
	if ok && w.cond.IfAbsent {
		return Object{}, m.fail("write", w.key, -1, KindExists)
	}
	if w.cond.IfMatch != "" && old.version != w.cond.IfMatch {
		return Object{}, m.fail("write", w.key, -1, KindChanged)
	}
	m.mu.version++
	o := memObject{data: w.data, version: strconv.FormatInt(m.mu.version, 10)}
	m.mu.objects[w.key] = o
	return Object{Key: w.key, Size: int64(len(o.data)), Version: o.version}, nil
}

func (w *memWriter) Abort() { w.data = nil }
