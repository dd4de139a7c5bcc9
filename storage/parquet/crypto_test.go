package parquet_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// publicKeys are the keys that the public encrypted files are described with.
func publicKeys(long bool) *parquet.Keys {
	tail := ""
	if long {
		tail = "6789012345678901"[:16]
	}
	k := &parquet.Keys{Footer: []byte("0123456789012345" + tail), Columns: map[string][]byte{}}
	for id, key := range map[string]string{"kc1": "1234567890123450", "kc2": "1234567890123451", "kc3": "1234567890123452", "kc4": "1234567890123453",
		"kc5": "1234567890123454", "kc6": "1234567890123455", "kc7": "1234567890123456", "kc8": "1234567890123457"} {
		k.Columns[id] = []byte(key)
	}
	return k
}

func TestEncryptedFiles(t *testing.T) {
	if _, err := os.Stat(publicDir); err != nil {
		t.Skip("the public test files are not here")
	}
	ctx := context.Background()
	for _, name := range []string{"uniform_encryption", "encrypt_columns_and_footer", "encrypt_columns_and_footer_aad", "encrypt_columns_and_footer_ctr", "encrypt_columns_and_footer_disable_aad_storage"} {
		path := publicDir + "/" + name + ".parquet.encrypted"
		store := object.NewLocal("")
		c := parquet.NewCache(1 << 20)
		if _, err := parquet.OpenWith(ctx, store, object.Object{Key: path}, c, nil); err == nil || !strings.Contains(err.Error(), "without its key") {
			t.Errorf("%s without keys: %v", name, err)
		}
		wrong := publicKeys(false)
		wrong.Footer = []byte("0123456789012346")
		var corrupt *parquet.CorruptError
		if _, err := parquet.OpenWith(ctx, store, object.Object{Key: path}, c, wrong); !errors.As(err, &corrupt) && !strings.Contains(name, "disable_aad") {
			t.Errorf("%s with a wrong key: %v", name, err)
		}
		keys := publicKeys(false)
		if strings.Contains(name, "aad") {
			keys.AADPrefix = []byte("tester")
		}
		f, err := parquet.OpenWith(ctx, store, object.Object{Key: path}, c, keys)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, l := range f.Schema.Leaves {
			n, err := dump(f, l, 100, func([]byte) {})
			if err != nil {
				t.Errorf("%s: %s: %v", name, l.Name(), err)
			}
			_ = n
			for g := range f.NumRowGroups() {
				if _, err := f.PageIndex(ctx, g, l); err != nil {
					t.Errorf("%s: %s: page index: %v", name, l.Name(), err)
				}
				if _, err := f.Bloom(ctx, g, l); err != nil {
					t.Errorf("%s: %s: bloom filter: %v", name, l.Name(), err)
				}
			}
		}
	}
}
