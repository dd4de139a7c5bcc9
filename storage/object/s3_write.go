package object

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// uploadsAtOnce bounds the parts of one object in flight, and with the part
// size the memory a writer holds.
const uploadsAtOnce = 4

// s3Writer sends one PutObject when the object fits into one part, and a
// multipart upload otherwise. Parts go out while the caller makes the next.
type s3Writer struct {
	s    *S3
	ctx  context.Context // of Create; ends uploads under way
	stop context.CancelFunc
	key  string
	cond Condition
	buf  []byte
	size int64
	id   string // multipart upload, "" before the first part
	next int32
	slot chan struct{}
	wg   sync.WaitGroup
	mu   struct {
		sync.Mutex
		parts []types.CompletedPart
		err   error
	}
	ended bool
}

// Create implements Store.
func (s *S3) Create(ctx context.Context, key string, cond Condition) (Writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	return &s3Writer{s: s, ctx: ctx, stop: stop, key: key, cond: cond, slot: make(chan struct{}, uploadsAtOnce)}, nil
}

func (w *s3Writer) Write(p []byte) (int, error) {
	n := len(p)
	w.size += int64(n)
	for len(p) > 0 {
		if len(w.buf) == w.s.part { // full, and more is coming: so several parts
			if err := w.sendPart(); err != nil {
				return 0, err
			}
		}
		m := min(len(p), w.s.part-len(w.buf))
		w.buf = append(w.buf, p[:m]...)
		p = p[m:]
	}
	return n, nil
}

// sendPart starts the upload of buf and gives it away.
func (w *s3Writer) sendPart() error {
	if err := w.failed(); err != nil {
		return err
	}
	if w.id == "" {
		err := w.s.attempts(w.ctx, "write", w.key, -1, 0, func(ctx context.Context) error {
			out, err := w.s.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &w.s.bucket, Key: &w.key})
			if err == nil {
				w.id = aws.ToString(out.UploadId)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	select {
	case w.slot <- struct{}{}:
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
	w.next++
	num, data := w.next, w.buf
	w.buf = make([]byte, 0, w.s.part)
	w.wg.Go(func() {
		defer func() { <-w.slot }()
		var etag *string
		err := w.s.attempts(w.ctx, "write", w.key, -1, len(data), func(ctx context.Context) error {
			out, err := w.s.client.UploadPart(ctx, &s3.UploadPartInput{
				Bucket: &w.s.bucket, Key: &w.key, UploadId: &w.id, PartNumber: &num, Body: bytes.NewReader(data)})
			if err == nil {
				etag = out.ETag
			}
			return err
		})
		w.mu.Lock()
		defer w.mu.Unlock()
		if err != nil {
			w.mu.err = errors.Join(w.mu.err, err)
			return
		}
		for int(num) > len(w.mu.parts) {
			w.mu.parts = append(w.mu.parts, types.CompletedPart{})
		}
		w.mu.parts[num-1] = types.CompletedPart{ETag: etag, PartNumber: &num}
	})
	return nil
}

func (w *s3Writer) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mu.err
}

// Commit implements Writer.
func (w *s3Writer) Commit(ctx context.Context) (Object, error) {
	defer w.Abort()
	var ifNone, ifMatch *string
	if w.cond.IfAbsent {
		ifNone = aws.String("*")
	}
	if w.cond.IfMatch != "" {
		ifMatch = &w.cond.IfMatch
	}
	var etag string
	var err error
	if w.id == "" {
		err = w.s.attempts(ctx, "write", w.key, -1, len(w.buf), func(ctx context.Context) error {
			out, err := w.s.client.PutObject(ctx, &s3.PutObjectInput{
				Bucket: &w.s.bucket, Key: &w.key, Body: bytes.NewReader(w.buf), IfNoneMatch: ifNone, IfMatch: ifMatch})
			if err == nil {
				etag = aws.ToString(out.ETag)
			}
			return err
		})
	} else {
		if len(w.buf) > 0 {
			if err := w.sendPart(); err != nil {
				return Object{}, err
			}
		}
		w.wg.Wait()
		if err := w.failed(); err != nil {
			return Object{}, err
		}
		err = w.s.attempts(ctx, "write", w.key, -1, 0, func(ctx context.Context) error {
			out, err := w.s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
				Bucket: &w.s.bucket, Key: &w.key, UploadId: &w.id, IfNoneMatch: ifNone, IfMatch: ifMatch,
				MultipartUpload: &types.CompletedMultipartUpload{Parts: w.mu.parts}})
			if err == nil {
				etag = aws.ToString(out.ETag)
			}
			return err
		})
	}
	if err != nil {
		if e, ok := err.(*Error); ok && e.Kind == KindChanged && w.cond.IfAbsent {
			e.Kind, e.Err = KindExists, nil
		}
		if e, ok := err.(*Error); ok && e.Kind == KindNotFound {
			err = w.s.missing(ctx, err)
		}
		return Object{}, err
	}
	w.ended = true
	return Object{Key: w.key, Size: w.size, Version: etag}, nil
}

// Abort implements Writer. An unfinished multipart upload is removed; should
// that fail, the bucket's own rule for stale uploads has to.
func (w *s3Writer) Abort() {
	w.stop()
	w.wg.Wait()
	if w.ended {
		return
	}
	w.ended = true
	w.buf = nil
	if w.id != "" {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), w.s.timeout)
		defer cancel()
		_, _ = w.s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &w.s.bucket, Key: &w.key, UploadId: &w.id})
	}
}
