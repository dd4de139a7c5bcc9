//go:build !unix

package object

import (
	"io/fs"
	"sync"
)

func inode(fs.FileInfo) uint64 { return 0 }

var dirMu sync.Mutex

// lockDir holds other writers of this process off; there is no portable lock of
// a directory across processes.
func lockDir(string) (unlock func(), err error) {
	dirMu.Lock()
	return dirMu.Unlock, nil
}

func syncDir(string) error { return nil }

// FreeSpace would be the bytes that dir's file system has left; it cannot tell.
func FreeSpace(string) int64 { return 0 }
