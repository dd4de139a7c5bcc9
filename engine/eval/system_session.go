package eval

import (
	"runtime"
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// What the session knows, and what changes it.
func init() {
	register(map[string]builder{
		"current_user":        sessionText(func(e *Env) string { return e.user() }),
		"session_user":        sessionText(func(e *Env) string { return e.user() }),
		"getpgusername":       sessionText(func(e *Env) string { return e.user() }),
		"current_database":    sessionText(func(e *Env) string { return e.database() }),
		"version":             sessionText(version),
		"getdatabaseencoding": sessionText(func(*Env) string { return "UTF8" }),
		"pg_client_encoding":  sessionText(func(*Env) string { return "UTF8" }),
		"current_query":       rowwise(currentQuery),
		"current_schema":      rowwise(currentSchema),
		"current_schemas":     rowwise(currentSchemas),
		"current_setting":     rowwise(currentSetting),
		"set_config":          rowwise(setConfig),

		"pg_backend_pid":           answer(func(e *Env) types.Datum { return types.Int(column.Int32, int64(e.pid())) }),
		"pg_blocking_pids":         rowwise(emptyArray(types.Int4OID)),
		"pg_conf_load_time":        clock(func(e *Env) int64 { return micros(processStart) }),
		"pg_postmaster_start_time": clock(func(e *Env) int64 { return micros(processStart) }),
		"inet_client_port":         rowwise(allNull), "inet_server_port": rowwise(allNull),
		"pg_is_in_recovery": answer(func(*Env) types.Datum { return types.Bool(false) }),
		"pg_jit_available":  answer(func(*Env) types.Datum { return types.Bool(false) }),
		"pg_trigger_depth":  answer(func(*Env) types.Datum { return types.Int(column.Int32, 0) }),

		"pg_sleep":       rowwise(sleep),
		"pg_sleep_for":   rowwise(sleep),
		"pg_sleep_until": rowwise(sleep),

		"pg_cancel_backend":    rowwise(signalBackend(func(x Effects, pid int32) bool { return x.Cancel(pid) })),
		"pg_terminate_backend": rowwise(signalBackend(func(x Effects, pid int32) bool { return x.Terminate(pid) })),
		"pg_notify":            rowwise(pgNotify),
		"setseed":              rowwise(setSeed),
		"nextval":              rowwise(sequence64(func(q Sequences, oid types.OID, _ int64, _ bool) (int64, error) { return q.NextVal(oid) })),
		"currval":              rowwise(sequence64(func(q Sequences, oid types.OID, _ int64, _ bool) (int64, error) { return q.CurrVal(oid) })),
		"setval":               rowwise(sequence64(func(q Sequences, oid types.OID, v int64, called bool) (int64, error) { return q.SetVal(oid, v, called) })),
		"lastval":              rowwise(sequence64(func(q Sequences, _ types.OID, _ int64, _ bool) (int64, error) { return q.LastVal() })),
	})
	for _, shared := range []bool{false, true} {
		suffix := map[bool]string{true: "_shared"}[shared]
		register(map[string]builder{
			"pg_advisory_lock" + suffix:          rowwise(advisoryLock(shared, false, true)),
			"pg_advisory_xact_lock" + suffix:     rowwise(advisoryLock(shared, true, true)),
			"pg_try_advisory_lock" + suffix:      rowwise(advisoryLock(shared, false, false)),
			"pg_try_advisory_xact_lock" + suffix: rowwise(advisoryLock(shared, true, false)),
			"pg_advisory_unlock" + suffix:        rowwise(advisoryUnlock(shared)),
		})
	}
	register(map[string]builder{"pg_advisory_unlock_all": rowwise(advisoryUnlockAll)})
}

var processStart = time.Now()

func (e *Env) database() string {
	if e.Session == nil {
		return "inlay"
	}
	return e.Session.Database()
}

func (e *Env) pid() int32 {
	if e.Session == nil {
		return 0
	}
	return e.Session.BackendPID()
}

func (e *Env) setting(name string) (string, bool) {
	if e.Session == nil {
		return "", false
	}
	return e.Session.Setting(name)
}

func version(e *Env) string {
	v, ok := e.setting("server_version")
	if !ok {
		v = "15.0"
	}
	return "PostgreSQL " + v + " (Inlay) on " + runtime.GOARCH + "-" + runtime.GOOS + ", compiled by " + runtime.Version() + ", 64-bit"
}

// sessionText is a text of the session.
func sessionText(f func(*Env) string) builder {
	return rowwise(func(c *call) error {
		return c.each(func(i int) error { c.putString(i, f(c.env)); return nil })
	})
}

// answer is the builder of a function of the session alone.
func answer(f func(*Env) types.Datum) builder {
	return rowwise(func(c *call) error {
		return c.each(func(i int) error { return c.put(i, f(c.env)) })
	})
}

// allNull is a function that always says NULL.
func allNull(c *call) error {
	clear(c.out.Data)
	if c.out.Kind == column.List {
		c.out.Child = &column.Column{Kind: c.typ.Elem().Kind()}
	}
	return c.each(func(i int) error { c.null(i); return nil })
}

func emptyArray(elem types.OID) apply {
	return func(c *call) error {
		clear(c.out.Data)
		c.out.Child = &column.Column{Kind: types.New(elem).Kind()}
		return nil
	}
}

// unsupported is a function that is known and not there yet.
func unsupported(text string) builder {
	return rowwise(func(c *call) error {
		return c.each(func(int) error { return sqlerr.Unsupported("%s", text) })
	})
}

func currentQuery(c *call) error {
	return c.each(func(i int) error {
		if c.env.Session != nil {
			for _, a := range c.env.Session.Activity() {
				if a.PID == c.env.pid() {
					c.putString(i, a.Query)
					return nil
				}
			}
		}
		c.null(i)
		return nil
	})
}

// explicitPath is the search path without the schemas that are always there.
func (e *Env) explicitPath() []string {
	set, _ := e.setting("search_path")
	var out []string
	for _, s := range e.searchPath() {
		if (s == "pg_catalog" || strings.HasPrefix(s, "pg_temp")) && !strings.Contains(set, s) {
			continue
		}
		out = append(out, s)
	}
	return out
}

func currentSchema(c *call) error {
	path := c.env.explicitPath()
	return c.each(func(i int) error {
		if len(path) == 0 {
			c.null(i)
			return nil
		}
		c.putString(i, path[0])
		return nil
	})
}

func currentSchemas(c *call) error {
	implicit := arg[uint8](c, 0)
	l := newLists(c, c.typ.Elem())
	err := c.each(func(i int) error {
		path := c.env.explicitPath()
		if implicit.at(i) != 0 {
			path = c.env.searchPath()
		}
		for _, s := range path {
			l.text([]byte(s))
		}
		l.end(i)
		return nil
	})
	l.done()
	return err
}

func currentSetting(c *call) error {
	name := c.text(0)
	return c.each(func(i int) error {
		n := string(name.At(i))
		v, ok := c.env.setting(n)
		switch {
		case ok:
			c.putString(i, v)
		case len(c.args) == 2 && column.At[uint8](c.args[1], i) != 0:
			c.null(i)
		default:
			return sqlerr.New(sqlerr.UndefinedObject, "unrecognized configuration parameter %s", sqlerr.Quote(n))
		}
		return nil
	})
}

func setConfig(c *call) error {
	return c.each(func(i int) error {
		if c.isNull(0, i) {
			return sqlerr.New(sqlerr.NullValueNotAllowed, "SET requires parameter name")
		}
		if c.env.Effects == nil {
			return errNoEffects("set_config")
		}
		name, value := c.text(0), ""
		if !c.isNull(1, i) {
			v := c.text(1)
			value = string(v.At(i))
		}
		local := !c.isNull(2, i) && column.At[uint8](c.args[2], i) != 0
		got, err := c.env.Effects.SetConfig(string(name.At(i)), value, local)
		if err != nil {
			return err
		}
		c.putString(i, got)
		return nil
	})
}

func errNoEffects(name string) error {
	return sqlerr.New(sqlerr.FeatureNotSupported, "%s() cannot be called here", name)
}

// sleep is pg_sleep(seconds), pg_sleep_for(interval) and pg_sleep_until(timestamptz).
func sleep(c *call) error {
	clear(c.out.Data)
	return c.each(func(i int) error {
		if c.env.Effects == nil {
			return errNoEffects("pg_sleep")
		}
		var d time.Duration
		switch c.args[0].Kind {
		case column.Float64:
			d = time.Duration(column.At[float64](c.args[0], i) * float64(time.Second))
		case column.Interval:
			v := kernel.Span(column.At[interval](c.args[0], i))
			d = time.Duration(int64(v.Lo)) * time.Microsecond
		default:
			d = time.Duration(column.At[int64](c.args[0], i)-micros(time.Now())) * time.Microsecond
		}
		if d <= 0 {
			return nil
		}
		return c.env.Effects.Sleep(d)
	})
}

func signalBackend(f func(x Effects, pid int32) bool) apply {
	return func(c *call) error {
		pid := arg[int32](c, 0)
		return c.each(func(i int) error {
			if c.env.Effects == nil {
				return errNoEffects("pg_cancel_backend")
			}
			c.putBool(i, f(c.env.Effects, pid.at(i)))
			return nil
		})
	}
}

// pgNotify is pg_notify(channel, payload). NULL counts as an empty text.
func pgNotify(c *call) error {
	clear(c.out.Data)
	return c.each(func(i int) error {
		n, ok := c.env.Effects.(Notifier)
		if !ok {
			return errNoEffects("pg_notify")
		}
		var text [2]string
		for k := range text {
			if !c.isNull(k, i) {
				v := c.text(k)
				text[k] = string(v.At(i))
			}
		}
		return n.Notify(text[0], text[1])
	})
}

// advisoryKey is the lock that the arguments name: (bigint) or (int, int).
func advisoryKey(c *call, i int) AdvisoryKey {
	if len(c.args) == 1 {
		return AdvisoryKey{Key: column.At[int64](c.args[0], i)}
	}
	hi, lo := column.At[int32](c.args[0], i), column.At[int32](c.args[1], i)
	return AdvisoryKey{Key: int64(hi)<<32 | int64(uint32(lo)), Pair: true}
}

// advisoryLock takes an advisory lock. Those that try say whether they could.
func advisoryLock(shared, transaction, wait bool) apply {
	return func(c *call) error {
		clear(c.out.Data)
		return c.each(func(i int) error {
			locks, ok := c.env.Effects.(AdvisoryLocks)
			if !ok {
				return errNoEffects("pg_advisory_lock")
			}
			got, err := locks.AdvisoryLock(advisoryKey(c, i), shared, transaction, wait)
			if !wait && err == nil {
				c.putBool(i, got)
			}
			return err
		})
	}
}

func advisoryUnlock(shared bool) apply {
	return func(c *call) error {
		return c.each(func(i int) error {
			locks, ok := c.env.Effects.(AdvisoryLocks)
			if !ok {
				return errNoEffects("pg_advisory_unlock")
			}
			c.putBool(i, locks.AdvisoryUnlock(advisoryKey(c, i), shared))
			return nil
		})
	}
}

func advisoryUnlockAll(c *call) error {
	clear(c.out.Data)
	return c.each(func(int) error {
		locks, ok := c.env.Effects.(AdvisoryLocks)
		if !ok {
			return errNoEffects("pg_advisory_unlock_all")
		}
		locks.AdvisoryUnlockAll()
		return nil
	})
}

// sequence64 is a function of sequences: (sequence [, value [, is_called]]).
func sequence64(f func(q Sequences, oid types.OID, v int64, called bool) (int64, error)) apply {
	return func(c *call) error {
		dst := column.Values[int64](c.out)
		return c.each(func(i int) (err error) {
			q, ok := c.env.Effects.(Sequences)
			if !ok {
				return sqlerr.Unsupported("sequences are not supported yet")
			}
			var oid types.OID
			var v int64
			called := true
			if len(c.args) > 0 {
				oid = types.OID(column.At[int64](c.args[0], i))
			}
			if len(c.args) > 1 {
				v = column.At[int64](c.args[1], i)
			}
			if len(c.args) > 2 {
				called = column.At[uint8](c.args[2], i) != 0
			}
			dst[i], err = f(q, oid, v, called)
			return err
		})
	}
}
