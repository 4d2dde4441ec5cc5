// Package zoo holds the networks that people call AlexNet, each written down
// once as a graph without weights.
package zoo

import (
	"slices"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Net is one built-in topology.
type Net struct {
	Name string
	// Summary is one line: where the net comes from and what sets it apart.
	Summary string
	// Build returns a new graph without weights, for a batch of one.
	Build func() *ir.Graph
	// HeadGain multiplies the bounds of the seeded parameters of the last
	// fully connected layer, so that its softmax is peaked but not saturated.
	HeadGain float64
}

// Nets lists the built-in nets by name.
func Nets() []Net { return []Net{bvlcAlexNet} }

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
