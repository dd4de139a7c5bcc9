package eval

import (
	"sort"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/function"
)

// Every scalar function of the catalog has a kernel, and every kernel a
// function.
func TestComplete(t *testing.T) {
	missing, used := map[string][]string{}, map[string]bool{}
	for _, f := range function.All() {
		if f.Class != function.Scalar {
			continue
		}
		used[f.Kernel] = true
		if kernels[f.Kernel] == nil {
			missing[f.Kernel] = append(missing[f.Kernel], f.Name)
		}
	}
	if len(missing) > 0 {
		var names []string
		for k := range missing {
			names = append(names, k)
		}
		sort.Strings(names)
		t.Errorf("%d kernels are missing: %s", len(names), strings.Join(names, " "))
	}
	for k := range kernels {
		if !used[k] {
			t.Errorf("no function uses the kernel %s", k)
		}
	}
}
