package sqlerr

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestErrorFields(t *testing.T) {
	e := New(UndefinedColumn, "column %s does not exist", Quote("a\"b")).At(8).
		WithDetail("There are %d.", 2).WithHint("Look.").WithTable("s", "t").WithColumn("c").WithConstraint("k")
	if e.Message != `column "a"b" does not exist` || e.Position != 8 || e.Detail != "There are 2." ||
		e.Schema != "s" || e.Table != "t" || e.Column != "c" || e.Constraint != "k" {
		t.Fatalf("%+v", e)
	}
	if got := New(SyntaxError, "100%").Message; got != "100%" {
		t.Fatalf("a message without arguments is not a format: %q", got)
	}
	if got := e.Error(); got != `ERROR: column "a"b" does not exist (SQLSTATE 42703)` {
		t.Fatal(got)
	}
}

func TestWrapKeepsTheFirstCode(t *testing.T) {
	inner := New(DivisionByZero, "division by zero")
	err := Wrap(InternalError, fmt.Errorf("in a worker: %w", inner))
	if CodeOf(err) != DivisionByZero {
		t.Fatal(err)
	}
	err = Wrap(UndefinedFile, fs.ErrNotExist)
	if !errors.Is(err, fs.ErrNotExist) || !Has(err, UndefinedFile) || !errors.Is(err, &Error{Code: UndefinedFile}) {
		t.Fatal(err)
	}
	if Wrap(InternalError, nil) != nil || CodeOf(nil) != "" || Has(nil, "") {
		t.Fatal("nil is no error")
	}
}

func TestFrom(t *testing.T) {
	for _, c := range []struct {
		err  error
		code Code
	}{
		{context.Canceled, QueryCanceled},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), QueryCanceled},
		{errors.New("oops"), InternalError},
		{New(DiskFull, "full").WithCause(context.Canceled), DiskFull},
	} {
		if got := From(c.err).Code; got != c.code {
			t.Errorf("%v: got %s, want %s", c.err, got, c.code)
		}
	}
	if From(nil) != nil {
		t.Error("nil is no error")
	}
}

func TestConditions(t *testing.T) {
	for code, name := range conditions {
		if len(code) != 5 || name == "" {
			t.Errorf("bad row %q %q", code, name)
		}
	}
	if DivisionByZero.Condition() != "division_by_zero" || DivisionByZero.Class() != "22" || Code("").Class() != "" {
		t.Error("condition or class")
	}
}
