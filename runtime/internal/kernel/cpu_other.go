//go:build !amd64 && !arm64

package kernel

// architectureTables lists no tiers beside the portable one.
func architectureTables() []table { return nil }
