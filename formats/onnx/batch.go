package onnx

import (
	"github.com/alexconv/alexconv/ir"
)

// sizes are a graph's shapes for the batch that is written and, if the batch
// is left open, for another one: an extent that differs depends on it.
type sizes struct {
	shapes ir.Shapes
	other  ir.Shapes
}

// batchParam is the symbolic name of the open batch.
const batchParam = "N"

func inferBatch(g *ir.Graph, o WriteOptions) (sizes, error) {
	if o.Batch < 0 {
		return sizes{}, ir.Errorf(ir.ErrInvalid, "onnx: the batch cannot be %d", o.Batch)
	}
	declared := make(map[string]ir.Shape)
	doubled := make(map[string]ir.Shape)
	for _, n := range g.Nodes {
		in, ok := n.Op.(*ir.Input)
		if !ok || len(in.Shape) < 2 {
			continue
		}
		shape := in.Shape.Clone()
		if o.Batch > 0 {
			shape[0] = o.Batch
		}
		declared[n.Outputs[0].Name] = shape
		shape = shape.Clone()
		shape[0] *= 2
		doubled[n.Outputs[0].Name] = shape
	}
	var s sizes
	var err error
	if s.shapes, err = g.Infer(declared); err != nil {
		return s, err
	}
	if o.DynamicBatch {
		if s.other, err = g.Infer(doubled); err != nil {
			return s, ir.Errorf(ir.ErrUnsupported, "onnx: the batch cannot be left open: %w", err)
		}
	}
	return s, nil
}

// checkDynamic refuses an open batch for a layer whose ONNX form depends on it.
func (w *writer) checkDynamic(g *ir.Graph, other ir.Shapes) error {
	again := newWriter(w.opset, other)
	if err := again.declare(g); err != nil {
		return err
	}
	nodes, constants := 0, 0
	for _, n := range g.Nodes {
		if err := again.write(n); err != nil {
			return err
		}
		same := len(again.graph.nodes) <= len(w.graph.nodes) && len(again.graph.initialisers) <= len(w.graph.initialisers)
		for ; same && nodes < len(again.graph.nodes); nodes++ {
			same = sameNode(again.graph.nodes[nodes], w.graph.nodes[nodes])
		}
		for ; same && constants < len(again.graph.initialisers); constants++ {
			same = again.graph.initialisers[constants].equal(w.graph.initialisers[constants])
		}
		if !same {
			return n.Errorf(ir.ErrUnsupported, "ONNX cannot leave the batch of this layer open")
		}
	}
	return nil
}

func sameNode(a, b *node) bool {
	return encodeNode(a).Equal(encodeNode(b))
}

// declareValues lists inputs, outputs and the shapes of all values between.
func (w *writer) declareValues(g *ir.Graph, s sizes) {
	info := func(v *ir.Value) *valueInfo {
		i := fixedInfo(v.Name, elementFloat, s.shapes[v])
		for axis := range i.dims {
			if s.other == nil || s.other[v][axis] == s.shapes[v][axis] {
				continue
			}
			i.dims[axis] = dimension{}
			if axis == 0 && s.shapes[v][0] == w.batch(g, s) {
				i.dims[axis].param = batchParam
			}
		}
		if v.Blob != v.Name {
			i.doc = valueMark{Blob: v.Blob}.text()
		}
		return i
	}
	for _, n := range g.Nodes {
		_, input := n.Op.(*ir.Input)
		for _, v := range n.Outputs {
			if w.valueOf[v] != v.Name || w.isOutput[v] && !input {
				continue
			}
			i := info(v)
			if !input {
				w.graph.values = append(w.graph.values, i)
				continue
			}
			m := valueMark{}
			if v.Blob != v.Name {
				m.Blob = v.Blob
			}
			if n.Name != v.Name {
				m.Layer = &n.Name
			}
			i.doc = m.text()
			w.graph.inputs = append(w.graph.inputs, i)
		}
	}
	for _, v := range g.Outputs {
		w.graph.outputs = append(w.graph.outputs, info(v))
	}
	w.graph.doc = w.graphMark.text()
}

// batch is the first extent of the first input.
func (w *writer) batch(g *ir.Graph, s sizes) int {
	for _, v := range g.Inputs() {
		if len(s.shapes[v]) > 1 {
			return s.shapes[v][0]
		}
	}
	return 0
}

func fixedInfo(name string, kind elementType, shape ir.Shape) *valueInfo {
	v := &valueInfo{name: name, kind: kind, ranked: true}
	for _, d := range shape {
		v.dims = append(v.dims, dimension{known: true, value: int64(d)})
	}
	return v
}
