package object

import (
	"errors"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// fail makes err an *Error. Texts of the SDK are long and name request ids; what
// is kept is the service's own code and message.
func (s *S3) fail(op, key string, off int64, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	kind := s3Kind(err)
	cause := err
	var api smithy.APIError
	if errors.As(err, &api) {
		cause = textError(strings.TrimSuffix(api.ErrorCode()+": "+api.ErrorMessage(), ": "))
	} else if strings.Contains(err.Error(), "get identity") || strings.Contains(err.Error(), "get credentials") {
		kind = KindAccessDenied
		cause = textError("no S3 credentials found")
	} else {
		for u := errors.Unwrap(cause); u != nil; u = errors.Unwrap(cause) {
			cause = u
		}
	}
	return &Error{Op: op, Object: s.URL(key), Offset: off, Kind: kind, Err: cause}
}

// s3Kind classifies an error of the SDK.
func s3Kind(err error) Kind {
	if err == nil {
		return KindUnknown
	}
	status := 0
	var re *smithyhttp.ResponseError
	if errors.As(err, &re) {
		status = re.HTTPStatusCode()
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return codeKind(api.ErrorCode(), status)
	}
	if status >= 400 {
		return codeKind("", status)
	}
	return networkKind(err)
}

// codeKind classifies by the service's error code, then by the HTTP status:
// services other than AWS agree on the second more than on the first.
func codeKind(code string, status int) Kind {
	switch code {
	case "NoSuchKey", "NotFound":
		return KindNotFound
	case "NoSuchBucket":
		return KindNoBucket
	case "AccessDenied", "Forbidden", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AccountProblem", "AllAccessDisabled":
		return KindAccessDenied
	case "SlowDown", "TooManyRequests", "RequestLimitExceeded", "Throttling", "ThrottlingException":
		return KindThrottled
	case "RequestTimeout":
		return KindTimeout
	case "InternalError", "ServiceUnavailable", "OperationAborted":
		return KindUnavailable
	case "PreconditionFailed", "ConditionalRequestConflict":
		return KindChanged
	case "InvalidRange":
		return KindShort
	case "EntityTooLarge":
		return KindTooLarge
	case "QuotaExceeded":
		return KindNoSpace
	}
	switch {
	case status == http.StatusNotFound:
		return KindNotFound
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return KindAccessDenied
	case status == http.StatusTooManyRequests:
		return KindThrottled
	case status == http.StatusRequestTimeout:
		return KindTimeout
	case status == http.StatusPreconditionFailed:
		return KindChanged
	case status == http.StatusRequestedRangeNotSatisfiable:
		return KindShort
	case status == http.StatusServiceUnavailable:
		return KindThrottled
	case status >= 500:
		return KindUnavailable
	case status >= 300:
		return KindInvalid
	}
	return KindUnknown
}
