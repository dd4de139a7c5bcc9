package object

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// S3Options says how to reach an S3 service. Empty fields come from the usual
// places: AWS_… in the environment, then the shared config and credentials
// files, then web identity and container credentials.
type S3Options struct {
	Endpoint     string // URL of a service other than AWS
	Region       string // default us-east-1
	PathStyle    *bool  // bucket in the path, not the host name; default: yes with an endpoint
	Profile      string // of the shared config file
	AccessKey    string // with SecretKey: static credentials
	SecretKey    string
	SessionToken string
	Anonymous    bool // unsigned requests, for public buckets
	// InstanceMetadata lets credentials come from the machine's metadata
	// service. Off by default: a query must not borrow the machine's identity.
	InstanceMetadata bool
	Retry            *Retry        // default DefaultRetry
	Timeout          time.Duration // for one attempt to start answering; default 20 s
}

// S3 is one bucket.
type S3 struct {
	client  *s3.Client
	bucket  string
	retry   Retry
	timeout time.Duration
	part    int // bytes of a part of a multipart upload
}

// S3Client is a connection pool and credentials that buckets share.
type S3Client struct {
	client  *s3.Client
	retry   Retry
	timeout time.Duration
}

// NewS3Client loads credentials and makes a client. It sends nothing yet.
func NewS3Client(ctx context.Context, o S3Options) (*S3Client, error) {
	timeout := o.Timeout
	if timeout == 0 {
		timeout = 20 * time.Second
	}
	load := []func(*config.LoadOptions) error{
		config.WithHTTPClient(newHTTP(timeout)),
		config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }), // Retry does it, and sees broken bodies too
		config.WithRequestChecksumCalculation(aws.RequestChecksumCalculationWhenRequired),
		config.WithResponseChecksumValidation(aws.ResponseChecksumValidationWhenRequired),
	}
	if !o.InstanceMetadata {
		load = append(load, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	}
	if o.Region != "" {
		load = append(load, config.WithRegion(o.Region))
	}
	if o.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(o.Profile))
	}
	switch {
	case o.Anonymous:
		load = append(load, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	case o.AccessKey != "":
		load = append(load, config.WithCredentialsProvider(
			credentials.NewStaticCredentialsProvider(o.AccessKey, o.SecretKey, o.SessionToken)))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, &Error{Op: "configure", Object: "s3", Offset: -1, Kind: KindInvalid, Err: err}
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	client := s3.NewFromConfig(cfg, func(so *s3.Options) {
		custom := cfg.BaseEndpoint != nil || so.BaseEndpoint != nil
		if o.Endpoint != "" {
			so.BaseEndpoint = aws.String(o.Endpoint)
			custom = true
		}
		so.UsePathStyle = custom
		if o.PathStyle != nil {
			so.UsePathStyle = *o.PathStyle
		}
		so.DisableLogOutputChecksumValidationSkipped = true
	})
	c := &S3Client{client: client, retry: DefaultRetry, timeout: timeout}
	if o.Retry != nil {
		c.retry = *o.Retry
	}
	return c, nil
}

// newHTTP keeps enough idle connections for many parallel ranges, and hands
// bodies through as they are: Parquet is compressed already, and a range of a
// gzip stream cannot be inflated. It is the SDK's own kind of client, so that
// AWS_CA_BUNDLE works.
func newHTTP(timeout time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithDialerOptions(func(d *net.Dialer) {
		d.Timeout = 5 * time.Second
		d.KeepAlive = 30 * time.Second
	}).WithTransportOptions(func(tr *http.Transport) {
		tr.Proxy = http.ProxyFromEnvironment
		tr.TLSHandshakeTimeout = 5 * time.Second
		tr.ResponseHeaderTimeout = timeout
		tr.IdleConnTimeout = 90 * time.Second
		tr.MaxIdleConns = 1024
		tr.MaxIdleConnsPerHost = 256
		tr.ReadBufferSize = 64 << 10
		tr.WriteBufferSize = 64 << 10
		tr.DisableCompression = true
	})
}

// Bucket returns the store of one bucket. It sends nothing yet.
func (c *S3Client) Bucket(name string) *S3 {
	return &S3{client: c.client, bucket: name, retry: c.retry, timeout: c.timeout, part: 8 << 20}
}

// URL gives s3://bucket/key.
func (s *S3) URL(key string) string { return "s3://" + s.bucket + "/" + key }

// Remote is true.
func (s *S3) Remote() bool { return true }

// attempts runs f with retries, each attempt under its own time limit for size
// bytes at no less than 256 KiB/s, and turns failures into *Error.
func (s *S3) attempts(ctx context.Context, op, key string, off int64, size int, f func(ctx context.Context) error) error {
	limit := s.timeout + time.Duration(size>>18)*time.Second
	return s.retry.do(ctx, func(int) error {
		actx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		if err := f(actx); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return s.fail(op, key, off, err)
		}
		return nil
	})
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, key string) (Object, error) {
	var o Object
	err := s.attempts(ctx, "open", key, -1, 0, func(ctx context.Context) error {
		out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key})
		if err != nil {
			return err
		}
		o = Object{Key: key, Size: aws.ToInt64(out.ContentLength), Version: s3Version(out.ETag, out.LastModified), ModTime: aws.ToTime(out.LastModified)}
		return nil
	})
	return o, s.missing(ctx, err)
}

// missing tells a missing bucket from a missing object, which HEAD answers
// alike since it has no body.
func (s *S3) missing(ctx context.Context, err error) error {
	e, ok := err.(*Error)
	if !ok || e.Kind != KindNotFound {
		return err
	}
	if _, herr := s.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.bucket}); herr != nil && s3Kind(herr) == KindNotFound {
		e.Kind, e.Err = KindNoBucket, nil
	}
	return err
}

// Delete implements Store, a thousand keys a request.
func (s *S3) Delete(ctx context.Context, keys ...string) error {
	for len(keys) > 0 {
		n := min(len(keys), 1000)
		if err := s.deleteSome(ctx, keys[:n]); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func byteRange(off int64, n int) *string {
	return aws.String("bytes=" + strconv.FormatInt(off, 10) + "-" + strconv.FormatInt(off+int64(n)-1, 10))
}
