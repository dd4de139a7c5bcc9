package copyrow_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
)

var (
	style = types.DefaultStyle()
	cols  = []copyrow.Column{{Name: "a", Type: types.New(types.Int4OID)}, {Name: "b", Type: types.New(types.TextOID)}}
)

// cut gives data in pieces of n bytes.
func cut(data string, n int) copyrow.Source {
	return func(context.Context) ([]byte, error) {
		if data == "" {
			return nil, io.EOF
		}
		k := min(n, len(data))
		p := []byte(data[:k])
		data = data[k:]
		return p, nil
	}
}

// decode gives the rows in the text form.
func decode(f copyrow.Format, data string, n int) (string, error) {
	d := copyrow.NewDecoder(&f, "t", cols, style, cut(data, n))
	text := copyrow.Default(copyrow.Text)
	out := copyrow.NewEncoder(&text, cols, style)
	var rows []byte
	for {
		c, n, err := d.Next(context.Background())
		if err != nil || n == 0 {
			return string(rows), err
		}
		if rows, _, err = out.Append(rows, nil, &batch.Batch{Cols: c, Len: n}); err != nil {
			return "", err
		}
	}
}

// Wherever the bytes are cut, the rows are the same.
func TestDecodeCuts(t *testing.T) {
	csv, match := copyrow.Default(copyrow.CSV), copyrow.Default(copyrow.CSV)
	match.Header = copyrow.HeaderMatch
	odd := copyrow.Default(copyrow.CSV)
	odd.Escape, odd.Quote, odd.Delimiter, odd.Null = '\\', '\'', ';', "nil"
	for _, c := range []struct {
		f          copyrow.Format
		data, want string
	}{
		{copyrow.Default(copyrow.Text), "1\tx\n2\t\\N\n3\ta\\tb\\\nc\\x41\\101\\q\n", "1\tx\n2\t\\N\n3\ta\\tb\\ncAAq\n"},
		{copyrow.Default(copyrow.Text), "1\tx\r\n2\ty\r\n\\.\r\nnonsense", "1\tx\n2\ty\n"},
		{copyrow.Default(copyrow.Text), "1\tx\r2\ty", "1\tx\n2\ty\n"},
		{csv, "1,\"a\"\"b\nc\"\n2,\n3,\"\"\n4,x\"y,\"z\n", "1\ta\"b\\nc\n2\t\\N\n3\t\n4\txy,z\n"},
		{match, "a,\"b\"\n1,x\n", "1\tx\n"},
		{odd, "1;'it\\'s'\n2;nil\n3;'nil'\n", "1\tit's\n2\t\\N\n3\tnil\n"},
	} {
		for n := 1; n <= len(c.data); n++ {
			got, err := decode(c.f, c.data, n)
			if err != nil || got != c.want {
				t.Errorf("%q by %d: %q, %v; want %q", c.data, n, got, err, c.want)
				break
			}
		}
	}
}

// FuzzDecode: no bytes make the decoder panic, and how they are cut makes no difference.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"1\tx\n", "1,\"a\"\"b\"\n", "\\.", "\\", "\"", "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00\x01x\xff\xff", "1\tx\r\n2\ty\n", "1\t\\x4\n"} {
		for form := range 3 {
			f.Add(s, byte(form))
		}
	}
	f.Fuzz(func(t *testing.T, data string, form byte) {
		format := copyrow.Default(copyrow.Form(form % 3))
		whole, err := decode(format, data, len(data)+1)
		single, err1 := decode(format, data, 1)
		if err == nil && err1 == nil && whole != single || (err == nil) != (err1 == nil) {
			t.Errorf("%q: %q %v, byte by byte %q %v", data, whole, err, single, err1)
		}
		if err != nil && strings.Contains(fmt.Sprint(err), "panic") {
			t.Error(err)
		}
	})
}
