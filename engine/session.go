package engine

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/memory"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
)

// SessionOptions is what a client says of itself when it connects.
type SessionOptions struct {
	User, Database string
	Settings       map[string]string // from the startup message
	PID            int32
	RemoteAddr     string
	Notice         func(*sqlerr.Error) // called on the session's goroutine; nil: dropped
	Cancel         func(pid int32) bool
	Terminate      func(pid int32) bool
	Wake           func() // called on any goroutine when there are Notifications; nil: nobody is told
}

// Session is one client's state. One goroutine uses it at a time, but for
// what pg_stat_activity reads.
type Session struct {
	e          *Engine
	opt        SessionOptions
	started    time.Time
	vars       *variables
	inForce    *inForce    // see settings
	remote     remoteNames // see resolveAhead
	temp       catalog.TempSpace
	tx         transaction
	prepared   map[string]*Prepared
	cursors    map[string]*cursor // DECLAREd
	activity   atomic.Pointer[activity]
	listening  listening
	views      int64       // counts views taken
	deleteRows []types.OID // temporary tables with ON COMMIT DELETE ROWS
	sequences  sessionSequences
}

// activity is what the session shows to others.
type activity struct {
	state, query string
	since        time.Time
	app          string
}

// NewSession opens a session. Settings that make no sense end with an error,
// as a startup packet's do in Postgres.
func (e *Engine) NewSession(ctx context.Context, opt SessionOptions) (*Session, error) {
	s := &Session{e: e, opt: opt, started: time.Now(), vars: newVariables(), prepared: map[string]*Prepared{}, cursors: map[string]*cursor{}}
	s.vars.setStart("session_authorization", opt.User)
	s.vars.setStart("timezone", e.cfg.timeZone())
	for name, value := range opt.Settings {
		if name == "options" {
			if err := s.startupOptions(value); err != nil {
				return nil, err
			}
			continue
		}
		if err := s.startSetting(name, value); err != nil {
			return nil, err
		}
	}
	s.note("idle", "")
	e.sessions.add(s)
	return s, nil
}

func (s *Session) startSetting(name, value string) error {
	v, err := s.vars.checked(name, value)
	if err == nil {
		s.vars.setStart(name, v)
	}
	return err
}

// startupOptions reads `-c name=value` and `--name=value`, as libpq's options
// parameter has them; a backslash escapes a blank.
func (s *Session) startupOptions(text string) error {
	var words []string
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == ' ' || c == '\t':
			if b.Len() > 0 {
				words = append(words, b.String())
				b.Reset()
			}
		default:
			b.WriteByte(c)
		}
	}
	if b.Len() > 0 {
		words = append(words, b.String())
	}
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "-c" && i+1 < len(words):
			i++
			w = words[i]
		case strings.HasPrefix(w, "-c"):
			w = w[2:]
		case strings.HasPrefix(w, "--"):
			w = w[2:]
		default:
			return sqlerr.New(sqlerr.SyntaxError, "invalid command-line argument for server process: %s", w)
		}
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			return sqlerr.New(sqlerr.SyntaxError, "-c %s requires a value", w)
		}
		if err := s.startSetting(strings.ReplaceAll(name, "-", "_"), value); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the session: an open transaction is rolled back and temporary
// tables go.
func (s *Session) Close() {
	for _, c := range s.cursors {
		c.Close()
	}
	s.tx.rollback()
	s.stopListening()
	s.e.advisory.unlockAll(s, true, true)
	s.e.sessions.remove(s)
}

// Parse splits a text into statements. Errors have Postgres's position.
func (s *Session) Parse(text string) ([]Statement, error) {
	s.note("active", text)
	stmts, err := s.parse(text)
	if err != nil {
		return nil, err
	}
	out := make([]Statement, len(stmts))
	for i, st := range stmts {
		out[i] = Statement{Text: text, AST: st}
	}
	return out, nil
}

// Statement is one parsed statement and the text it stands in.
type Statement struct {
	Text string
	AST  ast.Statement // nil: empty
}

// EmptyStatement is a text without a statement.
func EmptyStatement(text string) Statement { return Statement{Text: text} }

// note records what the session does, for pg_stat_activity.
func (s *Session) note(state, query string) {
	if query == "" {
		if old := s.activity.Load(); old != nil {
			query = old.query
		}
	}
	s.activity.Store(&activity{state, query, time.Now(), s.settings().app})
}

// notice sends a notice to the client if client_min_messages lets it.
func (s *Session) notice(n *sqlerr.Error) {
	if s.opt.Notice == nil {
		return
	}
	level, _ := s.vars.get("client_min_messages")
	rank := map[string]int{"debug5": 0, "debug4": 0, "debug3": 0, "debug2": 0, "debug1": 0, "debug": 0, "log": 1, "info": 2, "notice": 3, "warning": 4, "error": 5, "fatal": 6, "panic": 7}
	sev := strings.ToLower(string(n.Severity))
	if sev == "" {
		sev = "notice"
	}
	if sev != "info" && rank[sev] < rank[level] {
		return
	}
	s.opt.Notice(n)
}

// noticef sends a notice.
func (s *Session) noticef(severity sqlerr.Severity, code sqlerr.Code, format string, args ...any) {
	s.notice(sqlerr.Notice(severity, code, format, args...))
}

// Parameters are the settings that a client is told when it connects.
func (s *Session) Parameters() []Parameter { return s.vars.report(false) }

// ChangedParameters are those that changed since.
func (s *Session) ChangedParameters() []Parameter { return s.vars.report(true) }

// User, Database and the rest make a Session a catalog.SessionFacts.
func (s *Session) User() string {
	if r, _ := s.vars.get("role"); r != "none" && r != "" {
		return r
	}
	u, _ := s.vars.get("session_authorization")
	return u
}

// SessionUser is the user who connected.
func (s *Session) SessionUser() string { return s.opt.User }

// Database is the database that the client asked for: every name opens the one there is.
func (s *Session) Database() string { return s.opt.Database }

// BackendPID is the process id that the client was told.
func (s *Session) BackendPID() int32 { return s.opt.PID }

// Setting is a setting's value as SHOW prints it.
func (s *Session) Setting(name string) (string, bool) {
	v, ok := s.vars.get(name)
	if !ok {
		return "", false
	}
	if d, known := settingsByName[strings.ToLower(name)]; known {
		if d.name == "transaction_isolation" && s.tx.open() {
			return isolationName(s.tx.level), true
		}
		return d.display(v), true
	}
	return v, true
}

// Settings lists all settings.
func (s *Session) Settings() []catalog.Setting { return s.vars.all() }

// Activity lists all sessions.
func (s *Session) Activity() []catalog.Backend { return s.e.sessions.list() }

// SearchPath is the schemas that unqualified names are looked up in:
// those of search_path that exist, after the implicit ones.
func (s *Session) SearchPath() []string {
	view := s.tx.lastView
	names := s.settings().searchPath
	var out []string
	add := func(n string) {
		for _, o := range out {
			if o == n {
				return
			}
		}
		out = append(out, n)
	}
	explicitTemp, explicitCatalog := false, false
	for _, n := range names {
		explicitTemp = explicitTemp || n == memory.TempSchema
		explicitCatalog = explicitCatalog || n == "pg_catalog"
	}
	if !explicitTemp {
		add(memory.TempSchema)
	}
	if !explicitCatalog {
		add("pg_catalog")
	}
	for _, n := range names {
		if n == "$user" {
			n = s.User()
		}
		if n == memory.TempSchema || n == "pg_catalog" || view == nil {
			add(n)
			continue
		}
		if _, ok := view.Schema(n); ok {
			add(n)
		}
	}
	return out
}

// creationSchema is where unqualified objects are made; "" if none of search_path exists.
func (s *Session) creationSchema() string {
	for _, n := range s.settings().searchPath {
		if n == "$user" {
			n = s.User()
		}
		if n == memory.TempSchema {
			return n
		}
		if s.tx.lastView == nil {
			continue
		}
		if _, ok := s.tx.lastView.Schema(n); ok {
			return n
		}
	}
	return ""
}

// guard makes an error of a panic on the session's goroutine: only this
// statement fails.
func guard(err *error) {
	if v := recover(); v != nil {
		*err = recovered(v, debug.Stack())
	}
}

// sessions is the process's list of sessions.
type sessions struct {
	mu  sync.Mutex
	all map[*Session]struct{}
}

func (l *sessions) add(s *Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[*Session]struct{}{}
	}
	l.all[s] = struct{}{}
}

func (l *sessions) remove(s *Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, s)
}

func (l *sessions) list() []catalog.Backend {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []catalog.Backend
	for s := range l.all {
		a := s.activity.Load()
		out = append(out, catalog.Backend{
			PID: s.opt.PID, User: s.opt.User, Database: s.opt.Database, Application: a.app, ClientAddr: s.opt.RemoteAddr,
			State: a.state, Query: a.query, StartMicros: s.started.UnixMicro(), QueryStartMicros: a.since.UnixMicro(),
		})
	}
	return out
}

func (s *Session) String() string { return fmt.Sprintf("session %d", s.opt.PID) }
