package parser

// category is what a keyword may also be used as.
type category uint8

// The categories of Postgres's grammar.
const (
	unreserved   category = iota // any name
	colName                      // a column, table or label; not a function or type of one word
	typeFuncName                 // a function, type or label; not a column or table
	reserved                     // a label after AS, or any name after a dot
)

// keyword is a word of the grammar. A bare one may label a target without AS.
type keyword struct {
	word string
	cat  category
	bare bool
}

// keywords is sorted; the kind of keywords[i] is firstKeyword+i. It is the list
// of Postgres 15 with what 16 to 18 added.
var keywords = [...]keyword{
	{"abort", unreserved, true}, {"absent", unreserved, true}, {"absolute", unreserved, true},
	{"access", unreserved, true}, {"action", unreserved, true}, {"add", unreserved, true},
	{"admin", unreserved, true}, {"after", unreserved, true}, {"aggregate", unreserved, true},
	{"all", reserved, true}, {"also", unreserved, true}, {"alter", unreserved, true},
	{"always", unreserved, true}, {"analyse", reserved, true}, {"analyze", reserved, true},
	{"and", reserved, true}, {"any", reserved, true}, {"array", reserved, false}, {"as", reserved, false},
	{"asc", reserved, true}, {"asensitive", unreserved, true}, {"assertion", unreserved, true},
	{"assignment", unreserved, true}, {"asymmetric", reserved, true}, {"at", unreserved, true},
	{"atomic", unreserved, true}, {"attach", unreserved, true}, {"attribute", unreserved, true},
	{"authorization", typeFuncName, true}, {"backward", unreserved, true}, {"before", unreserved, true},
	{"begin", unreserved, true}, {"between", colName, true}, {"bigint", colName, true},
	{"binary", typeFuncName, true}, {"bit", colName, true}, {"boolean", colName, true},
	{"both", reserved, true}, {"breadth", unreserved, true}, {"by", unreserved, true},
	{"cache", unreserved, true}, {"call", unreserved, true}, {"called", unreserved, true},
	{"cascade", unreserved, true}, {"cascaded", unreserved, true}, {"case", reserved, true},
	{"cast", reserved, true}, {"catalog", unreserved, true}, {"chain", unreserved, true},
	{"char", colName, false}, {"character", colName, false}, {"characteristics", unreserved, true},
	{"check", reserved, true}, {"checkpoint", unreserved, true}, {"class", unreserved, true},
	{"close", unreserved, true}, {"cluster", unreserved, true}, {"coalesce", colName, true},
	{"collate", reserved, true}, {"collation", typeFuncName, true}, {"column", reserved, true},
	{"columns", unreserved, true}, {"comment", unreserved, true}, {"comments", unreserved, true},
	{"commit", unreserved, true}, {"committed", unreserved, true}, {"compression", unreserved, true},
	{"concurrently", typeFuncName, true}, {"conditional", unreserved, true},
	{"configuration", unreserved, true}, {"conflict", unreserved, true}, {"connection", unreserved, true},
	{"constraint", reserved, true}, {"constraints", unreserved, true}, {"content", unreserved, true},
	{"continue", unreserved, true}, {"conversion", unreserved, true}, {"copy", unreserved, true},
	{"cost", unreserved, true}, {"create", reserved, false}, {"cross", typeFuncName, true},
	{"csv", unreserved, true}, {"cube", unreserved, true}, {"current", unreserved, true},
	{"current_catalog", reserved, true}, {"current_date", reserved, true}, {"current_role", reserved, true},
	{"current_schema", typeFuncName, true}, {"current_time", reserved, true},
	{"current_timestamp", reserved, true}, {"current_user", reserved, true}, {"cursor", unreserved, true},
	{"cycle", unreserved, true}, {"data", unreserved, true}, {"database", unreserved, true},
	{"day", unreserved, false}, {"deallocate", unreserved, true}, {"dec", colName, true},
	{"decimal", colName, true}, {"declare", unreserved, true}, {"default", reserved, true},
	{"defaults", unreserved, true}, {"deferrable", reserved, true}, {"deferred", unreserved, true},
	{"definer", unreserved, true}, {"delete", unreserved, true}, {"delimiter", unreserved, true},
	{"delimiters", unreserved, true}, {"depends", unreserved, true}, {"depth", unreserved, true},
	{"desc", reserved, true}, {"detach", unreserved, true}, {"dictionary", unreserved, true},
	{"disable", unreserved, true}, {"discard", unreserved, true}, {"distinct", reserved, true},
	{"do", reserved, true}, {"document", unreserved, true}, {"domain", unreserved, true},
	{"double", unreserved, true}, {"drop", unreserved, true}, {"each", unreserved, true},
	{"else", reserved, true}, {"empty", unreserved, true}, {"enable", unreserved, true},
	{"encoding", unreserved, true}, {"encrypted", unreserved, true}, {"end", reserved, true},
	{"enforced", unreserved, true}, {"enum", unreserved, true}, {"error", unreserved, true},
	{"escape", unreserved, true}, {"event", unreserved, true}, {"except", reserved, false},
	{"exclude", unreserved, true}, {"excluding", unreserved, true}, {"exclusive", unreserved, true},
	{"execute", unreserved, true}, {"exists", colName, true}, {"explain", unreserved, true},
	{"expression", unreserved, true}, {"extension", unreserved, true}, {"external", unreserved, true},
	{"extract", colName, true}, {"false", reserved, true}, {"family", unreserved, true},
	{"fetch", reserved, false}, {"filter", unreserved, false}, {"finalize", unreserved, true},
	{"first", unreserved, true}, {"float", colName, true}, {"following", unreserved, true},
	{"for", reserved, false}, {"force", unreserved, true}, {"foreign", reserved, true},
	{"format", unreserved, true}, {"forward", unreserved, true}, {"freeze", typeFuncName, true},
	{"from", reserved, false}, {"full", typeFuncName, true}, {"function", unreserved, true},
	{"functions", unreserved, true}, {"generated", unreserved, true}, {"global", unreserved, true},
	{"grant", reserved, false}, {"granted", unreserved, true}, {"greatest", colName, true},
	{"group", reserved, false}, {"grouping", colName, true}, {"groups", unreserved, true},
	{"handler", unreserved, true}, {"having", reserved, false}, {"header", unreserved, true},
	{"hold", unreserved, true}, {"hour", unreserved, false}, {"identity", unreserved, true},
	{"if", unreserved, true}, {"ilike", typeFuncName, true}, {"immediate", unreserved, true},
	{"immutable", unreserved, true}, {"implicit", unreserved, true}, {"import", unreserved, true},
	{"in", reserved, true}, {"include", unreserved, true}, {"including", unreserved, true},
	{"increment", unreserved, true}, {"indent", unreserved, true}, {"index", unreserved, true},
	{"indexes", unreserved, true}, {"inherit", unreserved, true}, {"inherits", unreserved, true},
	{"initially", reserved, true}, {"inline", unreserved, true}, {"inner", typeFuncName, true},
	{"inout", colName, true}, {"input", unreserved, true}, {"insensitive", unreserved, true},
	{"insert", unreserved, true}, {"instead", unreserved, true}, {"int", colName, true},
	{"integer", colName, true}, {"intersect", reserved, false}, {"interval", colName, true},
	{"into", reserved, false}, {"invoker", unreserved, true}, {"is", typeFuncName, true},
	{"isnull", typeFuncName, false}, {"isolation", unreserved, true}, {"join", typeFuncName, true},
	{"json", colName, true}, {"json_array", colName, true}, {"json_arrayagg", colName, true},
	{"json_exists", colName, true}, {"json_object", colName, true}, {"json_objectagg", colName, true},
	{"json_query", colName, true}, {"json_scalar", colName, true}, {"json_serialize", colName, true},
	{"json_table", colName, true}, {"json_value", colName, true}, {"keep", unreserved, true},
	{"key", unreserved, true}, {"keys", unreserved, true}, {"label", unreserved, true},
	{"language", unreserved, true}, {"large", unreserved, true}, {"last", unreserved, true},
	{"lateral", reserved, true}, {"leading", reserved, true}, {"leakproof", unreserved, true},
	{"least", colName, true}, {"left", typeFuncName, true}, {"level", unreserved, true},
	{"like", typeFuncName, true}, {"limit", reserved, false}, {"listen", unreserved, true},
	{"load", unreserved, true}, {"local", unreserved, true}, {"localtime", reserved, true},
	{"localtimestamp", reserved, true}, {"location", unreserved, true}, {"lock", unreserved, true},
	{"locked", unreserved, true}, {"logged", unreserved, true}, {"mapping", unreserved, true},
	{"match", unreserved, true}, {"matched", unreserved, true}, {"materialized", unreserved, true},
	{"maxvalue", unreserved, true}, {"merge", unreserved, true}, {"merge_action", colName, true},
	{"method", unreserved, true}, {"minute", unreserved, false}, {"minvalue", unreserved, true},
	{"mode", unreserved, true}, {"month", unreserved, false}, {"move", unreserved, true},
	{"name", unreserved, true}, {"names", unreserved, true}, {"national", colName, true},
	{"natural", typeFuncName, true}, {"nchar", colName, true}, {"nested", unreserved, true},
	{"new", unreserved, true}, {"next", unreserved, true}, {"nfc", unreserved, true}, {"nfd", unreserved, true},
	{"nfkc", unreserved, true}, {"nfkd", unreserved, true}, {"no", unreserved, true}, {"none", colName, true},
	{"normalize", colName, true}, {"normalized", unreserved, true}, {"not", reserved, true},
	{"nothing", unreserved, true}, {"notify", unreserved, true}, {"notnull", typeFuncName, false},
	{"nowait", unreserved, true}, {"null", reserved, true}, {"nullif", colName, true},
	{"nulls", unreserved, true}, {"numeric", colName, true}, {"object", unreserved, true},
	{"objects", unreserved, true}, {"of", unreserved, true}, {"off", unreserved, true},
	{"offset", reserved, false}, {"oids", unreserved, true}, {"old", unreserved, true},
	{"omit", unreserved, true}, {"on", reserved, false}, {"only", reserved, true},
	{"operator", unreserved, true}, {"option", unreserved, true}, {"options", unreserved, true},
	{"or", reserved, true}, {"order", reserved, false}, {"ordinality", unreserved, true},
	{"others", unreserved, true}, {"out", colName, true}, {"outer", typeFuncName, true},
	{"over", unreserved, false}, {"overlaps", typeFuncName, false}, {"overlay", colName, true},
	{"overriding", unreserved, true}, {"owned", unreserved, true}, {"owner", unreserved, true},
	{"parallel", unreserved, true}, {"parameter", unreserved, true}, {"parser", unreserved, true},
	{"partial", unreserved, true}, {"partition", unreserved, true}, {"passing", unreserved, true},
	{"password", unreserved, true}, {"path", unreserved, true}, {"period", unreserved, true},
	{"placing", reserved, true}, {"plan", unreserved, true}, {"plans", unreserved, true},
	{"policy", unreserved, true}, {"position", colName, true}, {"preceding", unreserved, true},
	{"precision", colName, false}, {"prepare", unreserved, true}, {"prepared", unreserved, true},
	{"preserve", unreserved, true}, {"primary", reserved, true}, {"prior", unreserved, true},
	{"privileges", unreserved, true}, {"procedural", unreserved, true}, {"procedure", unreserved, true},
	{"procedures", unreserved, true}, {"program", unreserved, true}, {"publication", unreserved, true},
	{"quote", unreserved, true}, {"quotes", unreserved, true}, {"range", unreserved, true},
	{"read", unreserved, true}, {"real", colName, true}, {"reassign", unreserved, true},
	{"recheck", unreserved, true}, {"recursive", unreserved, true}, {"ref", unreserved, true},
	{"references", reserved, true}, {"referencing", unreserved, true}, {"refresh", unreserved, true},
	{"reindex", unreserved, true}, {"relative", unreserved, true}, {"release", unreserved, true},
	{"rename", unreserved, true}, {"repeatable", unreserved, true}, {"replace", unreserved, true},
	{"replica", unreserved, true}, {"reset", unreserved, true}, {"restart", unreserved, true},
	{"restrict", unreserved, true}, {"return", unreserved, true}, {"returning", reserved, false},
	{"returns", unreserved, true}, {"revoke", unreserved, true}, {"right", typeFuncName, true},
	{"role", unreserved, true}, {"rollback", unreserved, true}, {"rollup", unreserved, true},
	{"routine", unreserved, true}, {"routines", unreserved, true}, {"row", colName, true},
	{"rows", unreserved, true}, {"rule", unreserved, true}, {"savepoint", unreserved, true},
	{"scalar", unreserved, true}, {"schema", unreserved, true}, {"schemas", unreserved, true},
	{"scroll", unreserved, true}, {"search", unreserved, true}, {"second", unreserved, false},
	{"security", unreserved, true}, {"select", reserved, true}, {"sequence", unreserved, true},
	{"sequences", unreserved, true}, {"serializable", unreserved, true}, {"server", unreserved, true},
	{"session", unreserved, true}, {"session_user", reserved, true}, {"set", unreserved, true},
	{"setof", colName, true}, {"sets", unreserved, true}, {"share", unreserved, true},
	{"show", unreserved, true}, {"similar", typeFuncName, true}, {"simple", unreserved, true},
	{"skip", unreserved, true}, {"smallint", colName, true}, {"snapshot", unreserved, true},
	{"some", reserved, true}, {"source", unreserved, true}, {"sql", unreserved, true},
	{"stable", unreserved, true}, {"standalone", unreserved, true}, {"start", unreserved, true},
	{"statement", unreserved, true}, {"statistics", unreserved, true}, {"stdin", unreserved, true},
	{"stdout", unreserved, true}, {"storage", unreserved, true}, {"stored", unreserved, true},
	{"strict", unreserved, true}, {"string", unreserved, true}, {"strip", unreserved, true},
	{"subscription", unreserved, true}, {"substring", colName, true}, {"support", unreserved, true},
	{"symmetric", reserved, true}, {"sysid", unreserved, true}, {"system", unreserved, true},
	{"system_user", reserved, true}, {"table", reserved, true}, {"tables", unreserved, true},
	{"tablesample", typeFuncName, true}, {"tablespace", unreserved, true}, {"target", unreserved, true},
	{"temp", unreserved, true}, {"template", unreserved, true}, {"temporary", unreserved, true},
	{"text", unreserved, true}, {"then", reserved, true}, {"ties", unreserved, true}, {"time", colName, true},
	{"timestamp", colName, true}, {"to", reserved, false}, {"trailing", reserved, true},
	{"transaction", unreserved, true}, {"transform", unreserved, true}, {"treat", colName, true},
	{"trigger", unreserved, true}, {"trim", colName, true}, {"true", reserved, true},
	{"truncate", unreserved, true}, {"trusted", unreserved, true}, {"type", unreserved, true},
	{"types", unreserved, true}, {"uescape", unreserved, true}, {"unbounded", unreserved, true},
	{"uncommitted", unreserved, true}, {"unconditional", unreserved, true}, {"unencrypted", unreserved, true},
	{"union", reserved, false}, {"unique", reserved, true}, {"unknown", unreserved, true},
	{"unlisten", unreserved, true}, {"unlogged", unreserved, true}, {"until", unreserved, true},
	{"update", unreserved, true}, {"user", reserved, true}, {"using", reserved, true},
	{"vacuum", unreserved, true}, {"valid", unreserved, true}, {"validate", unreserved, true},
	{"validator", unreserved, true}, {"value", unreserved, true}, {"values", colName, true},
	{"varchar", colName, true}, {"variadic", reserved, true}, {"varying", unreserved, false},
	{"verbose", typeFuncName, true}, {"version", unreserved, true}, {"view", unreserved, true},
	{"views", unreserved, true}, {"virtual", unreserved, true}, {"volatile", unreserved, true},
	{"when", reserved, true}, {"where", reserved, false}, {"whitespace", unreserved, true},
	{"window", reserved, false}, {"with", reserved, false}, {"within", unreserved, false},
	{"without", unreserved, false}, {"work", unreserved, true}, {"wrapper", unreserved, true},
	{"write", unreserved, true}, {"xml", unreserved, true}, {"xmlattributes", colName, true},
	{"xmlconcat", colName, true}, {"xmlelement", colName, true}, {"xmlexists", colName, true},
	{"xmlforest", colName, true}, {"xmlnamespaces", colName, true}, {"xmlparse", colName, true},
	{"xmlpi", colName, true}, {"xmlroot", colName, true}, {"xmlserialize", colName, true},
	{"xmltable", colName, true}, {"year", unreserved, false}, {"yes", unreserved, true},
	{"zone", unreserved, true},
}

// keywordSlots is an open-addressing table over keywords: the index plus one,
// or 0 where it is empty. It is a fifth full, so most look-ups of a word that
// is no keyword end at the first slot.
var keywordSlots = func() (slots [4096]uint16) {
	for i := range keywords {
		h := hashInit
		for j := range len(keywords[i].word) {
			h = hashByte(h, keywords[i].word[j])
		}
		s := hashSlot(h)
		for slots[s] != 0 {
			s = (s + 1) & (4096 - 1)
		}
		slots[s] = uint16(i + 1)
	}
	return slots
}()

const (
	hashInit      uint32 = 2166136261
	maxKeywordLen int    = 17
)

// hashByte is a step of FNV-1a.
func hashByte(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 16777619 }

func hashSlot(h uint32) uint32 { return (h ^ h>>15) & (4096 - 1) }

// lookupKeyword gives the kind of the keyword that word is when folded to lower
// case, or 0. h is the hash of the folded word.
func lookupKeyword(word string, h uint32) kind {
	for s := hashSlot(h); keywordSlots[s] != 0; s = (s + 1) & (4096 - 1) {
		i := keywordSlots[s] - 1
		if k := keywords[i].word; len(k) == len(word) && equalFolded(word, k) {
			return firstKeyword + kind(i)
		}
	}
	return 0
}

// equalFolded reports whether word, with A to Z folded, is k. Both have one length.
func equalFolded(word, k string) bool {
	for i := range len(k) {
		if foldTable[word[i]] != k[i] {
			return false
		}
	}
	return true
}
