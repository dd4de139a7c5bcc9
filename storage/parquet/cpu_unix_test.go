//go:build unix

package parquet_test

import (
	"syscall"
	"time"
)

// cpuTime is what the process has used of all processors, the collector's share
// included: on a busy machine the clock says little.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
