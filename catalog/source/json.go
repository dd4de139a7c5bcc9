package source

import (
	"errors"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/csv"
	"github.com/inlaydb/inlay/storage/jsonfile"
)

// jsonFormat is the options of read_json and of foreign tables over JSON.
type jsonFormat struct {
	textOptions
	layout   string // auto, newline_delimited, array, unstructured
	records  bool
	enc      string
	declared []catalog.Column
}

func newJSONFormat(o *options, declared []catalog.Column) *jsonFormat {
	j := &jsonFormat{textOptions: o.shared(), declared: declared, layout: "auto", records: true}
	switch f := o.all["format"]; f {
	case "ndjson", "nd", "newline_delimited":
		j.layout = "newline_delimited"
	case "array", "unstructured":
		j.layout = f
	}
	if l, ok := o.text("layout"); ok {
		switch l {
		case "auto", "newline_delimited", "array", "unstructured":
			j.layout = l
		default:
			o.fail(sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for option \"layout\": %s", sqlerr.Quote(l)).
				WithHint("Layouts are auto, newline_delimited, array and unstructured."))
		}
	}
	if r, ok := o.text("records"); ok && r != "auto" {
		j.records = o.bool(true, "records")
	}
	enc, _ := o.text("encoding")
	var err error
	if j.enc, err = parseEncoding(enc); err != nil {
		o.fail(err.(*sqlerr.Error))
	}
	return j
}

func (j *jsonFormat) common() *textOptions { return &j.textOptions }
func (j *jsonFormat) encoding() string     { return j.enc }

func (j *jsonFormat) sniff(name string, sample []byte, whole bool, size int64) (*sniffedText, error) {
	s, err := jsonfile.Sniff(sample, whole, j.records)
	if err != nil {
		e := sqlerr.New(sqlerr.CharacterNotInRepertoire, "%s: %v", name, err)
		if errors.Is(err, jsonfile.ErrUTF16) {
			e.WithHint("Give its encoding: encoding => 'utf-16'.")
		}
		return nil, e
	}
	if j.layout != "auto" {
		s.Layout.Lines = j.layout == "newline_delimited"
	}
	s.Layout.Skip = j.skip
	t := &Text{Format: "json", Encoding: j.enc, Start: s.Start, Line: 1, MaxRecord: j.maxRecord, Skip: j.skip, DateFormat: j.dateFormat, TimeFormat: j.timeFormat, Sample: s.Rows, JSON: s.Layout}
	out := &sniffedText{layout: t}
	if told := j.told(); told != nil {
		for _, n := range told {
			out.cols = append(out.cols, textColumn{name: n.name, typ: n.typ, told: true})
		}
	} else {
		for _, k := range s.Keys {
			typ := typeOfKey(k)
			out.cols = append(out.cols, textColumn{name: k.Name, typ: typ, unknown: k.Shape == 0})
		}
	}
	switch {
	case whole:
		out.rows = float64(s.Rows)
	case s.Bytes > 0:
		out.rows = float64(s.Rows) * float64(size) / float64(s.Bytes)
	default:
		out.rows = float64(size) / 200
	}
	return out, nil
}

// told are the columns that somebody has declared.
func (j *jsonFormat) told() []namedType {
	if len(j.columns) > 0 {
		return j.columns
	}
	var out []namedType
	for _, d := range j.declared {
		out = append(out, namedType{d.Name, d.Type})
	}
	return out
}

// typeOfKey is the SQL type of what values look like: scalars, arrays of
// scalars, jsonb for the rest.
func typeOfKey(k *jsonfile.Key) types.Type {
	s := k.Shape
	jsonb := types.New(types.JSONBOID)
	switch {
	case s == 0:
		return types.New(types.TextOID)
	case s == jsonfile.Array:
		if k.Elem.Shape == 0 || k.Elem.Shape&(jsonfile.Object|jsonfile.Array) != 0 {
			return jsonb
		}
		a := types.ArrayOf(typeOfKey(k.Elem))
		if a.OID == 0 {
			return jsonb
		}
		return a
	case s&(jsonfile.Object|jsonfile.Array) != 0:
		return jsonb
	case s == jsonfile.Boolean:
		return types.New(types.BoolOID)
	case s == jsonfile.String:
		for _, g := range []csv.Type{csv.Date, csv.Timestamp, csv.TimestampTZ, csv.Time} {
			if k.Texts&g != 0 {
				t, _, _ := typeOfGuess(g)
				return t
			}
		}
		return types.New(types.TextOID)
	case s == jsonfile.Integer:
		return types.New(types.Int8OID)
	case s&(jsonfile.Boolean|jsonfile.String) != 0:
		return types.New(types.TextOID)
	case s&jsonfile.Number == 0:
		return types.New(types.NumericOID)
	}
	return types.New(types.Float8OID)
}
