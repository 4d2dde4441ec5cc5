package kernel

// architectureTables lists the tiers that the CPU has: NEON is part of every
// arm64.
func architectureTables() []table {
	t := generic
	t.tier = "neon"
	t.conv, t.dot = convNEON, dotNEON
	return []table{t}
}
