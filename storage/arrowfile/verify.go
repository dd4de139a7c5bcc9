package arrowfile

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/inlaydb/inlay/storage/object"
)

// The schema of a file is a flatbuffer whose vectors say how long they are;
// arrow-go allocates what they say. So the vectors of schemas are walked first:
// all must lie within the bytes there are, and fields may nest only so deep.

var errSchema = errors.New("the schema is damaged")

const (
	maxFields = 1 << 16
	maxDepth  = 64
	union     = 14 // in Arrow's enumeration of types
)

// verifySchema looks at the schema of a file, or of a stream.
func verifySchema(ctx context.Context, st object.Store, o object.Object, stream bool) error {
	if stream {
		head := make([]byte, min(8, o.Size))
		if len(head) < 8 {
			return errSchema
		}
		if err := st.Read(ctx, o, 0, head); err != nil {
			return err
		}
		at, size := int64(4), int64(int32(binary.LittleEndian.Uint32(head)))
		if size == -1 { // the mark of a continuation, since version 0.15
			at, size = 8, int64(int32(binary.LittleEndian.Uint32(head[4:])))
		}
		b, err := readPart(ctx, st, o, at, size)
		if err != nil {
			return err
		}
		f := flat{b: b}
		msg := f.root()
		f.schema(f.ref(msg, 8))
		return f.err()
	}
	tail := make([]byte, 10)
	if o.Size < 18 {
		return errSchema
	}
	if err := st.Read(ctx, o, o.Size-10, tail); err != nil {
		return err
	}
	size := int64(int32(binary.LittleEndian.Uint32(tail)))
	b, err := readPart(ctx, st, o, o.Size-10-size, size)
	if err != nil {
		return err
	}
	f := flat{b: b}
	footer := f.root()
	f.schema(f.ref(footer, 6))
	f.vector(footer, 8, 24)
	f.vector(footer, 10, 24)
	f.vector(footer, 12, 4)
	return f.err()
}

func readPart(ctx context.Context, st object.Store, o object.Object, at, size int64) ([]byte, error) {
	if size < 4 || at < 0 || at > o.Size-size || size > maxMetadata {
		return nil, errSchema
	}
	b := make([]byte, size)
	return b, st.Read(ctx, o, at, b)
}

// flat reads a flatbuffer. Positions that are wrong make it bad, and 0 stands
// for what is absent.
type flat struct {
	b      []byte
	bad    bool
	fields int
}

func (f *flat) err() error {
	if f.bad {
		return errSchema
	}
	return nil
}

func (f *flat) u32(at int) int {
	if at < 0 || at+4 > len(f.b) {
		f.bad = true
		return 0
	}
	v := binary.LittleEndian.Uint32(f.b[at:])
	if v > 1<<31-1 {
		f.bad = true
		return 0
	}
	return int(v)
}

func (f *flat) root() int { return f.u32(0) }

// slot is where a table's field lies, by its offset in the vtable.
func (f *flat) slot(table, field int) int {
	if f.bad || table <= 0 || table+4 > len(f.b) {
		return 0
	}
	vt := table - int(int32(binary.LittleEndian.Uint32(f.b[table:])))
	if vt < 0 || vt+4 > len(f.b) {
		f.bad = true
		return 0
	}
	size := int(binary.LittleEndian.Uint16(f.b[vt:]))
	if field+2 > size {
		return 0
	}
	if vt+field+2 > len(f.b) {
		f.bad = true
		return 0
	}
	off := int(binary.LittleEndian.Uint16(f.b[vt+field:]))
	if off == 0 {
		return 0
	}
	return table + off
}

// ref is what a field refers to.
func (f *flat) ref(table, field int) int {
	at := f.slot(table, field)
	if at == 0 {
		return 0
	}
	return at + f.u32(at)
}

// vector checks a vector of elements of a width, and gives its first element
// and its length.
func (f *flat) vector(table, field, width int) (at, n int) {
	v := f.ref(table, field)
	if v == 0 {
		return 0, 0
	}
	n = f.u32(v)
	if n > (len(f.b)-v-4)/width {
		f.bad = true
		return 0, 0
	}
	return v + 4, n
}

func (f *flat) schema(t int) {
	at, n := f.vector(t, 6, 4)
	for i := range n {
		f.field(at+4*i+f.u32(at+4*i), 0)
	}
	f.vector(t, 8, 4)
	f.vector(t, 10, 8)
}

func (f *flat) field(t, depth int) {
	f.fields++
	if depth > maxDepth || f.fields > maxFields {
		f.bad = true
	}
	if f.bad {
		return
	}
	f.vector(t, 4, 1)  // its name
	f.vector(t, 16, 4) // custom metadata
	if kind := f.slot(t, 8); kind > 0 && kind < len(f.b) && f.b[kind] == union {
		f.vector(f.ref(t, 10), 6, 4) // the ids of its members
	}
	at, n := f.vector(t, 14, 4)
	for i := range n {
		f.field(at+4*i+f.u32(at+4*i), depth+1)
	}
}
