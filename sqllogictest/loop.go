package sqllogictest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// maxIterations bounds a loop; the reference scorer has the same bound.
const maxIterations = 200

var (
	signedTypes   = []string{"tinyint", "smallint", "integer", "bigint", "hugeint"}
	unsignedTypes = []string{"utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"}
)

// typeSets are the names that DuckDB's foreach knows.
var typeSets = map[string][]string{
	"<signed>":   signedTypes,
	"<unsigned>": unsignedTypes,
	"<integral>": concat(signedTypes, unsignedTypes),
	"<numeric>":  concat(signedTypes, unsignedTypes, []string{"float", "double"}),
	"<alltypes>": concat(signedTypes, unsignedTypes, []string{"float", "double", "bool", "interval", "varchar"}),
}

func concat(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func (r *reader) loop(word string, args []string) error {
	if word == "endloop" {
		r.start(kindEndLoop)
		return nil
	}
	rec := r.start(kindLoop)
	if len(args) == 0 {
		return fmt.Errorf("%s takes a variable", word)
	}
	rec.loopVars = strings.Split(args[0], ",")
	if strings.HasSuffix(word, "foreach") {
		for _, v := range args[1:] {
			set, isSet := typeSets[v]
			switch {
			case strings.HasPrefix(v, "!"):
				rec.loopValues = without(rec.loopValues, v[1:])
			case isSet:
				rec.loopValues = append(rec.loopValues, set...)
			case strings.HasPrefix(v, "<") && strings.HasSuffix(v, ">") && len(args) == 2 && r.tolerant:
			default:
				rec.loopValues = append(rec.loopValues, v)
			}
		}
	} else {
		from, to := 0, 1
		if len(args) == 3 {
			a, errA := strconv.Atoi(args[1])
			b, errB := strconv.Atoi(args[2])
			if errA == nil && errB == nil {
				from, to = a, b
			} else if !r.tolerant {
				return fmt.Errorf("loop takes two numbers")
			}
		} else if !r.tolerant {
			return fmt.Errorf("loop takes a variable and two numbers")
		}
		for v := from; v < to && len(rec.loopValues) < maxIterations; v++ {
			rec.loopValues = append(rec.loopValues, strconv.Itoa(v))
		}
	}
	if len(rec.loopValues) > maxIterations {
		if !r.tolerant {
			return fmt.Errorf("more than %d iterations", maxIterations)
		}
		rec.loopValues = rec.loopValues[:maxIterations]
	}
	return nil
}

func without(list []string, v string) []string {
	var kept []string
	for _, x := range list {
		if x != v {
			kept = append(kept, x)
		}
	}
	return kept
}

// bindLoop gives the variables of one iteration, added to those outside.
// foreach a,b 1,2 3,4 sets two variables at once.
func bindLoop(outer map[string]string, vars []string, value string) map[string]string {
	env := make(map[string]string, len(outer)+len(vars))
	for k, v := range outer {
		env[k] = v
	}
	parts := strings.Split(value, ",")
	for i, name := range vars {
		env[name] = value
		if len(vars) > 1 && i < len(parts) {
			env[name] = parts[i]
		}
	}
	return env
}

var loopVariable = regexp.MustCompile(`\$?\{(\w+)\}`)

// expandLoop replaces ${name} and {name} where name is a loop variable.
func expandLoop(s string, env map[string]string) string {
	if len(env) == 0 || !strings.Contains(s, "{") {
		return s
	}
	return loopVariable.ReplaceAllStringFunc(s, func(m string) string {
		name := strings.Trim(m, "${}")
		if v, ok := env[name]; ok {
			return v
		}
		return m
	})
}

// instantiate is the record with loop variables filled in.
func (r *record) instantiate(env map[string]string) *record {
	if len(env) == 0 || !r.isTest() {
		return r
	}
	c := *r
	c.sql = expandLoop(r.sql, env)
	c.types = expandLoop(r.types, env)
	c.pattern = expandLoop(r.pattern, env)
	if len(r.want) > 0 {
		c.want = make([]string, len(r.want))
		for i, l := range r.want {
			c.want[i] = expandLoop(l, env)
		}
	}
	return &c
}

var comparison = regexp.MustCompile(`^(\w+)\s*(=|<=|>=|<>|!=|<|>)\s*(\S+)$`)

// holds says whether a condition is met: it names the engine, or compares a
// loop variable.
func (c condition) holds(engines map[string]bool, env map[string]string) bool {
	if m := comparison.FindStringSubmatch(c.words); m != nil {
		if v, ok := env[m[1]]; ok {
			return compareWords(v, m[2], m[3])
		}
	}
	name, _, _ := strings.Cut(c.words, " ")
	return engines[strings.ToLower(name)]
}

func compareWords(a, op, b string) bool {
	c := strings.Compare(a, b)
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		switch {
		case x < y:
			c = -1
		case x > y:
			c = 1
		default:
			c = 0
		}
	}
	switch op {
	case "=":
		return c == 0
	case "<":
		return c < 0
	case ">":
		return c > 0
	case "<=":
		return c <= 0
	case ">=":
		return c >= 0
	}
	return c != 0
}

// skipped says whether the conditions in front of a record exclude it.
func (r *record) skipped(engines map[string]bool, env map[string]string) bool {
	for _, c := range r.conds {
		if c.holds(engines, env) != c.only {
			return true
		}
	}
	return false
}
