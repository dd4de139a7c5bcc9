package config

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// sizeUnits are what may follow the number of a size. As in the SI, kB is
// 1000 bytes; KiB is 1024.
var sizeUnits = map[string]float64{
	"": 1, "b": 1,
	"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
	"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
}

// ParseSize reads a number of bytes: 1500MB, 2GiB, 1.5 GB, 1048576.
func ParseSize(s string) (int64, error) {
	t := strings.TrimSpace(s)
	k := 0
	for k < len(t) && (t[k] >= '0' && t[k] <= '9' || t[k] == '.') {
		k++
	}
	n, err := strconv.ParseFloat(t[:k], 64)
	unit, ok := sizeUnits[strings.ToLower(strings.TrimSpace(t[k:]))]
	if err != nil || !ok {
		return 0, fmt.Errorf("%q is no size: write 1500MB, 2GiB or a number of bytes", s)
	}
	if b := n * unit; b < math.MaxInt64 {
		return int64(b), nil
	}
	return 0, fmt.Errorf("%q is too large", s)
}

// FormatSize is the short form of a size, in the largest unit that is exact.
func FormatSize(n int64) string {
	for _, u := range []struct {
		name string
		size int64
	}{{"TiB", 1 << 40}, {"TB", 1e12}, {"GiB", 1 << 30}, {"GB", 1e9}, {"MiB", 1 << 20}, {"MB", 1e6}, {"KiB", 1 << 10}, {"kB", 1e3}} {
		if n >= u.size && n%u.size == 0 {
			return strconv.FormatInt(n/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10) + "B"
}

func setString(p *string) func(string) error {
	return func(v string) error { *p = v; return nil }
}

func setBool(p *bool) func(string) error {
	return func(v string) error {
		switch strings.ToLower(v) {
		case "true", "on", "yes", "1":
			*p = true
		case "false", "off", "no", "0":
			*p = false
		default:
			return fmt.Errorf("%q is neither true nor false", v)
		}
		return nil
	}
}

func setSize(p *int64) func(string) error {
	return func(v string) (err error) { *p, err = ParseSize(v); return err }
}

func setCount(p *int, least, most int) func(string) error {
	return func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return fmt.Errorf("%q is no number from %d to %d", v, least, most)
		}
		*p = n
		return nil
	}
}

func setChoice(p *string, choices ...string) func(string) error {
	return func(v string) error {
		if !slices.Contains(choices, v) {
			return fmt.Errorf("%q is none of %s", v, strings.Join(choices, ", "))
		}
		*p = v
		return nil
	}
}

func appendTo(p *[]string) func(string) error {
	return func(v string) error {
		if v == "" {
			return fmt.Errorf("is empty")
		}
		*p = append(*p, v)
		return nil
	}
}

// sorted gives a map's keys in order, so that errors do not depend on chance.
func sorted[V any](m map[string]V) iter.Seq[string] {
	return slices.Values(slices.Sorted(maps.Keys(m)))
}

// unknownOption names the option that was probably meant.
func unknownOption(name string, known []string) error {
	best, bestDistance := "", max(2, len(name)/3)+1
	for _, k := range known {
		if d := distance(name, k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	if best == "" {
		return fmt.Errorf("unknown option %s", name)
	}
	return fmt.Errorf("unknown option %s (did you mean %s?)", name, best)
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
