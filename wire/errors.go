package wire

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine"
)

func errShutdown() error {
	e := sqlerr.New(sqlerr.AdminShutdown, "terminating connection due to administrator command")
	e.Severity = "FATAL"
	return e
}

func errTooMany() error {
	e := sqlerr.New(sqlerr.TooManyConnections, "sorry, too many clients already")
	e.Severity = "FATAL"
	return e
}

// sendError sends an error as an ErrorResponse. This and engine.ErrorOf are
// the only places where a Go error gets its SQLSTATE.
func (c *conn) sendError(err error) {
	if errors.Is(err, context.Canceled) {
		err = sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request")
	}
	e := engine.ErrorOf(err)
	if e.Code == sqlerr.InternalError {
		c.srv.cfg.Log.Error("internal error", "pid", c.pid, "error", err.Error(), "stack", engine.StackOf(err))
	}
	c.send((*pgproto3.ErrorResponse)(response(e, "ERROR")))
}

func (c *conn) sendNotice(e *sqlerr.Error) {
	c.send((*pgproto3.NoticeResponse)(response(e, "NOTICE")))
}

func response(e *sqlerr.Error, severity string) *pgproto3.ErrorResponse {
	if e.Severity != "" {
		severity = string(e.Severity)
	}
	return &pgproto3.ErrorResponse{
		Severity: severity, SeverityUnlocalized: severity, Code: string(e.Code), Message: e.Message,
		Detail: e.Detail, Hint: e.Hint, Position: int32(e.Position), Where: e.Where,
		SchemaName: e.Schema, TableName: e.Table, ColumnName: e.Column,
		DataTypeName: e.DataType, ConstraintName: e.Constraint, Routine: e.Routine,
	}
}
