//go:build !nomysql

package engine

import "github.com/inlaydb/inlay/planner/parser/mysql"

func init() {
	dialects["mysql"] = dialect{
		parse:   mysql.Parse,
		reads:   mysql.Reads,
		anyCase: true,
		hint:    "This is MySQL's dialect, it seems: SET inlay.dialect = 'mysql' switches this connection to it.",
	}
}
