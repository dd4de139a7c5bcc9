package kernel

// HashInt is Hash of one integer.
func HashInt(v int64) uint64 { return mix(uint64(v)^seed0, seed1) }
