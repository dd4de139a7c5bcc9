package wire

import (
	"bufio"
	"encoding/binary"
)

// frames reads a client's bytes up to the end of the message that was begun
// and no further. The protocol library keeps what it reads beyond a message
// to itself; then nobody could tell whether the client has said more
// (conn.watch).
type frames struct {
	in      *bufio.Reader
	started bool // messages begin with a type byte: all but those of startup
	left    int  // bytes to the end of the message; 0: at the head of the next
}

func (f *frames) Read(p []byte) (int, error) {
	if f.left == 0 {
		n := 4
		if f.started {
			n = 5
		}
		head, err := f.in.Peek(n)
		if err != nil {
			return 0, err
		}
		f.left = n
		if length := binary.BigEndian.Uint32(head[n-4:]); length > 4 { // a length below 4 is an error that the library finds
			f.left += int(length) - 4
		}
	}
	if len(p) > f.left {
		p = p[:f.left]
	}
	n, err := f.in.Read(p)
	f.left -= n
	return n, err
}
