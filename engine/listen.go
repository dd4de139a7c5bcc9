package engine

import (
	"slices"
	"sync"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// Notification is one message of NOTIFY to a session that listens.
type Notification struct {
	PID              int32 // of the session that sent it
	Channel, Payload string
}

// The limits of Postgres: NAMEDATALEN and NOTIFY_PAYLOAD_MAX_LENGTH.
const (
	maxChannel = 63
	maxPayload = 7999
)

// channels is who listens to what in this process.
type channels struct {
	mu        sync.Mutex
	listeners map[string]map[*Session]struct{}
}

// listening is a session's part: what its transaction asked for, which its
// commit carries out, and what has come in.
type listening struct {
	mu     sync.Mutex // pg_notify() runs in workers, deliveries come from other sessions
	wishes []wish
	inbox  []Notification
	marks  []listenMark
}

// wish is one LISTEN, UNLISTEN or NOTIFY of an open transaction.
type wish struct {
	kind    wishKind
	channel string
	payload string
}

type wishKind uint8

const (
	listenTo wishKind = iota
	unlisten
	unlistenAll
	notify
)

// listenMark is a savepoint: the wishes after it can be taken back.
type listenMark struct {
	name   string
	wishes int
}

func (l *listening) wish(w wish) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.kind == notify && slices.Contains(l.wishes, w) {
		return // a transaction sends the same message once
	}
	l.wishes = append(l.wishes, w)
}

func (l *listening) savepoint(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.marks = append(l.marks, listenMark{name, len(l.wishes)})
}

func (l *listening) rollbackTo(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.marks) - 1; i >= 0; i-- {
		if l.marks[i].name == name {
			l.wishes, l.marks = l.wishes[:l.marks[i].wishes], l.marks[:i+1]
			return
		}
	}
}

// take gives the wishes to who carries them out, or forgets them.
func (l *listening) take() []wish {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.wishes
	l.wishes, l.marks = nil, nil
	return w
}

// announce carries out what a committed transaction wished.
func (s *Session) announce() {
	wishes := s.listening.take()
	if len(wishes) == 0 {
		return
	}
	c := &s.e.channels
	c.mu.Lock()
	woken := map[*Session]struct{}{}
	for _, w := range wishes {
		switch w.kind {
		case listenTo:
			if c.listeners == nil {
				c.listeners = map[string]map[*Session]struct{}{}
			}
			if c.listeners[w.channel] == nil {
				c.listeners[w.channel] = map[*Session]struct{}{}
			}
			c.listeners[w.channel][s] = struct{}{}
		case unlisten:
			c.remove(w.channel, s)
		case unlistenAll:
			c.removeAll(s)
		case notify:
			for to := range c.listeners[w.channel] {
				to.listening.mu.Lock()
				to.listening.inbox = append(to.listening.inbox, Notification{s.opt.PID, w.channel, w.payload})
				to.listening.mu.Unlock()
				woken[to] = struct{}{}
			}
		}
	}
	c.mu.Unlock()
	for to := range woken {
		if to != s && to.opt.Wake != nil {
			to.opt.Wake()
		}
	}
}

// remove and removeAll take a session off channels; the caller holds mu.
func (c *channels) remove(channel string, s *Session) {
	delete(c.listeners[channel], s)
	if len(c.listeners[channel]) == 0 {
		delete(c.listeners, channel)
	}
}

func (c *channels) removeAll(s *Session) {
	for channel := range c.listeners {
		c.remove(channel, s)
	}
}

// stopListening ends a session's part.
func (s *Session) stopListening() {
	s.listening.take()
	s.e.channels.mu.Lock()
	defer s.e.channels.mu.Unlock()
	s.e.channels.removeAll(s)
}

// Notifications takes what has come in. Clients get it between transactions.
func (s *Session) Notifications() []Notification {
	if s.tx.block {
		return nil
	}
	s.listening.mu.Lock()
	defer s.listening.mu.Unlock()
	in := s.listening.inbox
	s.listening.inbox = nil
	return in
}

// Notify is NOTIFY and pg_notify(): sent when the transaction commits.
func (s *Session) notifyChannel(channel, payload string) error {
	switch {
	case channel == "":
		return sqlerr.New(sqlerr.InvalidParameterValue, "channel name cannot be empty")
	case len(channel) > maxChannel:
		return sqlerr.New(sqlerr.InvalidParameterValue, "channel name too long")
	case len(payload) > maxPayload:
		return sqlerr.New(sqlerr.InvalidParameterValue, "payload string too long")
	}
	s.listening.wish(wish{notify, channel, payload})
	return nil
}

// Notify makes effects an eval.Notifier.
func (x *effects) Notify(channel, payload string) error { return x.s.notifyChannel(channel, payload) }

// listen carries out LISTEN, UNLISTEN and NOTIFY. It gives the command tag.
func (s *Session) listen(st ast.Statement) (string, error) {
	switch a := st.(type) {
	case *ast.Listen:
		s.listening.wish(wish{kind: listenTo, channel: a.Channel.Name})
		return "LISTEN", nil
	case *ast.Unlisten:
		kind := unlisten
		if a.All {
			kind = unlistenAll
		}
		s.listening.wish(wish{kind: kind, channel: a.Channel.Name})
		return "UNLISTEN", nil
	case *ast.Notify:
		return "NOTIFY", s.notifyChannel(a.Channel.Name, a.Payload)
	}
	return "", sqlerr.Internal("%T is not about channels", st)
}
