package runtime

import "unsafe"

// hugePage is the size in bytes of the large pages that most 64-bit systems
// have.
const hugePage = 2 << 20

// allocate returns zeros that begin at a cache line, in huge pages where there
// are enough of them and the system offers such pages: with small ones, a walk
// over megabytes of weights spends a good part of its time on address
// translation.
func allocate(floats int) []float32 {
	const line = 4 * cacheLine
	align := line
	if 4*floats >= hugePage {
		align = hugePage
	}
	memory := make([]float32, floats+align/4)
	skip := 0
	if rest := int(uintptr(unsafe.Pointer(unsafe.SliceData(memory))) % uintptr(align)); rest != 0 {
		skip = (align - rest) / 4
	}
	memory = memory[skip : skip+floats : skip+floats]
	if pages := 4 * floats / hugePage; pages > 0 {
		adviseHugePages(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(memory))), pages*hugePage))
	}
	return memory
}
