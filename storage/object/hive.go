package object

import (
	"net/url"
	"strings"
)

// Partition is one name=value directory of a path in Hive's layout.
type Partition struct {
	Name  string
	Value string
	Null  bool // the value is Hive's mark for NULL
}

// hiveNull is the directory value that stands for NULL.
const hiveNull = "__HIVE_DEFAULT_PARTITION__"

// HivePartitions lists the name=value directories of key, outermost first, with
// percent escapes undone. The file's own name is not looked at.
func HivePartitions(key string) []Partition {
	var out []Partition
	for {
		dir, rest, ok := strings.Cut(key, "/")
		if !ok {
			return out
		}
		key = rest
		name, value, ok := strings.Cut(dir, "=")
		if !ok || name == "" {
			continue
		}
		p := Partition{Name: unescape(name), Value: unescape(value)}
		if value == hiveNull {
			p.Value, p.Null = "", true
		}
		out = append(out, p)
	}
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s // a stray percent sign means itself
}

// HiveDir is the directory name of a partition: the inverse of HivePartitions.
func HiveDir(p Partition) string {
	if p.Null {
		return escape(p.Name) + "=" + hiveNull
	}
	return escape(p.Name) + "=" + escape(p.Value)
}

// escape percent-encodes what Hive does: control characters and those that mean
// something in paths, globs or URLs.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c == 0x7f || strings.IndexByte(`"#%'*/:=?\{}[]^`, c) >= 0 || c == '.' && (s == "." || s == "..") {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
