//go:build !unix

package spill

import (
	"os"
	"path/filepath"
)

// lockFolder makes the file that the process keeps open while it lives.
func lockFolder(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
}

// staleFolder removes the lock file where no process has it open: systems
// without flock refuse to remove a file that is open.
func staleFolder(dir string) bool {
	return os.Remove(filepath.Join(dir, "lock")) == nil
}
