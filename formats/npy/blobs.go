package npy

import (
	"slices"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// factorIndex is the index of a slot that is no parameter of the graph: the
// third blob of Caffe's BatchNorm, by which the first two are to be divided.
const factorIndex = -1

// blobLayers lists the layers with parameters as an .npz has them: under
// their own names, each parameter by the index and in the layout of Caffe's
// blob.
func blobLayers(g *ir.Graph, shapes ir.Shapes) ([]layer, error) {
	var layers []layer
	for _, n := range g.Nodes {
		signature, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			return nil, n.Errorf(ir.ErrInvalid, "%w", err)
		}
		if len(signature.Params) == 0 {
			continue
		}
		l := layer{name: n.Name, node: n}
		for i, p := range signature.Params {
			l.slots = append(l.slots, slot{
				role: strconv.Itoa(i), node: n, index: i, shape: p.Shape, filler: fillers[p.Role],
			})
		}
		if _, ok := n.Op.(*ir.BatchNorm); ok {
			l.slots = append(l.slots, slot{role: "2", node: n, index: factorIndex, shape: ir.Shape{1}})
		}
		layers = append(layers, l)
	}
	return layers, checkNames(layers)
}

// withoutBatchStats drops the entries of BatchNorm layers that normalise by the
// input's own statistics: Caffe keeps blobs for them that it does not use.
func withoutBatchStats(entries []*entry, g *ir.Graph) []*entry {
	unused := make(map[string]bool)
	for _, n := range g.Nodes {
		if op, ok := n.Op.(*ir.BatchNorm); ok && op.BatchStats {
			unused[n.Name] = true
		}
	}
	return slices.DeleteFunc(entries, func(e *entry) bool { return unused[e.name] })
}

// divide applies a BatchNorm's factor to its moving sums as Caffe does: times
// the float32 reciprocal, and times 0 for a factor of 0.
func divide(sums []*ir.Tensor, factor float32) []*ir.Tensor {
	if factor == 1 {
		return sums
	}
	reciprocal := float32(0)
	if factor != 0 {
		reciprocal = 1 / factor
	}
	scaled := make([]*ir.Tensor, len(sums))
	for i, t := range sums {
		scaled[i] = ir.NewTensor(t.Shape...)
		for j, v := range t.Data {
			scaled[i].Data[j] = reciprocal * v
		}
	}
	return scaled
}
