package types

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// testdata/text.txt holds what Postgres 15 makes of text: "in" or "cast" (the
// typmod is applied explicitly), type, text and "= text ~ wire format in
// hexadecimal" or an error; separated by tabs, backslash, newline and tab
// escaped. INLAY_TYPES_CASES names a larger file of the same form.
func TestTextAsPostgres(t *testing.T) {
	files := []string{"testdata/text.txt"}
	if f := os.Getenv("INLAY_TYPES_CASES"); f != "" {
		files = append(files, f)
	}
	for _, file := range files {
		textCases(t, file)
	}
}

var unescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t")

func textCases(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		c := strings.Split(sc.Text(), "\t")
		want := unescape.Replace(strings.TrimPrefix(c[3], "= "))
		got, err := throughText(c[0] == "cast", c[1], unescape.Replace(c[2]))
		if err != nil {
			var e *sqlerr.Error
			if errors.As(err, &e) && e.Code == sqlerr.FeatureNotSupported && strings.Contains(e.Message, "not supported yet") {
				continue // arrays of other shapes
			}
			got = errorText(err)
		}
		if got != want {
			t.Errorf("%s:%d: %s %q\n got %s\nwant %s", file, line, c[1], unescape.Replace(c[2]), got, want)
		}
	}
}

func throughText(cast bool, name, in string) (string, error) {
	typ, err := ParseTypeName(name)
	if err != nil {
		return "", err
	}
	st := DefaultStyle()
	var d Datum
	if cast {
		if d, err = Input(in, New(typ.OID), st); err == nil {
			d, err = ApplyTypmod(d, typ, true)
		}
	} else {
		d, err = Input(in, typ, st)
	}
	if err != nil {
		return "", err
	}
	text := Output(d, typ, st)
	if cast {
		return text, nil
	}
	wire := AppendBinary(nil, typ, d.Column(1, typ.Elem().Kind()), 0)
	back, err := BinaryInput(wire, typ)
	if err != nil {
		return "wire format not read back: " + err.Error(), nil
	}
	if again := Output(back, typ, st); again != text && typ.OID != RegtypeOID {
		return "wire format changed it to " + again, nil
	}
	return text + " ~ " + hex.EncodeToString(wire), nil
}

func errorText(err error) string {
	var e *sqlerr.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s := fmt.Sprintf("ERROR %s %s", e.Code, e.Message)
	if e.Detail != "" {
		s += " | " + e.Detail
	}
	if e.Hint != "" {
		s += " || " + e.Hint
	}
	if e.Where != "" {
		s += " @ " + e.Where
	}
	return s
}
