package caffe

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// slot is a node that has room for blobs.
type slot struct {
	node  *ir.Node
	typ   *layerType
	cells []*cell
	roles []string // of the cells, empty where the blobs are not the parameters
}

// cell is one blob of one node, or of all nodes that share it. The flat values
// belong to all; each node has its own shape for them.
type cell struct {
	shape  ir.Shape
	values *values
}

// values are a parameter's numbers; tensor is the first that was made of them.
type values struct {
	name   string // under which it is shared
	data   []float32
	filled bool
	tensor *ir.Tensor
}

// loadWeights gives a graph a net's blobs.
func loadWeights(g *ir.Graph, net *message, o *ReadOptions) error {
	layers := net.messages("layer")
	var filled []string
	for _, l := range layers {
		if l.has("blobs") {
			filled = append(filled, l.str("name"))
		}
	}
	slots, err := makeSlots(g)
	if err != nil {
		return err
	}
	first := make(map[string]*slot)
	for _, s := range slots {
		if first[s.node.Name] == nil {
			first[s.node.Name] = s
		}
	}
	for _, l := range layers {
		if s := first[l.str("name")]; s != nil {
			if err := s.load(l); err != nil {
				return err
			}
		}
	}
	return finish(slots, first, filled, o)
}

// finish sees to it that no cell is empty and puts the parameters into the
// graph. First is the slot of a name that its further layers take after; filled
// names the layers that have weights in the file.
func finish(slots []*slot, first map[string]*slot, filled []string, o *ReadOptions) error {
	for _, s := range slots {
		if err := s.complete(first[s.node.Name], filled, o); err != nil {
			return err
		}
	}
	if err := checkWeights(slots, o.Limits.OrDefaults()); err != nil {
		return err
	}
	for _, s := range slots {
		s.node.Params = s.params()
	}
	return nil
}

// checkWeights is an error where there are too many weights, or one is too
// large.
func checkWeights(slots []*slot, limits ir.Limits) error {
	different := make(map[*values]bool)
	for _, s := range slots {
		for i, c := range s.cells {
			different[c.values] = true
			if err := limits.Check(ir.LimitElements, "elements of blob "+strconv.Itoa(i), int64(c.shape.Elements())); err != nil {
				return s.errorf("%w", err)
			}
		}
	}
	return limits.Check(ir.LimitTensors, "blobs of the net", int64(len(different)))
}

// makeSlots lists all nodes with empty cells.
func makeSlots(g *ir.Graph) ([]*slot, error) {
	topology := g.Clone()
	for _, n := range topology.Nodes {
		n.Params = nil
	}
	shapes, err := topology.Infer(nil)
	if err != nil {
		return nil, err
	}
	owners := make(map[string]*values)
	var slots []*slot
	for i, n := range topology.Nodes {
		in := shapes.Of(n.Inputs)
		t := typeByOp[opType(n.Op)]
		if t == nil {
			if signature, _ := n.Op.Infer(in); len(signature.Params) == 0 {
				continue
			}
			return nil, refuse(n, "no layer type has the operation %s", n.Op.Type())
		}
		blobs, err := t.blobShapes(n.Op, in)
		if err != nil {
			return nil, err
		}
		s := &slot{node: g.Nodes[i], typ: t}
		if t.blobs == nil {
			signature, _ := n.Op.Infer(in)
			for _, p := range signature.Params {
				s.roles = append(s.roles, p.Role)
			}
		}
		for j, shape := range blobs {
			c := &cell{shape: shape, values: &values{}}
			if given := n.Shared; j < len(given) && given[j] != "" {
				c.values.name = given[j]
				if owner := owners[given[j]]; owner != nil {
					c.values = owner
				}
				owners[given[j]] = c.values
			}
			s.cells = append(s.cells, c)
		}
		slots = append(slots, s)
	}
	return slots, nil
}

// load takes a file layer's blobs.
func (s *slot) load(l *message) error {
	blobs := l.all("blobs")
	if len(blobs) != len(s.cells) {
		return s.errorf("the weights file has %d blobs for it, the layer has %d", len(blobs), len(s.cells))
	}
	for i, v := range blobs {
		b, c := v.blob, s.cells[i]
		if b == nil {
			b = textBlob(v.sub)
		}
		if !b.fits(c.shape) {
			return s.errorf("blob %d of the weights file (%s) has shape %v, the layer needs %v: these are the weights of another net", i, b.place(), b.shape(), c.shape)
		}
		if b.count() != c.shape.Elements() {
			return s.errorf("blob %d of the weights file (%s) has shape %v but %d values", i, b.place(), b.shape(), b.count())
		}
		c.values.set(b.floats())
	}
	return nil
}

func (v *values) set(data []float32) { v.data, v.filled, v.tensor = data, true, nil }

// complete sees to it that no cell is empty. A further layer of a name takes
// what the first has.
func (s *slot) complete(first *slot, filled []string, o *ReadOptions) error {
	missing := func(c *cell) bool { return !c.values.filled }
	if !slices.ContainsFunc(s.cells, missing) {
		return nil
	}
	sameShape := func(a, b *cell) bool { return a.shape.Equal(b.shape) }
	switch {
	case first != s && slices.EqualFunc(first.cells, s.cells, sameShape) && !slices.ContainsFunc(first.cells, missing):
		if first.node.Op != s.node.Op {
			o.warn(s.errorf("shares its name, and so its weights, with another layer").Error())
		}
		for i := range s.cells {
			s.cells[i].values = first.cells[i].values
		}
		return nil
	case o.AllowMissing:
		o.warn(s.errorf("has no weights in the file, it gets constants").Error())
		for i, c := range s.cells {
			if missing(c) {
				c.values.set(s.constant(i, c.shape.Elements()))
			}
		}
		return nil
	}
	if len(filled) == 0 {
		return s.errorf("has no weights: the weights file has none for any layer")
	}
	return s.errorf("has no weights in the file%s", didYouMean(s.node.Name, filled))
}

// constant is what Caffe's default filler would give cell i.
func (s *slot) constant(i, elements int) []float32 {
	data := make([]float32, elements)
	if i < len(s.roles) {
		if x := s.typ.fill[s.roles[i]]; x != 0 {
			for j := range data {
				data[j] = x
			}
		}
	}
	return data
}

// params turns the cells into the node's parameters. Nodes that share a cell
// and its shape share the tensor.
func (s *slot) params() []*ir.Tensor {
	var blobs []*ir.Tensor
	for _, c := range s.cells {
		v := c.values
		if v.tensor == nil {
			v.tensor = &ir.Tensor{Name: v.name, Shape: c.shape, Data: v.data}
		}
		t := v.tensor
		if !t.Shape.Equal(c.shape) {
			t = t.Reshaped(c.shape)
		}
		blobs = append(blobs, t)
	}
	if s.typ.blobs != nil {
		return s.typ.blobs.load(s.node.Op, blobs)
	}
	return blobs
}

// errorf names the layer but not its place in the prototxt: it is the weights
// file that is wrong.
func (s *slot) errorf(format string, args ...any) error {
	return &ir.NodeError{Node: s.node.Name, Type: s.typ.name, Err: ir.Errorf(ir.ErrInvalid, format, args...)}
}

// textBlob is a BlobProto that stands in a text file.
func textBlob(m *message) *blob {
	b := &blob{at: m.at}
	for i, name := range []string{"num", "channels", "height", "width"} {
		b.legacy = b.legacy || m.has(name)
		b.corners[i] = int64(m.num(name, 0))
	}
	for _, d := range m.message("shape").nums("dim") {
		b.dims = append(b.dims, int64(d))
	}
	for _, v := range m.values {
		switch v.field.name {
		case "data":
			b.data.append(run{binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(v.float()))), 4, 1})
		case "double_data":
			b.doubles.append(run{binary.LittleEndian.AppendUint64(nil, math.Float64bits(v.float())), 8, 1})
		}
	}
	return b
}
