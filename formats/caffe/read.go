package caffe

import (
	"github.com/alexconv/alexconv/ir"
)

// ReadTopology reads a net's description, a prototxt or the one that a
// caffemodel carries, as a graph without weights.
//
// In-place blobs become values of their own, a blob with several readers gets
// an implicit Split, layers that only serve training are left out with a
// warning. The outputs are the blobs that no layer reads, sorted by name.
// Errors are a [SyntaxError], a [WireError] or an [ir.NodeError].
func ReadTopology(src []byte, o ReadOptions) (*ir.Graph, error) {
	g, _, err := readTopology(src, &o)
	return g, err
}

// LoadWeights gives a topology the weights of a caffemodel, matched by layer
// name as Caffe does: layers that the graph does not have are ignored, and of
// several entries with one name the last counts. A layer without an entry, a
// wrong number of blobs and a shape that does not fit are errors that name the
// layer. On an error the graph is unchanged.
//
// Tensors are views of src where it holds packed float32 values, so src must
// stay valid and unchanged as long as the graph is used. Layers share
// parameters as the caffemodel's own description says.
func LoadWeights(g *ir.Graph, src []byte, o ReadOptions) error {
	net, err := readNet(src, &o)
	if err != nil {
		return err
	}
	return loadWeights(g, net, nil, &o)
}

// ReadModel reads a prototxt with the weights of a caffemodel, as
// [ReadTopology] followed by [LoadWeights] do, except that it is the prototxt
// that says which parameters are shared. A caffemodel alone may be given as
// both.
func ReadModel(topology, weights []byte, o ReadOptions) (*ir.Graph, error) {
	g, shared, err := readTopology(topology, &o)
	if err != nil {
		return nil, err
	}
	net, err := readNet(weights, &o)
	if err != nil {
		return nil, err
	}
	return g, loadWeights(g, net, shared, &o)
}

// readNet parses a net and brings it to the present format.
func readNet(src []byte, o *ReadOptions) (*message, error) {
	var net *message
	var err error
	switch {
	case len(src) == 0:
		return nil, ir.Errorf(ir.ErrInvalid, "the file is empty")
	case isText(src):
		net, err = parseText(string(src), netParameter, o.maxValues())
	default:
		net, err = parseWire(src, netParameter, o.maxValues())
	}
	if err != nil {
		return nil, err
	}
	return net, upgrade(net, o.warn)
}

func readTopology(src []byte, o *ReadOptions) (*ir.Graph, *sharing, error) {
	net, err := readNet(src, o)
	if err != nil {
		return nil, nil, err
	}
	state := netFilter{phase: o.Phase, level: o.Level, stages: append(net.message("state").strs("stage"), o.Stages...)}
	messages, err := state.filter(net.messages("layer"))
	if err != nil {
		return nil, nil, err
	}
	text := isText(src)
	var layers []*layer
	for _, m := range messages {
		layers = append(layers, newLayer(m, text, o))
	}
	if err := checkLimits(layers); err != nil {
		return nil, nil, err
	}
	if layers, err = deployView(layers); err != nil {
		return nil, nil, err
	}
	if layers, err = insertSplits(layers); err != nil {
		return nil, nil, err
	}
	return build(net.str("name"), layers)
}
