package strided

import "unsafe"

// hugePage is the size in bytes of the large pages that most 64-bit systems
// have.
const hugePage = 2 << 20

// allocate returns zeros, behind huge pages where they fill some and the system
// offers such pages: the first touch of each of thousands of small ones takes
// longer than the copy.
func allocate(floats int) []float32 {
	memory := make([]float32, floats)
	begin := uintptr(unsafe.Pointer(unsafe.SliceData(memory)))
	skip := int(-begin % hugePage / 4)
	if whole := (floats - skip) / (hugePage / 4) * (hugePage / 4); whole > 0 {
		part := memory[skip : skip+whole]
		adviseHugePages(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(part))), 4*whole))
	}
	return memory
}
