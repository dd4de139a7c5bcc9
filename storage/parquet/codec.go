package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

var codecNames = [...]string{"uncompressed", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw"}

func (c Codec) String() string {
	if c >= 0 && int(c) < len(codecNames) {
		return codecNames[c]
	}
	return "unknown"
}

// supported says whether pages of the codec can be read.
func (c Codec) supported() bool { return c >= Uncompressed && c <= LZ4Raw && c != LZO }

// trusted is the page size up to which a header is believed without proof.
const trusted = 4 << 20

// plausible says whether comp bytes can become size bytes under the codec, so
// that a small hostile page cannot make the reader allocate gigabytes. The
// bounds are what the formats allow at best; zstd and brotli have none, and
// their large pages are inflated step by step.
func (c Codec) plausible(comp, size int) bool {
	switch c {
	case Uncompressed:
		return comp == size
	case Snappy:
		return size <= trusted || size/32 <= comp
	case LZ4Raw, LZ4Hadoop:
		return size <= trusted || size/256 <= comp
	case Gzip:
		return size <= trusted || size/1100 <= comp
	}
	return true
}

var (
	zstdDecoders = sync.Pool{New: func() any {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(4<<30))
		if err != nil {
			panic(err) // only on wrong options
		}
		return d
	}}
	gzipReaders   sync.Pool
	brotliReaders sync.Pool
)

var errInflate = reasonError("compressed page does not inflate")

// decompress inflates src into a buffer that grow makes for the size which the
// page's header promises; large zstd and brotli pages come in a slice of their
// own. Anything but exactly that size is an error.
func decompress(c Codec, src []byte, size int, grow func(n int) []byte) ([]byte, error) {
	var dst []byte
	big := size > trusted && (c == Zstd || c == Brotli)
	if !big {
		dst = grow(size)
	}
	switch c {
	case Uncompressed:
		copy(dst, src)
		return dst, nil
	case Snappy:
		if n, err := s2.DecodedLen(src); err != nil || n != size {
			return nil, errSmallPage
		}
		if !snappyDecode(dst, src) {
			return nil, errInflate
		}
		return dst, nil
	case Zstd:
		d := zstdDecoders.Get().(*zstd.Decoder)
		defer zstdDecoders.Put(d)
		if big {
			if err := d.Reset(bytes.NewReader(src)); err != nil {
				return nil, errInflate
			}
			defer func() { _ = d.Reset(nil) }()
			return inflate(d, size)
		}
		out, err := d.DecodeAll(src, dst[:0])
		if err != nil {
			return nil, errInflate
		}
		if len(out) != size {
			return nil, errSmallPage
		}
		if &out[0] != &dst[0] { // it wanted more room for a moment
			copy(dst, out)
		}
		return dst, nil
	case Gzip:
		z, _ := gzipReaders.Get().(*gzip.Reader)
		var err error
		if z == nil {
			z, err = gzip.NewReader(bytes.NewReader(src))
		} else {
			err = z.Reset(bytes.NewReader(src))
		}
		if err != nil {
			return nil, errInflate
		}
		defer gzipReaders.Put(z)
		return dst, fill(z, dst)
	case Brotli:
		z, _ := brotliReaders.Get().(*brotli.Reader)
		if z == nil {
			z = brotli.NewReader(bytes.NewReader(src))
		} else if err := z.Reset(bytes.NewReader(src)); err != nil {
			return nil, errInflate
		}
		defer brotliReaders.Put(z)
		if big {
			return inflate(z, size)
		}
		return dst, fill(z, dst)
	case LZ4Raw:
		n, err := lz4.UncompressBlock(src, dst)
		if err != nil || n != size {
			return nil, errInflate
		}
		return dst, nil
	case LZ4Hadoop:
		return dst, lz4Hadoop(dst, src)
	}
	return nil, errors.New("no such codec")
}

// fill reads exactly len(dst) bytes and the end.
func fill(r io.Reader, dst []byte) error {
	if _, err := io.ReadFull(r, dst); err != nil {
		return errInflate
	}
	var one [1]byte
	if n, err := r.Read(one[:]); n != 0 || err != nil && !errors.Is(err, io.EOF) {
		return errSmallPage
	}
	return nil
}

// inflate reads size bytes, letting the buffer grow only as bytes come.
func inflate(r io.Reader, size int) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, int64(size)+1))
	if err != nil || n != int64(size) {
		return nil, errInflate
	}
	return append(b.Bytes(), make([]byte, pageSlack)...)[:size], nil
}

// lz4Hadoop reads the codec's older form: blocks behind two big-endian sizes,
// or, from writers that did not know, a raw block or an LZ4 frame.
func lz4Hadoop(dst, src []byte) error {
	out, in := dst, src
	for len(in) >= 8 {
		size, comp := binary.BigEndian.Uint32(in), binary.BigEndian.Uint32(in[4:])
		if uint64(size) > uint64(len(out)) || uint64(comp) > uint64(len(in)-8) {
			break
		}
		n, err := lz4.UncompressBlock(in[8:8+comp], out[:size])
		if err != nil || n != int(size) {
			break
		}
		out, in = out[size:], in[8+comp:]
	}
	if len(out) == 0 && len(in) == 0 {
		return nil
	}
	if len(src) >= 4 && binary.LittleEndian.Uint32(src) == 0x184D2204 {
		return fill(lz4.NewReader(bytes.NewReader(src)), dst)
	}
	if n, err := lz4.UncompressBlock(src, dst); err != nil || n != len(dst) {
		return errInflate
	}
	return nil
}
