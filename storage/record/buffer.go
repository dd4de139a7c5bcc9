package record

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// DefaultMaxRecord is the most bytes that one record may have unless told.
const DefaultMaxRecord = 16 << 20

// TooLongError says that a record is longer than allowed, or has no end.
type TooLongError struct {
	Offset int64 // where the record starts
	Line   int64 // its line; 0: not counted
	Max    int
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("record at offset %d is longer than %d bytes", e.Offset, e.Max)
}

// Buffer is memory that a worker reads chunks into, one after the other.
type Buffer struct{ mem []byte }

// room gives a slice of n bytes that keeps the first keep bytes, with Slack
// behind it.
func (b *Buffer) room(n, keep int) []byte {
	if cap(b.mem) < n+Slack {
		mem := make([]byte, n+n/8+Slack)
		copy(mem, b.mem[:min(keep, len(b.mem))])
		b.mem = mem
	}
	b.mem = b.mem[:cap(b.mem)]
	return b.mem[:n]
}

// Size is the bytes held.
func (b *Buffer) Size() int64 { return int64(cap(b.mem)) }

// closed makes the chunk's last record end in a newline; data lies in b.
func (b *Buffer) closed(data []byte, newline byte) []byte {
	if len(data) == 0 || data[len(data)-1] == newline {
		return data
	}
	return append(data, newline) // there is Slack
}

// Clean says whether data is valid UTF-8 without zero bytes.
func Clean(data []byte) bool {
	return bytes.IndexByte(data, 0) < 0 && utf8.Valid(data)
}

// odd says whether data holds an odd number of quotes; quote 0: none count.
func odd(data []byte, quote byte) bool {
	return quote != 0 && bytes.Count(data, []byte{quote})&1 == 1
}

// firstEnd is the position after the first record end in data, -1 for none.
// open says that data starts between quotes.
func firstEnd(data []byte, newline, quote byte, open bool) int {
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], newline)
		if i < 0 {
			return -1
		}
		if open = open != odd(data[at:at+i], quote); !open {
			return at + i + 1
		}
		at += i + 1
	}
}

// lastEnd is the position after the last record end in data, 0 for none.
// Data starts at a record.
func lastEnd(data []byte, newline, quote byte) int {
	open := odd(data, quote)
	for end := len(data); ; {
		i := bytes.LastIndexByte(data[:end], newline)
		if i < 0 {
			return 0
		}
		if open = open != odd(data[i:end], quote); !open {
			return i + 1
		}
		end = i
	}
}
