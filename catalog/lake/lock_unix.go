//go:build unix

package lake

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockDirectory takes the directory's lock; the system gives it free when the
// process ends, however it ends.
func lockDirectory(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder := make([]byte, 32)
		n, _ := f.Read(holder) // only to say more; an unreadable file says nothing
		f.Close()
		return nil, fmt.Errorf("data directory %s is in use by another server (process %s): stop it, or choose another directory", dir, string(holder[:n]))
	}
	if err := f.Truncate(0); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if _, err := fmt.Fprint(f, os.Getpid()); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	return f, nil
}
