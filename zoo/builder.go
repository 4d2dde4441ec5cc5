package zoo

import "github.com/alexconv/alexconv/ir"

// builder grows a chain of layers. Activations and dropout overwrite their
// input's blob, as Caffe's definitions do.
type builder struct {
	graph *ir.Graph
	last  *ir.Value
	from  string // the layer that wrote last
}

func newBuilder(name, input string, shape ...int) *builder {
	b := &builder{graph: &ir.Graph{Name: name}}
	b.layer(input, &ir.Input{Shape: shape})
	return b
}

// layer appends a layer that writes a blob of its own name.
func (b *builder) layer(name string, op ir.Op) {
	b.append(name, name, op)
}

// inPlace appends a layer that overwrites the last blob.
func (b *builder) inPlace(name string, op ir.Op) {
	blob := b.last.Blob
	b.last.Name = blob + "@" + b.from
	b.append(name, blob, op)
}

func (b *builder) append(name, blob string, op ir.Op) {
	n := &ir.Node{Name: name, Op: op, Outputs: []*ir.Value{{Name: blob, Blob: blob}}}
	if b.last != nil {
		n.Inputs = []*ir.Value{b.last}
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
	b.last, b.from = n.Outputs[0], name
}

// done returns the graph with the last value as its output.
func (b *builder) done() *ir.Graph {
	b.graph.Outputs = []*ir.Value{b.last}
	return b.graph
}

// square is a window with the same kernel, stride and pad on both axes.
func square(kernel, stride, pad int) ir.Window {
	w := ir.NewWindow(kernel, kernel)
	for i := range 2 {
		w.Stride[i], w.PadBegin[i], w.PadEnd[i] = stride, pad, pad
	}
	return w
}

// conv is a two-dimensional convolution with bias.
func conv(channels, kernel, stride, pad, group int) *ir.Conv {
	return &ir.Conv{OutChannels: channels, Window: square(kernel, stride, pad), Group: group, Axis: 1, Bias: true}
}

// dense is a fully connected layer with bias over everything but the batch.
func dense(units int) *ir.FullyConnected {
	return &ir.FullyConnected{Units: units, Axis: 1, Bias: true}
}
