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
	var inputs []*ir.Value
	if b.last != nil {
		inputs = []*ir.Value{b.last}
	}
	b.last, b.from = b.node(name, op, inputs, blob)[0], name
}

// inTowers appends an operation that sees each half of the channels by itself:
// a slice, the operation on both halves, and under the layer's name the two
// results side by side.
func (b *builder) inTowers(name string, op ir.Op) {
	halves := b.node(name+"_slice", &ir.Slice{Axis: 1, Pieces: 2}, []*ir.Value{b.last}, name+"a_in", name+"b_in")
	first := b.node(name+"a", op, halves[:1], name+"a")
	second := b.node(name+"b", op, halves[1:], name+"b")
	joined := b.node(name, &ir.Concat{Axis: 1}, []*ir.Value{first[0], second[0]}, name)
	b.last, b.from = joined[0], name
}

// node adds a node that writes the given blobs.
func (b *builder) node(name string, op ir.Op, inputs []*ir.Value, blobs ...string) []*ir.Value {
	n := &ir.Node{Name: name, Op: op, Inputs: inputs}
	for _, blob := range blobs {
		n.Outputs = append(n.Outputs, &ir.Value{Name: blob, Blob: blob})
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
	return n.Outputs
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

// same is a square window with TensorFlow's SAME padding.
func same(kernel, stride int) ir.Window {
	w := square(kernel, stride, 0)
	w.Same = ir.SameUpper
	return w
}

// conv is a convolution with bias.
func conv(channels int, w ir.Window, group int) *ir.Conv {
	return &ir.Conv{OutChannels: channels, Window: w, Group: group, Axis: 1, Bias: true}
}

// maxPool keeps the maxima, rounding the number of positions down.
func maxPool(w ir.Window) *ir.Pool { return &ir.Pool{Kind: ir.Max, Window: w} }

// maxPoolCeil keeps the maxima, rounding the number of positions up.
func maxPoolCeil(w ir.Window) *ir.Pool { return &ir.Pool{Kind: ir.Max, Window: w, Ceil: true} }

// dense is a fully connected layer with bias over everything but the batch.
func dense(units int) *ir.FullyConnected {
	return &ir.FullyConnected{Units: units, Axis: 1, Bias: true}
}
