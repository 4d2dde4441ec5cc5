package onnx

import (
	"strconv"

	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// external is where a tensor's elements stand that are in a file of their own
// (external_data.proto): the bytes from offset on, as many as length says where
// that is given, in the little-endian form of raw_data.
type external struct {
	location       string
	offset, length int64
	sized          bool // length is given
}

// decodeExternal reads one of the pairs that say where.
func (t *tensor) decodeExternal(outer *wire.Fields) {
	p := decodeProperty(outer)
	if outer.Err() != nil {
		return
	}
	if t.external == nil {
		t.external = &external{}
	}
	number := func() int64 {
		n, err := strconv.ParseInt(p.value, 10, 64)
		if err != nil || n < 0 {
			outer.Failf("the %s of external data is %s; it must be a number of bytes", p.key, wire.Quote(p.value))
			return 0
		}
		return n
	}
	switch p.key {
	case "location":
		t.external.location = p.value
	case "offset":
		t.external.offset = number()
	case "length":
		t.external.length, t.external.sized = number(), true
	case "checksum":
		// An SHA-1 digest of the file, which no exporter writes.
	default:
		outer.Failf("external data has the unknown key %s", wire.Quote(p.key))
	}
}

// checkExternal holds what is said of external data against the tensor.
func (t *tensor) checkExternal(f *wire.Fields, declared bool, stores int) {
	size := int64(t.kind.size()) * int64(t.shape().Elements())
	switch e := t.external; {
	case e == nil && !declared:
	case !declared:
		f.Failf("says where external data stands, but not that it has any (data_location)")
	case e == nil || e.location == "":
		f.Failf("has external data and does not say in which file")
	case stores != 0:
		f.Failf("has both external data and values")
	case t.kind.size() == 0:
		f.Refuse("external data of " + t.kind.String() + " values is not supported")
	case e.sized && e.length != size:
		f.Failf("%v of %v needs %d bytes, external data has %d", t.kind, t.shape(), size, e.length)
	}
}

// loadExternal fetches the elements of every tensor that has them elsewhere.
func (m *model) loadExternal(open func(location string) ([]byte, error)) error {
	list := m.graph.initialisers
	for _, n := range m.graph.nodes {
		for _, a := range n.attributes {
			if a.tensor != nil {
				list = append(list, a.tensor)
			}
		}
	}
	for _, t := range list {
		if t.external == nil {
			continue
		}
		if err := t.load(open); err != nil {
			return ir.Errorf(ir.ErrInvalid, "onnx: tensor %s: external data in %s: %w", wire.Quote(t.name), wire.Quote(t.external.location), err)
		}
	}
	return nil
}

func (t *tensor) load(open func(location string) ([]byte, error)) error {
	if open == nil {
		return ir.Errorf(ir.ErrUnsupported, "only the model itself is here; read it as a file in its folder")
	}
	data, err := open(t.external.location)
	if err != nil {
		return err
	}
	size, offset := int64(t.kind.size())*int64(t.shape().Elements()), t.external.offset
	if offset > int64(len(data)) || size > int64(len(data))-offset {
		return ir.Errorf(ir.ErrInvalid, "%d bytes from byte %d on reach beyond the file's end, byte %d", size, offset, len(data))
	}
	t.raw = data[offset : offset+size : offset+size]
	return nil
}
