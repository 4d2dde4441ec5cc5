//go:build !linux

package convert

import "os"

// startWriteback leaves it to the system when to write.
func startWriteback(*os.File, int64, int64) {}
