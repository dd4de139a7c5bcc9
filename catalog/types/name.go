package types

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// aliases are the names of types in SQL's grammar that pg_type does not have.
var aliases = map[string]OID{
	"bigint": Int8OID, "boolean": BoolOID, "character": BPCharOID, "char": BPCharOID, "character varying": VarcharOID,
	"char varying": VarcharOID, "nchar": BPCharOID, "national character": BPCharOID, "national char": BPCharOID,
	"national character varying": VarcharOID, "national char varying": VarcharOID, "nchar varying": VarcharOID,
	"dec": NumericOID, "decimal": NumericOID, "double precision": Float8OID, "float": Float8OID, "int": Int4OID, "integer": Int4OID,
	"real": Float4OID, "smallint": Int2OID,
	"time without time zone": TimeOID, "time with time zone": TimetzOID,
	"timestamp without time zone": TimestampOID, "timestamp with time zone": TimestamptzOID,
	"bit varying": varbitOID,
}

// ParseTypeName reads a type as SQL writes it: "integer", "numeric(10,2)[]",
// "timestamp(3) with time zone", pg_catalog.int4, "char" in quotes. It is what
// regtype reads; the parser of queries has a grammar of its own.
func ParseTypeName(s string) (Type, error) {
	p := typeNameParser{rest: s, all: s}
	return p.parse()
}

type typeNameParser struct {
	rest, all string
}

func (p *typeNameParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\n\v\f\r") }

func (p *typeNameParser) fail() (Type, error) {
	if trimSpace(p.all) == "" {
		return Type{}, sqlerr.New(sqlerr.SyntaxError, "invalid type name %s", sqlerr.Quote(p.all))
	}
	return Type{}, sqlerr.New(sqlerr.SyntaxError, "syntax error at or near %s", sqlerr.Quote(firstWord(p.rest)))
}

func firstWord(s string) string {
	s = trimSpace(s)
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && !isLetter(s[i]) {
			return s[:max(i, 1)]
		}
	}
	return s
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80 }

// word reads an identifier; quoted says that it was in quotes.
func (p *typeNameParser) word() (name string, quoted, ok bool) {
	p.space()
	if strings.HasPrefix(p.rest, `"`) {
		var b strings.Builder
		for i := 1; i < len(p.rest); i++ {
			if p.rest[i] == '"' {
				if i+1 < len(p.rest) && p.rest[i+1] == '"' {
					i++
				} else {
					p.rest = p.rest[i+1:]
					return b.String(), true, true
				}
			}
			b.WriteByte(p.rest[i])
		}
		return "", false, false
	}
	n := 0
	for n < len(p.rest) && (isLetter(p.rest[n]) || n > 0 && (isDigit(p.rest[n]) || p.rest[n] == '$')) {
		n++
	}
	name, p.rest = strings.ToLower(p.rest[:n]), p.rest[n:]
	return name, false, n > 0
}

func (p *typeNameParser) parse() (Type, error) {
	first, quoted, ok := p.word()
	if !ok {
		return p.fail()
	}
	schema := ""
	words := []string{first}
	p.space()
	if strings.HasPrefix(p.rest, ".") {
		p.rest = p.rest[1:]
		schema = first
		if first, _, ok = p.word(); !ok {
			return p.fail()
		}
		words = []string{first}
		quoted = true // a qualified name is never one of the grammar's
	}
	mods, err := p.mods()
	if err != nil {
		return Type{}, err
	}
	if !quoted {
		for {
			p.space()
			if p.rest == "" || !isLetter(p.rest[0]) {
				break
			}
			w, _, ok := p.word()
			if !ok {
				return p.fail()
			}
			words = append(words, w)
			if len(mods) == 0 {
				if mods, err = p.mods(); err != nil {
					return Type{}, err
				}
			}
		}
	}
	dims := 0
	for {
		p.space()
		if p.rest == "" {
			break
		}
		if p.rest[0] != '[' {
			return p.fail()
		}
		end := strings.IndexByte(p.rest, ']')
		if end < 0 {
			return p.fail()
		}
		p.rest = p.rest[end+1:]
		dims++
	}
	oid, fields, ok := typeByWords(words, quoted)
	if !ok && len(words) > 1 {
		return Type{}, sqlerr.New(sqlerr.SyntaxError, "syntax error at or near %s", sqlerr.Quote(words[1]))
	}
	if !ok || schema != "" && schema != "pg_catalog" {
		if schema != "" {
			words[0] = schema + "." + words[0]
		}
		return Type{}, sqlerr.New(sqlerr.UndefinedObject, "type %s does not exist", sqlerr.Quote(strings.Join(words, " ")))
	}
	t := New(oid)
	if fields != 0 {
		mods = append([]int32{fields}, mods...)
	} else if oid == IntervalOID && len(mods) > 0 {
		mods = append([]int32{IntervalAllFields}, mods...)
	}
	if t.Typmod, _, err = TypmodIn(oid, mods); err != nil {
		return Type{}, err
	}
	if oid == BPCharOID && len(mods) == 0 && !quoted && words[0] != "bpchar" {
		t.Typmod = 5 // char alone is char(1)
	}
	if oid == NumericOID && t.Typmod >= 0 {
		t = NewNumeric(int(mods[0]), func() int {
			if len(mods) > 1 {
				return int(mods[1])
			}
			return 0
		}())
	}
	if dims > 0 {
		if t = ArrayOf(t); t.OID == 0 {
			return Type{}, sqlerr.New(sqlerr.UndefinedObject, "could not find array type for data type %s", FormatType(oid, -1))
		}
	}
	return t, nil
}

// typeByWords finds a type by the words of its name; fields is what an
// interval is restricted to.
func typeByWords(words []string, quoted bool) (oid OID, fields int32, ok bool) {
	name := strings.Join(words, " ")
	if !quoted {
		if oid, ok := aliases[name]; ok {
			return oid, 0, true
		}
		if words[0] == "interval" && len(words) > 1 {
			fields, ok = intervalFields(words[1:])
			return IntervalOID, fields, ok
		}
	}
	if f := FactsByName(name); f != nil {
		return f.OID, 0, true
	}
	return 0, 0, false
}

func intervalFields(words []string) (int32, bool) {
	names := []string{"year", "month", "day", "hour", "minute", "second"}
	bits := []int32{IntervalYear, IntervalMonth, IntervalDay, IntervalHour, IntervalMinute, IntervalSecond}
	if len(words) != 1 && (len(words) != 3 || words[1] != "to") {
		return 0, false
	}
	from, to := -1, -1
	for i, n := range names {
		if words[0] == n {
			from = i
		}
		if words[len(words)-1] == n {
			to = i
		}
	}
	if from < 0 || to < from || from < 2 && to > 1 {
		return 0, false
	}
	fields := int32(0)
	for i := from; i <= to; i++ {
		fields |= bits[i]
	}
	return fields, true
}

// mods reads "(10, 2)", if it is there.
func (p *typeNameParser) mods() ([]int32, error) {
	p.space()
	if !strings.HasPrefix(p.rest, "(") {
		return nil, nil
	}
	end := strings.IndexByte(p.rest, ')')
	if end < 0 {
		_, err := p.fail()
		return nil, err
	}
	var mods []int32
	for _, m := range strings.Split(p.rest[1:end], ",") {
		n, err := strconv.ParseInt(trimSpace(m), 10, 32)
		if err != nil {
			return nil, sqlerr.New(sqlerr.SyntaxError, "syntax error at or near %s", sqlerr.Quote(trimSpace(m)))
		}
		mods = append(mods, int32(n))
	}
	p.rest = p.rest[end+1:]
	return mods, nil
}
