package parquet

import (
	"encoding/binary"
	"hash/crc32"
)

// Page types by their number in the format.
const (
	pageData       = 0
	pageIndex      = 1
	pageDictionary = 2
	pageDataV2     = 3
)

// pageSlack is how far decoders may read beyond a page's last byte.
const pageSlack = 64

// pageHeader is the union of the format's page headers.
type pageHeader struct {
	typ          int32
	size         int32 // uncompressed, with levels
	compressed   int32 // as in the file, with levels
	crc          uint32
	hasCRC       bool
	values       int32 // with NULLs; of a dictionary: entries
	nulls        int32 // v2, else -1
	rows         int32 // v2, else -1
	encoding     int32
	defEncoding  int32 // v1
	repEncoding  int32 // v1
	defLen       int32 // v2
	repLen       int32 // v2
	uncompressed bool  // v2: values are not compressed whatever the codec
	has          bool  // the header of the page's type is there
}

// decodePageHeader reads a header and returns its length. errShortThrift means
// that buf holds only part of it.
func decodePageHeader(buf []byte) (pageHeader, int, error) {
	r := &thriftReader{buf: buf}
	h := pageHeader{nulls: -1, rows: -1}
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1 && typ == tI32:
			h.typ = r.int32()
		case id == 2 && typ == tI32:
			h.size = r.int32()
		case id == 3 && typ == tI32:
			h.compressed = r.int32()
		case id == 4 && typ == tI32:
			h.crc, h.hasCRC = uint32(r.int32()), true
		case id == 5 && typ == tStruct: // data page
			h.has = true
			r.fields(func(id int, typ byte) {
				switch {
				case id == 1 && typ == tI32:
					h.values = r.int32()
				case id == 2 && typ == tI32:
					h.encoding = r.int32()
				case id == 3 && typ == tI32:
					h.defEncoding = r.int32()
				case id == 4 && typ == tI32:
					h.repEncoding = r.int32()
				default:
					r.skip(typ)
				}
			})
		case id == 7 && typ == tStruct: // dictionary page
			h.has = true
			r.fields(func(id int, typ byte) {
				switch {
				case id == 1 && typ == tI32:
					h.values = r.int32()
				case id == 2 && typ == tI32:
					h.encoding = r.int32()
				default:
					r.skip(typ)
				}
			})
		case id == 8 && typ == tStruct: // data page v2
			h.has = true
			r.fields(func(id int, typ byte) {
				switch {
				case id == 1 && typ == tI32:
					h.values = r.int32()
				case id == 2 && typ == tI32:
					h.nulls = r.int32()
				case id == 3 && typ == tI32:
					h.rows = r.int32()
				case id == 4 && typ == tI32:
					h.encoding = r.int32()
				case id == 5 && typ == tI32:
					h.defLen = r.int32()
				case id == 6 && typ == tI32:
					h.repLen = r.int32()
				case id == 7:
					h.uncompressed = typ == tFalse
					r.skip(typ)
				default:
					r.skip(typ)
				}
			})
		default:
			r.skip(typ)
		}
	})
	if r.err != nil {
		return h, r.pos, r.err
	}
	switch {
	case h.size < 0 || h.compressed < 0 || h.values < 0:
		return h, r.pos, reasonError("page header with a negative size")
	case (h.typ == pageData || h.typ == pageDataV2 || h.typ == pageDictionary) && !h.has:
		return h, r.pos, reasonError("page header without its type's part")
	case h.typ == pageDataV2 && (h.rows < 0 || h.rows > h.values || h.nulls < 0 || h.nulls > h.values || h.defLen < 0 || h.repLen < 0 ||
		int64(h.defLen)+int64(h.repLen) > int64(h.compressed) || int64(h.defLen)+int64(h.repLen) > int64(h.size)):
		return h, r.pos, reasonError("data page header contradicts itself")
	}
	return h, r.pos, nil
}

// inflatePage checks and decompresses a page's bytes into a buffer from grow.
// Level bytes of v2 pages, which are never compressed, stay at the front.
func inflatePage(h *pageHeader, codec Codec, raw []byte, grow func(n int) []byte) ([]byte, error) {
	if h.hasCRC && crc32.ChecksumIEEE(raw) != h.crc {
		return nil, reasonError("page checksum does not match")
	}
	levels := 0
	if h.typ == pageDataV2 {
		levels = int(h.defLen + h.repLen)
		if h.uncompressed {
			codec = Uncompressed
		}
	}
	comp, size := len(raw)-levels, int(h.size)-levels
	if size == 0 || comp == 0 && size == 0 { // nothing to inflate; some codecs have no form for it
		codec, comp = Uncompressed, 0
	}
	if !codec.supported() {
		return nil, &UnsupportedError{What: "compression " + codec.String()}
	}
	if !codec.plausible(comp, size) {
		return nil, errSmallPage
	}
	if levels == 0 {
		return decompress(codec, raw[:comp], size, grow)
	}
	var whole []byte
	body, err := decompress(codec, raw[levels:levels+comp], size, func(n int) []byte {
		whole = grow(levels + n)
		return whole[levels:]
	})
	if err != nil {
		return nil, err
	}
	if whole == nil || size > 0 && &body[0] != &whole[levels] { // a large page in a slice of its own
		whole = append(make([]byte, 0, levels+size+pageSlack), raw[:levels]...)
		return append(whole, body...), nil
	}
	copy(whole, raw[:levels])
	return whole, nil
}

// v1Levels cuts the level section off the front of a v1 page: four bytes of
// length before runs, or for the old bit-packed form as many bytes as values
// take.
func v1Levels(p []byte, encoding int32, width uint, values int) (levels, rest []byte, err error) {
	switch encoding {
	case encRLE:
		if len(p) < 4 {
			return nil, nil, errShortLevels
		}
		n := binary.LittleEndian.Uint32(p)
		if uint64(n) > uint64(len(p)-4) {
			return nil, nil, errShortLevels
		}
		return p[4 : 4+n], p[4+n:], nil
	case encBitPacked:
		n := (uint64(values)*uint64(width) + 7) / 8
		if n > uint64(len(p)) {
			return nil, nil, errShortLevels
		}
		return p[:n], p[n:], nil
	}
	return nil, nil, reasonError("unknown encoding of levels")
}
