package sqlerr

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Code is a SQLSTATE: five characters, the first two of which are its class.
type Code string

// Class gives the first two characters, for instance "22" for data exceptions.
func (c Code) Class() string {
	if len(c) < 2 {
		return ""
	}
	return string(c[:2])
}

// Condition gives Postgres's condition name ("division_by_zero"), or "" for a
// code that Postgres does not list.
func (c Code) Condition() string { return conditions[c] }

// Severity is the S field of an ErrorResponse or NoticeResponse.
type Severity string

// The severities that Postgres sends. An empty Severity in an Error reads as SeverityError.
const (
	SeverityError   Severity = "ERROR"
	SeverityFatal   Severity = "FATAL"
	SeverityPanic   Severity = "PANIC"
	SeverityWarning Severity = "WARNING"
	SeverityNotice  Severity = "NOTICE"
	SeverityDebug   Severity = "DEBUG"
	SeverityInfo    Severity = "INFO"
	SeverityLog     Severity = "LOG"
)

// Error is one error (or notice) with the fields of Postgres's ErrorResponse.
// The With and At methods change it in place and return it, so they are for
// the maker of an error, before anybody else holds it.
type Error struct {
	Severity Severity // empty means SeverityError
	Code     Code
	Message  string // lower case, no full stop
	Detail   string // sentences
	Hint     string // sentences

	// Position counts characters (not bytes) of the statement text from 1; 0 is
	// unknown.
	Position int

	// InternalPosition and InternalQuery point into text that Inlay made or
	// stored itself, such as a view's definition.
	InternalPosition int
	InternalQuery    string

	Where string // call context, one line a level

	Schema, Table, Column, DataType, Constraint string

	// Routine is the function of Postgres's source that reports this, where a
	// driver looks at it to know what to do.
	Routine string

	// Cause is what Wrap was given. Clients never see it.
	Cause error
}

// New makes an error. The message is formatted with fmt.Sprintf; use %q for
// quoted names (Quote explains where that differs from Postgres).
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: sprintf(format, args)}
}

// Notice makes a message of a severity below ERROR.
func Notice(severity Severity, code Code, format string, args ...any) *Error {
	return &Error{Severity: severity, Code: code, Message: sprintf(format, args)}
}

// Unsupported makes an 0A000 error; the caller writes the whole message.
func Unsupported(format string, args ...any) *Error {
	return &Error{Code: FeatureNotSupported, Message: sprintf(format, args)}
}

// Internal makes an XX000 error, for a state that should not be reachable but
// is not worth a panic.
func Internal(format string, args ...any) *Error {
	return &Error{Code: InternalError, Message: sprintf(format, args)}
}

func sprintf(format string, args []any) string {
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// Quote puts a name between double quotes as Postgres's messages do: as it is,
// with no escaping. Go's %q escapes control and non-printing characters and
// inner quotes, so pass Quote(name) with %s where a stranger chose the name.
func Quote(name string) string { return `"` + name + `"` }

// Error gives the message with its code, for logs and tests.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Severity != "" {
		b.WriteString(string(e.Severity))
	} else {
		b.WriteString(string(SeverityError))
	}
	b.WriteString(": ")
	b.WriteString(e.Message)
	if e.Code != "" {
		b.WriteString(" (SQLSTATE ")
		b.WriteString(string(e.Code))
		b.WriteString(")")
	}
	return b.String()
}

// Unwrap gives what Wrap was given, or nil.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, &Error{Code: c}) compare codes only.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Message == "" && t.Code == e.Code
}

// At sets the position: characters of the statement text, from 1.
func (e *Error) At(position int) *Error {
	e.Position = position
	return e
}

// WithDetail sets the detail, formatted with fmt.Sprintf.
func (e *Error) WithDetail(format string, args ...any) *Error {
	e.Detail = sprintf(format, args)
	return e
}

// WithHint sets the hint, formatted with fmt.Sprintf.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = sprintf(format, args)
	return e
}

// WithWhere appends a line of call context.
func (e *Error) WithWhere(format string, args ...any) *Error {
	line := sprintf(format, args)
	if e.Where != "" {
		line = e.Where + "\n" + line
	}
	e.Where = line
	return e
}

// WithSeverity sets the severity (FATAL ends the connection).
func (e *Error) WithSeverity(s Severity) *Error {
	e.Severity = s
	return e
}

// WithSchema names the schema concerned.
func (e *Error) WithSchema(name string) *Error {
	e.Schema = name
	return e
}

// WithTable names the table concerned.
func (e *Error) WithTable(schema, table string) *Error {
	e.Schema, e.Table = schema, table
	return e
}

// WithColumn names the column concerned.
func (e *Error) WithColumn(name string) *Error {
	e.Column = name
	return e
}

// WithDataType names the data type concerned.
func (e *Error) WithDataType(name string) *Error {
	e.DataType = name
	return e
}

// WithConstraint names the constraint concerned.
func (e *Error) WithConstraint(name string) *Error {
	e.Constraint = name
	return e
}

// WithCause keeps the error that lies beneath, for logs and errors.As.
func (e *Error) WithCause(err error) *Error {
	e.Cause = err
	return e
}

// Wrap gives err a code; its text becomes the message. An err that has a code
// already keeps it and is returned as it is. Wrap(code, nil) is nil.
func Wrap(code Code, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := As(err); ok {
		return e
	}
	return &Error{Code: code, Message: err.Error(), Cause: err}
}

// As finds the first *Error in err's chain.
func As(err error) (*Error, bool) {
	var e *Error
	if errors.As(err, &e) {
		return e, true
	}
	return nil, false
}

// CodeOf gives err's SQLSTATE, or "" if it has none (or is nil).
func CodeOf(err error) Code {
	if e, ok := As(err); ok {
		return e.Code
	}
	return ""
}

// Has reports whether err carries one of the codes.
func Has(err error, codes ...Code) bool {
	got := CodeOf(err)
	if got == "" {
		return false
	}
	for _, c := range codes {
		if c == got {
			return true
		}
	}
	return false
}

// From makes an *Error of whatever err is, for the one place where errors
// leave the engine: a coded error as it is, an ended context as 57014, and
// anything else as XX000. From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := As(err); ok {
		return e
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return New(QueryCanceled, "canceling statement due to statement timeout").WithCause(err)
	case errors.Is(err, context.Canceled):
		return New(QueryCanceled, "canceling statement due to user request").WithCause(err)
	}
	return &Error{Code: InternalError, Message: err.Error(), Cause: err}
}
