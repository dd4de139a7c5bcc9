package parquet

// Annotation says what the values of a column mean, beyond their physical type.
type Annotation uint8

// Annotations, of both the current and the converted (older) kind.
const (
	None      Annotation = iota
	String               // UTF-8
	Enum                 // UTF-8
	JSON                 // UTF-8
	BSON                 // bytes
	UUID                 // 16 bytes
	Decimal              // Precision, Scale
	Date                 // days since 1970-01-01
	Time                 // Unit since midnight; UTC
	Timestamp            // Unit since 1970-01-01; UTC says that it is an instant
	Integer              // Bits, Signed
	Float16              // 2 bytes
	Interval             // 12 bytes: months, days, milliseconds
	Null                 // all values are NULL
	ListOf
	MapOf
	MapKeyValue
	Variant
	Geometry
	Geography
	Unrecognised // an annotation newer than this package
)

var annotationNames = [...]string{"none", "string", "enum", "json", "bson", "uuid", "decimal", "date", "time", "timestamp", "integer",
	"float16", "interval", "null", "list", "map", "map_key_value", "variant", "geometry", "geography", "unrecognised"}

func (a Annotation) String() string { return annotationNames[a] }

// Unit is the resolution of times.
type Unit uint8

// Units.
const (
	Millis Unit = iota
	Micros
	Nanos
)

// LogicalType is an annotation with its parameters.
type LogicalType struct {
	Annotation Annotation
	Unit       Unit  // Time, Timestamp
	UTC        bool  // Time, Timestamp: isAdjustedToUTC
	Bits       uint8 // Integer
	Signed     bool  // Integer
	Precision  int32 // Decimal
	Scale      int32 // Decimal
}

func (r *thriftReader) logicalType() LogicalType {
	l := LogicalType{}
	r.fields(func(id int, typ byte) {
		simple := [...]Annotation{1: String, 2: MapOf, 3: ListOf, 4: Enum, 6: Date, 11: Null, 12: JSON, 13: BSON, 14: UUID, 15: Float16, 16: Variant, 17: Geometry, 18: Geography}
		if typ != tStruct {
			r.skip(typ)
			return
		}
		switch id {
		case 5:
			l.Annotation = Decimal
			r.fields(func(id int, typ byte) {
				switch {
				case id == 1 && typ == tI32:
					l.Scale = r.int32()
				case id == 2 && typ == tI32:
					l.Precision = r.int32()
				default:
					r.skip(typ)
				}
			})
		case 7, 8:
			l.Annotation = Time
			if id == 8 {
				l.Annotation = Timestamp
			}
			r.fields(func(id int, typ byte) {
				switch {
				case id == 1:
					l.UTC = typ == tTrue
					r.skip(typ)
				case id == 2 && typ == tStruct:
					r.fields(func(id int, typ byte) {
						if id >= 1 && id <= 3 {
							l.Unit = Unit(id - 1)
						} else {
							l.Annotation = Unrecognised
						}
						r.skip(typ)
					})
				default:
					r.skip(typ)
				}
			})
		case 10:
			l.Annotation, l.Signed = Integer, true
			r.fields(func(id int, typ byte) {
				switch {
				case id == 1 && typ == tByte:
					l.Bits = r.byte()
				case id == 2:
					l.Signed = typ == tTrue
					r.skip(typ)
				default:
					r.skip(typ)
				}
			})
		default:
			if id > 0 && id < len(simple) && simple[id] != None {
				l.Annotation = simple[id]
			} else {
				l.Annotation = Unrecognised
			}
			r.skip(typ)
		}
	})
	return l
}

// fromConverted is the meaning of the older converted types.
func fromConverted(e *schemaElement) LogicalType {
	switch e.converted {
	case 0:
		return LogicalType{Annotation: String}
	case 1:
		return LogicalType{Annotation: MapOf}
	case 2:
		return LogicalType{Annotation: MapKeyValue}
	case 3:
		return LogicalType{Annotation: ListOf}
	case 4:
		return LogicalType{Annotation: Enum}
	case 5:
		return LogicalType{Annotation: Decimal, Precision: e.precision, Scale: e.scale}
	case 6:
		return LogicalType{Annotation: Date}
	case 7:
		return LogicalType{Annotation: Time, Unit: Millis, UTC: true}
	case 8:
		return LogicalType{Annotation: Time, Unit: Micros, UTC: true}
	case 9:
		return LogicalType{Annotation: Timestamp, Unit: Millis, UTC: true}
	case 10:
		return LogicalType{Annotation: Timestamp, Unit: Micros, UTC: true}
	case 11, 12, 13, 14:
		return LogicalType{Annotation: Integer, Bits: 8 << (e.converted - 11)}
	case 15, 16, 17, 18:
		return LogicalType{Annotation: Integer, Bits: 8 << (e.converted - 15), Signed: true}
	case 19:
		return LogicalType{Annotation: JSON}
	case 20:
		return LogicalType{Annotation: BSON}
	case 21:
		return LogicalType{Annotation: Interval}
	}
	return LogicalType{}
}
