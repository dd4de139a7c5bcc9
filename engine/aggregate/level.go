package aggregate

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// level is one grouping set.
type level struct {
	set   int
	keys  []int // positions in the input
	g     *grouper
	plain *stream // nil: a late stream brings all groups
	late  []*lateStream
}

// lateStream is rows that are made distinct, or sorted, or both, before they
// reach the groups. Its rows are the keys, then what the calls read.
type lateStream struct {
	st     *stream
	calls  []int
	filter int // position in the input, -1: none; applied on the way in
	types  []types.Type
	dedup  *grouper // nil: none
	order  []order.Key
	arrive bool // the order is that of arrival: a hidden last column holds it
	sorter *order.Sorter
}

// What order and DISTINCT mean to each kernel.
var (
	indifferent  = map[string]bool{"min": true, "max": true, "bool_and": true, "bool_or": true, "every": true, "bit_and": true, "bit_or": true, "any_value": true}
	orderMatters = map[string]bool{"array_agg": true, "string_agg": true, "percentile_cont": true, "percentile_disc": true, "mode": true,
		"json_agg": true, "jsonb_agg": true, "json_object_agg": true, "jsonb_object_agg": true}
)

func newLevel(spec *Spec, set int, keys []int) (*level, error) {
	l := &level{set: set, keys: pick(spec.Keys, keys)}
	var makers []maker
	accs := make([]accumulator, len(spec.Calls))
	plain := newStreamBuilder(spec, l.keys)
	byName := map[string]*lateStream{}
	complete := false // some late stream brings all groups
	for i := range spec.Calls {
		c := &spec.Calls[i]
		m, err := newMaker(c.Fn.Kernel, pick(spec.Input, c.columns()), c.Result)
		if err != nil {
			return nil, err
		}
		makers = append(makers, m)
		accs[i] = m(nil)
		distinct := c.Distinct && !indifferent[c.Fn.Kernel]
		ordered := orderMatters[c.Fn.Kernel]
		if !distinct && !ordered {
			plain.add(i, c, accs[i], true)
			continue
		}
		name := fmt.Sprint(distinct, ordered, c.Filter)
		if distinct {
			name += fmt.Sprint(c.columns())
		}
		if ordered {
			name += fmt.Sprint(c.OrderBy)
		}
		s := byName[name]
		if s == nil {
			s = &lateStream{filter: c.Filter, order: c.OrderBy}
			if distinct {
				s.dedup = &grouper{}
			}
			switch {
			case !ordered:
				s.order = nil
			case len(c.OrderBy) == 0 && distinct: // as Postgres, which sorts to find duplicates
				for _, p := range c.Args {
					s.order = append(s.order, order.Key{Pos: p, Type: spec.Input[p]})
				}
			case len(c.OrderBy) == 0:
				s.arrive = true
			}
			byName[name] = s
			l.late = append(l.late, s)
		}
		s.calls = append(s.calls, i)
		complete = complete || c.Filter < 0
	}
	l.g = newGrouper(pick(spec.Input, l.keys), makers, spec.Node)
	for _, s := range l.late {
		s.build(spec, l.keys, accs)
	}
	if len(plain.st.calls) > 0 || !complete {
		l.plain = plain.finish()
	}
	return l, nil
}

// columns is what a call reads, in the order in which its accumulator takes it.
func (c *Call) columns() []int { return append(c.Args[:len(c.Args):len(c.Args)], c.Direct...) }

// build lays the stream's rows out once all its calls are known.
func (s *lateStream) build(spec *Spec, keys []int, accs []accumulator) {
	b := newStreamBuilder(spec, keys)
	for _, i := range s.calls {
		b.add(i, &spec.Calls[i], accs[i], false)
	}
	s.order = append([]order.Key(nil), s.order...) // the spec's are shared by all grouping sets
	for i, k := range s.order {
		s.order[i].Pos = b.place(k.Pos)
	}
	s.st = b.finish()
	s.types = pick(spec.Input, s.st.cols)
	if s.dedup != nil {
		s.dedup = newGrouper(s.types, nil, spec.Node)
	}
	sortTypes, sortKeys := s.types, s.order
	if s.arrive {
		sortTypes = append(sortTypes[:len(sortTypes):len(sortTypes)], types.New(types.Int8OID))
		sortKeys = []order.Key{{Pos: len(s.types), Type: types.New(types.Int8OID)}}
	}
	if len(sortKeys) > 0 {
		s.sorter = order.NewSorter(sortTypes, sortKeys, spec.Node)
	}
}

// whole is the stream into dedup: all columns are keys.
func (s *lateStream) whole() *stream {
	return &stream{keys: len(s.st.cols), cols: s.st.cols, kinds: s.st.kinds}
}

// streamBuilder collects the columns that calls read.
type streamBuilder struct {
	spec *Spec
	st   *stream
	at   map[int]int // position in the input → in the rows
}

func newStreamBuilder(spec *Spec, keys []int) *streamBuilder {
	b := &streamBuilder{spec: spec, st: &stream{keys: len(keys)}, at: map[int]int{}}
	for i, k := range keys {
		b.st.cols = append(b.st.cols, k)
		if _, dup := b.at[k]; !dup {
			b.at[k] = i
		}
	}
	return b
}

func (b *streamBuilder) place(p int) int {
	at, ok := b.at[p]
	if !ok {
		at = len(b.st.cols)
		b.at[p] = at
		b.st.cols = append(b.st.cols, p)
	}
	return at
}

// narrow is implemented by accumulators that take a batch's kind as it is.
type narrow interface{ takesNarrow() }

func (b *streamBuilder) add(i int, c *Call, acc accumulator, filter bool) {
	set := argSet{filter: -1}
	if filter && c.Filter >= 0 {
		set.filter = b.place(c.Filter)
	}
	_, asIs := acc.(narrow)
	for _, p := range c.columns() {
		set.cols = append(set.cols, b.place(p))
		k := b.spec.Input[p].Kind()
		if asIs {
			k = column.Invalid
		}
		set.widen = append(set.widen, k)
	}
	set.strict = len(set.cols)
	if n, ok := acc.(nullKeeper); ok {
		set.strict = n.strict()
	}
	at := -1
	for j, o := range b.st.args {
		if fmt.Sprint(o) == fmt.Sprint(set) {
			at = j
		}
	}
	if at < 0 {
		at = len(b.st.args)
		b.st.args = append(b.st.args, set)
	}
	b.st.calls = append(b.st.calls, i)
	b.st.of = append(b.st.of, at)
}

func (b *streamBuilder) finish() *stream {
	for _, p := range b.st.cols {
		b.st.kinds = append(b.st.kinds, b.spec.Input[p].Kind())
	}
	return b.st
}

// finish brings what the late streams hold to the groups and completes them.
func (l *level) finish(ctx context.Context, r *pipeline.Runner) error {
	for _, s := range l.late {
		if err := s.finish(ctx, r, l.g); err != nil {
			return err
		}
	}
	return l.g.finish(ctx, r)
}

func (s *lateStream) finish(ctx context.Context, r *pipeline.Runner, into *grouper) error {
	if s.dedup != nil {
		if err := s.distinct(ctx, r, into); err != nil {
			return err
		}
	}
	if s.sorter == nil || s.sorter.Reservation() == nil && s.dedup == nil {
		return nil
	}
	if err := s.sorter.Finish(ctx, r); err != nil {
		return err
	}
	w := &pipeline.Worker{Execution: r.Execution}
	gw := into.newWorker(w, s.st)
	defer s.sorter.Close()
	n := len(s.types)
	err := s.sorter.Each(ctx, w, func(b *batchOf) error { return gw.consume(ctx, b.Cols[:n], nil, b.Len) })
	gw.close()
	return err
}

// distinct gives the distinct rows to the sorter, or to the groups.
func (s *lateStream) distinct(ctx context.Context, r *pipeline.Runner, into *grouper) error {
	if err := s.dedup.finish(ctx, r); err != nil {
		return err
	}
	all := &groups{g: s.dedup}
	err := r.Each(ctx, max(1, r.Workers), func(ctx context.Context, w *pipeline.Worker, _ int) error {
		var give func(cols []*column.Column, n int) error
		var end func() error
		if s.sorter != nil {
			in := s.sorter.NewInput(w)
			give = func(cols []*column.Column, n int) error { return in.Append(ctx, cols, nil, n) }
			end = func() error { return in.Close(ctx) }
		} else {
			gw := into.newWorker(w, s.st)
			give = func(cols []*column.Column, n int) error { return gw.consume(ctx, cols, nil, n) }
			end = func() error { gw.close(); return nil }
		}
		for {
			more, err := all.piece(ctx, w, give)
			if err != nil {
				return err
			}
			if !more {
				return end()
			}
		}
	})
	s.dedup.close()
	return err
}
