package spill

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/s2"

	"github.com/inlaydb/inlay/storage/column"
)

// File is a temporary file of blocks. Several goroutines may append and read.
type File struct {
	space *Space
	f     *os.File
	size  atomic.Int64 // where the next block goes
}

// Block says where a block lies. It is small and holds no pointers.
type Block struct {
	Off    int64
	Size   int32 // bytes on disk
	Memory int32 // bytes of memory that its columns take
	Rows   int32
}

// blockHeader precedes each block: checksum of what follows, bytes before
// compression, and whether the block is compressed.
const blockHeader = 12

// MaxBlock is the most bytes of columns that one block may hold.
const MaxBlock = 1 << 30

// Create makes a file. Close removes it; Space.Close does so too.
func (s *Space) Create() (*File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.closed {
		return nil, os.ErrClosed
	}
	path := fmt.Sprintf("%s%d", s.prefix, s.seq.Add(1))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, s.noSpace(err)
	}
	file := &File{space: s, f: f}
	s.mu.files[file] = struct{}{}
	return file, nil
}

// Size is the bytes written to the file.
func (f *File) Size() int64 { return f.size.Load() }

// Close removes the file.
func (f *File) Close() error {
	f.space.mu.Lock()
	_, open := f.space.mu.files[f]
	delete(f.space.mu.files, f)
	f.space.mu.Unlock()
	if !open {
		return nil
	}
	return f.remove()
}

func (f *File) remove() error {
	err := f.f.Close()
	if e := os.Remove(f.f.Name()); err == nil {
		err = e
	}
	f.space.area.used.Add(-f.size.Load())
	return err
}

// scratch is the buffers of one Append or Read.
type scratch struct{ raw, packed []byte }

var scratchPool = sync.Pool{New: func() any { return new(scratch) }}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Append writes one block of flat columns of equal length and says where it
// lies. It fails with ErrNoSpace where quota or disk are full.
func (f *File) Append(cols []*column.Column, rows int) (Block, error) {
	s := scratchPool.Get().(*scratch)
	defer scratchPool.Put(s)
	s.raw = appendColumns(s.raw[:0], cols)
	if len(s.raw) > MaxBlock {
		return Block{}, fmt.Errorf("spill: block of %d bytes", len(s.raw))
	}
	if need := blockHeader + s2.MaxEncodedLen(len(s.raw)); cap(s.packed) < need {
		s.packed = make([]byte, need)
	}
	packed := s.packed[:cap(s.packed)]
	body := s2.Encode(packed[blockHeader:], s.raw)
	flag := uint32(1)
	if len(body) >= len(s.raw) {
		body, flag = s.raw, 0
		packed = append(packed[:blockHeader], body...)
		s.packed = packed
	}
	out := packed[:blockHeader+len(body)]
	binary.LittleEndian.PutUint32(out, crc32.Checksum(body, castagnoli))
	binary.LittleEndian.PutUint32(out[4:], uint32(len(s.raw)))
	binary.LittleEndian.PutUint32(out[8:], flag)
	n := int64(len(out))
	if err := f.space.area.take(n); err != nil {
		return Block{}, err
	}
	off := f.size.Add(n) - n
	if _, err := f.f.WriteAt(out, off); err != nil {
		return Block{}, f.space.noSpace(err)
	}
	f.space.written.Add(n)
	return Block{Off: off, Size: int32(n), Memory: int32(len(s.raw)), Rows: int32(rows)}, nil
}

// CorruptError says that a block did not come back as it was written.
type CorruptError struct {
	Path   string
	Offset int64
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("temporary file %q is damaged at offset %d: %s", e.Path, e.Offset, e.Reason)
}

// Read brings back a block: flat columns that the caller owns.
func (f *File) Read(b Block) ([]*column.Column, error) {
	s := scratchPool.Get().(*scratch)
	defer scratchPool.Put(s)
	if cap(s.packed) < int(b.Size) {
		s.packed = make([]byte, b.Size)
	}
	in := s.packed[:b.Size]
	if _, err := f.f.ReadAt(in, b.Off); err != nil {
		if err == io.EOF {
			err = &CorruptError{f.f.Name(), b.Off, "the file ends within the block"}
		}
		return nil, err
	}
	f.space.read.Add(int64(b.Size))
	body := in[blockHeader:]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(in) {
		return nil, &CorruptError{f.f.Name(), b.Off, "checksum mismatch"}
	}
	rawLen := int(binary.LittleEndian.Uint32(in[4:]))
	if rawLen != int(b.Memory) {
		return nil, &CorruptError{f.f.Name(), b.Off, "wrong length"}
	}
	raw := column.Alloc(rawLen)
	if binary.LittleEndian.Uint32(in[8:]) == 0 {
		copy(raw, body)
	} else if _, err := s2.Decode(raw, body); err != nil {
		return nil, &CorruptError{f.f.Name(), b.Off, err.Error()}
	}
	cols, ok := readColumns(raw)
	if !ok {
		return nil, &CorruptError{f.f.Name(), b.Off, "columns do not fit the block"}
	}
	return cols, nil
}
