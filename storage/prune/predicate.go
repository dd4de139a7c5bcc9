package prune

import (
	"bytes"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Op is what a predicate asks.
type Op uint8

const (
	And       Op = iota // all of Of
	Or                  // any of Of
	Equal               // = Values[0]
	NotEqual            // <> Values[0]
	Less                // < Values[0]
	LessEq              // <= Values[0]
	Greater             // > Values[0]
	GreaterEq           // >= Values[0]
	In                  // = any of Values
	Prefix              // a string that begins with Values[0]
	IsNull
	IsNotNull
	Unknown // a condition that statistics say nothing about
)

// Predicate is a condition over columns, which are numbered by the caller.
// Values have the kind of the column's leaf and are not NULL. A comparison with
// a NULL in the column is not true.
type Predicate struct {
	Op     Op
	Column int
	Values []parquet.Value
	Of     []Predicate // And, Or
}

// Verdict says how many of the rows can satisfy a predicate.
type Verdict uint8

const (
	Nothing Verdict = iota // no row does
	Some                   // unknown
	All                    // every row does
)

// Check judges a predicate by the statistics of its columns; stats reports
// false for a column of which nothing is known.
func Check(p *Predicate, stats func(col int) (parquet.Stats, bool)) Verdict {
	switch p.Op {
	case And:
		v := All
		for i := range p.Of {
			if v = min(v, Check(&p.Of[i], stats)); v == Nothing {
				break
			}
		}
		return v
	case Or:
		v := Nothing
		for i := range p.Of {
			if v = max(v, Check(&p.Of[i], stats)); v == All {
				break
			}
		}
		return v
	case Unknown:
		return Some
	}
	s, ok := stats(p.Column)
	if !ok {
		return Some
	}
	return judge(p, &s)
}

// judge decides one comparison.
func judge(p *Predicate, s *parquet.Stats) Verdict {
	noNulls, onlyNulls := s.NullCount == 0, s.NullCount == s.Rows
	if s.Rows == 0 {
		return Nothing
	}
	switch p.Op {
	case IsNull:
		return verdict(!noNulls, onlyNulls)
	case IsNotNull:
		return verdict(!onlyNulls, noNulls)
	}
	if onlyNulls {
		return Nothing
	}
	if p.Op == In {
		best := Nothing
		for i := range p.Values {
			one := Predicate{Op: Equal, Values: p.Values[i : i+1]}
			if best = max(best, judge(&one, s)); best != Nothing {
				break
			}
		}
		return best
	}
	v := p.Values[0]
	var r relation
	r.min, r.hasMin = compareBound(s.Min, s.HasMin, v)
	r.max, r.hasMax = compareBound(s.Max, s.HasMax, v)
	if s.MayHaveNaN {
		// NaNs sort above all else and lie outside the bounds.
		return judgeFloats(p.Op, v, r, noNulls)
	}
	switch p.Op {
	case Equal:
		return verdict(!r.above() && !r.below(), noNulls && r.same())
	case NotEqual:
		return verdict(!r.same(), noNulls && (r.above() || r.below()))
	case Less:
		return verdict(!(r.hasMin && r.min >= 0), noNulls && r.below())
	case LessEq:
		return verdict(!r.above(), noNulls && r.hasMax && r.max <= 0)
	case Greater:
		return verdict(!(r.hasMax && r.max <= 0), noNulls && r.above())
	case GreaterEq:
		return verdict(!r.below(), noNulls && r.hasMin && r.min >= 0)
	case Prefix:
		if v.Kind != column.Bytes {
			return Some
		}
		// Strings that begin with v lie from v up to what follows all of them.
		head := s.Min.Bytes[:min(len(s.Min.Bytes), len(v.Bytes))]
		beyond := r.hasMin && bytes.Compare(head, v.Bytes) > 0
		all := noNulls && r.hasMin && r.hasMax && bytes.HasPrefix(s.Min.Bytes, v.Bytes) && bytes.HasPrefix(s.Max.Bytes, v.Bytes)
		return verdict(!r.below() && !beyond, all)
	}
	return Some
}

// relation is how the bounds compare with a constant: negative, zero, positive.
type relation struct {
	min, max       int
	hasMin, hasMax bool
}

func compareBound(b parquet.Value, has bool, v parquet.Value) (int, bool) {
	if !has || b.Kind != v.Kind {
		return 0, false
	}
	return parquet.CompareValues(b, v), true
}

// above says that all values are greater than the constant.
func (r relation) above() bool { return r.hasMin && r.min > 0 }

// below says that all values are less than the constant.
func (r relation) below() bool { return r.hasMax && r.max < 0 }

// same says that all values equal the constant.
func (r relation) same() bool { return r.hasMin && r.hasMax && r.min == 0 && r.max == 0 }

// judgeFloats is for values that lie within the bounds or are NaN.
func judgeFloats(op Op, v parquet.Value, r relation, noNulls bool) Verdict {
	if v.Float != v.Float { // a NaN as constant: nothing is greater
		switch op {
		case Greater:
			return Nothing
		case LessEq:
			return verdict(true, noNulls)
		}
		return Some
	}
	switch op {
	case Equal:
		return verdict(!r.above() && !r.below(), false)
	case Less:
		return verdict(!(r.hasMin && r.min >= 0), false)
	case LessEq:
		return verdict(!r.above(), false)
	case Greater:
		return verdict(true, noNulls && r.above())
	case GreaterEq:
		return verdict(true, noNulls && r.hasMin && r.min >= 0)
	case NotEqual:
		return verdict(true, noNulls && (r.above() || r.below()))
	}
	return Some
}

func verdict(some, all bool) Verdict {
	switch {
	case !some:
		return Nothing
	case all:
		return All
	}
	return Some
}
