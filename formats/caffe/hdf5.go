package caffe

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/formats/internal/hdf5"
	"github.com/alexconv/alexconv/ir"
)

// LooksLikeHDF5 reports whether a file that begins with prefix is an HDF5 file.
func LooksLikeHDF5(prefix []byte) bool { return bytes.HasPrefix(prefix, []byte(hdf5.Signature)) }

// LoadHDF5 gives a topology the weights of an HDF5 file as Caffe writes it
// (.caffemodel.h5), the datasets /data/LAYER/0, /data/LAYER/1 and so on, matched
// as Caffe does: groups that the graph has no layer for are ignored, shapes must
// be equal, and a blob that shares its values with another layer may be absent.
// Otherwise it keeps the rules of [LoadWeights]. Tensors are views of src where
// it holds little-endian float32 values.
func LoadHDF5(g *ir.Graph, src []byte, o ReadOptions) error {
	data, err := openHDF5(src, o)
	if err != nil {
		return err
	}
	slots, err := makeSlots(g)
	if err != nil {
		return err
	}
	// Caffe's index of names keeps the last layer of each.
	last := make(map[string]*slot)
	for _, s := range slots {
		last[s.node.Name] = s
	}
	var filled []string
	for _, name := range data.Names() {
		s := last[name]
		if s == nil {
			filled = append(filled, name)
			continue
		}
		layer, err := data.Group(name)
		if err != nil {
			return s.errorf("its group in the weights file: %w", err)
		}
		if err := s.loadHDF5(layer); err != nil {
			return err
		}
		if len(layer.Names()) > 0 {
			filled = append(filled, name)
		}
	}
	return finish(slots, last, filled, &o)
}

// openHDF5 is the group that holds the layers.
func openHDF5(src []byte, o ReadOptions) (*hdf5.Group, error) {
	file, err := hdf5.Open(src, o.Limits)
	if err != nil {
		return nil, err
	}
	root, err := file.Root()
	if err != nil {
		return nil, err
	}
	if !root.Has("data") {
		return nil, ir.Errorf(ir.ErrInvalid, "the file has no group /data, so it holds no weights of Caffe's")
	}
	return root.Group("data")
}

// loadHDF5 takes the blobs of a layer's group.
func (s *slot) loadHDF5(layer *hdf5.Group) error {
	if n := len(layer.Names()); n > len(s.cells) {
		return s.errorf("the weights file has %d blobs for it, the layer has %d", n, len(s.cells))
	}
	for i, c := range s.cells {
		name := strconv.Itoa(i)
		if !layer.Has(name) {
			if c.values.name != "" {
				continue
			}
			return s.errorf("the weights file has no blob %d for it, only %q", i, layer.Names())
		}
		d, err := layer.Dataset(name)
		if err != nil {
			return s.errorf("blob %d of the weights file: %w", i, err)
		}
		if !slices.Equal(d.Shape, c.shape) {
			return s.errorf("blob %d of the weights file (byte %d) has shape %v, the layer needs %v: these are the weights of another net", i, d.Offset, d.Shape, c.shape)
		}
		c.values.set(d.Floats())
	}
	return nil
}
