package caffe

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// paramNames writes the param fields of layers that share parameters.
type paramNames struct {
	uses   map[*ir.Tensor]int
	names  map[*ir.Tensor]string
	owners map[string]*ir.Tensor
}

func newParamNames(g *ir.Graph) *paramNames {
	p := &paramNames{uses: make(map[*ir.Tensor]int), names: make(map[*ir.Tensor]string), owners: make(map[string]*ir.Tensor)}
	for _, n := range g.Nodes {
		for _, t := range n.Params {
			p.uses[t]++
		}
	}
	return p
}

// add writes a layer's param fields up to its last shared parameter. Those of
// statistics have no learning rate.
func (p *paramNames) add(l *message, n *ir.Node, statistics bool) {
	given := n.Shared
	if n.Params != nil {
		given = make([]string, len(n.Params))
		for i, t := range n.Params {
			given[i] = p.name(t)
		}
	}
	count := 0
	for i, name := range given {
		if name != "" {
			count = i + 1
		}
	}
	for i, name := range given[:count] {
		spec := l.addMessage("param")
		if name != "" {
			spec.addStr("name", name)
			if n.Params != nil && !p.owners[name].Shape.Equal(n.Params[i].Shape) {
				spec.addChoice("share_mode", "PERMISSIVE")
			}
		}
		if statistics {
			spec.addFloat("lr_mult", 0)
			spec.addFloat("decay_mult", 0)
		}
	}
}

// name is the name under which a parameter is shared, empty for one of its
// own: the tensor's name, unless other data has it already.
func (p *paramNames) name(t *ir.Tensor) string {
	if name, known := p.names[t]; known {
		return name
	}
	name := t.Name
	if name == "" && p.uses[t] > 1 {
		name = "shared"
	}
	if name != "" {
		base := name
		for i := 2; p.owners[name] != nil && !sameData(p.owners[name], t); i++ {
			name = fmt.Sprintf("%s_%d", base, i)
		}
		if p.owners[name] == nil {
			p.owners[name] = t
		}
	}
	p.names[t] = name
	return name
}

// sameData reports whether two tensors have the same memory.
func sameData(a, b *ir.Tensor) bool {
	return len(a.Data) == len(b.Data) && (len(a.Data) == 0 || &a.Data[0] == &b.Data[0])
}
