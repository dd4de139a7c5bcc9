package object

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"syscall"
)

// Kind says what went wrong, so that callers need not read texts.
type Kind int

const (
	KindUnknown      Kind = iota
	KindNotFound          // no object has this key
	KindNoBucket          // the bucket does not exist
	KindAccessDenied      // wrong, missing or insufficient credentials or file permissions
	KindNotAllowed        // the path is outside what this process may open
	KindExists            // Condition.IfAbsent failed
	KindChanged           // another version than asked for
	KindShort             // the object ends before the range
	KindTooLarge          // larger than the caller accepts
	KindThrottled         // the service asked to slow down, to the last attempt
	KindUnavailable       // connection refused, reset, 5xx, to the last attempt
	KindTimeout           // no answer in time, to the last attempt
	KindInvalid           // a malformed path, a wrong region, a request the service rejects
	KindNoSpace           // disk full or over quota
	KindIsDirectory       // the path names a directory
)

var kindText = [...]string{
	KindUnknown:      "failed",
	KindNotFound:     "no such file or object",
	KindNoBucket:     "bucket does not exist",
	KindAccessDenied: "access denied",
	KindNotAllowed:   "path is not allowed",
	KindExists:       "object exists already",
	KindChanged:      "object changed while it was in use",
	KindShort:        "object ends early",
	KindTooLarge:     "object is too large",
	KindThrottled:    "service asks to slow down",
	KindUnavailable:  "service is unavailable",
	KindTimeout:      "timed out",
	KindInvalid:      "invalid request",
	KindNoSpace:      "no space left",
	KindIsDirectory:  "is a directory",
}

// String is a short text that fits after a colon.
func (k Kind) String() string { return kindText[k] }

// Temporary says that the same request may succeed when asked again.
func (k Kind) Temporary() bool {
	return k == KindThrottled || k == KindUnavailable || k == KindTimeout
}

// Error is a failed operation on one object.
type Error struct {
	Op       string // "read", "list", …
	Object   string // as Store.URL gives it
	Offset   int64  // where reading began, or -1
	Kind     Kind
	Attempts int   // how often it was tried, when more than once
	Err      error // the cause; may be nil
}

// Error reads: read s3://b/k at offset 4096: timed out after 6 attempts: cause.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Op, e.Object)
	if e.Offset >= 0 {
		fmt.Fprintf(&b, " at offset %d", e.Offset)
	}
	b.WriteString(": ")
	b.WriteString(e.Kind.String())
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d attempts", e.Attempts)
	}
	if _, silent := e.Err.(quiet); e.Err != nil && !silent {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is lets errors.Is see the standard file errors.
func (e *Error) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return e.Kind == KindNotFound || e.Kind == KindNoBucket
	case fs.ErrPermission:
		return e.Kind == KindAccessDenied || e.Kind == KindNotAllowed
	case fs.ErrExist:
		return e.Kind == KindExists
	case io.ErrUnexpectedEOF:
		return e.Kind == KindShort
	}
	return false
}

// KindOf returns the kind of the first *Error in err's chain.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindUnknown
}

// fileKind classifies an error of the operating system.
func fileKind(err error) Kind {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return KindNotFound
	case errors.Is(err, fs.ErrPermission):
		return KindAccessDenied
	case errors.Is(err, fs.ErrExist):
		return KindExists
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return KindNoSpace
	case errors.Is(err, syscall.EISDIR):
		return KindIsDirectory
	case errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.EINVAL), errors.Is(err, fs.ErrInvalid):
		return KindInvalid
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return KindShort
	}
	return KindUnknown
}

// networkKind classifies an error of a connection. A caller whose own context
// ended must look at that first.
func networkKind(err error) Kind {
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return KindInvalid
	}
	var ne net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ne) && ne.Timeout() {
		return KindTimeout
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EPIPE) || errors.As(err, &ne) {
		return KindUnavailable
	}
	return KindUnknown
}
