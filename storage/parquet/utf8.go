package parquet

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/inlaydb/inlay/storage/column"
)

const errText = reasonError("invalid byte sequence for encoding \"UTF8\"")

// textual says whether the leaf's values have to be UTF-8.
func (l *Leaf) textual() bool {
	switch l.Logical.Annotation {
	case String, Enum, JSON:
		return l.Type == ByteArray
	}
	return false
}

// plainASCII says whether no byte of b is above 127. Strings with their lengths
// are asked too: lengths of short ones are below it.
func plainASCII(b []byte) bool {
	const high = 0x8080808080808080
	for len(b) >= 32 {
		le := binary.LittleEndian
		if (le.Uint64(b)|le.Uint64(b[8:])|le.Uint64(b[16:])|le.Uint64(b[24:]))&high != 0 {
			return false
		}
		b = b[32:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkText checks strings one by one.
func checkText(views []column.View, bufs [][]byte) error {
	for i := range views {
		if !utf8.Valid(views[i].Bytes(bufs)) {
			return errText
		}
	}
	return nil
}
