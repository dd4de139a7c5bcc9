package object

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Read implements Store. A body that breaks off is taken up again where it
// broke, so a flaky connection costs the rest and not the whole range.
func (s *S3) Read(ctx context.Context, o Object, off int64, p []byte) error {
	if len(p) == 0 {
		return nil
	}
	done := 0
	return s.attempts(ctx, "read", o.Key, off, len(p), func(ctx context.Context) error {
		in := &s3.GetObjectInput{Bucket: &s.bucket, Key: &o.Key, Range: byteRange(off+int64(done), len(p)-done)}
		if since, ok := timeVersion(o.Version); ok {
			since = since.Add(time.Second) // the service may know the fraction of it
			in.IfUnmodifiedSince = &since
		} else if o.Version != "" {
			in.IfMatch = &o.Version
		}
		out, err := s.client.GetObject(ctx, in)
		if err != nil {
			return err
		}
		defer out.Body.Close()
		if got, _, ok := contentRange(out.ContentRange); !ok || got != off+int64(done) {
			return &Error{Op: "read", Object: s.URL(o.Key), Offset: off, Kind: KindInvalid, Err: textError("the service ignored the range asked for")}
		}
		n, err := io.ReadFull(out.Body, p[done:])
		done += n
		if err != nil && aws.ToInt64(out.ContentLength) == int64(n) {
			return &Error{Op: "read", Object: s.URL(o.Key), Offset: off, Kind: KindShort} // a whole answer, but too little
		}
		return err
	})
}

// Tail implements Store with a suffix range.
func (s *S3) Tail(ctx context.Context, key string, p []byte) (Object, int, error) {
	var o Object
	var n int
	err := s.attempts(ctx, "open", key, -1, len(p), func(ctx context.Context) error {
		suffix := "bytes=-" + strconv.Itoa(len(p))
		out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key, Range: &suffix})
		if s3Kind(err) == KindShort { // an empty object has no range
			o, err = s.Stat(ctx, key)
			return err
		}
		if err != nil {
			return err
		}
		defer out.Body.Close()
		size := aws.ToInt64(out.ContentLength)
		off, total, ok := contentRange(out.ContentRange)
		switch {
		case ok && total >= 0:
			size = total
		case size > int64(len(p)): // the service sent everything
			return &Error{Op: "open", Object: s.URL(key), Offset: -1, Kind: KindInvalid, Err: textError("the service ignored the range asked for")}
		}
		n = int(min(size-off, int64(len(p))))
		if n < 0 {
			n = 0
		}
		if _, err = io.ReadFull(out.Body, p[:n]); err != nil {
			return err
		}
		o = Object{Key: key, Size: size, Version: s3Version(out.ETag, out.LastModified), ModTime: aws.ToTime(out.LastModified)}
		return nil
	})
	if err != nil {
		return Object{}, 0, s.missing(ctx, err)
	}
	return o, n, nil
}

// s3Version is the ETag. Some gateways over plain files give none for what was
// not written through them; the time of change is the next best.
func s3Version(etag *string, modified *time.Time) string {
	if e := aws.ToString(etag); e != "" || modified == nil {
		return e
	}
	return timePrefix + modified.UTC().Format(time.RFC3339)
}

// timePrefix begins versions that are times; ETags are quoted or hexadecimal.
const timePrefix = "time:"

func timeVersion(v string) (time.Time, bool) {
	text, ok := strings.CutPrefix(v, timePrefix)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
}

// contentRange reads "bytes 5-9/100"; the total is -1 when it is "*".
func contentRange(h *string) (off, total int64, ok bool) {
	r, ok := strings.CutPrefix(aws.ToString(h), "bytes ")
	if !ok {
		return 0, -1, false
	}
	r, t, _ := strings.Cut(r, "/")
	total, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		total = -1
	}
	first, _, _ := strings.Cut(r, "-")
	off, err = strconv.ParseInt(first, 10, 64)
	return off, total, err == nil
}

// List implements Store, a thousand entries a request.
func (s *S3) List(ctx context.Context, prefix string, flat bool, limit int, fn func(Page) error) (bool, error) {
	in := &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix}
	if !flat {
		in.Delimiter = aws.String("/")
	}
	if limit > 0 {
		in.MaxKeys = aws.Int32(int32(min(limit, 1000)))
	}
	seen := 0
	for {
		var out *s3.ListObjectsV2Output
		err := s.attempts(ctx, "list", prefix, -1, 1<<20, func(ctx context.Context) error {
			var err error
			out, err = s.client.ListObjectsV2(ctx, in)
			return err
		})
		if err != nil {
			if e, ok := err.(*Error); ok && e.Kind == KindNotFound {
				e.Kind, e.Err = KindNoBucket, nil
			}
			return false, err
		}
		page := Page{Objects: make([]Object, 0, len(out.Contents))}
		for _, c := range out.Contents {
			page.Objects = append(page.Objects, Object{
				Key: aws.ToString(c.Key), Size: aws.ToInt64(c.Size), Version: s3Version(c.ETag, c.LastModified), ModTime: aws.ToTime(c.LastModified)})
		}
		for _, p := range out.CommonPrefixes {
			page.Prefixes = append(page.Prefixes, aws.ToString(p.Prefix))
		}
		seen += len(page.Objects) + len(page.Prefixes)
		if len(page.Objects)+len(page.Prefixes) > 0 {
			if err := fn(page); err != nil {
				return false, err
			}
		}
		if !aws.ToBool(out.IsTruncated) || aws.ToString(out.NextContinuationToken) == "" {
			return false, nil
		}
		if limit > 0 && seen >= limit {
			return true, nil
		}
		in.ContinuationToken = out.NextContinuationToken
	}
}

func (s *S3) deleteSome(ctx context.Context, keys []string) error {
	del := &types.Delete{Quiet: aws.Bool(true)}
	for i := range keys {
		del.Objects = append(del.Objects, types.ObjectIdentifier{Key: &keys[i]})
	}
	return s.attempts(ctx, "delete", keys[0], -1, 0, func(ctx context.Context) error {
		out, err := s.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &s.bucket, Delete: del})
		if err != nil {
			return err
		}
		for _, e := range out.Errors {
			k := codeKind(aws.ToString(e.Code), 0)
			if k == KindNotFound {
				continue
			}
			return &Error{Op: "delete", Object: s.URL(aws.ToString(e.Key)), Offset: -1, Kind: k, Err: textError(aws.ToString(e.Message))}
		}
		return nil
	})
}
