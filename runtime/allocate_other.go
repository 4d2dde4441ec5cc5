//go:build !linux

package runtime

// adviseHugePages leaves the choice of pages to the system.
func adviseHugePages([]byte) {}
