package engine

import (
	"maps"
	"sort"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// variables are a session's settings: what is in force, and what a
// transaction that fails goes back to. Every statement saves them and few
// change them, so the maps by lower-case name are values: a change makes a new
// one.
type variables struct {
	session  map[string]string // where changed from boot
	start    map[string]string // values that RESET goes back to, where not boot
	local    map[string]string // SET LOCAL, until the transaction ends
	reported map[string]string // what the client was told last; changed in place
	saved    []savedVariables
	changes  uint64 // counts changes of the three maps
	heard    uint64 // changes up to which the client was told
}

type savedVariables struct {
	name           string // savepoint; "" the transaction
	session, local map[string]string
}

func newVariables() *variables { return &variables{reported: map[string]string{}, changes: 1} }

// with is m with one value changed.
func with(m map[string]string, k, value string) map[string]string {
	out := make(map[string]string, len(m)+1)
	maps.Copy(out, m)
	out[k] = value
	return out
}

// without is m without a value.
func without(m map[string]string, k string) map[string]string {
	if _, ok := m[k]; !ok {
		return m
	}
	out := maps.Clone(m)
	delete(out, k)
	return out
}

func (v *variables) get(name string) (string, bool) {
	k := strings.ToLower(name)
	if x, ok := v.local[k]; ok {
		return x, true
	}
	if x, ok := v.session[k]; ok {
		return x, true
	}
	if x, ok := v.start[k]; ok {
		return x, true
	}
	if s, ok := settingsByName[k]; ok {
		return s.boot, true
	}
	return "", false
}

// set stores a checked value. Names with a dot that nobody declared are placeholders.
func (v *variables) set(name, value string, local bool) (string, error) {
	value, err := v.checked(name, value)
	if err != nil {
		return "", err
	}
	k := strings.ToLower(name)
	if local {
		v.put(v.session, with(v.local, k, value))
	} else {
		v.put(with(v.session, k, value), without(v.local, k))
	}
	return value, nil
}

// setStart stores a value that the connection comes with.
func (v *variables) setStart(name, value string) {
	v.start = with(v.start, strings.ToLower(name), value)
	v.changes++
}

// put replaces what is in force.
func (v *variables) put(session, local map[string]string) {
	v.session, v.local = session, local
	v.changes++
}

// checked is a value's canonical form.
func (v *variables) checked(name, value string) (string, error) {
	k := strings.ToLower(name)
	s, ok := settingsByName[k]
	if !ok {
		if !strings.Contains(k, ".") || strings.HasPrefix(k, "inlay.") {
			return "", unknownSetting(name)
		}
		return value, nil
	}
	if s.context != "user" {
		code, how := sqlerr.CantChangeRuntimeParam, "cannot be changed"
		if s.context != "internal" {
			how = "cannot be changed without restarting the server"
		}
		return "", sqlerr.New(code, "parameter %s %s", sqlerr.Quote(s.name), how)
	}
	if k == "datestyle" { // what the value does not say stays as it is
		now, _ := v.get(k)
		value = now + ", " + value
	}
	return s.canonical(value)
}

func (v *variables) reset(name string) error {
	k := strings.ToLower(name)
	s, ok := settingsByName[k]
	if !ok && !strings.Contains(k, ".") {
		return unknownSetting(name)
	}
	if ok && s.context != "user" {
		return sqlerr.New(sqlerr.CantChangeRuntimeParam, "parameter %s cannot be changed", sqlerr.Quote(s.name))
	}
	v.put(without(v.session, k), without(v.local, k))
	return nil
}

// resetAll is RESET ALL, which leaves the user alone; discard is DISCARD ALL,
// which does not.
func (v *variables) resetAll() {
	kept := map[string]string{}
	for _, k := range []string{"session_authorization", "role"} {
		if x, ok := v.session[k]; ok {
			kept[k] = x
		}
	}
	v.put(kept, nil)
}

func (v *variables) discard() { v.put(nil, nil) }

// save remembers the values at the start of a transaction ("") or savepoint.
func (v *variables) save(name string) {
	v.saved = append(v.saved, savedVariables{name, v.session, v.local})
}

// rollback goes back to the values at a savepoint or, with "", the transaction's start.
func (v *variables) rollback(name string) {
	for i := len(v.saved) - 1; i >= 0; i-- {
		if v.saved[i].name == name {
			v.put(v.saved[i].session, v.saved[i].local)
			v.saved = v.saved[:i+1]
			break
		}
	}
	if name == "" {
		v.end()
	}
}

// commit keeps what SET changed and forgets what SET LOCAL did.
func (v *variables) commit() { v.end() }

func (v *variables) end() {
	v.saved = v.saved[:0]
	if v.local != nil {
		v.put(v.session, nil)
	}
}

// Parameter is one ParameterStatus.
type Parameter struct{ Name, Value string }

// report lists reported settings; with onlyChanged those that the client has
// not heard of.
func (v *variables) report(onlyChanged bool) []Parameter {
	if onlyChanged && v.heard == v.changes {
		return nil
	}
	v.heard = v.changes
	var out []Parameter
	for i := range settingTable {
		s := &settingTable[i]
		if !s.report {
			continue
		}
		x, _ := v.get(s.name)
		if old, told := v.reported[s.name]; onlyChanged && told && old == x {
			continue
		}
		v.reported[s.name] = x
		out = append(out, Parameter{s.name, x})
	}
	return out
}

// all lists every setting as pg_settings has it.
func (v *variables) all() []catalog.Setting {
	var out []catalog.Setting
	for i := range settingTable {
		s := &settingTable[i]
		x, _ := v.get(s.name)
		reset := s.boot
		if r, ok := v.start[strings.ToLower(s.name)]; ok {
			reset = r
		}
		row := catalog.Setting{Name: s.name, Value: x, Unit: s.unit, Category: s.category, Description: s.about, Context: s.context,
			VarType: s.kind, Source: "default", Boot: s.boot, Reset: reset, Enum: s.values}
		if s.kind == "integer" {
			row.Min, row.Max = strconv.FormatInt(s.min, 10), strconv.FormatInt(s.max, 10)
		}
		if x != s.boot {
			row.Source = "session"
		}
		out = append(out, row)
	}
	sort.Slice(out, func(i, j int) bool { return strings.ToLower(out[i].Name) < strings.ToLower(out[j].Name) })
	return out
}
