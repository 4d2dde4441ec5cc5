// Package zoo holds the networks that people call AlexNet, each written down
// once as a graph without weights.
//
// Layers that do the same have the same name in every net (conv1, pool1, norm1,
// fc6), so that weights stored under these names load into each net that has
// room for them.
package zoo

import (
	"slices"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Net is one built-in topology.
type Net struct {
	Name string
	// Origin says in a few words where the net comes from.
	Origin string
	// Traits says in a line what sets the net apart from the others.
	Traits string
	// Sizes are the heights of the square inputs that the net is used with and
	// that one set of weights fits. Build declares the first.
	Sizes []int
	// Build returns a new graph without weights, for a batch of one.
	Build func() *ir.Graph
	// HeadGain multiplies the bounds of the seeded parameters of the last
	// fully connected layer, so that the softmax of its output is peaked but
	// not saturated. Nets whose weights are interchangeable share it: for one
	// seed they have the same weights.
	HeadGain float64
}

// Nets lists the built-in nets: Caffe's, the paper's that they follow, and
// those of other frameworks.
func Nets() []Net {
	return []Net{bvlcAlexNet, caffeNet, krizhevsky2012, tfAlexNet, mnistAlexNet, tflearnAlexNet, torchvisionAlexNet}
}

// Find looks a net up by name; the error lists the names there are.
func Find(name string) (Net, error) {
	nets := Nets()
	if i := slices.IndexFunc(nets, func(n Net) bool { return n.Name == name }); i >= 0 {
		return nets[i], nil
	}
	var names []string
	for _, n := range nets {
		names = append(names, n.Name)
	}
	return Net{}, ir.Errorf(ir.ErrInvalid, "the zoo has no net %q; it has %s", name, strings.Join(names, ", "))
}

// Figures are the numbers that tell nets apart at a glance.
type Figures struct {
	Input   ir.Shape // declared, with a batch of one
	Classes int
	Params  int64 // learned values
}

// Figures derives the net's numbers from its graph.
func (n Net) Figures() (Figures, error) {
	g := n.Build()
	shapes, err := g.Validate()
	if err != nil {
		return Figures{}, err
	}
	f := Figures{Input: shapes[g.Inputs()[0]], Classes: shapes[g.Outputs[0]].Elements()}
	for _, node := range g.Nodes {
		cost, err := node.Cost(shapes)
		if err != nil {
			return Figures{}, err
		}
		f.Params += cost.Params
	}
	return f, nil
}
