package engine

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// setting is one row of the table of settings: what SET checks and what
// pg_settings shows.
type setting struct {
	name     string // as SHOW prints it
	boot     string
	kind     string // bool, integer, real, string, enum
	unit     string
	context  string // user: SET may change it; internal: nobody may
	category string
	about    string
	values   []string // enum
	min, max int64    // integer
	report   bool     // clients hear of changes in ParameterStatus
	// check gives the canonical form of a value; nil: by kind.
	check func(v string) (string, bool)
}

const (
	catClient     = "Client Connection Defaults / Statement Behavior"
	catLocale     = "Client Connection Defaults / Locale and Formatting"
	catPreset     = "Preset Options"
	catResource   = "Resource Usage / Memory"
	catPlanner    = "Query Tuning / Planner Method Configuration"
	catVersion    = "Version and Platform Compatibility / Previous PostgreSQL Versions"
	catReporting  = "Reporting and Logging / What to Log"
	catConnection = "Connections and Authentication / Connection Settings"
	catInlay      = "Inlay"
)

// ServerVersion is the version of Postgres whose catalogs and behaviour
// clients may count on.
const (
	ServerVersion    = "15.18"
	serverVersionNum = "150018"
)

var settingTable = []setting{
	{name: "application_name", kind: "string", context: "user", category: catReporting, about: "Sets the application name to be reported in statistics and logs.", report: true},
	{name: "array_nulls", boot: "on", kind: "bool", context: "user", category: catVersion, about: "Enable input of NULL elements in arrays."},
	{name: "backslash_quote", boot: "safe_encoding", kind: "enum", values: []string{"safe_encoding", "on", "off"}, context: "user", category: catVersion, about: "Sets whether \"\\'\" is allowed in string literals."},
	{name: "bytea_output", boot: "hex", kind: "enum", values: []string{"hex", "escape"}, context: "user", category: catClient, about: "Sets the output format for bytea."},
	{name: "check_function_bodies", boot: "on", kind: "bool", context: "user", category: catClient, about: "Check routine bodies during CREATE FUNCTION and CREATE PROCEDURE."},
	{name: "client_encoding", boot: "UTF8", kind: "string", context: "user", category: catLocale, about: "Sets the client's character set encoding.", report: true, check: checkEncoding},
	{name: "client_min_messages", boot: "notice", kind: "enum", values: []string{"debug5", "debug4", "debug3", "debug2", "debug1", "debug", "log", "info", "notice", "warning", "error", "fatal", "panic"}, context: "user", category: catClient, about: "Sets the message levels that are sent to the client."},
	{name: "DateStyle", boot: "ISO, MDY", kind: "string", context: "user", category: catLocale, about: "Sets the display format for date and time values.", report: true, check: checkDateStyle},
	{name: "default_tablespace", kind: "string", context: "user", category: catClient, about: "Sets the default tablespace to create tables and indexes in."},
	{name: "default_table_access_method", boot: "heap", kind: "string", context: "user", category: catClient, about: "Sets the default table access method for new tables."},
	{name: "default_transaction_deferrable", boot: "off", kind: "bool", context: "user", category: catClient, about: "Sets the default deferrable status of new transactions."},
	{name: "default_transaction_isolation", boot: "read committed", kind: "enum", values: isolationNames, context: "user", category: catClient, about: "Sets the transaction isolation level of each new transaction."},
	{name: "default_transaction_read_only", boot: "off", kind: "bool", context: "user", category: catClient, about: "Sets the default read-only status of new transactions.", report: true},
	{name: "enable_hashagg", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of hashed aggregation plans."},
	{name: "enable_hashjoin", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of hash join plans."},
	{name: "enable_mergejoin", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of merge join plans."},
	{name: "enable_nestloop", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of nested-loop join plans."},
	{name: "enable_seqscan", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of sequential-scan plans."},
	{name: "enable_indexscan", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of index-scan plans."},
	{name: "enable_bitmapscan", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of bitmap-scan plans."},
	{name: "enable_sort", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of explicit sort steps."},
	{name: "enable_material", boot: "on", kind: "bool", context: "user", category: catPlanner, about: "Enables the planner's use of materialization."},
	{name: "escape_string_warning", boot: "on", kind: "bool", context: "user", category: catVersion, about: "Warn about backslash escapes in ordinary string literals."},
	{name: "extra_float_digits", boot: "1", kind: "integer", min: -15, max: 3, context: "user", category: catLocale, about: "Sets the number of digits displayed for floating-point values."},
	{name: "geqo", boot: "on", kind: "bool", context: "user", category: "Query Tuning / Genetic Query Optimizer", about: "Enables genetic query optimization."},
	{name: "idle_in_transaction_session_timeout", boot: "0", kind: "integer", unit: "ms", max: 1<<31 - 1, context: "user", category: catClient, about: "Sets the maximum allowed idle time between queries, when in a transaction."},
	{name: "idle_session_timeout", boot: "0", kind: "integer", unit: "ms", max: 1<<31 - 1, context: "user", category: catClient, about: "Sets the maximum allowed idle time between queries, when not in a transaction."},
	{name: "in_hot_standby", boot: "off", kind: "bool", context: "internal", category: catPreset, about: "Shows whether hot standby is currently active.", report: true},
	{name: "integer_datetimes", boot: "on", kind: "bool", context: "internal", category: catPreset, about: "Shows whether datetimes are integer based.", report: true},
	{name: "IntervalStyle", boot: "postgres", kind: "enum", values: []string{"postgres", "postgres_verbose", "sql_standard", "iso_8601"}, context: "user", category: catLocale, about: "Sets the display format for interval values.", report: true},
	{name: "is_superuser", boot: "on", kind: "bool", context: "internal", category: catPreset, about: "Shows whether the current user is a superuser.", report: true},
	{name: "jit", boot: "off", kind: "bool", context: "user", category: catPlanner, about: "Allow JIT compilation."},
	{name: "lc_collate", boot: "C.UTF-8", kind: "string", context: "internal", category: catLocale, about: "Shows the collation order locale."},
	{name: "lc_ctype", boot: "C.UTF-8", kind: "string", context: "internal", category: catLocale, about: "Shows the character classification and case conversion locale."},
	{name: "lc_messages", boot: "C.UTF-8", kind: "string", context: "user", category: catLocale, about: "Sets the language in which messages are displayed."},
	{name: "lc_monetary", boot: "C.UTF-8", kind: "string", context: "user", category: catLocale, about: "Sets the locale for formatting monetary amounts."},
	{name: "lc_numeric", boot: "C.UTF-8", kind: "string", context: "user", category: catLocale, about: "Sets the locale for formatting numbers."},
	{name: "lc_time", boot: "C.UTF-8", kind: "string", context: "user", category: catLocale, about: "Sets the locale for formatting date and time values."},
	{name: "lock_timeout", boot: "0", kind: "integer", unit: "ms", max: 1<<31 - 1, context: "user", category: catClient, about: "Sets the maximum allowed duration of any wait for a lock."},
	{name: "max_connections", boot: "500", kind: "integer", min: 1, max: 262143, context: "postmaster", category: catConnection, about: "Sets the maximum number of concurrent connections."},
	{name: "max_identifier_length", boot: "63", kind: "integer", max: 63, context: "internal", category: catPreset, about: "Shows the maximum identifier length."},
	{name: "max_index_keys", boot: "32", kind: "integer", max: 32, context: "internal", category: catPreset, about: "Shows the maximum number of index keys."},
	{name: "max_parallel_workers_per_gather", boot: "2", kind: "integer", max: 1024, context: "user", category: catResource, about: "Sets the maximum number of parallel processes per executor node."},
	{name: "password_encryption", boot: "scram-sha-256", kind: "enum", values: []string{"md5", "scram-sha-256"}, context: "user", category: catConnection, about: "Chooses the algorithm for encrypting passwords."},
	{name: "port", boot: "5433", kind: "integer", min: 1, max: 65535, context: "postmaster", category: catConnection, about: "Sets the TCP port the server listens on."},
	{name: "quote_all_identifiers", boot: "off", kind: "bool", context: "user", category: catVersion, about: "When generating SQL fragments, quote all identifiers."},
	{name: "random_page_cost", boot: "4", kind: "real", context: "user", category: catPlanner, about: "Sets the planner's estimate of the cost of a nonsequentially fetched disk page."},
	{name: "role", boot: "none", kind: "string", context: "user", category: catClient, about: "Sets the current role."},
	{name: "row_security", boot: "on", kind: "bool", context: "user", category: catClient, about: "Enable row security."},
	{name: "search_path", boot: `"$user", public`, kind: "string", context: "user", category: catClient, about: "Sets the schema search order for names that are not schema-qualified."},
	{name: "seed", boot: "0", kind: "real", context: "user", category: catClient, about: "Sets the seed for random-number generation."},
	{name: "server_encoding", boot: "UTF8", kind: "string", context: "internal", category: catPreset, about: "Shows the server (database) character set encoding.", report: true},
	{name: "server_version", boot: ServerVersion, kind: "string", context: "internal", category: catPreset, about: "Shows the server version.", report: true},
	{name: "server_version_num", boot: serverVersionNum, kind: "integer", context: "internal", category: catPreset, about: "Shows the server version as an integer."},
	{name: "session_authorization", kind: "string", context: "user", category: catClient, about: "Sets the session user name.", report: true},
	{name: "shared_buffers", boot: "16384", kind: "integer", unit: "8kB", max: 1 << 30, context: "postmaster", category: catResource, about: "Sets the number of shared memory buffers used by the server."},
	{name: "ssl", boot: "off", kind: "bool", context: "sighup", category: "Connections and Authentication / SSL", about: "Enables SSL connections."},
	{name: "standard_conforming_strings", boot: "on", kind: "bool", context: "user", category: catVersion, about: "Causes '...' strings to treat backslashes literally.", report: true, check: onlyOn},
	{name: "statement_timeout", boot: "0", kind: "integer", unit: "ms", max: 1<<31 - 1, context: "user", category: catClient, about: "Sets the maximum allowed duration of any statement."},
	{name: "synchronize_seqscans", boot: "on", kind: "bool", context: "user", category: catVersion, about: "Enable synchronized sequential scans."},
	{name: "synchronous_commit", boot: "on", kind: "enum", values: []string{"local", "remote_write", "remote_apply", "on", "off"}, context: "user", category: "Write-Ahead Log / Settings", about: "Sets the current transaction's synchronization level."},
	{name: "TimeZone", boot: "Etc/UTC", kind: "string", context: "user", category: catLocale, about: "Sets the time zone for displaying and interpreting time stamps.", report: true, check: checkTimeZone},
	{name: "transaction_deferrable", boot: "off", kind: "bool", context: "user", category: catClient, about: "Whether to defer a read-only serializable transaction until it can be executed with no possible serialization failures."},
	{name: "transaction_isolation", boot: "read committed", kind: "enum", values: isolationNames, context: "user", category: catClient, about: "Sets the current transaction's isolation level."},
	{name: "transaction_read_only", boot: "off", kind: "bool", context: "user", category: catClient, about: "Sets the current transaction's read-only status."},
	{name: "transform_null_equals", boot: "off", kind: "bool", context: "user", category: catVersion, about: "Treats \"expr=NULL\" as \"expr IS NULL\"."},
	{name: "wal_level", boot: "replica", kind: "enum", values: []string{"minimal", "replica", "logical"}, context: "postmaster", category: "Write-Ahead Log / Settings", about: "Sets the level of information written to the WAL."},
	{name: "work_mem", boot: "4096", kind: "integer", unit: "kB", min: 64, max: 1<<31 - 1, context: "user", category: catResource, about: "Sets the maximum memory to be used for query workspaces."},
	{name: "maintenance_work_mem", boot: "65536", kind: "integer", unit: "kB", min: 1024, max: 1<<31 - 1, context: "user", category: catResource, about: "Sets the maximum memory to be used for maintenance operations."},
	{name: "xmloption", boot: "content", kind: "enum", values: []string{"content", "document"}, context: "user", category: catClient, about: "Sets whether XML data in implicit parsing and serialization operations is to be considered as documents or content fragments."},
	{name: "inlay.dialect", boot: "postgres", kind: "string", context: "user", category: catInlay, about: "Chooses the dialect of SQL in which this connection's statements are read: postgres or mysql.", check: checkDialect},
	{name: "inlay.nanoseconds", boot: "warn", kind: "enum", values: []string{"warn", "error"}, context: "user", category: catInlay, about: "What happens when times in nanoseconds are read from a file: they are rounded down to microseconds with a warning, or refused."},
	{name: "inlay.preserve_order", boot: "on", kind: "bool", context: "user", category: catInlay, about: "Streams rows in the order in which the source has them."},
	{name: "inlay.disable_rules", kind: "string", context: "user", category: catInlay, about: "Names planner rules that are left out, separated by commas."},
	{name: "inlay.threads", boot: "0", kind: "integer", max: 1024, context: "user", category: catInlay, about: "Limits the workers of a statement; 0 means one a core."},
	{name: "inlay.memory_limit", boot: "0", kind: "integer", unit: "kB", max: 1 << 40, context: "user", category: catInlay, about: "Limits the memory of a statement; 0 means the server's limit."},
}

var isolationNames = []string{"serializable", "repeatable read", "read committed", "read uncommitted"}

var settingsByName = func() map[string]*setting {
	m := map[string]*setting{}
	for i := range settingTable {
		m[strings.ToLower(settingTable[i].name)] = &settingTable[i]
	}
	return m
}()

func unknownSetting(name string) error {
	return sqlerr.New(sqlerr.UndefinedObject, "unrecognized configuration parameter %s", sqlerr.Quote(name))
}

// canonical checks a value and brings it to the form that SHOW prints.
func (s *setting) canonical(v string) (string, error) {
	bad := func() error {
		return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %s: %s", sqlerr.Quote(s.name), sqlerr.Quote(v))
	}
	if s.check != nil {
		c, ok := s.check(v)
		if !ok {
			return "", bad()
		}
		return c, nil
	}
	switch s.kind {
	case "bool":
		b, ok := parseBool(v)
		if !ok {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "parameter %s requires a Boolean value", sqlerr.Quote(s.name))
		}
		if b {
			return "on", nil
		}
		return "off", nil
	case "enum":
		l := strings.ToLower(v)
		for _, e := range s.values {
			if e == l {
				return e, nil
			}
		}
		return "", bad().(*sqlerr.Error).WithHint("Available values: %s.", strings.Join(s.values, ", "))
	case "integer":
		n, ok := parseAmount(v, s.unit)
		if !ok {
			return "", bad()
		}
		if n < s.min || n > s.max && s.max > 0 {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "%d%s is outside the valid range for parameter %s (%d .. %d)", n, unitSuffix(s.unit), sqlerr.Quote(s.name), s.min, s.max)
		}
		return strconv.FormatInt(n, 10), nil
	case "real":
		if _, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err != nil {
			return "", bad()
		}
		return strings.TrimSpace(v), nil
	}
	return v, nil
}

func unitSuffix(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

// parseBool takes the spellings that Postgres takes, unique prefixes included.
func parseBool(v string) (value, ok bool) {
	l := strings.ToLower(strings.TrimSpace(v))
	if l == "" {
		return false, false
	}
	switch {
	case l == "1" || strings.HasPrefix("true", l) || strings.HasPrefix("yes", l) || l == "on":
		return true, true
	case l == "0" || strings.HasPrefix("false", l) || strings.HasPrefix("no", l) || l == "of" || l == "off":
		return false, true
	}
	return false, false
}

// parseAmount takes an integer with an optional unit and gives it in unit.
func parseAmount(v, unit string) (int64, bool) {
	v = strings.TrimSpace(v)
	i := 0
	for i < len(v) && (v[i] >= '0' && v[i] <= '9' || v[i] == '.' || i == 0 && (v[i] == '-' || v[i] == '+')) {
		i++
	}
	num, suffix := v[:i], strings.TrimSpace(v[i:])
	f, err := strconv.ParseFloat(num, 64)
	if err != nil {
		return 0, false
	}
	if suffix != "" {
		to, ok1 := unitScale[unit]
		from, ok2 := unitScale[suffix]
		if !ok1 || !ok2 || to.time != from.time {
			return 0, false
		}
		f = f * from.scale / to.scale
	}
	if f < -9e18 || f > 9e18 {
		return 0, false
	}
	if f < 0 {
		return int64(f - 0.5), true
	}
	return int64(f + 0.5), true
}

var unitScale = map[string]struct {
	time  bool
	scale float64
}{
	"us": {true, 1}, "ms": {true, 1e3}, "s": {true, 1e6}, "min": {true, 60e6}, "h": {true, 3600e6}, "d": {true, 86400e6},
	"B": {false, 1}, "kB": {false, 1 << 10}, "8kB": {false, 8 << 10}, "MB": {false, 1 << 20}, "GB": {false, 1 << 30}, "TB": {false, 1 << 40},
}

// display is how SHOW prints a stored value: with the largest unit that divides it.
func (s *setting) display(v string) string {
	n, err := strconv.ParseInt(v, 10, 64)
	if s.kind != "integer" || s.unit == "" || err != nil || n <= 0 {
		return v
	}
	base := unitScale[s.unit]
	order := []string{"d", "h", "min", "s", "ms"}
	if !base.time {
		order = []string{"TB", "GB", "MB", "kB"}
	}
	for _, u := range order {
		total, scale := float64(n)*base.scale, unitScale[u].scale
		if q := int64(total / scale); float64(q)*scale == total && q > 0 {
			return strconv.FormatInt(q, 10) + u
		}
	}
	return v
}

func onlyOn(v string) (string, bool) {
	b, ok := parseBool(v)
	return "on", ok && b
}

func checkEncoding(v string) (string, bool) {
	switch strings.ToUpper(strings.NewReplacer("-", "", "_", "", "'", "").Replace(v)) {
	case "UTF8", "UNICODE", "DEFAULT", "":
		return "UTF8", true
	case "SQLASCII": // bytes pass through as they are
		return "SQL_ASCII", true
	}
	return "", false
}

func checkDateStyle(v string) (string, bool) {
	style, order := "ISO", "MDY"
	for _, w := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		switch strings.ToUpper(w) {
		case "ISO":
			style = "ISO"
		case "SQL":
			style = "SQL"
		case "POSTGRES":
			style = "Postgres"
		case "GERMAN":
			style, order = "German", "DMY"
		case "DMY", "EURO", "EUROPEAN":
			order = "DMY"
		case "MDY", "US", "NONEURO", "NONEUROPEAN":
			order = "MDY"
		case "YMD":
			order = "YMD"
		case "DEFAULT":
		default:
			return "", false
		}
	}
	return style + ", " + order, true
}

// searchPath splits the search_path setting into names.
func searchPath(v string) []string {
	var out []string
	for _, p := range strings.Split(v, ",") {
		p = strings.TrimSpace(p)
		if len(p) >= 2 && p[0] == '"' && p[len(p)-1] == '"' {
			p = strings.ReplaceAll(p[1:len(p)-1], `""`, `"`)
		} else {
			p = strings.ToLower(p)
		}
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}
