package runtime

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime/internal/kernel"
)

// epilogue is what follows a step over pixels and is computed while the step's
// results are in cache: a normalisation and a scale by channel, the sum with
// another value, a ReLU; each may be missing. Every operation rounds as it does
// in a step of its own.
type epilogue struct {
	nodes  []*ir.Node     // that of the step, and those taken in
	value  *ir.Value      // what the last of them computes
	affine *kernel.Affine // nil for none
	other  *form          // nil for none
	relu   bool
}

// epilogue takes the nodes that follow a node, which computes pixels, into its
// step. The next step is the one that runs it.
func (b *builder) epilogue(n *ir.Node) *epilogue {
	e := &epilogue{nodes: []*ir.Node{n}, value: n.Outputs[0]}
	b.extend(e, b.isNorm, func(next *ir.Node) { e.normalise(b, next) })
	b.finish(e)
	return e
}

// finish takes in what may follow a normalisation.
func (b *builder) finish(e *epilogue) {
	b.extend(e, b.isScale, func(next *ir.Node) { e.scale(b, next) })
	b.extend(e, func(next *ir.Node) bool { return b.addend(e, next) != nil }, func(next *ir.Node) {
		e.other = b.read(b.addend(e, next), pixels)
	})
	b.extend(e, isReLU, func(*ir.Node) { e.relu = true })
}

// extend takes in the node that follows if it is of the right kind.
func (b *builder) extend(e *epilogue, accept func(*ir.Node) bool, take func(*ir.Node)) {
	next := b.follower(e.nodes[len(e.nodes)-1])
	if next == nil || !accept(next) {
		return
	}
	take(next)
	b.fused[next] = true
	e.nodes, e.value = append(e.nodes, next), next.Outputs[0]
}

// isNorm accepts a normalisation of images with given statistics whose shifts are
// finite: those of a huge mean or of no variance at all are not.
func (b *builder) isNorm(n *ir.Node) bool {
	o, ok := n.Op.(*ir.BatchNorm)
	if !ok || o.BatchStats || !b.images(n.Inputs[0]) {
		return false
	}
	_, shift := normConstants(n)
	return !slices.ContainsFunc(shift, func(s float32) bool { return s-s != 0 })
}

// isScale accepts the multiplication of images by one learned factor per
// channel.
func (b *builder) isScale(n *ir.Node) bool {
	o, ok := n.Op.(*ir.Scale)
	if !ok || !b.images(n.Inputs[0]) || len(n.Inputs) != 1 || len(n.Params[0].Shape) != 1 {
		return false
	}
	axis, err := ir.Axis(o.Axis, 4)
	return err == nil && axis == 1
}

func isReLU(n *ir.Node) bool {
	o, ok := n.Op.(*ir.ReLU)
	return ok && o.Slope == 0
}

// addend is the value that a node adds to the epilogue's without weighting
// either, nil if it does something else or the value does not exist yet.
func (b *builder) addend(e *epilogue, n *ir.Node) *ir.Value {
	o, ok := n.Op.(*ir.Eltwise)
	if !ok || len(n.Inputs) != 2 || !plainSum(o) {
		return nil
	}
	other := n.Inputs[0]
	if other == e.value {
		other = n.Inputs[1]
	}
	if b.values[other] == nil || b.native[other] != pixels {
		return nil
	}
	return other
}

// plainSum reports whether an operation adds its inputs without weighting them.
func plainSum(o *ir.Eltwise) bool {
	for i := range o.Coefficients {
		if coefficient(o, i) != 1 {
			return false
		}
	}
	return o.Kind == ir.Sum
}

// channelMap is the epilogue's map of channels.
func (e *epilogue) channelMap(b *builder, n *ir.Node) *kernel.Affine {
	if e.affine == nil {
		e.affine = kernel.NewAffine(b.shape(n.Inputs[0])[1])
	}
	return e.affine
}

// normalise adds a normalisation to the map.
func (e *epilogue) normalise(b *builder, n *ir.Node) {
	a := e.channelMap(b, n)
	factor, shift := normConstants(n)
	copy(a.Factor(), factor)
	copy(a.Shift(), shift)
}

// normConstants are those of a normalisation as x*factor + shift.
func normConstants(n *ir.Node) (factor, shift []float32) {
	eps := float64(n.Op.(*ir.BatchNorm).Eps)
	for c, variance := range n.Params[1].Data {
		f := 1 / math.Sqrt(float64(variance)+eps)
		factor = append(factor, float32(f))
		shift = append(shift, float32(-float64(n.Params[0].Data[c])*f))
	}
	return factor, shift
}

// scale adds a multiplication by channel to the map.
func (e *epilogue) scale(b *builder, n *ir.Node) {
	a := e.channelMap(b, n)
	copy(a.Multiply(), n.Params[0].Data)
	if n.Op.(*ir.Scale).Bias {
		copy(a.Add(), n.Params[1].Data)
	}
}

// onlyReLU reports that the step's own kernel can do all there is to do.
func (e *epilogue) onlyReLU() bool { return e.relu && e.affine == nil && e.other == nil }

// after is the epilogue of rows of convolutions, from row y on, by filters that
// begin with some channel of the output, for a panel of them that begins with
// another.
func (e *epilogue) after(x *execution, at place, y, first, panel int) kernel.After {
	a := kernel.After{Affine: e.affine, First: first, ReLU: e.relu}
	if e.other != nil {
		a.Other, a.At = x.data[e.other.buffer][e.other.at(at, y, 0)+panel:], e.other.Plane
	}
	return a
}

// run applies what the step's own kernel has not done to some channels of
// consecutive pixels of a row of the output.
func (e *epilogue) run(x *execution, out *form, at place, y, column, pixels, first, width int) {
	if e.affine == nil && e.other == nil {
		return
	}
	dst := x.data[out.buffer][out.at(at, y, column)+first:]
	if e.affine != nil {
		e.affine.Row(dst, out.Column, dst, out.Column, first, width, pixels, e.relu && e.other == nil)
	}
	if e.other != nil {
		other := x.data[e.other.buffer][e.other.at(at, y, column)+first:]
		kernel.AddRow(dst, out.Column, dst, out.Column, other, e.other.Column, width, pixels, e.relu)
	}
}

// follower is the node that alone reads the only output of a node, nil where a
// fusion with it would hide a value that somebody needs.
func (b *builder) follower(n *ir.Node) *ir.Node {
	v := n.Outputs[0]
	if b.shown || b.plan.reads[v] != 1 || len(b.consumers[v]) != 1 {
		return nil
	}
	return b.consumers[v][0]
}

// fuseReLU takes a ReLU that alone follows a node into the node's step, and
// returns the value to write.
func (b *builder) fuseReLU(n *ir.Node) (out *ir.Value, nodes []*ir.Node, relu bool) {
	if next := b.follower(n); next != nil && isReLU(next) {
		b.fused[next] = true
		return next.Outputs[0], []*ir.Node{n, next}, true
	}
	return n.Outputs[0], []*ir.Node{n}, false
}
