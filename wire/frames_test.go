package wire

import (
	"bufio"
	"bytes"
	"testing"
)

// TestFrames gives a library that asks for much no more than one message.
func TestFrames(t *testing.T) {
	parse := append([]byte{'P', 0, 0, 0, 8}, "abcd"...)
	sync := []byte{'S', 0, 0, 0, 4}
	in := bufio.NewReader(bytes.NewReader(append(append([]byte{}, parse...), sync...)))
	f := &frames{in: in, started: true}
	buf := make([]byte, 100)
	for _, want := range [][]byte{parse, sync} {
		n, err := f.Read(buf)
		if err != nil || !bytes.Equal(buf[:n], want) {
			t.Fatalf("read %q, %v; want %q", buf[:n], err, want)
		}
	}
	if n, err := f.Read(buf); n != 0 || err == nil {
		t.Fatalf("read %d bytes at the end", n)
	}
}

// TestFramesStartup reads the first message, which has no type.
func TestFramesStartup(t *testing.T) {
	in := bufio.NewReader(bytes.NewReader([]byte{0, 0, 0, 8, 0, 3, 0, 0, 'Q', 0, 0, 0, 5, 0}))
	f := &frames{in: in}
	buf := make([]byte, 100)
	if n, err := f.Read(buf); n != 8 || err != nil {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	f.started = true
	if n, err := f.Read(buf[:3]); n != 3 || err != nil {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	if n, err := f.Read(buf); n != 3 || err != nil {
		t.Fatalf("read %d bytes, %v", n, err)
	}
}
