//go:build !linux

package engine

// machineMemory is a guess where the system is not asked, in bytes.
func machineMemory() int64 { return 8 << 30 }
