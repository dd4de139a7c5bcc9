package parquet

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/inlaydb/inlay/storage/column"
)

// Bloom is a split block bloom filter: blocks of 256 bits in which each value
// sets one bit in each of eight words. It follows the format's description.
type Bloom struct {
	blocks []byte // 32 bytes each
	leaf   *Leaf
}

// bloomSalt spreads a hash over the eight words of a block.
var bloomSalt = [8]uint32{0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31}

// Bloom reads the bloom filter of a leaf in row group g: nil when there is none
// that can be used. It is kept in the file's cache.
func (f *File) Bloom(ctx context.Context, g int, l *Leaf) (*Bloom, error) {
	c := &f.meta.rowGroups[g].columns[l.Index]
	if c.bloomOffset <= 0 || c.encrypted {
		return nil, nil
	}
	v, err := f.cached(ctx, g, l, 'b', func() (any, int64, error) {
		b, err := f.readBloom(ctx, c, l)
		if err != nil || b == nil {
			return (*Bloom)(nil), 64, err
		}
		return b, int64(len(b.blocks)), nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*Bloom), nil
}

func (f *File) readBloom(ctx context.Context, c *chunkMeta, l *Leaf) (*Bloom, error) {
	if c.crypt != nil {
		return f.readSealedBloom(ctx, c, l)
	}
	n := int64(c.bloomLength)
	if n <= 0 {
		n = min(64, f.footer-c.bloomOffset)
	}
	buf, err := f.part(ctx, "bloom filter", c.bloomOffset, n)
	if err != nil {
		return nil, err
	}
	size, used, known, err := decodeBloomHeader(buf)
	if err != nil {
		return nil, &CorruptError{Object: f.url, Offset: c.bloomOffset, Reason: fmt.Sprintf("column %q: bloom filter: %v", l.Name(), err)}
	}
	if !known {
		return nil, nil // another algorithm: it says nothing
	}
	if int64(used)+int64(size) > n {
		if buf, err = f.part(ctx, "bloom filter", c.bloomOffset+int64(used), int64(size)); err != nil {
			return nil, err
		}
		return &Bloom{blocks: buf, leaf: l}, nil
	}
	return &Bloom{blocks: buf[used : used+int(size)], leaf: l}, nil
}

// readSealedBloom reads an encrypted filter, whose header and bits are modules.
// Where its length is not in the footer it is not looked for.
func (f *File) readSealedBloom(ctx context.Context, c *chunkMeta, l *Leaf) (*Bloom, error) {
	if c.bloomLength <= 0 {
		return nil, nil
	}
	buf, err := f.part(ctx, "bloom filter", c.bloomOffset, int64(c.bloomLength))
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*Bloom, error) {
		return nil, &CorruptError{Object: f.url, Offset: c.bloomOffset, Reason: fmt.Sprintf("column %q: bloom filter: %v", l.Name(), err)}
	}
	head, used, err := c.crypt.open(buf, moduleBloomHeader, 0)
	if err != nil {
		return fail(err)
	}
	size, _, known, err := decodeBloomHeader(head)
	if err != nil {
		return fail(err)
	}
	bits, _, err := c.crypt.open(buf[used:], moduleBloomBits, 0)
	switch {
	case err != nil:
		return fail(err)
	case !known:
		return nil, nil
	case len(bits) != int(size):
		return fail(reasonError("its size differs from its header's"))
	}
	return &Bloom{blocks: bits, leaf: l}, nil
}

func decodeBloomHeader(buf []byte) (size int32, used int, known bool, err error) {
	r := &thriftReader{buf: buf}
	kinds := [5]int{}
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1 && typ == tI32:
			size = r.int32()
		case id >= 2 && id <= 4 && typ == tStruct:
			r.fields(func(sub int, typ byte) {
				kinds[id] = sub
				r.skip(typ)
			})
		default:
			r.skip(typ)
		}
	})
	if r.err != nil {
		return 0, 0, false, r.err
	}
	if size <= 0 || size%32 != 0 || size > maxPart {
		return 0, 0, false, reasonError(fmt.Sprintf("size of %d bytes", size))
	}
	return size, r.pos, kinds[2] == 1 && kinds[3] == 1 && kinds[4] == 1, nil
}

func (b *Bloom) block(h uint64) []byte {
	n := uint64(len(b.blocks) / 32)
	i := (h >> 32) * n >> 32
	return b.blocks[i*32 : i*32+32]
}

func (b *Bloom) hasHash(h uint64) bool {
	blk := b.block(h)
	for i, s := range bloomSalt {
		if binary.LittleEndian.Uint32(blk[i*4:])>>(uint32(h)*s>>27)&1 == 0 {
			return false
		}
	}
	return true
}

func (b *Bloom) addHash(h uint64) {
	blk := b.block(h)
	for i, s := range bloomSalt {
		w := blk[i*4:]
		binary.LittleEndian.PutUint32(w, binary.LittleEndian.Uint32(w)|1<<(uint32(h)*s>>27))
	}
}

// MayHave says whether the value, of the leaf's own kind, may occur. True when
// the filter cannot tell.
func (b *Bloom) MayHave(v Value) bool {
	h, ok := hashValue(b.leaf, v)
	return !ok || b.hasHash(h)
}

// hashValue hashes the plain encoding of a value as the file would hold it. It
// reports false where several encodings stand for one value, or where the
// file's resolution is not the value's.
func hashValue(l *Leaf, v Value) (uint64, bool) {
	var buf [8]byte
	le := binary.LittleEndian
	conv, ok := chooseConversion(l, v.Kind)
	if !ok {
		return 0, false
	}
	switch l.Type {
	case Int32:
		switch conv {
		case convCopy, conv32to16, conv32to64, convU32check, convU32to64:
			if v.Int < math.MinInt32 || v.Int > math.MaxUint32 {
				return 0, false
			}
			le.PutUint32(buf[:], uint32(v.Int))
			return xxhash64(buf[:4]), true
		}
	case Int64:
		if conv == convCopy {
			le.PutUint64(buf[:], uint64(v.Int))
			return xxhash64(buf[:]), true
		}
		if conv == convU64to128 && v.Hi == 0 {
			le.PutUint64(buf[:], uint64(v.Int))
			return xxhash64(buf[:]), true
		}
	case ByteArray, FixedLenByteArray:
		if v.Kind == column.Bytes || v.Kind == column.Fixed16 {
			return xxhash64(v.Bytes), true
		}
	}
	return 0, false
}
