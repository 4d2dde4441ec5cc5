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
	net, err := readNet(src, &o)
	if err != nil {
		return nil, err
	}
	state := netFilter{phase: o.Phase, level: o.Level, stages: append(net.message("state").strs("stage"), o.Stages...)}
	messages, err := state.filter(net.messages("layer"))
	if err != nil {
		return nil, err
	}
	text := isText(src)
	var layers []*layer
	for _, m := range messages {
		layers = append(layers, newLayer(m, text, &o))
	}
	if err := checkLayers(layers, o.Limits.OrDefaults()); err != nil {
		return nil, err
	}
	if layers, err = deployView(layers); err != nil {
		return nil, err
	}
	if layers, err = insertSplits(layers); err != nil {
		return nil, err
	}
	return build(net.str("name"), layers)
}

// LoadWeights gives a topology the weights of a caffemodel, matched by layer
// name as Caffe does: layers that the graph does not have are ignored, and of
// several entries with one name the last counts. A layer without an entry, a
// wrong number of blobs and a shape that does not fit are errors that name the
// layer. On an error the graph is unchanged.
//
// Tensors are views of src where it holds packed float32 values, so src must
// stay valid and unchanged as long as the graph is used. Nodes share parameters
// as their Shared names say.
func LoadWeights(g *ir.Graph, src []byte, o ReadOptions) error {
	net, err := readNet(src, &o)
	if err != nil {
		return err
	}
	return loadWeights(g, net, &o)
}

// readNet parses a net and brings it to the present format.
func readNet(src []byte, o *ReadOptions) (*message, error) {
	if _, err := ParseDialect(string(o.Dialect)); err != nil {
		return nil, err
	}
	table := dialects[o.Dialect].net
	limits := o.Limits.OrDefaults()
	if err := limits.Check(ir.LimitBytes, "bytes of the file", int64(len(src))); err != nil {
		return nil, err
	}
	var net *message
	var err error
	switch {
	case len(src) == 0:
		return nil, ir.Errorf(ir.ErrInvalid, "the file is empty")
	case isText(src):
		net, err = parseText(string(src), table, limits)
	default:
		net, err = parseWire(src, table, limits)
	}
	if err != nil {
		return nil, err
	}
	return net, upgrade(net, o.warn)
}
