package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/spill"
)

// ErrorOf is err as a client shall see it: with a SQLSTATE. The result is a
// copy where err has one already.
func ErrorOf(err error) *sqlerr.Error {
	var se *sqlerr.Error
	if errors.As(err, &se) {
		c := *se
		return &c
	}
	var exhausted *memory.ErrExhausted
	if errors.As(err, &exhausted) {
		return sqlerr.New(sqlerr.OutOfMemory, "out of memory").
			WithDetail("%s needs %d kB more; %d kB of %d kB are in use.", exhausted.What, exhausted.Want>>10, exhausted.Used>>10, exhausted.Limit>>10).
			WithHint("Raise --memory-limit, or run fewer statements at once.")
	}
	var full *spill.ErrNoSpace
	if errors.As(err, &full) {
		return sqlerr.New(sqlerr.DiskFull, "%s", full.Error()).
			WithHint("Free space below --temp-dir, or choose another folder.")
	}
	var panicked *pipeline.PanicError
	if errors.As(err, &panicked) {
		return sqlerr.New(sqlerr.InternalError, "%s", panicked.Error()).
			WithHint("This is a bug in Inlay; the server's log has the stack.")
	}
	if e := storageError(err); e != nil {
		return e
	}
	switch {
	case errors.Is(err, context.Canceled):
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request")
	case errors.Is(err, context.DeadlineExceeded):
		return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to statement timeout")
	case errors.Is(err, fs.ErrNotExist):
		return sqlerr.New(sqlerr.UndefinedFile, "%v", err)
	case errors.Is(err, fs.ErrPermission):
		return sqlerr.New(sqlerr.InsufficientPrivilege, "%v", err)
	}
	return sqlerr.New(sqlerr.InternalError, "%v", err)
}

// StackOf is the stack of a panic inside err, or "".
func StackOf(err error) string {
	var p *pipeline.PanicError
	if errors.As(err, &p) {
		return string(p.Stack)
	}
	return ""
}

// recovered makes an error of a panic in the session's own goroutine.
func recovered(v any, stack []byte) error {
	return fmt.Errorf("statement failed: %w", &pipeline.PanicError{Value: v, Stack: stack})
}
