package runtime

import "unsafe"

// hugePage is the size in bytes of the large pages that most 64-bit systems
// have.
const hugePage = 2 << 20

// allocate returns zeros that begin at a cache line, in huge pages where they
// would fill most of one and the system offers such pages: with small ones, a
// walk over megabytes of weights spends a good part of its time on address
// translation, and the first touch of each of thousands is slow.
func allocate(floats int) []float32 {
	size, align := 4*floats, 4*cacheLine
	if size > hugePage/2 {
		align = hugePage
		size = (size + hugePage - 1) / hugePage * hugePage
	}
	memory := make([]byte, size+align)
	skip := 0
	if rest := int(uintptr(unsafe.Pointer(unsafe.SliceData(memory))) % uintptr(align)); rest != 0 {
		skip = align - rest
	}
	memory = memory[skip : skip+size]
	if align == hugePage {
		adviseHugePages(memory)
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(memory))), floats)
}
