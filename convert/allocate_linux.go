package convert

import (
	"github.com/edsrzf/mmap-go"
	"golang.org/x/sys/unix"
)

// allocate maps memory of zeros, in large pages where the system has them.
func allocate(size int) (mmap.MMap, error) {
	memory, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, err
	}
	// Small pages are slower, not wrong.
	_ = unix.Madvise(memory, unix.MADV_HUGEPAGE)
	return memory, nil
}
