package demo

import (
	"path/filepath"
	"strings"
)

// Views are statements that give the tables of the data directory their names.
func Views(dir string) []string {
	var stmts []string
	for _, t := range Tables {
		pattern := filepath.Join(dir, folder, t.Name, "*.parquet")
		if t.Monthly {
			pattern = filepath.Join(dir, folder, t.Name, "month=*", "*.parquet")
		}
		stmts = append(stmts, "CREATE OR REPLACE VIEW "+t.Name+` AS SELECT * FROM "`+strings.ReplaceAll(pattern, `"`, `""`)+`"`)
	}
	return stmts
}

// Query is something to try.
type Query struct{ Title, SQL string }

// Queries are three things to try first.
var Queries = []Query{
	{"Revenue by month, and how it grew", `SELECT month, count(*) AS orders, sum(total) AS revenue,
       round(100 * (sum(total) / lag(sum(total)) OVER (ORDER BY month) - 1), 1) AS growth
FROM orders GROUP BY month ORDER BY month;`},
	{"The best-selling product of each category", `SELECT category, name, sold, revenue FROM (
  SELECT p.category, p.name, sum(l.quantity) AS sold, sum(l.amount) AS revenue,
         rank() OVER (PARTITION BY p.category ORDER BY sum(l.amount) DESC) AS place
  FROM order_lines l JOIN products p USING (product_id)
  GROUP BY p.category, p.name) t
WHERE place = 1 ORDER BY revenue DESC;`},
	{"Who looks and who buys, by device, before Christmas", `SELECT device, count(DISTINCT session_id) AS sessions,
       count(*) FILTER (WHERE kind = 'purchase') AS purchases,
       round(100.0 * count(*) FILTER (WHERE kind = 'purchase') / count(DISTINCT session_id), 1) AS percent
FROM events WHERE month = '2025-12' GROUP BY device ORDER BY sessions DESC;`},
}
