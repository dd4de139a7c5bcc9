package datetime

import "encoding/binary"

// TimeTZ is a time of day at an offset from UTC.
type TimeTZ struct {
	Micros int64
	Offset int32 // seconds east of UTC
}

// Compare orders by the moment, and equal moments by offset: east comes first.
func (t TimeTZ) Compare(o TimeTZ) int {
	a, b := t.utc(), o.utc()
	switch {
	case a != b:
		if a < b {
			return -1
		}
		return 1
	case t.Offset != o.Offset:
		if t.Offset > o.Offset {
			return -1
		}
		return 1
	}
	return 0
}

func (t TimeTZ) utc() int64 { return t.Micros - int64(t.Offset)*usecPerSec }

// Encode gives the column form, 12 bytes that compare as the values do: the
// time in UTC, biased and big-endian, then the offset west of UTC likewise.
func (t TimeTZ) Encode() (b [12]byte) {
	binary.BigEndian.PutUint64(b[:], uint64(t.utc())^1<<63)
	binary.BigEndian.PutUint32(b[8:], uint32(-t.Offset)^1<<31)
	return b
}

// DecodeTimeTZ reads the column form; what is too short, as in NULL slots, is
// midnight UTC.
func DecodeTimeTZ(b []byte) (t TimeTZ) {
	if len(b) < 12 {
		return t
	}
	t.Offset = -int32(binary.BigEndian.Uint32(b[8:]) ^ 1<<31)
	t.Micros = int64(binary.BigEndian.Uint64(b)^1<<63) + int64(t.Offset)*usecPerSec
	return t
}
