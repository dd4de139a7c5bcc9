//go:build !unix

package lake

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockDirectory cannot lock here; it only notes that the directory is in use.
func lockDirectory(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	return f, nil
}
