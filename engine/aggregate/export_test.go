package aggregate_test

import "github.com/inlaydb/inlay/catalog/numeric"

func encoded(s string) string { return string(numeric.MustParse(s).AppendEncoded(nil)) }
