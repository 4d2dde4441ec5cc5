package verify

import (
	"fmt"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// mutation is one way to spoil a model, and what a report has to say of it.
type mutation struct {
	name, code, layer string
	mutate            func(g *ir.Graph) *ir.Graph
	// neutral mutations leave every number as it is on all inputs.
	neutral bool
}

// change is an edit of one layer's operation.
func change[T any](layer string, f func(*T)) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph { return edit(g, layer, f) }
}

// weigh is an edit of one layer's parameter.
func weigh(layer string, param int, f func([]float32)) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph { return reweigh(g, layer, param, f) }
}

// all applies several edits.
func all(list ...func(*ir.Graph) *ir.Graph) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		for _, f := range list {
			g = f(g)
		}
		return g
	}
}

// layerNamed is a node of a copy of a graph.
func layerNamed(g *ir.Graph, name string) *ir.Node {
	for _, n := range g.Nodes {
		if n.Name == name {
			return n
		}
	}
	panic("no layer " + name)
}

// permute reorders the values of a parameter: element i becomes from(i).
func permute(layer string, from func(n *ir.Node, i int) int) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		n := layerNamed(g, layer)
		return reweigh(g, layer, 0, func(w []float32) {
			before := slices.Clone(w)
			for i := range w {
				w[i] = before[from(n, i)]
			}
		})
	}
}

// toHWC is where the value at place i of a row in C, H, W order stands in one in
// H, W, C order.
func toHWC(channels, plane int) func(*ir.Node, int) int {
	return func(n *ir.Node, i int) int {
		column := i % (channels * plane)
		return i - column + column%channels*plane + column/channels
	}
}

func toCHW(channels, plane int) func(*ir.Node, int) int { return toHWC(plane, channels) }

// subtractMean folds a mean into the bias of conv1.
func subtractMean(mean ...float64) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		w := layerNamed(g, "conv1").Params[0]
		plane := w.Shape[2:].Elements()
		return reweigh(g, "conv1", 1, func(b []float32) {
			for o := range b {
				shift := 0.0
				for i, v := range w.Data[o*w.Shape[1]*plane:][:w.Shape[1]*plane] {
					shift += float64(v) * mean[i/plane]
				}
				b[o] = float32(float64(b[o]) - shift)
			}
		})
	}
}

// without takes a layer out, and its consumers read what it read.
func without(layer string) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		n := layerNamed(c, layer)
		(&repair{graph: c}).redirect(n.Outputs[0], n.Inputs[0], nil)
		c.Nodes = slices.DeleteFunc(c.Nodes, func(m *ir.Node) bool { return m == n })
		return c
	}
}

// after puts a layer behind another.
func after(layer, name string, op ir.Op) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		source := layerNamed(c, layer)
		made := &ir.Node{Name: name, Op: op, Inputs: source.Outputs, Outputs: []*ir.Value{{Name: name, Blob: name}}}
		(&repair{graph: c}).redirect(source.Outputs[0], made.Outputs[0], nil)
		c.Nodes = slices.Insert(c.Nodes, slices.Index(c.Nodes, source)+1, made)
		return c
	}
}

// swapped exchanges a layer and the one that it reads.
func swapped(first, second string) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		x, y := layerNamed(c, first), layerNamed(c, second)
		x.Name, y.Name, x.Op, y.Op = y.Name, x.Name, y.Op, x.Op
		*x.Outputs[0], *y.Outputs[0] = *y.Outputs[0], *x.Outputs[0]
		return c
	}
}

// replaced is a layer with another operation.
func replaced(layer string, op ir.Op) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		layerNamed(c, layer).Op = op
		return c
	}
}

// ungrouped computes a convolution of two groups as one, each filter reading both
// halves.
func ungrouped(layer string) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := edit(g, layer, func(o *ir.Conv) { o.Group = 1 })
		n := layerNamed(c, layer)
		w := n.Params[0]
		shape := w.Shape.Clone()
		shape[1] *= 2
		wide := ir.NewTensor(shape...)
		row := w.Shape[1:].Elements()
		for o := range shape[0] {
			for half := range 2 {
				copy(wide.Data[(2*o+half)*row:], w.Data[o*row:][:row])
			}
		}
		n.Params[0] = wide
		return c
	}
}

// fewer keeps the first units of a fully connected layer.
func fewer(layer string, units int) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := edit(g, layer, func(o *ir.FullyConnected) { o.Units = units })
		n := layerNamed(c, layer)
		columns := n.Params[0].Shape[1]
		n.Params[0] = &ir.Tensor{Shape: ir.Shape{units, columns}, Data: n.Params[0].Data[:units*columns]}
		n.Params[1] = &ir.Tensor{Shape: ir.Shape{units}, Data: n.Params[1].Data[:units]}
		return c
	}
}

// renamed gives every layer and value a name of its own.
func renamed(g *ir.Graph) *ir.Graph {
	c := g.Clone()
	for i, n := range c.Nodes {
		if len(n.Inputs) > 0 {
			n.Name = fmt.Sprint("n", i)
			n.Outputs[0].Name, n.Outputs[0].Blob = n.Name, n.Name
		}
	}
	return c
}

// rounded applies a conversion to every parameter.
func rounded(convert func(float32) float32) func(*ir.Graph) *ir.Graph {
	return func(g *ir.Graph) *ir.Graph {
		c := g.Clone()
		for _, n := range c.Nodes {
			for i, p := range n.Params {
				n.Params[i] = converted(p, convert)
			}
		}
		return c
	}
}

func scaledBy(factor float32) func([]float32) {
	return func(w []float32) {
		for i := range w {
			w[i] *= factor
		}
	}
}
