package record

// Slack is how many bytes after the end of a chunk, and of each buffer of
// Fields, may be read: they are allocated, and hold anything.
const Slack = 64

// Chunk is whole records of a file, the last one with a newline at its end.
type Chunk struct {
	Data   []byte // lent until the buffer it was read into is used again; Slack bytes follow
	Offset int64  // of Data in the file, once decompressed
	Line   int64  // number of the line at Offset, from 1; 0: not counted
}

// Span is one field: Len bytes at Off. The top bit of Off chooses between the
// two buffers of Fields.
type Span struct{ Off, Len uint32 }

const (
	// AuxBit in Span.Off means Fields.Bufs[1].
	AuxBit = 1 << 31
	// NullLen as Span.Len means that the field is NULL.
	NullLen = ^uint32(0)
)

// Null is the span of a field without a value.
var Null = Span{Len: NullLen}

// Fields is one field of each row of a batch: where its text lies.
type Fields struct {
	Bufs  [2][]byte // the chunk, and what had to be rewritten (escapes)
	Spans []Span    // by row
	// Clean says that both buffers are valid UTF-8 without zero bytes.
	Clean bool
}

// Bytes is the text of a span, which is not NULL.
func (f *Fields) Bytes(s Span) []byte {
	off := s.Off &^ AuxBit
	return f.Bufs[s.Off>>31][off : off+s.Len]
}

// Resize makes room for n rows.
func (f *Fields) Resize(n int) {
	if cap(f.Spans) < n {
		f.Spans = make([]Span, n, n+n/4)
	}
	f.Spans = f.Spans[:n]
}
