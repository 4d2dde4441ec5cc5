package npy

import (
	"strings"
	"unicode/utf8"

	"github.com/alexconv/alexconv/ir"
)

// The roles that the dict schema names, in the order of the list schema.
const (
	roleWeights  = "weights"
	roleBiases   = "biases"
	roleMean     = "mean"
	roleVariance = "variance"
	roleScale    = "scale"
	roleOffset   = "offset"
)

// layer is one layer of a graph as a weights file has it: its name there and
// its parameters in their order.
type layer struct {
	name  string
	node  *ir.Node
	slots []slot
}

// slot is the place of one parameter in the graph and in the file.
type slot struct {
	role   string // a role above or, in an .npz, the index of Caffe's blob
	node   *ir.Node
	index  int      // in node.Params; factorIndex for a BatchNorm's divisor
	shape  ir.Shape // in the graph
	layout layout
	filler float32 // its value where the layer is missing, as Caffe has it
}

// fillers are Caffe's default fillers that are not 0, by parameter.
var fillers = map[string]float32{"scale": 1, "slope": 0.25}

// dictName is a layer's name as a key of the dict, after caffe-tensorflow.
func dictName(name string) string { return strings.ReplaceAll(name, "/", "_") }

// dictLayers lists the layers with parameters as the dict schema has them. A
// BatchNorm and the Scale behind it share one entry, under the BatchNorm's
// name. What the dict cannot express is refused.
func dictLayers(g *ir.Graph, shapes ir.Shapes) ([]layer, error) {
	order := newRowOrder(g, shapes)
	consumers := g.Consumers()
	fused := make(map[*ir.Node]bool)
	var layers []layer
	for _, n := range g.Nodes {
		signature, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			return nil, n.Errorf(ir.ErrInvalid, "%w", err)
		}
		if len(signature.Params) == 0 || fused[n] {
			continue
		}
		l := layer{name: dictName(n.Name), node: n}
		switch n.Op.(type) {
		case *ir.Conv, *ir.Deconv:
			l.add(n, signature.Params, []string{roleWeights, roleBiases}, layout{filter: true})
		case *ir.FullyConnected:
			matrix, err := order.matrix(n)
			if err != nil {
				return nil, err
			}
			l.add(n, signature.Params, []string{roleWeights, roleBiases}, matrix)
		case *ir.BatchNorm:
			if err := order.checkChannels(n); err != nil {
				return nil, err
			}
			l.add(n, signature.Params, []string{roleMean, roleVariance}, layout{})
			if scale, params := scaleBehind(n, shapes, consumers); scale != nil {
				fused[scale] = true
				l.add(scale, params, []string{roleScale, roleOffset}, layout{})
			}
		default:
			return nil, n.Errorf(ir.ErrUnsupported,
				"the .npy dict has no entry for the parameters of a %s layer here; use .npz", n.Op.Type())
		}
		layers = append(layers, l)
	}
	return layers, checkNames(layers)
}

// add appends a node's parameters under the given roles; the first has the
// layout given.
func (l *layer) add(n *ir.Node, params []ir.Param, roles []string, first layout) {
	for i, p := range params {
		s := slot{role: roles[i], node: n, index: i, shape: p.Shape, filler: fillers[p.Role]}
		if i == 0 {
			s.layout = first
		}
		l.slots = append(l.slots, s)
	}
}

// scaleBehind finds the one reader of a BatchNorm's output if it is a Scale
// with one value per channel, and its parameters.
func scaleBehind(n *ir.Node, shapes ir.Shapes, consumers map[*ir.Value][]*ir.Node) (*ir.Node, []ir.Param) {
	readers := consumers[n.Outputs[0]]
	if len(readers) != 1 || len(readers[0].Inputs) != 1 {
		return nil, nil
	}
	op, ok := readers[0].Op.(*ir.Scale)
	if !ok {
		return nil, nil
	}
	in := shapes[n.Outputs[0]]
	axis, err := ir.Axis(op.Axis, len(in))
	if err != nil || axis != 1 {
		return nil, nil
	}
	signature, err := op.Infer([]ir.Shape{in})
	if err != nil || len(signature.Params[0].Shape) != 1 {
		return nil, nil
	}
	return readers[0], signature.Params
}

// checkNames refuses layers that a weights file, which knows names alone,
// cannot tell apart.
func checkNames(layers []layer) error {
	seen := make(map[string]*ir.Node)
	for _, l := range layers {
		if l.name == "" {
			return l.node.Errorf(ir.ErrUnsupported, "a layer without a name has no key in a numpy weights file")
		}
		if !utf8.ValidString(l.name) {
			return l.node.Errorf(ir.ErrUnsupported, "the name is not UTF-8, as a key in a numpy weights file must be")
		}
		if other := seen[l.name]; other != nil {
			return l.node.Errorf(ir.ErrUnsupported, "layer %q has the same key %q in a numpy weights file", other.Name, l.name)
		}
		seen[l.name] = l.node
	}
	return nil
}
