package npy

import (
	"errors"
	"slices"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// ReadOptions say how a weights file is put into a graph. The zero value is
// strict.
type ReadOptions struct {
	// Map gives, for a layer's name in the file, the layer's name in the graph,
	// and for an array that stands alone in the file, LAYER/weights or
	// LAYER/biases.
	Map map[string]string
	// AllowExtra ignores entries, and arrays of an entry, that the graph has no
	// place for.
	AllowExtra bool
	// AllowMissing gives a layer that the file does not have what Caffe's
	// default fillers give: scales of 1, PReLU slopes of 0.25, else zeros. A
	// layer that is there must be complete all the same.
	AllowMissing bool
	// Limits bound what is accepted of the file; what is zero is its default.
	Limits ir.Limits
}

// LoadWeights sets the parameters of a graph from a .npy dict in either schema
// or from an .npz with the keys LAYER/weights and LAYER/biases (the dict's
// layout) or LAYER/0 and LAYER/1 (Caffe's own layout, in which a BatchNorm
// has its third blob).
//
// Entries belong to the layer of the same name, with "/" as "_" in the dict.
// Where no name agrees, the names wc1, bc1, wd1, out and Conv2D, Conv2D_1,
// FullyConnected are assigned in topological order, provided that each kind
// comes out even. Filters are turned from (kh, kw, in/group, out) into OIHW
// and matrices from (in, out) into (out, in); the rows of the first matrix
// behind a spatial value go from H, W, C to C, H, W.
//
// A missing, extra or wrongly shaped array is an error, and leaves the graph as
// it was. It names the layer, but not the layer's place in the topology: it is
// the weights file that is wrong. The new tensors may be views of data.
func LoadWeights(g *ir.Graph, data []byte, o ReadOptions) error {
	return unplaced(loadWeights(g, data, o))
}

// unplaced takes the place in the topology off a node's error.
func unplaced(err error) error {
	var placed *ir.NodeError
	if errors.As(err, &placed) {
		return &ir.NodeError{Node: placed.Node, Type: placed.Type, Err: placed.Err}
	}
	return err
}

func loadWeights(g *ir.Graph, data []byte, o ReadOptions) error {
	shapes, err := g.Infer(nil)
	if err != nil {
		return err
	}
	f, err := readWeights(data, o)
	if err != nil {
		return err
	}
	list := dictLayers
	if f.blobs {
		list = blobLayers
		f.entries = withoutBatchStats(f.entries, g)
	}
	layers, err := list(g, shapes)
	if err != nil {
		return err
	}
	entries, err := match(f, layers, o)
	if err != nil {
		return err
	}
	if err := checkLoaded(layers, entries, o.Limits.OrDefaults(), len(data)); err != nil {
		return err
	}
	params := make(map[*ir.Node][]*ir.Tensor)
	for i, l := range layers {
		if entries[i] == nil {
			l.fill(params)
			continue
		}
		if err := l.load(entries[i], o, params); err != nil {
			return l.node.Errorf(ir.ErrInvalid, "%w", err)
		}
	}
	for n, tensors := range params {
		n.Params = tensors
	}
	return nil
}

// checkLoaded is an error where the layers want too much of a file of size
// bytes: a pickle may hold one array under many names, each of which becomes a
// weight of its own.
func checkLoaded(layers []layer, entries []*entry, limits ir.Limits, size int) error {
	total, tensors := int64(0), int64(0)
	for i, l := range layers {
		if entries[i] == nil {
			continue
		}
		for _, s := range l.slots {
			elements := int64(s.shape.Elements())
			if err := limits.Check(ir.LimitElements, "elements of the "+s.role, elements); err != nil {
				return l.node.Errorf(ir.ErrLimit, "%w", err)
			}
			total, tensors = total+4*elements, tensors+1
		}
	}
	if err := limits.Check(ir.LimitTensors, "weights of the graph", tensors); err != nil {
		return err
	}
	return limits.CheckExpansion("bytes that the arrays become", total, int64(size))
}

// fill gives the layer's nodes the parameters of Caffe's default fillers.
func (l layer) fill(params map[*ir.Node][]*ir.Tensor) {
	for _, s := range l.slots {
		if s.index == factorIndex {
			continue
		}
		t := ir.NewTensor(s.shape...)
		for i := range t.Data {
			t.Data[i] = s.filler
		}
		params[s.node] = append(params[s.node], t)
	}
}

// load converts the arrays of an entry into the parameters of the layer's
// nodes.
func (l layer) load(e *entry, o ReadOptions, params map[*ir.Node][]*ir.Tensor) error {
	var known []string
	for i, s := range l.slots {
		role := s.role
		at := slices.Index(e.roles, role)
		if e.positional {
			at = i
		}
		if at < 0 || at >= len(e.arrays) {
			return ir.Errorf(ir.ErrInvalid, "the weights file has no %s for it in entry %q (it has %q)",
				role, clip(e.name), clip(strings.Join(e.roles, ", ")))
		}
		known = append(known, e.roles[at])
		t, err := s.load(e.arrays[at])
		if err != nil {
			return err
		}
		if s.index == factorIndex {
			params[s.node] = divide(params[s.node], t.Data[0])
			continue
		}
		params[s.node] = append(params[s.node], t)
	}
	for i, role := range e.roles {
		if slices.Contains(e.roles[:i], role) {
			return ir.Errorf(ir.ErrInvalid, "entry %q of the weights file has %q twice", clip(e.name), clip(role))
		}
		if !slices.Contains(known, role) && !o.AllowExtra {
			return ir.Errorf(ir.ErrInvalid, "entry %q of the weights file has an array too many, %q of shape %v",
				clip(e.name), clip(role), e.arrays[i].shape)
		}
	}
	return nil
}

// load converts one array, in the file's layout, to the parameter.
func (s slot) load(a *array) (*ir.Tensor, error) {
	want := s.layout.shape(s.shape)
	if !a.shape.Equal(want) {
		return nil, ir.Errorf(ir.ErrInvalid, "array %q has shape %v in the weights file, the layer needs %v", clip(a.name), a.shape, want)
	}
	v, err := a.view()
	if err != nil {
		return nil, err
	}
	data, err := s.layout.loaded(v).Pack()
	if err != nil {
		return nil, err
	}
	return &ir.Tensor{Shape: s.shape.Clone(), Data: data}, nil
}
