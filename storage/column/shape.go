package column

import (
	"encoding/binary"
	"errors"
	"sync"
)

// A list's elements lie one after the other whatever its dimensions are, the
// last dimension running fastest. What the dimensions are is said by
// ListView.Shape, the number of an entry in a table that the process fills as
// shapes turn up. Shape 0 is the common one: a single dimension that counts
// from 1, or no element. Equal shapes have equal numbers.

// Dim is one dimension: subscripts Lower to Lower+Len-1.
type Dim struct{ Lower, Len int32 }

// maxShapes bounds the table.
const maxShapes = 1 << 22

// ErrShapes says that the table of shapes is full.
var ErrShapes = errors.New("too many different array dimensions")

var shapes = struct {
	sync.RWMutex
	dims   [][]Dim
	number map[string]uint32
}{dims: make([][]Dim, 1), number: map[string]uint32{}}

// ShapeOf is the number of a shape.
func ShapeOf(dims []Dim) (uint32, error) {
	if len(dims) == 0 || len(dims) == 1 && dims[0].Lower == 1 {
		return 0, nil
	}
	for _, d := range dims {
		if d.Len == 0 {
			return 0, nil // an empty array has no dimensions
		}
	}
	var room [64]byte
	key := room[:0]
	for _, d := range dims {
		key = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(key, uint32(d.Lower)), uint32(d.Len))
	}
	shapes.RLock()
	n, ok := shapes.number[string(key)]
	shapes.RUnlock()
	if ok {
		return n, nil
	}
	shapes.Lock()
	defer shapes.Unlock()
	if n, ok := shapes.number[string(key)]; ok {
		return n, nil
	}
	if len(shapes.dims) >= maxShapes {
		return 0, ErrShapes
	}
	n = uint32(len(shapes.dims))
	shapes.dims = append(shapes.dims, append([]Dim(nil), dims...))
	shapes.number[string(key)] = n
	return n, nil
}

// Dims are the dimensions of a list; none where it is empty. Read only.
func (l ListView) Dims() []Dim { return ShapeDims(l.Shape, int(l.Len)) }

// ShapeDims are the dimensions of a list of n elements of a shape. Read only.
func ShapeDims(shape uint32, n int) []Dim {
	if shape == 0 {
		if n == 0 {
			return nil
		}
		return []Dim{{1, int32(n)}}
	}
	shapes.RLock()
	defer shapes.RUnlock()
	return shapes.dims[shape]
}
