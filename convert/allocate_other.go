//go:build !linux

package convert

import "github.com/edsrzf/mmap-go"

// allocate maps memory of zeros.
func allocate(size int) (mmap.MMap, error) {
	return mmap.MapRegion(nil, size, mmap.RDWR, mmap.ANON, 0)
}
