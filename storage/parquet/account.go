package parquet

// Memory is what a reader's buffers are charged to. Grow precedes an
// allocation and may refuse it; the reader then fails with its error. A Memory
// is used by one goroutine.
type Memory interface {
	Grow(n int64) error
	Shrink(n int64)
}

// Charged returns a view of the file whose readers charge their buffers: what
// is fetched, decompressed pages, dictionaries and elements of lists.
func (f *File) Charged(m Memory) *File {
	c := *f
	c.memory = m
	return &c
}

// account is what one reader holds of a Memory. The nil account is free.
type account struct {
	m    Memory
	held int64
}

func (a *account) grow(n int64) error {
	if a == nil || a.m == nil || n <= 0 {
		return nil
	}
	if err := a.m.Grow(n); err != nil {
		return err
	}
	a.held += n
	return nil
}

func (a *account) shrink(n int64) {
	if a == nil || a.m == nil {
		return
	}
	if n = min(n, a.held); n > 0 {
		a.held -= n
		a.m.Shrink(n)
	}
}

// close gives back everything.
func (a *account) close() { a.shrink(1 << 62) }

// ensure makes sure, with the memory charged, that take of n bytes succeeds.
func (p *pagePool) ensure(n int) error {
	for _, f := range p.free {
		if cap(f.b) >= n+pageSlack {
			return nil
		}
	}
	size := int64(bufferSize(n))
	if err := p.mem.grow(size); err != nil {
		return err
	}
	p.prepaid = size
	return nil
}

// adopt charges the buffers of a scratch that comes from an earlier reader, or
// lets go of them.
func (p *pagePool) adopt(a *account) {
	p.mem, p.prepaid = a, 0
	total := int64(0)
	for _, f := range p.free {
		total += int64(cap(f.b))
	}
	if a.grow(total) != nil {
		p.free = nil
	}
}

// bufferSize is how large the buffer for n bytes is made.
func bufferSize(n int) int { return (n + n/4 + pageSlack + 4095) &^ 4095 }
