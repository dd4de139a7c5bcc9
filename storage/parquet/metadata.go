package parquet

// The structs below are the parts of parquet.thrift that reading needs. Field
// numbers are those of the format. Byte slices alias the footer.

// PhysicalType is how values lie in pages.
type PhysicalType int8

// Physical types by their number in the format.
const (
	Boolean PhysicalType = iota
	Int32
	Int64
	Int96
	Float
	Double
	ByteArray
	FixedLenByteArray
)

var physicalNames = [...]string{"BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"}

func (t PhysicalType) String() string { return physicalNames[t] }

// Encodings by their number in the format.
const (
	encPlain           = 0
	encPlainDictionary = 2
	encRLE             = 3
	encBitPacked       = 4
	encDeltaBinary     = 5
	encDeltaLength     = 6
	encDeltaByteArray  = 7
	encRLEDictionary   = 8
	encByteStreamSplit = 9
	encCount           = 10
)

// Codec is a page compression by its number in the format.
type Codec int8

// Codecs.
const (
	Uncompressed Codec = iota
	Snappy
	Gzip
	LZO
	Brotli
	LZ4Hadoop
	Zstd
	LZ4Raw
)

type fileMeta struct {
	version   int32
	schema    []schemaElement
	numRows   int64
	rowGroups []rowGroupMeta
	keyValues []KeyValue
	createdBy string
	orders    []int8     // per leaf: 0 unknown, 1 by type, 2 IEEE 754 total order
	algorithm *algorithm // nil: not encrypted
}

// KeyValue is one entry of the file's own metadata.
type KeyValue struct{ Key, Value string }

type schemaElement struct {
	typ        int8 // PhysicalType, -1 for groups
	typeLength int32
	repetition int8 // 0 required, 1 optional, 2 repeated
	name       string
	children   int32
	converted  int8 // -1 none
	scale      int32
	precision  int32
	fieldID    int32
	hasFieldID bool
	logical    LogicalType
}

type rowGroupMeta struct {
	columns   []chunkMeta
	totalSize int64
	numRows   int64
	first     int64 // row of the file
	sorting   []SortColumn

	ordinal    int16
	hasOrdinal bool
}

// SortColumn says how a row group is ordered, as its writer declares.
type SortColumn struct {
	Leaf       int
	Descending bool
	NullsFirst bool
}

type chunkMeta struct {
	elsewhere        bool // file_path is set: the chunk is in another file
	encrypted        bool
	hasMeta          bool
	typ              int8
	codec            Codec
	encodings        uint32 // bit per encoding
	numValues        int64
	uncompressedSize int64
	compressedSize   int64
	dataOffset       int64
	dictOffset       int64 // 0: none
	bloomOffset      int64 // 0: none
	bloomLength      int32
	offsetIndex      int64 // 0: none
	offsetIndexLen   int32
	columnIndex      int64
	columnIndexLen   int32
	stats            rawStats
	footerKey        bool     // encrypted with the footer's key
	keyID            []byte   // or another, so named
	secret           []byte   // metadata, where it is encrypted by itself
	crypt            *cryptor // of pages and indexes; nil: they are plain
	dictPagesOnly    bool     // encoding_stats prove that all data pages are dictionary coded
}

type rawStats struct {
	min, max           []byte // min_value, max_value; nil: absent
	oldMin, oldMax     []byte // deprecated min and max
	nullCount          int64  // -1 unknown
	distinct           int64  // -1 unknown
	nanCount           int64  // -1 unknown
	minExact, maxExact bool
}

func decodeFileMeta(buf []byte) (*fileMeta, int, error) {
	r := &thriftReader{buf: buf}
	m := &fileMeta{}
	r.fields(func(id int, typ byte) {
		switch id {
		case 1:
			if r.expect(typ, tI32) {
				m.version = r.int32()
			}
		case 2:
			r.each(typ, tStruct, func() { m.schema = append(m.schema, r.schemaElement()) })
		case 3:
			if r.expect(typ, tI64) {
				m.numRows = r.int()
			}
		case 4:
			r.each(typ, tStruct, func() { m.rowGroups = append(m.rowGroups, r.rowGroup()) })
		case 5:
			r.each(typ, tStruct, func() {
				var kv KeyValue
				r.fields(func(id int, typ byte) {
					switch {
					case id == 1 && typ == tBinary:
						kv.Key = r.string()
					case id == 2 && typ == tBinary:
						kv.Value = r.string()
					default:
						r.skip(typ)
					}
				})
				m.keyValues = append(m.keyValues, kv)
			})
		case 6:
			if r.expect(typ, tBinary) {
				m.createdBy = r.string()
			}
		case 7:
			r.each(typ, tStruct, func() {
				var order int8
				r.fields(func(id int, typ byte) {
					if id == 1 || id == 2 {
						order = int8(id)
					}
					r.skip(typ)
				})
				m.orders = append(m.orders, order)
			})
		case 8:
			if r.expect(typ, tStruct) {
				if a, known := r.algorithm(); known {
					m.algorithm = &a
				}
			}
		default:
			r.skip(typ)
		}
	})
	return m, r.pos, r.err
}

func (r *thriftReader) schemaElement() schemaElement {
	e := schemaElement{typ: -1, converted: -1}
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1 && typ == tI32:
			v := r.int32()
			if v < 0 || v > int32(FixedLenByteArray) {
				r.fail(reasonError("unknown physical type"))
				return
			}
			e.typ = int8(v)
		case id == 2 && typ == tI32:
			e.typeLength = r.int32()
		case id == 3 && typ == tI32:
			v := r.int32()
			if v < 0 || v > 2 {
				r.fail(reasonError("unknown repetition"))
				return
			}
			e.repetition = int8(v)
		case id == 4 && typ == tBinary:
			e.name = r.string()
		case id == 5 && typ == tI32:
			e.children = r.int32()
		case id == 6 && typ == tI32:
			if v := r.int32(); v >= 0 && v < 64 {
				e.converted = int8(v)
			}
		case id == 7 && typ == tI32:
			e.scale = r.int32()
		case id == 8 && typ == tI32:
			e.precision = r.int32()
		case id == 9 && typ == tI32:
			e.fieldID, e.hasFieldID = r.int32(), true
		case id == 10 && typ == tStruct:
			e.logical = r.logicalType()
		default:
			r.skip(typ)
		}
	})
	return e
}

func (r *thriftReader) rowGroup() rowGroupMeta {
	var g rowGroupMeta
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1:
			r.each(typ, tStruct, func() {
				if g.columns == nil {
					g.columns = make([]chunkMeta, 0, 16)
				}
				g.columns = append(g.columns, chunkMeta{})
				r.chunk(&g.columns[len(g.columns)-1])
			})
		case id == 2 && typ == tI64:
			g.totalSize = r.int()
		case id == 3 && typ == tI64:
			g.numRows = r.int()
		case id == 4 && typ == tList:
			r.each(typ, tStruct, func() {
				var s SortColumn
				r.fields(func(id int, typ byte) {
					switch {
					case id == 1 && typ == tI32:
						s.Leaf = int(r.int32())
					case id == 2:
						s.Descending = typ == tTrue
						r.skip(typ)
					case id == 3:
						s.NullsFirst = typ == tTrue
						r.skip(typ)
					default:
						r.skip(typ)
					}
				})
				g.sorting = append(g.sorting, s)
			})
		case id == 7 && typ == tI16:
			g.ordinal, g.hasOrdinal = int16(r.int()), true
		default:
			r.skip(typ)
		}
	})
	return g
}

func (r *thriftReader) chunk(c *chunkMeta) {
	c.stats.clear()
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1 && typ == tBinary:
			c.elsewhere = len(r.bytes()) > 0
		case id == 3 && typ == tStruct:
			c.hasMeta = true
			r.chunkMetadata(c)
		case id == 4 && typ == tI64:
			c.offsetIndex = r.int()
		case id == 5 && typ == tI32:
			c.offsetIndexLen = r.int32()
		case id == 6 && typ == tI64:
			c.columnIndex = r.int()
		case id == 7 && typ == tI32:
			c.columnIndexLen = r.int32()
		case id == 8 && typ == tStruct:
			c.encrypted = true
			r.fields(func(id int, typ byte) {
				c.footerKey = id == 1
				if typ != tStruct {
					r.skip(typ)
					return
				}
				r.fields(func(id int, typ byte) {
					if id == 2 && typ == tBinary {
						c.keyID = r.bytes()
						return
					}
					r.skip(typ)
				})
			})
		case id == 9 && typ == tBinary:
			c.secret = present(r.bytes())
		default:
			r.skip(typ)
		}
	})
}

func (r *thriftReader) chunkMetadata(c *chunkMeta) {
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1 && typ == tI32:
			c.typ = int8(r.int32())
		case id == 2 && typ == tList:
			r.each(typ, tI32, func() {
				if e := r.int32(); e >= 0 && e < 32 {
					c.encodings |= 1 << e
				}
			})
		case id == 4 && typ == tI32:
			c.codec = Codec(r.int32())
		case id == 5 && typ == tI64:
			c.numValues = r.int()
		case id == 6 && typ == tI64:
			c.uncompressedSize = r.int()
		case id == 7 && typ == tI64:
			c.compressedSize = r.int()
		case id == 9 && typ == tI64:
			c.dataOffset = r.int()
		case id == 11 && typ == tI64:
			c.dictOffset = r.int()
		case id == 12 && typ == tStruct:
			r.statistics(&c.stats)
		case id == 13 && typ == tList:
			c.dictPagesOnly = r.encodingStats()
		case id == 14 && typ == tI64:
			c.bloomOffset = r.int()
		case id == 15 && typ == tI32:
			c.bloomLength = r.int32()
		default:
			r.skip(typ)
		}
	})
}

// encodingStats says whether all data pages are dictionary coded.
func (r *thriftReader) encodingStats() bool {
	some, only := false, true
	r.each(tList, tStruct, func() {
		page, enc := int32(-1), int32(-1)
		r.fields(func(id int, typ byte) {
			switch {
			case id == 1 && typ == tI32:
				page = r.int32()
			case id == 2 && typ == tI32:
				enc = r.int32()
			default:
				r.skip(typ)
			}
		})
		if page == pageData || page == pageDataV2 {
			some = true
			only = only && (enc == encPlainDictionary || enc == encRLEDictionary)
		}
	})
	return some && only
}

func (s *rawStats) clear() { *s = rawStats{nullCount: -1, distinct: -1, nanCount: -1} }

func (r *thriftReader) statistics(s *rawStats) {
	s.clear()
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1 && typ == tBinary:
			s.oldMax = present(r.bytes())
		case id == 2 && typ == tBinary:
			s.oldMin = present(r.bytes())
		case id == 3 && typ == tI64:
			s.nullCount = r.int()
		case id == 4 && typ == tI64:
			s.distinct = r.int()
		case id == 5 && typ == tBinary:
			s.max = present(r.bytes())
		case id == 6 && typ == tBinary:
			s.min = present(r.bytes())
		case id == 7:
			s.maxExact = typ == tTrue
			r.skip(typ)
		case id == 8:
			s.minExact = typ == tTrue
			r.skip(typ)
		case id == 9 && typ == tI64:
			s.nanCount = r.int()
		default:
			r.skip(typ)
		}
	})
}

// present makes an empty byte string differ from an absent one.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
