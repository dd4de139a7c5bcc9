package record

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/inlaydb/inlay/storage/object"
)

// Splitter finds where records end in a stream. It keeps what it has learned
// of a prefix, for the same data comes again with more behind it.
type Splitter interface {
	// Split is the length of the longest prefix of data that is whole records;
	// 0 where there is none. atEOF: nothing follows data. Data starts where
	// the prefix given last ended.
	Split(data []byte, atEOF bool) (int, error)
}

// streamChunk is how many bytes a stream hands out at a time, unless a record
// is longer.
const streamChunk = 1 << 20

// Stream is a file read from its start to its end. One goroutine at a time
// may use it.
type Stream struct {
	in      io.Reader
	closers []io.Closer
	split   Splitter
	max     int
	newline byte
	rest    []byte // read and not handed out
	offset  int64  // of rest
	line    int64
	eof     bool
}

// StreamOptions says how to read a stream.
type StreamOptions struct {
	Compression Compression
	Start       int64 // where the first record starts, once decompressed
	Line        int64 // the line at Start, from 1
	Newline     byte
	Max         int
	Split       Splitter
	// Decode, if not nil, changes the bytes' encoding to UTF-8.
	Decode func(io.Reader) io.Reader
}

// NewStream opens the object.
func NewStream(ctx context.Context, store object.Store, obj object.Object, opt StreamOptions) (*Stream, error) {
	src := NewReader(ctx, store, obj)
	s := &Stream{split: opt.Split, max: opt.Max, newline: opt.Newline, offset: opt.Start, line: max(opt.Line, 1), closers: []io.Closer{src}}
	in, closer, err := opt.Compression.Open(src)
	if err != nil {
		s.Close()
		return nil, err
	}
	if closer != nil {
		s.closers = append(s.closers, closer)
	}
	if opt.Decode != nil {
		in = opt.Decode(in)
	}
	s.in = in
	if opt.Start > 0 {
		if _, err := io.CopyN(io.Discard, in, opt.Start); err != nil && err != io.EOF {
			s.Close()
			return nil, compressedError(err, store.URL(obj.Key))
		}
	}
	return s, nil
}

// Next reads the next records, or io.EOF.
func (s *Stream) Next(buf *Buffer) (Chunk, error) {
	have := copy(buf.room(max(streamChunk, len(s.rest)), 0), s.rest)
	want := streamChunk
	for {
		data := buf.room(max(want, have), have)
		for !s.eof && have < len(data) {
			n, err := s.in.Read(data[have:])
			have += n
			if err == io.EOF {
				s.eof = true
			} else if err != nil {
				return Chunk{}, err
			}
		}
		data = data[:have]
		if have == 0 {
			return Chunk{}, io.EOF
		}
		n, err := s.split.Split(data, s.eof)
		if err != nil {
			return Chunk{}, s.place(err)
		}
		if n == 0 && s.eof {
			n = have // what is left is for the parser to judge
		}
		if n == 0 {
			if have > s.max {
				return Chunk{}, &TooLongError{Offset: s.offset, Line: s.line, Max: s.max}
			}
			want = have + max(have, streamChunk)
			continue
		}
		s.rest = append(s.rest[:0], data[n:]...)
		c := Chunk{Data: buf.closed(data[:n], s.newline), Offset: s.offset, Line: s.line}
		s.offset += int64(n)
		s.line += int64(bytes.Count(data[:n], []byte{s.newline}))
		return c, nil
	}
}

// SplitError is a Splitter's error: what is wrong at At bytes into the data
// that it was given.
type SplitError struct {
	At     int
	Reason string
	Offset int64 // in the file; set by the stream
	Line   int64 // of the start of the chunk; set by the stream
}

func (e *SplitError) Error() string { return e.Reason }

func (s *Stream) place(err error) error {
	var e *SplitError
	if errors.As(err, &e) {
		e.Offset, e.Line = s.offset+int64(e.At), s.line
	}
	return err
}

// Close ends reading.
func (s *Stream) Close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i].Close()
	}
	s.closers = nil
}

// LineSplitter cuts a stream by Lines.
type LineSplitter struct{ Lines Lines }

// Split implements Splitter.
func (l *LineSplitter) Split(data []byte, atEOF bool) (int, error) {
	if atEOF {
		return len(data), nil
	}
	return lastEnd(data, l.Lines.Newline, l.Lines.Quote), nil
}
