package hdf5

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

const (
	// entrySize is the length of a symbol table entry: offset of the name, address
	// of the object, kind of cache, 4 and 16 bytes more.
	entrySize = 2*wide + 8 + 16
	// cachedSoftLink is the kind of cache that a soft link has.
	cachedSoftLink = 2
)

// Group is a folder of a file.
type Group struct {
	file  *File
	links map[string]link
}

// link is a name's object; a soft link, which names a path instead, has none.
type link struct {
	header uint64
	soft   bool
}

// Names lists the links in the order of their names.
func (g *Group) Names() []string { return slices.Sorted(maps.Keys(g.links)) }

// Has reports whether there is a link of the name.
func (g *Group) Has(name string) bool {
	_, ok := g.links[name]
	return ok
}

// Group reads the group of the name.
func (g *Group) Group(name string) (*Group, error) {
	offset, err := g.object(name)
	if err != nil {
		return nil, err
	}
	return g.file.group(offset)
}

// Dataset reads what the dataset of the name is, but not its numbers.
func (g *Group) Dataset(name string) (*Dataset, error) {
	offset, err := g.object(name)
	if err != nil {
		return nil, err
	}
	return g.file.dataset(offset)
}

func (g *Group) object(name string) (uint64, error) {
	l, ok := g.links[name]
	switch {
	case !ok:
		return 0, ir.Errorf(ir.ErrInvalid, "there is no %q in the group", name)
	case l.soft:
		return 0, ir.Errorf(ir.ErrUnsupported, "%q is a soft link, which is not supported", name)
	}
	return l.header, nil
}

// group reads the links of the group whose object header is at offset.
func (f *File) group(offset uint64) (*Group, error) {
	h, err := f.header(offset)
	if err != nil {
		return nil, err
	}
	if _, ok := h[messageSymbolTable]; !ok {
		return nil, ir.Errorf(ir.ErrUnsupported, "byte %d: not a group with a symbol table: write the file in HDF5's earliest format, as Caffe does", offset)
	}
	table, err := h.need(messageSymbolTable, 2*wide, "symbol table")
	if err != nil {
		return nil, err
	}
	names, err := f.heap(address(table.body[wide:]))
	if err != nil {
		return nil, err
	}
	r := &indexReader{file: f, names: names, left: len(names), seen: make(map[uint64]bool), links: make(map[string]link)}
	if err := r.node(address(table.body), -1); err != nil {
		return nil, err
	}
	return &Group{f, r.links}, nil
}

// heap is the data segment of a local heap (section III.D).
func (f *File) heap(offset uint64) ([]byte, error) {
	b, err := f.signed("HEAP", offset, 8+3*wide, "a local heap")
	if err != nil {
		return nil, err
	}
	return f.at(address(b[8+2*wide:]), address(b[8:]), "the local heap's data")
}

// indexReader collects a group's links.
type indexReader struct {
	file  *File
	names []byte
	left  int             // bytes of names that all links may still have
	seen  map[uint64]bool // nodes, of which none may be there twice
	links map[string]link
}

// node reads a version 1 B-tree's node (section III.A.1) at the given level,
// which the root, at level -1, chooses itself.
func (r *indexReader) node(offset uint64, level int) error {
	const head = 8 + 2*wide
	b, err := r.file.signed("TREE", offset, head, "a node of a group's index")
	if err != nil {
		return err
	}
	own, count := int(b[5]), uint64(binary.LittleEndian.Uint16(b[6:]))
	if level < 0 {
		level = own
		if err := r.file.limits.Check(ir.LimitNesting, "levels of a group's index", int64(level)); err != nil {
			return err
		}
	}
	if b[4] != 0 || own != level || r.seen[offset] {
		return ir.Errorf(ir.ErrInvalid, "byte %d: the node is of type %d and level %d, want type 0 and level %d, once", offset, b[4], own, level)
	}
	r.seen[offset] = true
	if b, err = r.file.at(offset+head, count*2*wide, "the content of a group's index"); err != nil {
		return err
	}
	for ; len(b) > 0; b = b[2*wide:] {
		child := address(b[wide:])
		if level > 0 {
			err = r.node(child, level-1)
		} else {
			err = r.symbols(child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// symbols reads a symbol table node (section III.B).
func (r *indexReader) symbols(offset uint64) error {
	b, err := r.file.signed("SNOD", offset, 8, "a symbol table node")
	if err != nil {
		return err
	}
	count := int(binary.LittleEndian.Uint16(b[6:]))
	r.file.links += count
	if err := r.file.limits.Check(ir.LimitTensors, "links of the groups", int64(r.file.links)); err != nil {
		return err
	}
	if b, err = r.file.at(offset+8, uint64(count)*entrySize, "the symbol table"); err != nil {
		return err
	}
	for ; len(b) > 0; b = b[entrySize:] {
		name, err := r.name(address(b))
		if err != nil {
			return err
		}
		if _, twice := r.links[name]; twice {
			return ir.Errorf(ir.ErrInvalid, "byte %d: the group has %q twice", offset, name)
		}
		r.links[name] = link{address(b[wide:]), binary.LittleEndian.Uint32(b[2*wide:]) == cachedSoftLink}
	}
	return nil
}

// name is a string of the heap that ends with a zero.
func (r *indexReader) name(offset uint64) (string, error) {
	if offset >= uint64(len(r.names)) {
		return "", ir.Errorf(ir.ErrInvalid, "a link's name is at byte %d of a heap of %d", offset, len(r.names))
	}
	rest := r.names[offset:]
	most := min(len(rest), r.file.limits.NameLength+1)
	n := bytes.IndexByte(rest[:most], 0)
	switch {
	case n < 0 && most < len(rest):
		return "", r.file.limits.CheckName(string(rest[:most]))
	case n < 0:
		return "", ir.Errorf(ir.ErrInvalid, "a link's name does not end within its heap")
	}
	if r.left -= n + 1; r.left < 0 {
		return "", ir.Errorf(ir.ErrInvalid, "the names of a group's links overlap")
	}
	return string(rest[:n]), nil
}
