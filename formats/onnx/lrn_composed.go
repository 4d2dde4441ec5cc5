package onnx

import (
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// foldLRN is the pass that makes one LRN of the steps in which PyTorch writes
// local response normalisation, for which its exporter knows no operation:
//
//	x / (k + alpha*average(x*x))^beta
//
// the average being a pooling along the channels, which a Reshape has made a
// spatial axis, over a window of odd size that counts its padding.
func foldLRN(g *ir.Graph) error {
	shapes, err := g.Infer(nil)
	if err != nil {
		return err
	}
	m := &lrnMatcher{shapes: shapes, producers: g.Producers(), consumers: g.Consumers(), outputs: g.Outputs}
	replaced := make(map[*ir.Node]bool)
	for _, n := range g.Nodes {
		o, x, steps := m.match(n)
		if o == nil {
			continue
		}
		n.Op, n.Inputs = o, []*ir.Value{x}
		for _, s := range steps {
			replaced[s] = true
		}
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n *ir.Node) bool { return replaced[n] })
	return nil
}

// lrnMatcher looks for the steps from the last one back.
type lrnMatcher struct {
	shapes    ir.Shapes
	producers map[*ir.Value]*ir.Node
	consumers map[*ir.Value][]*ir.Node
	outputs   []*ir.Value
	steps     []*ir.Node
}

// match gives the normalisation that ends with node n, its input, and the steps
// before n; nil if there is none.
func (m *lrnMatcher) match(n *ir.Node) (*ir.LRN, *ir.Value, []*ir.Node) {
	if o, ok := n.Op.(*ir.Eltwise); !ok || o.Kind != ir.Product || len(n.Inputs) != 2 {
		return nil, nil, nil
	}
	for i, x := range n.Inputs {
		m.steps = nil
		if o := m.divisor(x, n.Inputs[1-i]); o != nil {
			return o, x, m.steps
		}
	}
	return nil, nil, nil
}

// divisor follows a value from the inverted power back to the squares of x.
func (m *lrnMatcher) divisor(x, v *ir.Value) *ir.LRN {
	inverse, v := step[*ir.Power](m, v)
	power, v := step[*ir.Power](m, v)
	bias, v := step[*ir.Bias](m, v)
	k := m.number(bias != nil)
	scale, v := step[*ir.Scale](m, v)
	alpha := m.number(scale != nil && !scale.Bias)
	back, v := step[*ir.Reshape](m, v)
	pool, v := step[*ir.Pool](m, v)
	there, v := step[*ir.Reshape](m, v)
	if v == nil || k == nil || alpha == nil || back == nil || pool == nil || there == nil ||
		*inverse != (ir.Power{Power: -1, Scale: 1}) || *power != (ir.Power{Power: power.Power, Scale: 1}) {
		return nil
	}
	size := m.window(pool, x, m.steps[len(m.steps)-1])
	if size == 0 || !m.square(v, x) {
		return nil
	}
	return &ir.LRN{Region: ir.Across, Size: size, C: *alpha / float32(size), Beta: power.Power, K: *k}
}

// step gives the operation of type T that writes v, if its one reader is the
// step before, and what it reads; nothing otherwise.
func step[T ir.Op](m *lrnMatcher, v *ir.Value) (none T, _ *ir.Value) {
	if v == nil {
		return none, nil
	}
	n := m.producers[v]
	op, ok := n.Op.(T)
	if !ok || len(n.Inputs) != 1 || len(m.consumers[v]) != 1 || slices.Contains(m.outputs, v) {
		return none, nil
	}
	m.steps = append(m.steps, n)
	return op, n.Inputs[0]
}

// number is the parameter of the last step, if that is one.
func (m *lrnMatcher) number(parametric bool) *float32 {
	if !parametric {
		return nil
	}
	if p := m.steps[len(m.steps)-1].Params; len(p) == 1 && len(p[0].Data) == 1 {
		return &p[0].Data[0]
	}
	return nil
}

// window gives the size of a pooling that averages over channels as LRN does, 0
// for any other; planes writes what it reads, the channels of x as a spatial
// axis.
func (m *lrnMatcher) window(o *ir.Pool, x *ir.Value, planes *ir.Node) int {
	image, pooled := m.shapes[x], m.shapes[planes.Outputs[0]]
	if o.Kind != ir.Average || o.Global || o.Same != ir.Explicit || len(image) != 4 ||
		len(pooled) < 4 || pooled[0] != image[0] || pooled[1] != 1 || pooled[2] != image[1] {
		return 0
	}
	size := o.Kernel[0]
	for i := range o.Kernel {
		kernel, pad := 1, 0
		if i == 0 {
			kernel, pad = size, (size-1)/2
		}
		if o.Kernel[i] != kernel || o.Stride[i] != 1 || o.Dilation[i] != 1 || o.PadBegin[i] != pad || o.PadEnd[i] != pad {
			return 0
		}
	}
	if size%2 == 0 || !o.CountPad && size > 1 {
		return 0
	}
	return size
}

// square reports whether v is x times itself, for nothing but the step after.
func (m *lrnMatcher) square(v, x *ir.Value) bool {
	n := m.producers[v]
	if len(m.consumers[v]) != 1 || slices.Contains(m.outputs, v) {
		return false
	}
	m.steps = append(m.steps, n)
	switch o := n.Op.(type) {
	case *ir.Power:
		return *o == ir.Power{Power: 2, Scale: 1} && n.Inputs[0] == x
	case *ir.Eltwise:
		return o.Kind == ir.Product && len(n.Inputs) == 2 && n.Inputs[0] == x && n.Inputs[1] == x
	}
	return false
}
