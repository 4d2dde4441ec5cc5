package runtime

import (
	"context"
	"maps"

	"github.com/alexconv/alexconv/ir"
)

// runReference evaluates node after node and lets go of each value after its
// last reader.
func (p *Plan) runReference(ctx context.Context, inputs map[string]*ir.Tensor, visit Visitor) (map[string]*ir.Tensor, error) {
	w := workers{ctx: ctx, threads: p.threads}
	values := make(map[*ir.Value]*ir.Tensor)
	reads := maps.Clone(p.reads)
	for _, n := range p.graph.Nodes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		in := make([]*ir.Tensor, len(n.Inputs))
		for i, v := range n.Inputs {
			in[i] = values[v]
		}
		out, err := p.evaluate(w, n, in, inputs)
		if err != nil {
			return nil, err
		}
		for i, v := range n.Outputs {
			kept, err := show(visit, n, v, out[i])
			if err != nil {
				return nil, err
			}
			if reads[v] > 0 {
				values[v] = kept
			}
		}
		for _, v := range n.Inputs {
			if reads[v]--; reads[v] == 0 {
				delete(values, v)
			}
		}
	}
	outputs := make(map[string]*ir.Tensor, len(p.graph.Outputs))
	for _, v := range p.graph.Outputs {
		outputs[v.Name] = values[v]
	}
	return outputs, nil
}

// show gives a value to the visitor and returns the one to go on with.
func show(visit Visitor, n *ir.Node, v *ir.Value, t *ir.Tensor) (*ir.Tensor, error) {
	if visit == nil {
		return t, nil
	}
	replacement, err := visit(n, v, t)
	switch {
	case err != nil:
		return nil, err
	case replacement == nil:
		return t, nil
	case !replacement.Shape.Equal(t.Shape):
		return nil, n.Errorf(ir.ErrInvalid, "value %q is %v, its replacement %v", v.Name, t.Shape, replacement.Shape)
	}
	if err := replacement.Check(); err != nil {
		return nil, n.Errorf(ir.ErrInvalid, "the replacement of value %q: %w", v.Name, err)
	}
	return replacement, nil
}

// evaluate computes the outputs of one node; those of operations that only
// rename or reshape share the input's data.
func (p *Plan) evaluate(w workers, n *ir.Node, in []*ir.Tensor, inputs map[string]*ir.Tensor) ([]*ir.Tensor, error) {
	switch n.Op.(type) {
	case *ir.Input:
		return []*ir.Tensor{inputs[n.Outputs[0].Name]}, nil
	case *ir.Dropout, *ir.Split, *ir.Silence:
		return identity(n, in[0]), nil
	case *ir.Flatten, *ir.Reshape:
		return reshape(p.shapes[n.Outputs[0]], in[0]), nil
	}
	out := make([]*ir.Tensor, len(n.Outputs))
	for i, v := range n.Outputs {
		out[i] = ir.NewTensor(p.shapes[v]...)
	}
	return out, compute(w, n, in, out)
}

// compute runs the reference code of an operation into out, whose contents are
// undefined before.
func compute(w workers, n *ir.Node, in, out []*ir.Tensor) error {
	switch o := n.Op.(type) {
	case *ir.Conv:
		return conv(w, o, in[0], n.Params, out[0])
	case *ir.Deconv:
		return deconv(w, o, in[0], n.Params, out[0])
	case *ir.Pool:
		return pooling(w, o, in[0], out)
	case *ir.SPP:
		return spp(w, o, in[0], out[0])
	case *ir.LRN:
		return lrn(w, o, in[0], out[0])
	case *ir.ReLU:
		return relu(w, o, in[0], out[0])
	case *ir.PReLU:
		return prelu(w, o, in[0], n.Params[0], out[0])
	case *ir.Sigmoid:
		return sigmoid(w, in[0], out[0])
	case *ir.Tanh:
		return tanh(w, in[0], out[0])
	case *ir.Softmax:
		return softmax(w, o, in[0], out[0])
	case *ir.LogSoftmax:
		return logSoftmax(w, o, in[0], out[0])
	case *ir.FullyConnected:
		return fullyConnected(w, o, in[0], n.Params, out[0])
	case *ir.BatchNorm:
		return batchNorm(w, o, in[0], n.Params, out[0])
	case *ir.Scale:
		return scale(w, o, in, n.Params, out[0])
	case *ir.MVN:
		return mvn(w, o, in[0], out[0])
	case *ir.Bias:
		return bias(w, o, in, n.Params, out[0])
	case *ir.Eltwise:
		return eltwise(w, o, in, out[0])
	case *ir.Concat:
		return concat(w, o, in, out[0])
	case *ir.Slice:
		return slice(w, o, in[0], out)
	case *ir.Crop:
		return crop(w, o, in[0], out[0])
	case *ir.Tile:
		return tile(w, o, in[0], out[0])
	case *ir.Transpose:
		return transpose(w, o, in[0], out[0])
	case *ir.Pad:
		return pad(w, o, in[0], out[0])
	case *ir.Reduction:
		return reduction(w, o, in[0], out[0])
	case *ir.ArgMax:
		return argMax(w, o, in[0], out[0])
	case *ir.Embed:
		return embed(w, n, o, in[0], out[0])
	default:
		if f := unary(o); f != nil {
			return eachElement(w, in[0], out[0], f)
		}
		return n.Errorf(ir.ErrUnsupported, "the reference engine does not evaluate %s", n.Op.Type())
	}
}
