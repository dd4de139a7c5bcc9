package jsonfile

import (
	"bytes"
	"errors"

	"github.com/inlaydb/inlay/storage/csv"
)

// Shape is what the values under a key look like: a set.
type Shape uint16

const (
	Boolean Shape = 1 << iota
	Integer       // fits 64 bits
	Whole         // a whole number that may not
	Number
	String
	Object
	Array
)

// Key is a member that the sample's objects have.
type Key struct {
	Name  string
	Shape Shape    // 0: nothing but null
	Texts csv.Type // what all strings have in common, 0: no strings
	Elem  *Key     // of arrays' elements
}

// Sniffed is what a sample tells of a file.
type Sniffed struct {
	Layout Layout
	Start  int64 // of the first record
	Keys   []*Key
	Rows   int
	Bytes  int // that they take
}

// ErrUTF16 says that a file has the byte order mark of UTF-16.
var ErrUTF16 = errors.New("the file is encoded in UTF-16")

// Sniff looks at a file's first bytes. whole says that nothing follows. records
// false makes each value one column.
//
// An opening bracket makes the file an array. Else values stand one a line
// where the lines of the sample hold one whole value each.
func Sniff(sample []byte, whole, records bool) (*Sniffed, error) {
	s := &Sniffed{}
	if bytes.HasPrefix(sample, []byte("\xff\xfe")) || bytes.HasPrefix(sample, []byte("\xfe\xff")) {
		return nil, ErrUTF16
	}
	i := 0
	if bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")) {
		i = 3
	}
	first := space(sample, i)
	if first < len(sample) && sample[first] == '[' && !arrayLines(sample[first:]) {
		s.Layout.Array = true
		i = first + 1
	} else {
		s.Layout.Lines = oneALine(sample[i:], whole)
	}
	s.Start = int64(i)
	body := sample[i:]
	if !whole {
		n := 0
		if s.Layout.Lines {
			n = bytes.LastIndexByte(body, '\n') + 1
		} else {
			n, _ = NewSplitter().Split(body, false)
		}
		body = body[:n]
	}
	s.look(body, records)
	return s, nil
}

// arrayLines says whether lines are arrays, one value each.
func arrayLines(b []byte) bool {
	end := skipNested(b, 0)
	if end < 0 {
		return false
	}
	next := space(b, end)
	return next < len(b) && bytes.IndexByte(b[end:next], '\n') >= 0 && bytes.IndexByte(b[:end], '\n') < 0
}

func oneALine(b []byte, whole bool) bool {
	for n := 0; n < 1000; n++ {
		b = b[space(b, 0):]
		line, rest, found := bytes.Cut(b, []byte{'\n'})
		if len(line) == 0 || !found && !whole {
			break
		}
		end, why := skipValue(line, 0)
		if why != "" {
			// A line that is wrong is one of its own if the next ones are not.
			return n > 0 || line[0] != '{' && line[0] != '['
		}
		if space(line, end) < len(line) {
			return false // several values on a line
		}
		b = rest
	}
	return true
}

// look walks the sample's values.
func (s *Sniffed) look(body []byte, records bool) {
	s.Bytes = len(body)
	byName := map[string]*Key{}
	all := &Key{Name: "json"}
	other := false
	for i := 0; ; {
		for i = space(body, i); i < len(body) && s.Layout.Array && (body[i] == ',' || body[i] == ']'); {
			i = space(body, i+1)
		}
		if i >= len(body) {
			break
		}
		end, why := skipValue(body, i)
		if why != "" {
			j := bytes.IndexByte(body[i:], '\n')
			if j < 0 || !s.Layout.Lines {
				break
			}
			i += j + 1
			continue
		}
		v := body[i:end]
		all.add(v, 0)
		if v[0] == '{' {
			members(v, func(name, value []byte) {
				k := byName[string(name)]
				if k == nil {
					k = &Key{Name: string(name)}
					byName[k.Name] = k
					s.Keys = append(s.Keys, k)
				}
				k.add(value, 0)
			})
		} else if !isNull(v) {
			other = true
		}
		s.Rows++
		i = end
	}
	if !records || other || len(s.Keys) == 0 && s.Rows > 0 {
		s.Layout.Whole = true
		all.Shape |= Object
		s.Keys = []*Key{all}
	}
}

// members calls fn for the members of an object, as far as it is one.
func members(b []byte, fn func(name, value []byte)) {
	p := space(b, 1)
	for p < len(b) && b[p] == '"' {
		end := skipString(b, p)
		if end < 0 {
			return
		}
		name := b[p+1 : end-1]
		if bytes.IndexByte(name, '\\') >= 0 {
			name = unescape(nil, name)
		}
		if p = space(b, end); p >= len(b) || b[p] != ':' {
			return
		}
		p = space(b, p+1)
		vend, why := skipValue(b, p)
		if why != "" {
			return
		}
		fn(name, b[p:vend])
		if p = space(b, vend); p >= len(b) || b[p] != ',' {
			return
		}
		p = space(b, p+1)
	}
}

// Elements calls fn for the elements of an array; it says whether it is one.
func Elements(b []byte, fn func(value []byte)) bool {
	if len(b) < 2 || b[0] != '[' {
		return false
	}
	p := space(b, 1)
	if p < len(b) && b[p] == ']' {
		return space(b, p+1) == len(b)
	}
	for {
		end, why := skipValue(b, p)
		if why != "" {
			return false
		}
		fn(b[p:end])
		p = space(b, end)
		if p >= len(b) {
			return false
		}
		if b[p] == ']' {
			return space(b, p+1) == len(b)
		}
		if b[p] != ',' {
			return false
		}
		p = space(b, p+1)
	}
}

// Text is a string's characters; ok is false where v is none.
func Text(v []byte) (text []byte, ok bool) {
	if len(v) < 2 || v[0] != '"' {
		return nil, false
	}
	v = v[1 : len(v)-1]
	if bytes.IndexByte(v, '\\') < 0 {
		return v, true
	}
	return unescape(nil, v), true
}

// add widens the key by one value.
func (k *Key) add(v []byte, depth int) {
	switch {
	case isNull(v):
	case v[0] == '"':
		text, _ := Text(v)
		if k.Shape&String == 0 {
			k.Texts = ^csv.Type(0)
		}
		k.Shape |= String
		if k.Texts != csv.Text {
			k.Texts &= csv.Guess(text)
		}
	case v[0] == '{':
		k.Shape |= Object
	case v[0] == '[':
		k.Shape |= Array
		if k.Elem == nil {
			k.Elem = &Key{}
		}
		if depth < 4 {
			Elements(v, func(e []byte) { k.Elem.add(e, depth+1) })
		}
	case v[0] == 't' || v[0] == 'f':
		k.Shape |= Boolean
	default:
		switch g := csv.Guess(v); {
		case g&csv.Int != 0:
			k.Shape |= Integer
		case g&csv.Whole != 0:
			k.Shape |= Whole
		default:
			k.Shape |= Number
		}
	}
}
