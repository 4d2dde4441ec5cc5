package hostile

import (
	"encoding/binary"
	"slices"
)

// hdf5File is the weights of [topology] as Caffe writes them: every structure
// behind the last, the superblock in front.
type hdf5File struct{ data []byte }

// put appends a structure and gives its address.
func (f *hdf5File) put(parts ...[]byte) uint64 {
	at := uint64(len(f.data))
	f.data = append(f.data, slices.Concat(parts...)...)
	for len(f.data)%8 > 0 {
		f.data = append(f.data, 0)
	}
	return at
}

func words(list ...uint64) []byte {
	var b []byte
	for _, n := range list {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	return b
}

// message is a header message; its length is a multiple of 8.
func message(typ uint16, body []byte) []byte {
	for len(body)%8 > 0 {
		body = append(body, 0)
	}
	b := binary.LittleEndian.AppendUint16(nil, typ)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(body)))
	return slices.Concat(b, make([]byte, 4), body)
}

// object is an object header with messages.
func (f *hdf5File) object(messages ...[]byte) uint64 {
	content := slices.Concat(messages...)
	b := []byte{1, 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(messages)))
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
	return f.put(b, make([]byte, 4), content)
}

// group is a group with one level of index over its links.
func (f *hdf5File) group(links map[string]uint64, names ...string) uint64 {
	heap, entries := make([]byte, 8), []byte{'S', 'N', 'O', 'D', 1, 0, byte(len(names)), 0}
	for _, name := range names {
		entries = append(entries, words(uint64(len(heap)), links[name], 0, 0, 0)...)
		heap = append(heap, append([]byte(name), 0)...)
	}
	data := f.put(heap)
	head := f.put([]byte("HEAP\x00\x00\x00\x00"), words(uint64(len(heap)), 1, data))
	symbols := f.put(entries)
	index := f.put([]byte("TREE\x00\x00\x01\x00"), words(1<<64-1, 1<<64-1, 0, symbols, 0))
	return f.object(message(0x11, words(index, head)))
}

// dataset is an array of float32 with its layout message.
func (f *hdf5File) dataset(layout []byte, dims ...uint64) uint64 {
	float := []byte{0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0}
	space := slices.Concat([]byte{1, byte(len(dims)), 0, 0, 0, 0, 0, 0}, words(dims...))
	return f.object(message(1, space), message(3, float), message(8, layout))
}

func contiguous(address, size uint64) []byte { return append([]byte{3, 1}, words(address, size)...) }

// weights is a whole file whose first blob has the given layout and shape, or a
// sound one.
func hdf5Weights(layout []byte, dims ...uint64) []byte {
	f := &hdf5File{data: make([]byte, 96)}
	if layout == nil {
		layout, dims = contiguous(f.put(floats(6)), 24), []uint64{2, 3}
	}
	bias := f.dataset(contiguous(f.put(floats(2)), 8), 2)
	ip := f.group(map[string]uint64{"0": f.dataset(layout, dims...), "1": bias}, "0", "1")
	return f.finish(f.group(map[string]uint64{"data": f.group(map[string]uint64{"ip": ip}, "ip")}, "data"))
}

// finish writes the superblock.
func (f *hdf5File) finish(root uint64) []byte {
	copy(f.data, slices.Concat([]byte("\x89HDF\r\n\x1a\n\x00\x00\x00\x00\x00\x08\x08\x00\x04\x00\x10\x00\x00\x00\x00\x00"),
		words(0, 1<<64-1, uint64(len(f.data)), 1<<64-1, 0, root, 0, 0, 0)))
	return f.data
}

// hdf5Cycle is a group that is a member of itself.
func hdf5Cycle() []byte {
	f := &hdf5File{data: make([]byte, 96)}
	links := make(map[string]uint64)
	links["data"] = (&hdf5File{data: make([]byte, 96)}).group(links, "data")
	return f.finish(f.group(links, "data"))
}

// hdf5Continuation is a root whose header goes on with itself.
func hdf5Continuation() []byte {
	f := &hdf5File{data: make([]byte, 96)}
	root := uint64(len(f.data))
	b := f.object(message(0x10, words(root+16, 24)))
	binary.LittleEndian.PutUint16(f.data[root+2:], 0xffff)
	return f.finish(b)
}

// hdf5Index is a root whose index is its own child.
func hdf5Index() []byte {
	f := &hdf5File{data: make([]byte, 96)}
	heap := f.put([]byte("HEAP\x00\x00\x00\x00"), words(8, 1, 0))
	index := uint64(len(f.data))
	f.put([]byte("TREE\x00\x01\x01\x00"), words(1<<64-1, 1<<64-1, 0, index, 0))
	return f.finish(f.object(message(0x11, words(index, heap))))
}

func hdf5Cases() []Case {
	h := func(name string, content []byte, says string) Case { return weighs(name, "w.h5", content, says) }
	const blob = `: layer "ip": blob 0 of the weights file: byte \d+: `
	latest := hdf5Weights(nil)
	latest[8] = 3
	whole := hdf5Weights(nil)
	cases := []Case{
		h("an HDF5 file of another version", latest, `: byte \d+: superblock version 3 is not supported: write the file in HDF5's earliest format, as Caffe does`),
		h("a dataset beyond the file", hdf5Weights(contiguous(1<<40, 24), 2, 3), blob+`a dataset of 24 bytes is beyond the file's \d+`),
		h("a dataset of exabytes", hdf5Weights(contiguous(96, 1<<60), 1<<29, 1<<29), blob+`shape 536870912x536870912 has more than 2147483647 elements`),
		h("a dataset longer than its shape", hdf5Weights(contiguous(96, 32), 2, 3), blob+`the dataset has shape 2x3, which is 24 bytes, but 32 are there`),
		h("a chunked dataset", hdf5Weights([]byte{3, 2, 2}, 2, 3), blob+`data layout of class 2 is not supported: write the file without chunks, as Caffe does`),
		h("a group within itself", hdf5Cycle(), `: byte \d+: an object header overlaps other parts: together they are longer than the file`),
		h("a header that goes on with itself", hdf5Continuation(), `: byte \d+: a block of header messages overlaps other parts: together they are longer than the file`),
		h("an index that is its own child", hdf5Index(), `: byte \d+: a node of a group's index overlaps other parts: together they are longer than the file`),
	}
	return append(cases, cuts(weighs, "w.h5", whole, []int{9, 24, 95, 96, 200, len(whole) - 16, len(whole) - 1}, `: byte \d+: .*`)...)
}
