package source

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/parquet"
)

// keysOf reads the options that decrypt Parquet files: footer_key, column_keys
// ('name:key, …' by column or by the key's identifier in the file) and
// aad_prefix. A key is its 16, 24 or 32 bytes as they stand, or base64:… or
// hex:…. The result is nil where there are no such options.
func keysOf(options map[string]string) (*parquet.Keys, error) {
	var k parquet.Keys
	some := false
	for name, v := range options {
		var err error
		switch name {
		case "footer_key":
			k.Footer, err = keyBytes(name, v)
		case "column_keys":
			k.Columns, err = columnKeys(v)
		case "aad_prefix":
			k.AADPrefix = []byte(v)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		some = true
	}
	if !some {
		return nil, nil
	}
	return &k, nil
}

func columnKeys(v string) (map[string][]byte, error) {
	keys := map[string][]byte{}
	for _, part := range strings.Split(v, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, key, ok := strings.Cut(part, ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "option \"column_keys\" is malformed").
				WithHint("Write it as 'column:key, other:key'.")
		}
		b, err := keyBytes("column_keys", strings.TrimSpace(key))
		if err != nil {
			return nil, err
		}
		keys[name] = b
	}
	return keys, nil
}

// keyBytes never shows the key in its error.
func keyBytes(option, v string) ([]byte, error) {
	b := []byte(v)
	var err error
	if text, ok := strings.CutPrefix(v, "base64:"); ok {
		b, err = base64.StdEncoding.DecodeString(text)
	} else if text, ok := strings.CutPrefix(v, "hex:"); ok {
		b, err = hex.DecodeString(text)
	}
	if err != nil || len(b) != 16 && len(b) != 24 && len(b) != 32 {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "option %s holds a key that is not 16, 24 or 32 bytes", sqlerr.Quote(option)).
			WithHint("Write a key as it stands, or as base64:… or hex:….")
	}
	return b, nil
}
