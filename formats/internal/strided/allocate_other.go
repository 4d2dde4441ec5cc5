//go:build !linux

package strided

// adviseHugePages leaves the choice of pages to the system.
func adviseHugePages([]byte) {}
