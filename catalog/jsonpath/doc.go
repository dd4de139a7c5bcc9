// Package jsonpath reads and prints the SQL/JSON path language as Postgres's
// type jsonpath has it. engine/eval/jsonpath evaluates it.
//
//	strict $.a[*] ? (@.b > 1 && @.c starts with "x").size()
package jsonpath
