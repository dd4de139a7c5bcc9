package parquet

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sort"
)

// Keys decrypt files, by the format's modular encryption.
type Keys struct {
	Footer []byte
	// Columns are keys by a column's dotted path, its top-level name, or the
	// key's own identifier as the file names it.
	Columns   map[string][]byte
	AADPrefix []byte // of files that do not store theirs
}

// id tells what was read with some keys from what was read with others.
func (k *Keys) id() string {
	if k == nil {
		return ""
	}
	h := sha256.New()
	add := func(b []byte) {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	add(k.Footer)
	add(k.AADPrefix)
	names := make([]string, 0, len(k.Columns))
	for n := range k.Columns {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		add([]byte(n))
		add(k.Columns[n])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Modules by their number in the format.
const (
	moduleFooter = iota
	moduleColumnMeta
	moduleDataPage
	moduleDictionaryPage
	moduleDataHeader
	moduleDictionaryHeader
	moduleColumnIndex
	moduleOffsetIndex
	moduleBloomHeader
	moduleBloomBits
)

const (
	nonceSize = 12
	tagSize   = 16
)

// algorithm is how a file is encrypted.
type algorithm struct {
	ctr    bool // pages by AES-CTR, without a tag
	unique []byte
	prefix []byte
	supply bool // the reader has to know the prefix
	bare   bool // modules are not bound to their place: DuckDB writes such files,
	// and does not say of their columns that they are encrypted too
}

func (r *thriftReader) algorithm() (a algorithm, known bool) {
	r.fields(func(id int, typ byte) {
		if typ != tStruct || id != 1 && id != 2 {
			r.skip(typ)
			return
		}
		known, a.ctr = true, id == 2
		r.fields(func(id int, typ byte) {
			switch {
			case id == 1 && typ == tBinary:
				a.prefix = r.bytes()
			case id == 2 && typ == tBinary:
				a.unique = r.bytes()
			case id == 3:
				a.supply = typ == tTrue
				r.skip(typ)
			default:
				r.skip(typ)
			}
		})
	})
	return a, known
}

// errKey says that a key is missing or wrong.
type errKey string

func (e errKey) Error() string { return string(e) }

// cryptor decrypts the modules of a footer or a column chunk.
type cryptor struct {
	aad     []byte // of the file: prefix and what is unique to it
	ctr     bool
	bare    bool
	block   cipher.Block
	gcm     cipher.AEAD
	ordinal [4]byte // row group, column
}

func newCryptor(key []byte, a *algorithm, k *Keys) (*cryptor, error) {
	switch len(key) {
	case 16, 24, 32:
	case 0:
		return nil, errKey("without its key")
	default:
		return nil, errKey(fmt.Sprintf("with a key of %d bytes", len(key)))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	prefix := a.prefix
	if k != nil && len(k.AADPrefix) > 0 {
		prefix = k.AADPrefix
	} else if a.supply {
		return nil, errKey("without its AAD prefix")
	}
	return &cryptor{aad: append(append([]byte(nil), prefix...), a.unique...), ctr: a.ctr, bare: a.bare, block: block, gcm: gcm}, nil
}

// at is the cryptor for the modules of a column chunk.
func (c *cryptor) at(group, column int) *cryptor {
	out := *c
	binary.LittleEndian.PutUint16(out.ordinal[:], uint16(group))
	binary.LittleEndian.PutUint16(out.ordinal[2:], uint16(column))
	return &out
}

// additional is the data that a module's tag also covers: its place in the file.
func (c *cryptor) additional(module byte, page int) []byte {
	if c.bare {
		return nil
	}
	aad := append(c.aad[:len(c.aad):len(c.aad)], module)
	if module == moduleFooter {
		return aad
	}
	aad = append(aad, c.ordinal[:]...)
	if module == moduleDataPage || module == moduleDataHeader {
		aad = binary.LittleEndian.AppendUint16(aad, uint16(page))
	}
	return aad
}

const errDecrypt = reasonError("decryption failed: the key is wrong, or the data was changed")

// open decrypts the module at the front of b and says how long it is there.
// Decoders may read pageSlack bytes beyond the plain text.
func (c *cryptor) open(b []byte, module byte, page int) (plain []byte, used int, err error) {
	n, err := moduleSize(b)
	if err != nil {
		return nil, 0, err
	}
	body := b[4 : 4+n]
	if c.ctr && (module == moduleDataPage || module == moduleDictionaryPage) {
		var iv [aes.BlockSize]byte
		copy(iv[:], body[:nonceSize])
		iv[aes.BlockSize-1] = 1
		plain = make([]byte, n-nonceSize, n-nonceSize+pageSlack)
		cipher.NewCTR(c.block, iv[:]).XORKeyStream(plain, body[nonceSize:])
		return plain, 4 + n, nil
	}
	if n < nonceSize+tagSize {
		return nil, 0, reasonError("encrypted module is too short")
	}
	plain, err = c.gcm.Open(make([]byte, 0, n-nonceSize+pageSlack), body[:nonceSize], body[nonceSize:], c.additional(module, page))
	if err != nil {
		return nil, 0, errDecrypt
	}
	return plain, 4 + n, nil
}

// moduleSize is the length of the module at the front of b, without its own
// four bytes.
func moduleSize(b []byte) (int, error) {
	if len(b) < 4 {
		return 0, reasonError("encrypted module is cut off")
	}
	n := binary.LittleEndian.Uint32(b)
	if n < nonceSize || uint64(n) > uint64(len(b)-4) {
		return 0, reasonError("encrypted module is cut off")
	}
	return int(n), nil
}

// decryptFooter splits what stands before the length in a file that ends in
// PARE: how it is encrypted, then the encrypted footer.
func decryptFooter(buf []byte, k *Keys) ([]byte, *algorithm, error) {
	if k == nil {
		return nil, nil, errKey("without its key")
	}
	r := &thriftReader{buf: buf}
	var a algorithm
	known := false
	r.fields(func(id int, typ byte) {
		if id == 1 && typ == tStruct {
			a, known = r.algorithm()
			return
		}
		r.skip(typ)
	})
	switch {
	case r.err != nil:
		return nil, nil, r.err
	case !known:
		return nil, nil, reasonError("unknown encryption algorithm")
	}
	a.prefix, a.unique = bytes.Clone(a.prefix), bytes.Clone(a.unique)
	c, err := newCryptor(k.Footer, &a, k)
	if err != nil {
		return nil, nil, err
	}
	plain, _, err := c.open(buf[r.pos:], moduleFooter, 0)
	if err != nil && len(c.aad) == 0 {
		c.bare, a.bare = true, true
		plain, _, err = c.open(buf[r.pos:], moduleFooter, 0)
	}
	return plain, &a, err
}

// decryptColumns gives the chunks that are encrypted their cryptors, and reads
// metadata that is encrypted by itself. What there is no key for stays
// encrypted: an error once somebody reads it.
func (m *fileMeta) decryptColumns(s *Schema, k *Keys) error {
	if m.algorithm == nil || k == nil {
		return nil
	}
	keys := map[string]*cryptor{}
	for g := range m.rowGroups {
		ordinal := g
		if m.rowGroups[g].hasOrdinal {
			ordinal = int(m.rowGroups[g].ordinal)
		}
		for i := range m.rowGroups[g].columns {
			c := &m.rowGroups[g].columns[i]
			if i >= len(s.Leaves) || !c.encrypted && !m.algorithm.bare {
				continue
			}
			key := k.Footer
			if c.encrypted && !c.footerKey {
				key = k.forColumn(s.Leaves[i], c.keyID)
			}
			if len(key) == 0 {
				continue
			}
			base := keys[string(key)]
			if base == nil {
				var err error
				if base, err = newCryptor(key, m.algorithm, k); err != nil {
					return err
				}
				keys[string(key)] = base
			}
			crypt := base.at(ordinal, i)
			if c.secret != nil {
				plain, _, err := crypt.open(c.secret, moduleColumnMeta, 0)
				if err != nil {
					return err
				}
				c.stats.clear()
				r := &thriftReader{buf: plain}
				r.chunkMetadata(c)
				if r.err != nil {
					return r.err
				}
				c.hasMeta = true
			}
			c.encrypted, c.crypt = false, crypt
		}
	}
	return nil
}

func (k *Keys) forColumn(l *Leaf, id []byte) []byte {
	for _, name := range []string{l.Name(), l.Path[0], string(id)} {
		if key := k.Columns[name]; key != nil {
			return key
		}
	}
	return nil
}
