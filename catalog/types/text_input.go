package types

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/jsonpath"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// InputFunc reads the text of one value.
type InputFunc func(s string) (Datum, error)

// Input reads a value as Postgres's input function of the type does. The
// Datum's kind is t.Kind(). A typmod of t is applied as for an assignment (a
// string that is too long is an error); a constant in a query is read without
// and then cast.
func Input(s string, t Type, st *Style) (Datum, error) { return TextInput(t, st)(s) }

// TextInput is Input for many values of a type.
func TextInput(t Type, st *Style) InputFunc {
	f := FactsOf(t.OID)
	switch {
	case f == nil:
		return failing(sqlerr.New(sqlerr.UndefinedObject, "type with OID %d does not exist", t.OID))
	case f.Unsupported:
		return failing(sqlerr.Unsupported("type %s is not supported yet", f.SQLName))
	case t.OID == Int2VectorOID || t.OID == OIDVectorOID:
		return vectorInput(t, st)
	case f.Elem != 0:
		return arrayInput(t, st)
	}
	if in := datetimeInput(t, st); in != nil {
		return in
	}
	switch t.OID {
	case BoolOID:
		return inputBool
	case Int2OID:
		return func(s string) (Datum, error) { return inputInt(s, 16, "smallint", column.Int16) }
	case Int4OID:
		return func(s string) (Datum, error) { return inputInt(s, 32, "integer", column.Int32) }
	case Int8OID:
		return func(s string) (Datum, error) { return inputInt(s, 64, "bigint", column.Int64) }
	case OIDOID:
		return func(s string) (Datum, error) { return inputOID(s, "oid") }
	case XIDOID, CIDOID:
		return func(s string) (Datum, error) { return Int(column.Int64, int64(uint32(lenientUint(s)))), nil }
	case XID8OID:
		return func(s string) (Datum, error) { return Int(column.Int64, int64(lenientUint(s))), nil }
	case PGLSNOID:
		return inputLSN
	case TIDOID:
		return inputTID
	case Float4OID:
		return func(s string) (Datum, error) {
			v, err := ParseFloat4(s)
			return Datum{Kind: column.Float32, F: float64(v)}, err
		}
	case Float8OID:
		return func(s string) (Datum, error) {
			v, err := ParseFloat8(s)
			return Datum{Kind: column.Float64, F: v}, err
		}
	case NumericOID:
		return func(s string) (Datum, error) {
			n, err := numeric.Parse(s)
			if err != nil {
				return Datum{}, err
			}
			if n, err = numeric.ApplyTypmod(n, t.Typmod); err != nil {
				return Datum{}, err
			}
			return NumericDatum(n, t)
		}
	case VarcharOID, BPCharOID:
		return func(s string) (Datum, error) { return coerceLength(s, t, false) }
	case NameOID:
		return func(s string) (Datum, error) { return Text(TruncateName(s)), nil }
	case CharOID:
		return func(s string) (Datum, error) { return Text(oneChar(s)), nil }
	case ByteaOID:
		return inputBytea
	case UUIDOID:
		return inputUUID
	case JSONOID:
		return func(s string) (Datum, error) { return Text(s), ValidateJSON(s) }
	case JSONBOID:
		return func(s string) (Datum, error) {
			c, err := CanonicalJSON(s)
			return Text(c), err
		}
	case JSONPathOID:
		return func(s string) (Datum, error) {
			p, err := jsonpath.Parse(s)
			if err != nil {
				return Datum{}, err
			}
			return Text(p.String()), nil
		}
	case TextOID, UnknownOID, CStringOID, RefcursorOID:
		return func(s string) (Datum, error) { return Text(s), nil }
	case VoidOID:
		return func(string) (Datum, error) { return Text(""), nil }
	case RecordOID:
		return failing(sqlerr.New(sqlerr.FeatureNotSupported, "input of anonymous composite types is not implemented"))
	case RegclassOID, RegtypeOID, RegprocOID, RegprocedureOID, RegoperOID, RegoperatorOID, RegnamespaceOID, RegroleOID,
		RegcollationOID, RegconfigOID, RegdictionaryOID:
		return func(s string) (Datum, error) { return inputReg(s, t.OID, st) }
	}
	return failing(sqlerr.New(sqlerr.FeatureNotSupported, "cannot accept a value of type %s", f.SQLName))
}

func failing(err error) InputFunc { return func(string) (Datum, error) { return Datum{}, err } }

func invalidSyntax(typeName, s string) error {
	return sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type %s: %s", typeName, sqlerr.Quote(s))
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func trimSpace(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// ParseBool reads what Postgres takes for a boolean, prefixes included. ok is
// false for anything else.
func ParseBool(s string) (v, ok bool) {
	s = strings.ToLower(trimSpace(s))
	switch s {
	case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1":
		return true, true
	case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0":
		return false, true
	}
	return false, false
}

func inputBool(s string) (Datum, error) {
	v, ok := ParseBool(s)
	if !ok {
		return Datum{}, invalidSyntax("boolean", s)
	}
	return Bool(v), nil
}

// ParseInt reads an integer of 16, 32 or 64 bits: decimal, or as in Postgres 16
// hexadecimal, octal or binary, with underscores between digits.
func ParseInt(s string, bits int, typeName string) (int64, error) {
	t := trimSpace(s)
	neg := false
	if len(t) > 0 && (t[0] == '-' || t[0] == '+') {
		neg = t[0] == '-'
		t = t[1:]
	}
	base := uint64(10)
	if len(t) > 2 && t[0] == '0' {
		switch t[1] | 0x20 {
		case 'x':
			base = 16
		case 'o':
			base = 8
		case 'b':
			base = 2
		}
	}
	prefixed := base != 10
	if prefixed {
		t = t[2:]
	}
	var v uint64
	overflow, last := false, byte('_')
	if prefixed {
		last = '0' // an underscore may follow the prefix
	}
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c == '_' {
			if last == '_' {
				return 0, invalidSyntax(typeName, s)
			}
			last = c
			continue
		}
		d := digitValue(c)
		if d >= base {
			return 0, invalidSyntax(typeName, s)
		}
		if v > (math.MaxUint64-d)/base {
			overflow = true
		}
		v = v*base + d
		last = c
	}
	if last == '_' || t == "" {
		return 0, invalidSyntax(typeName, s)
	}
	limit := uint64(1) << (bits - 1)
	if overflow || neg && v > limit || !neg && v >= limit {
		return 0, outOfRange(s, typeName)
	}
	if neg {
		return -int64(v), nil
	}
	return int64(v), nil
}

func outOfRange(s, typeName string) error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value %s is out of range for type %s", sqlerr.Quote(s), typeName)
}

func digitValue(c byte) uint64 {
	switch {
	case isDigit(c):
		return uint64(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return uint64(c|0x20-'a') + 10
	}
	return 99
}

func inputInt(s string, bits int, typeName string, k column.Kind) (Datum, error) {
	v, err := ParseInt(s, bits, typeName)
	return Int(k, v), err
}

// inputOID reads an unsigned 32-bit number; negative ones wrap, as in Postgres.
func inputOID(s, typeName string) (Datum, error) {
	t := trimSpace(s)
	neg := strings.HasPrefix(t, "-")
	v, err := strconv.ParseUint(strings.TrimLeft(t, "+-"), 10, 64)
	switch {
	case err != nil && err.(*strconv.NumError).Err == strconv.ErrRange:
		return Datum{}, outOfRange(s, typeName)
	case err != nil || len(t) > 1 && !isDigit(t[1]) && !isDigit(t[0]):
		return Datum{}, invalidSyntax(typeName, s)
	case v > math.MaxUint32 || neg && v > 1<<31:
		return Datum{}, outOfRange(s, typeName)
	}
	if neg {
		v = uint64(uint32(-int64(v)))
	}
	return Int(column.Int64, int64(v)), nil
}

// lenientUint is C's strtoul, which stops where no digit follows.
func lenientUint(s string) uint64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "+-")
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	v, err := strconv.ParseUint(s[:n], 10, 64)
	if err != nil && n > 0 {
		return math.MaxUint64
	}
	if neg {
		return -v
	}
	return v
}

// NumericDatum puts a numeric into the form that values of t have: a scaled
// integer where t says so, else the column encoding.
func NumericDatum(n numeric.Numeric, t Type) (Datum, error) {
	switch t.Kind() {
	case column.Int64:
		if v, ok := n.Scaled64(int(t.Scale)); ok {
			return Int(column.Int64, v), nil
		}
	case column.Int128:
		if hi, lo, ok := n.Scaled128(int(t.Scale)); ok {
			return Int128(column.Int128Value{Hi: hi, Lo: lo}), nil
		}
	default:
		return Datum{Kind: column.Numeric, S: string(n.AppendEncoded(nil))}, nil
	}
	return Datum{}, sqlerr.Internal("numeric %s does not fit its static type of %d digits at scale %d", n, t.Digits, t.Scale)
}

// NumericOf is the numeric in a Datum of type t.
func NumericOf(d Datum, t Type) numeric.Numeric {
	switch d.Kind {
	case column.Int64:
		return numeric.FromScaled64(d.I, int(t.Scale))
	case column.Int128:
		return numeric.FromScaled128(d.I, d.U, int(t.Scale))
	}
	return numeric.Decode([]byte(d.S))
}

// maxName is the longest name in bytes.
const maxName = 63

// TruncateName cuts a name to what fits type name, without splitting a character.
func TruncateName(s string) string {
	if len(s) <= maxName {
		return s
	}
	n := maxName
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// oneChar is the text of a "char": one byte, which may be written in octal
// after a backslash, or nothing.
func oneChar(s string) string {
	if len(s) == 4 && s[0] == '\\' && isOctal(s[1]) && isOctal(s[2]) && isOctal(s[3]) {
		return string([]byte{(s[1]-'0')<<6 | (s[2]-'0')<<3 | (s[3] - '0')})
	}
	return s[:min(len(s), 1)]
}

// coerceLength makes a string fit varchar(n) or char(n): char is padded with
// blanks; what is too long is cut where that loses only blanks, or where it was
// asked for explicitly, else 22001.
func coerceLength(s string, t Type, explicit bool) (Datum, error) {
	if t.Typmod < 4 {
		return Text(s), nil
	}
	limit := int(t.Typmod) - 4
	n := utf8.RuneCountInString(s)
	if n <= limit {
		if t.OID == BPCharOID && n < limit {
			s += strings.Repeat(" ", limit-n)
		}
		return Text(s), nil
	}
	cut := 0
	for range limit {
		_, size := utf8.DecodeRuneInString(s[cut:])
		cut += size
	}
	if !explicit && strings.Trim(s[cut:], " ") != "" {
		name := "character varying"
		if t.OID == BPCharOID {
			name = "character"
		}
		return Datum{}, sqlerr.New(sqlerr.StringDataRightTruncation, "value too long for type %s(%d)", name, limit)
	}
	return Text(s[:cut]), nil
}

// ApplyTypmod is the length coercion of a value of type t.OID to t.Typmod, as
// a cast or assignment does it.
func ApplyTypmod(d Datum, t Type, explicit bool) (Datum, error) {
	if d.Null || t.Typmod < 0 {
		return d, nil
	}
	switch t.OID {
	case VarcharOID, BPCharOID:
		return coerceLength(d.S, t, explicit)
	case NumericOID:
		n, err := numeric.ApplyTypmod(numeric.Decode([]byte(d.S)), t.Typmod)
		if err != nil {
			return Datum{}, err
		}
		return NumericDatum(n, t)
	case TimeOID:
		d.I = datetime.RoundTime(d.I, int(t.Typmod))
	case TimestampOID, TimestamptzOID:
		d.I = datetime.RoundTimestamp(d.I, int(t.Typmod))
	case TimetzOID:
		v := datetime.DecodeTimeTZ([]byte(d.S))
		v.Micros = datetime.RoundTime(v.Micros, int(t.Typmod))
		return timetzDatum(v), nil
	case IntervalOID:
		fields, precision := IntervalTypmodParts(t.Typmod)
		v, err := datetime.RestrictInterval(d.AsInterval(), fields, precision)
		return Interval(v), err
	}
	if f := FactsOf(t.OID); f != nil && f.Elem != 0 {
		elem := t.Elem()
		l := make([]Datum, len(d.L))
		for i, e := range d.L {
			var err error
			if l[i], err = ApplyTypmod(e, elem, explicit); err != nil {
				return Datum{}, err
			}
		}
		d.L = l
	}
	return d, nil
}

func timetzDatum(v datetime.TimeTZ) Datum {
	b := v.Encode()
	return Text(string(b[:]))
}

// datetimeInput reads dates, times and intervals; nil for other types.
func datetimeInput(t Type, st *Style) InputFunc {
	env := &st.Env
	precision := int(t.Typmod)
	switch t.OID {
	case DateOID:
		return func(s string) (Datum, error) {
			v, err := datetime.ParseDate(s, env)
			return Int(column.Int32, int64(v)), err
		}
	case TimeOID:
		return func(s string) (Datum, error) {
			v, err := datetime.ParseTime(s, precision, env)
			return Int(column.Int64, v), err
		}
	case TimetzOID:
		return func(s string) (Datum, error) {
			v, err := datetime.ParseTimeTZ(s, precision, env)
			return timetzDatum(v), err
		}
	case TimestampOID:
		return func(s string) (Datum, error) {
			v, err := datetime.ParseTimestamp(s, precision, env)
			return Int(column.Int64, v), err
		}
	case TimestamptzOID:
		return func(s string) (Datum, error) {
			v, err := datetime.ParseTimestamptz(s, precision, env)
			return Int(column.Int64, v), err
		}
	case IntervalOID:
		fields, precision := IntervalTypmodParts(t.Typmod)
		return func(s string) (Datum, error) {
			v, err := datetime.ParseInterval(s, fields, precision, env)
			return Interval(v), err
		}
	}
	return nil
}

func inputBytea(s string) (Datum, error) {
	b, err := ParseBytea(s)
	return Text(string(b)), err
}

// ParseBytea reads both formats of bytea: hexadecimal after \x, else text with
// octal escapes.
func ParseBytea(s string) ([]byte, error) {
	if strings.HasPrefix(s, `\x`) {
		out := make([]byte, 0, len(s)/2)
		for i := 2; i < len(s); {
			if c := s[i]; isSpace(c) && c != '\v' && c != '\f' {
				i++
				continue
			}
			hi := digitValue(s[i])
			if hi > 15 {
				return nil, badHexDigit(s[i:])
			}
			if i+1 >= len(s) {
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal data: odd number of digits")
			}
			lo := digitValue(s[i+1])
			if lo > 15 {
				return nil, badHexDigit(s[i+1:])
			}
			out = append(out, byte(hi<<4|lo))
			i += 2
		}
		return out, nil
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		rest := s[i+1:]
		switch {
		case len(rest) >= 3 && rest[0] >= '0' && rest[0] <= '3' && isOctal(rest[1]) && isOctal(rest[2]):
			out = append(out, (rest[0]-'0')<<6|(rest[1]-'0')<<3|(rest[2]-'0'))
			i += 3
		case len(rest) >= 1 && rest[0] == '\\':
			out = append(out, '\\')
			i++
		default:
			return nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type bytea")
		}
	}
	return out, nil
}

func isOctal(c byte) bool { return c >= '0' && c <= '7' }

func badHexDigit(s string) error {
	_, size := utf8.DecodeRuneInString(s)
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal digit: %s", sqlerr.Quote(s[:size]))
}

// inputUUID reads 32 hexadecimal digits, in braces or not, with a hyphen after
// any group of four.
func inputUUID(s string) (Datum, error) {
	t := s
	if strings.HasPrefix(t, "{") {
		if !strings.HasSuffix(t, "}") {
			return Datum{}, invalidSyntax("uuid", s)
		}
		t = t[1 : len(t)-1]
	}
	var digits [32]byte
	n := 0
	for i := 0; i < len(t); i++ {
		switch {
		case n < 32 && digitValue(t[i]) < 16:
			digits[n] = t[i]
			n++
		case t[i] == '-' && n%4 == 0 && n > 0 && n < 32 && t[i-1] != '-':
		default:
			return Datum{}, invalidSyntax("uuid", s)
		}
	}
	if n != 32 {
		return Datum{}, invalidSyntax("uuid", s)
	}
	var u [16]byte
	if _, err := hex.Decode(u[:], digits[:]); err != nil {
		return Datum{}, invalidSyntax("uuid", s)
	}
	return Datum{Kind: column.Fixed16, S: string(u[:])}, nil
}

func inputLSN(s string) (Datum, error) {
	hi, lo, ok := strings.Cut(s, "/")
	a, err1 := strconv.ParseUint(hi, 16, 32)
	b, err2 := strconv.ParseUint(lo, 16, 32)
	if !ok || err1 != nil || err2 != nil || len(hi) > 8 || len(lo) > 8 {
		return Datum{}, invalidSyntax("pg_lsn", s)
	}
	return Int(column.Int64, int64(a<<32|b)), nil
}

func inputTID(s string) (Datum, error) {
	t := trimSpace(s)
	bad := invalidSyntax("tid", s)
	if len(t) < 2 || t[0] != '(' || t[len(t)-1] != ')' {
		return Datum{}, bad
	}
	block, offset, ok := strings.Cut(t[1:len(t)-1], ",")
	b, err1 := strconv.ParseUint(block, 10, 32)
	o, err2 := strconv.ParseUint(offset, 10, 16)
	if !ok || err1 != nil || err2 != nil {
		return Datum{}, bad
	}
	return Text(string([]byte{byte(b >> 24), byte(b >> 16), byte(b >> 8), byte(b), byte(o >> 8), byte(o)})), nil
}

func appendTID(dst, v []byte) []byte {
	if len(v) < 6 {
		return append(dst, "(0,0)"...)
	}
	dst = strconv.AppendUint(append(dst, '('), uint64(v[0])<<24|uint64(v[1])<<16|uint64(v[2])<<8|uint64(v[3]), 10)
	return append(strconv.AppendUint(append(dst, ','), uint64(v[4])<<8|uint64(v[5]), 10), ')')
}

// inputReg reads a number, "-" for none, or a name.
func inputReg(s string, t OID, st *Style) (Datum, error) {
	if s == "-" {
		return Int(column.Int64, 0), nil
	}
	digits := len(s) > 0
	for i := 0; i < len(s); i++ {
		digits = digits && isDigit(s[i])
	}
	if digits {
		return inputOID(s, "oid")
	}
	if t == RegtypeOID {
		typ, err := ParseTypeName(s)
		if err != nil {
			return Datum{}, err
		}
		return Int(column.Int64, int64(typ.OID)), nil
	}
	if st.Names == nil {
		return Datum{}, sqlerr.Unsupported("%s by name is not supported here", FormatType(t, -1))
	}
	oid, err := st.Names.ObjectOID(t, s)
	return Int(column.Int64, int64(oid)), err
}
