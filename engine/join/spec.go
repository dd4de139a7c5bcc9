package join

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// Column is one output column: of the probe side's batches or of the build
// side's.
type Column struct {
	Build bool
	At    int
}

// Spec says what to join.
type Spec struct {
	Node       int
	Kind       logical.JoinKind // as seen from the logical left side
	BuildLeft  bool             // the left side is the build side
	BuildTypes []types.Type     // of the build side's batches
	ProbeTypes []types.Type     // of the probe side's batches
	BuildKeys  []int            // positions
	ProbeKeys  []int
	NullEqual  []bool // per key; nil: none
	NullAware  bool   // one key, no residual
	Out        []Column
	Mark       bool // a bool column follows Out
	// Residual, if not nil, makes the rest of the condition, over batches with
	// the columns of Pair.
	Residual func(w *pipeline.Worker) (eval.Predicate, error)
	Pair     []Column
	Filters  []Filter
}

// Filter is a runtime filter to make of a build key.
type Filter struct {
	Key  int // index into BuildKeys
	Slot *runtimefilter.Slot
}

// shape is what a join does, seen from the build and probe sides.
type shape struct {
	pairs         bool // matched pairs come out
	preserveProbe bool // probe rows without a match come out, with NULLs
	preserveBuild bool // build rows without a match come out, with NULLs
	semiProbe     bool // probe rows with a match come out, once
	antiProbe     bool
	markProbe     bool
	semiBuild     bool
	antiBuild     bool
	markBuild     bool
	single        bool // a second match is an error
}

func (s *Spec) shape() (sh shape) {
	switch s.Kind {
	case logical.Inner:
		sh.pairs = true
	case logical.Left, logical.Right:
		sh.pairs = true
		if (s.Kind == logical.Left) == s.BuildLeft {
			sh.preserveBuild = true
		} else {
			sh.preserveProbe = true
		}
	case logical.Full:
		sh.pairs, sh.preserveBuild, sh.preserveProbe = true, true, true
	case logical.Single:
		sh.pairs, sh.single = true, true
		sh.preserveBuild, sh.preserveProbe = s.BuildLeft, !s.BuildLeft
	case logical.Semi:
		sh.semiBuild, sh.semiProbe = s.BuildLeft, !s.BuildLeft
	case logical.Anti:
		sh.antiBuild, sh.antiProbe = s.BuildLeft, !s.BuildLeft
	case logical.Mark:
		sh.markBuild, sh.markProbe = s.BuildLeft, !s.BuildLeft
	}
	return sh
}

// flags says whether build rows remember that they have matched.
func (sh shape) flags() bool {
	return sh.preserveBuild || sh.semiBuild || sh.antiBuild || sh.markBuild
}

// keepsNullKeys says whether build rows with a NULL key come out.
func (sh shape) keepsNullKeys() bool { return sh.preserveBuild || sh.antiBuild || sh.markBuild }

// exact says whether the keys fit one word, so that equal words are equal keys.
func (s *Spec) exact() bool {
	bits := 0
	for i, k := range s.BuildKeys {
		if s.NullEqual != nil && s.NullEqual[i] {
			return false
		}
		kind := s.BuildTypes[k].Kind()
		switch kind {
		case column.Bool, column.Int16, column.Int32, column.Int64:
			bits += kind.Width() * 8
		default:
			return false
		}
		if s.ProbeTypes[s.ProbeKeys[i]].Kind() != kind {
			return false
		}
	}
	return bits <= 64 && len(s.BuildKeys) > 0
}

func kindsOf(ts []types.Type) []column.Kind {
	out := make([]column.Kind, len(ts))
	for i, t := range ts {
		out[i] = t.Kind()
	}
	return out
}
