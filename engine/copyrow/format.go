package copyrow

import (
	"github.com/inlaydb/inlay/catalog/types"
)

// Form is how rows are written.
type Form uint8

// The forms.
const (
	Text Form = iota
	CSV
	Binary
)

// Header says whether the first line names the columns.
type Header uint8

// The kinds of headers. HeaderMatch is for reading: the names must be right.
const (
	NoHeader Header = iota
	WithHeader
	HeaderMatch
)

// Format is a form with its options. Make it with Default.
type Format struct {
	Form         Form
	Delimiter    byte
	Null         string
	Quote        byte // CSV
	Escape       byte // CSV
	Header       Header
	ForceQuote   []bool // CSV, by column; nil: none
	ForceNotNull []bool
	ForceNull    []bool
	Latin1       bool // the bytes outside are ISO 8859-1, not UTF-8
}

// Default is a form with Postgres's defaults.
func Default(f Form) Format {
	switch f {
	case CSV:
		return Format{Form: CSV, Delimiter: ',', Quote: '"', Escape: '"'}
	case Binary:
		return Format{Form: Binary}
	}
	return Format{Form: Text, Delimiter: '\t', Null: `\N`}
}

// Column is a column that is exchanged.
type Column struct {
	Name string
	Type types.Type
}

// binarySignature begins a binary COPY; flags and the length of the header's
// extension follow.
const binarySignature = "PGCOPY\n\xff\r\n\x00"

func forced(list []bool, i int) bool { return i < len(list) && list[i] }
