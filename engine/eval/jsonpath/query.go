// Package jsonpath evaluates SQL/JSON paths over documents.
//
// A path yields a sequence of items. In lax mode arrays are unwrapped where an
// object or a scalar is wanted and what is missing yields nothing; in strict
// mode both are errors. Inside a filter errors make a condition unknown.
package jsonpath

import (
	"errors"
	"math"
	"strconv"

	"github.com/inlaydb/inlay/catalog/jsonpath"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/eval/jsontext"
	"github.com/inlaydb/inlay/engine/eval/regex"
)

// Value is a JSON value.
type Value = jsontext.Value

// Query gives the items that a path yields.
func Query(p *jsonpath.Path, doc, vars Value) ([]Value, error) {
	r := &run{strict: p.Strict, root: doc, vars: vars}
	var out []Value
	err := r.item(p.Root, context{at: doc, size: -1}, func(v Value) error {
		out = append(out, v)
		return nil
	})
	return out, err
}

// errFound ends the search for a first item.
var errFound = errors.New("found")

// First gives the first item, ok false where there is none.
func First(p *jsonpath.Path, doc, vars Value) (v Value, ok bool, err error) {
	r := &run{strict: p.Strict, root: doc, vars: vars}
	err = r.item(p.Root, context{at: doc, size: -1}, func(x Value) error {
		v, ok = x, true
		if p.Strict { // what follows may still be an error
			return nil
		}
		return errFound
	})
	if err == errFound {
		err = nil
	}
	return v, ok, err
}

type run struct {
	strict bool
	root   Value
	vars   Value
	seq    int64
}

// context is what @ and last mean.
type context struct {
	at   Value
	size int // of the array whose subscript is computed; -1: none
}

// truth is a three-valued answer.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func boolean(b bool) Value {
	if b {
		return Value{Kind: 't', Raw: "true"}
	}
	return Value{Kind: 'f', Raw: "false"}
}

func number(n numeric.Numeric) Value  { return Value{Kind: '0', Raw: n.String()} }
func text(s string) Value             { return Value{Kind: '"', Raw: jsonpath.Quote(s)} }
func decimal(v Value) numeric.Numeric { return numeric.MustParse(v.Raw) }

func fail(code sqlerr.Code, format string, args ...any) error {
	return sqlerr.New(code, format, args...)
}

// item yields what n and the accessors behind it give in a context.
func (r *run) item(n *jsonpath.Node, c context, emit func(Value) error) error {
	switch n.Kind {
	case jsonpath.Root:
		return r.next(n, r.root, c, emit)
	case jsonpath.Current:
		return r.next(n, c.at, c, emit)
	case jsonpath.Last:
		if c.size < 0 {
			return fail(sqlerr.SyntaxError, "LAST is allowed only in array subscripts")
		}
		return r.next(n, number(numeric.FromInt64(int64(c.size-1))), c, emit)
	case jsonpath.Variable:
		v, ok := r.vars.Field(n.Text)
		if !ok {
			return fail(sqlerr.UndefinedObject, "could not find jsonpath variable %s", sqlerr.Quote(n.Text))
		}
		return r.next(n, v, c, emit)
	case jsonpath.Null:
		return r.next(n, Value{Kind: 'n', Raw: "null"}, c, emit)
	case jsonpath.Bool:
		return r.next(n, boolean(n.Text == "true"), c, emit)
	case jsonpath.Number:
		return r.next(n, Value{Kind: '0', Raw: n.Text}, c, emit)
	case jsonpath.String:
		return r.next(n, text(n.Text), c, emit)
	case jsonpath.Arithmetic:
		return r.arithmetic(n, c, emit)
	case jsonpath.Unary:
		list, err := r.list(n.Args[0], c, true)
		if err != nil {
			return err
		}
		for _, v := range list {
			if v.Kind != '0' {
				return fail("2203B", "operand of unary jsonpath operator %s is not a numeric value", n.Text)
			}
			x := decimal(v)
			if n.Text == "-" {
				x = x.Neg()
			}
			if err := r.next(n, number(x), c, emit); err != nil {
				return err
			}
		}
		return nil
	}
	// A predicate as a value.
	t, err := r.predicate(n, c)
	if err != nil {
		return err
	}
	if t == unknown {
		return r.next(n, Value{Kind: 'n', Raw: "null"}, c, emit)
	}
	return r.next(n, boolean(t == yes), c, emit)
}

// list is all items, arrays unwrapped in lax mode if wanted.
func (r *run) list(n *jsonpath.Node, c context, unwrap bool) ([]Value, error) {
	var out []Value
	err := r.item(n, c, func(v Value) error {
		if unwrap && !r.strict && v.Kind == '[' {
			out = append(out, v.Items...)
		} else {
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// next applies the accessor behind n to v.
func (r *run) next(n *jsonpath.Node, v Value, c context, emit func(Value) error) error {
	if n.Next == nil {
		return emit(v)
	}
	return r.access(n.Next, v, c, emit, true)
}

// access applies accessor a to v. unwrap says that lax mode may still take an
// array apart.
func (r *run) access(a *jsonpath.Node, v Value, c context, emit func(Value) error, unwrap bool) error {
	each := func() error {
		for _, x := range v.Items {
			if err := r.access(a, x, c, emit, false); err != nil {
				return err
			}
		}
		return nil
	}
	canUnwrap := unwrap && !r.strict && v.Kind == '['
	switch a.Kind {
	case jsonpath.Key:
		switch {
		case v.Kind == '{':
			x, ok := v.Field(a.Text)
			if !ok {
				if r.strict {
					return fail("2203A", "JSON object does not contain key %s", sqlerr.Quote(a.Text))
				}
				return nil
			}
			return r.next(a, x, c, emit)
		case canUnwrap:
			return each()
		case r.strict:
			return fail("2203A", "jsonpath member accessor can only be applied to an object")
		}
		return nil
	case jsonpath.AnyKey:
		switch {
		case v.Kind == '{':
			for _, x := range v.Items {
				if err := r.next(a, x, c, emit); err != nil {
					return err
				}
			}
		case canUnwrap:
			return each()
		case r.strict:
			return fail("2203C", "jsonpath wildcard member accessor can only be applied to an object")
		}
		return nil
	case jsonpath.AnyDepth:
		return r.deep(a, v, c, 0, emit)
	case jsonpath.AnyElement:
		switch {
		case v.Kind == '[':
			for _, x := range v.Items {
				if err := r.next(a, x, c, emit); err != nil {
					return err
				}
			}
			return nil
		case r.strict:
			return fail("22039", "jsonpath wildcard array accessor can only be applied to an array")
		}
		return r.next(a, v, c, emit)
	case jsonpath.Index:
		return r.index(a, v, c, emit)
	case jsonpath.Filter:
		if canUnwrap {
			return each()
		}
		t, err := r.predicate(a.Args[0], context{at: v, size: c.size})
		if err != nil || t != yes {
			return err
		}
		return r.next(a, v, c, emit)
	case jsonpath.Method:
		if canUnwrap && a.Text != "type" && a.Text != "size" {
			return each()
		}
		return r.method(a, v, c, emit)
	}
	return sqlerr.Internal("jsonpath: cannot apply accessor %d", a.Kind)
}

// deep is .**: v itself at level 0, and what is below it.
func (r *run) deep(a *jsonpath.Node, v Value, c context, level int, emit func(Value) error) error {
	low, high := a.Low, a.High
	if low == jsonpath.Unbounded { // {last}: the leaves
		if v.Scalar() || len(v.Items) == 0 {
			if err := r.next(a, v, c, emit); err != nil {
				return err
			}
		}
	} else if level >= low && (high == jsonpath.Unbounded || level <= high) {
		if err := r.next(a, v, c, emit); err != nil {
			return err
		}
	}
	if high != jsonpath.Unbounded && level >= high || v.Scalar() {
		return nil
	}
	for _, x := range v.Items {
		if err := r.deep(a, x, c, level+1, emit); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) index(a *jsonpath.Node, v Value, c context, emit func(Value) error) error {
	items := v.Items
	if v.Kind != '[' {
		if r.strict {
			return fail("22039", "jsonpath array accessor can only be applied to an array")
		}
		items = []Value{v}
	}
	c.size = len(items)
	for i := 0; i < len(a.Args); i += 2 {
		lo, err := r.subscript(a.Args[i], c)
		if err != nil {
			return err
		}
		hi := lo
		if a.Args[i+1] != nil {
			if hi, err = r.subscript(a.Args[i+1], c); err != nil {
				return err
			}
		}
		if r.strict && (lo < 0 || lo > hi || hi >= len(items)) {
			return fail("22033", "jsonpath array subscript is out of bounds")
		}
		for k := max(lo, 0); k <= hi && k < len(items); k++ {
			if err := r.next(a, items[k], c, emit); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) subscript(n *jsonpath.Node, c context) (int, error) {
	list, err := r.list(n, c, false)
	if err != nil {
		return 0, err
	}
	if len(list) != 1 || list[0].Kind != '0' {
		return 0, fail("22033", "jsonpath array subscript is not a single numeric value")
	}
	i, err := numeric.Trunc(decimal(list[0]), 0).Int32()
	if err != nil {
		return 0, fail("22033", "jsonpath array subscript is out of integer range")
	}
	return int(i), nil
}

func (r *run) method(a *jsonpath.Node, v Value, c context, emit func(Value) error) error {
	switch a.Text {
	case "type":
		return r.next(a, text(v.Type()), c, emit)
	case "size":
		n := 1
		if v.Kind == '[' {
			n = len(v.Items)
		} else if r.strict {
			return fail("22039", "jsonpath item method .size() can only be applied to an array")
		}
		return r.next(a, number(numeric.FromInt64(int64(n))), c, emit)
	case "double":
		var f float64
		var err error
		switch v.Kind {
		case '0':
			if _, err = decimal(v).Float64(); err != nil {
				return fail("22036", "numeric argument of jsonpath item method .double() is out of range for type double precision")
			}
			return r.next(a, v, c, emit)
		case '"':
			s, _ := v.Text()
			if f, err = strconv.ParseFloat(s, 64); err != nil {
				return fail("22036", "string argument of jsonpath item method .double() is not a valid representation of a double precision number")
			}
		default:
			return fail("22036", "jsonpath item method .double() can only be applied to a string or numeric value")
		}
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return fail("22036", "NaN or Infinity is not allowed for jsonpath item method .double()")
		}
		return r.next(a, number(numeric.FromFloat64(f)), c, emit)
	case "keyvalue":
		if v.Kind != '{' {
			return fail("2203C", "jsonpath item method .keyvalue() can only be applied to an object")
		}
		id := number(numeric.FromInt64(r.seq))
		r.seq++
		for i, k := range v.Keys {
			pair := Value{Kind: '{', Keys: []string{"id", "key", "value"}, Items: []Value{id, text(k), v.Items[i]}}
			pair.Raw = string(pair.Append(nil))
			if err := r.next(a, pair, c, emit); err != nil {
				return err
			}
		}
		return nil
	}
	if v.Kind != '0' {
		return fail("22036", "jsonpath item method .%s() can only be applied to a numeric value", a.Text)
	}
	x := decimal(v)
	var err error
	switch a.Text {
	case "abs":
		x = x.Abs()
	case "floor":
		x, err = numeric.Floor(x)
	default:
		x, err = numeric.Ceil(x)
	}
	if err != nil {
		return err
	}
	return r.next(a, number(x), c, emit)
}

func (r *run) arithmetic(n *jsonpath.Node, c context, emit func(Value) error) error {
	var args [2]numeric.Numeric
	for i, side := range [...]string{"left", "right"} {
		list, err := r.list(n.Args[i], c, true)
		if err != nil {
			return err
		}
		if len(list) != 1 || list[0].Kind != '0' {
			return fail("22038", "%s operand of jsonpath operator %s is not a single numeric value", side, n.Text)
		}
		args[i] = decimal(list[0])
	}
	var x numeric.Numeric
	var err error
	switch n.Text {
	case "+":
		x, err = numeric.Add(args[0], args[1])
	case "-":
		x, err = numeric.Sub(args[0], args[1])
	case "*":
		x, err = numeric.Mul(args[0], args[1])
	case "/":
		x, err = numeric.Div(args[0], args[1])
	default:
		x, err = numeric.Mod(args[0], args[1])
	}
	if err != nil {
		return err
	}
	return r.next(n, number(x), c, emit)
}

// predicate is the answer of a condition. Only broken invariants are errors:
// what fails inside makes it unknown.
func (r *run) predicate(n *jsonpath.Node, c context) (truth, error) {
	switch n.Kind {
	case jsonpath.And, jsonpath.Or:
		a, err := r.predicate(n.Args[0], c)
		if err != nil {
			return unknown, err
		}
		decides := no
		if n.Kind == jsonpath.Or {
			decides = yes
		}
		if a == decides {
			return a, nil
		}
		b, err := r.predicate(n.Args[1], c)
		if err != nil || b == decides {
			return b, err
		}
		if a == unknown || b == unknown {
			return unknown, nil
		}
		return a, nil
	case jsonpath.Not:
		a, err := r.predicate(n.Args[0], c)
		if err != nil || a == unknown {
			return unknown, err
		}
		return truthOf(a == no), nil
	case jsonpath.IsUnknown:
		a, err := r.predicate(n.Args[0], c)
		return truthOf(a == unknown), err
	case jsonpath.Exists:
		list, err := r.list(n.Args[0], c, false)
		if err != nil {
			return unknown, nil
		}
		return truthOf(len(list) > 0), nil
	case jsonpath.Compare:
		return r.pairs(n.Args[0], n.Args[1], c, func(a, b Value) truth { return compare(n.Text, a, b) })
	case jsonpath.StartsWith:
		return r.pairs(n.Args[0], n.Args[1], c, func(a, b Value) truth {
			if a.Kind != '"' || b.Kind != '"' {
				return unknown
			}
			s, _ := a.Text()
			prefix, _ := b.Text()
			return truthOf(len(s) >= len(prefix) && s[:len(prefix)] == prefix)
		})
	case jsonpath.LikeRegex:
		re, err := compile(n)
		if err != nil {
			return unknown, err
		}
		return r.pairs(n.Args[0], nil, c, func(a, _ Value) truth {
			if a.Kind != '"' {
				return unknown
			}
			s, _ := a.Text()
			ok, err := re.Match([]byte(s))
			if err != nil {
				return unknown
			}
			return truthOf(ok)
		})
	}
	return unknown, sqlerr.Internal("jsonpath: %d is no predicate", n.Kind)
}

// pairs is the answer over all pairs of both sides' items: in lax mode the
// first that holds decides, in strict mode an unknown one does.
func (r *run) pairs(left, right *jsonpath.Node, c context, test func(a, b Value) truth) (truth, error) {
	l, err := r.list(left, c, true)
	if err != nil {
		return unknown, nil
	}
	rs := []Value{{}}
	if right != nil {
		if rs, err = r.list(right, c, true); err != nil {
			return unknown, nil
		}
	}
	found, odd := false, false
	for _, a := range l {
		for _, b := range rs {
			switch test(a, b) {
			case unknown:
				if r.strict {
					return unknown, nil
				}
				odd = true
			case yes:
				if !r.strict {
					return yes, nil
				}
				found = true
			}
		}
	}
	switch {
	case found:
		return yes, nil
	case odd:
		return unknown, nil
	}
	return no, nil
}

func compare(op string, a, b Value) truth {
	kind := func(v Value) byte {
		if v.Kind == 'f' {
			return 't'
		}
		return byte(v.Kind)
	}
	if kind(a) != kind(b) {
		if a.Kind == 'n' || b.Kind == 'n' {
			return truthOf(op == "<>")
		}
		return unknown
	}
	if !a.Scalar() {
		return unknown
	}
	d := jsontext.Compare(a, b)
	switch op {
	case "==":
		return truthOf(d == 0)
	case "<>":
		return truthOf(d != 0)
	case "<":
		return truthOf(d < 0)
	case "<=":
		return truthOf(d <= 0)
	case ">":
		return truthOf(d > 0)
	}
	return truthOf(d >= 0)
}

// compile reads the pattern of like_regex, whose flags are XQuery's.
func compile(n *jsonpath.Node) (*regex.Regexp, error) {
	var f regex.Flags
	dotAll, multi := false, false
	for _, ch := range n.Flags {
		switch ch {
		case 'i':
			f.Fold = true
		case 's':
			dotAll = true
		case 'm':
			multi = true
		case 'q':
			f.Literal = true
		case 'x':
			return nil, fail(sqlerr.FeatureNotSupported, "XQuery \"x\" flag (expanded regular expressions) is not implemented")
		}
	}
	f.Lines, f.DotLine = multi, !dotAll
	return regex.Compile(n.Text, f)
}
