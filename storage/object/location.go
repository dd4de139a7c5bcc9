package object

import (
	"net/url"
	"path"
	"strings"
)

// Location is a parsed path or URL: where an object is, before any Store is
// opened. Key may hold glob wildcards.
type Location struct {
	Scheme string // "file" or "s3"
	Bucket string // empty for files
	Key    string // a path for files; never starts with '/' for s3
}

// ParseLocation reads "s3://bucket/key", "file:///path", or a path, absolute or
// relative. s3a:// and s3n:// are names of the same thing in the Hadoop world.
// An s3 key is taken literally: percent signs mean themselves.
func ParseLocation(s string) (Location, error) {
	bad := func(why string) (Location, error) {
		return Location{}, &Error{Op: "parse", Object: s, Offset: -1, Kind: KindInvalid, Err: textError(why)}
	}
	if s == "" {
		return bad("the path is empty")
	}
	if strings.IndexByte(s, 0) >= 0 {
		return bad("the path holds a zero byte")
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || strings.ContainsAny(scheme, "/\\*?[") {
		if strings.HasPrefix(s, "file:/") {
			return Location{Scheme: "file", Key: strings.TrimPrefix(s, "file:")}, nil
		}
		return Location{Scheme: "file", Key: s}, nil
	}
	switch strings.ToLower(scheme) {
	case "s3", "s3a", "s3n":
		bucket, key, _ := strings.Cut(rest, "/")
		if bucket == "" {
			return bad("the bucket is missing")
		}
		if strings.ContainsAny(bucket, "*?[{ ") {
			return bad("a bucket name cannot hold wildcards or spaces")
		}
		return Location{Scheme: "s3", Bucket: bucket, Key: key}, nil
	case "file":
		host, p, ok := strings.Cut(rest, "/")
		if !ok || host != "" && host != "localhost" {
			return bad("a file URL needs an absolute path: file:///path")
		}
		p = "/" + p
		if strings.Contains(p, "%") {
			if u, err := url.PathUnescape(p); err == nil {
				p = u
			}
		}
		return Location{Scheme: "file", Key: p}, nil
	}
	return bad("unknown scheme " + scheme + "://")
}

// String gives the URL of s3 locations and the plain path of files.
func (l Location) String() string {
	if l.Scheme == "s3" {
		return "s3://" + l.Bucket + "/" + l.Key
	}
	return l.Key
}

// Base is the last component of the key.
func (l Location) Base() string { return path.Base(l.Key) }

// textError is an error that is only its text.
type textError string

func (t textError) Error() string { return string(t) }
