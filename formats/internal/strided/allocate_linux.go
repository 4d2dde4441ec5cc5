package strided

import "golang.org/x/sys/unix"

// adviseHugePages asks for huge pages behind memory that has not been touched.
// A system that has none ignores the request.
func adviseHugePages(memory []byte) {
	_ = unix.Madvise(memory, unix.MADV_HUGEPAGE)
}
