package sqllogictest

import "strings"

// maxDiffLines bounds what a verdict shows.
const maxDiffLines = 40

// diffLines shows how got differs from want: "- " expected, "+ " came,
// "  " both. Long results are diffed from their first difference on, which
// bounds the table of the longest common subsequence.
func diffLines(want, got []string) string {
	same := 0
	for same < len(want) && same < len(got) && want[same] == got[same] {
		same++
	}
	const context, window = 2, 300
	from := max(0, same-context)
	a := want[from:min(len(want), from+window)]
	b := got[from:min(len(got), from+window)]

	// lcs[i][j] is the length of the longest common subsequence of a[i:], b[j:].
	lcs := make([][]int, len(a)+1)
	for i := range lcs {
		lcs[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lcs[i][j] = lcs[i+1][j+1] + 1
			} else {
				lcs[i][j] = max(lcs[i+1][j], lcs[i][j+1])
			}
		}
	}
	var lines []string
	if from > 0 {
		lines = append(lines, "  …")
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && lcs[i+1][j] >= lcs[i][j+1]:
			lines = append(lines, "- "+a[i])
			i++
		default:
			lines = append(lines, "+ "+b[j])
			j++
		}
	}
	if len(lines) > maxDiffLines {
		lines = append(lines[:maxDiffLines], "  …")
	}
	return strings.Join(lines, "\n")
}
