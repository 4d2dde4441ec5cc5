package runtime

import "github.com/alexconv/alexconv/ir"

// ActivationBytes is the most memory that the values between inputs and outputs
// take at any time of one run without a visitor, scratch memory included;
// inputs and weights are not counted.
func (p *Plan) ActivationBytes() int {
	if p.fast != nil {
		return 4 * p.fast.plain.memory(p.threads)
	}
	// change[i] is what node i adds, less what the node before let go.
	nodes := p.graph.Nodes
	change := make([]int, len(nodes)+1)
	lives := make(map[*ir.Value]*region)
	for i, n := range nodes {
		for _, v := range n.Inputs {
			lives[v].last = i
		}
		for _, v := range n.Outputs {
			switch n.Op.(type) {
			case *ir.Input:
				lives[v] = &region{first: i, last: i}
			case *ir.Dropout, *ir.Split, *ir.Flatten, *ir.Reshape:
				lives[v] = lives[n.Inputs[0]]
			default:
				lives[v] = &region{size: p.shapes[v].Elements(), first: i, last: i}
			}
		}
	}
	for _, v := range p.graph.Outputs {
		lives[v].last = len(nodes) - 1
	}
	counted := make(map[*region]bool)
	for _, r := range lives {
		if !counted[r] {
			counted[r] = true
			change[r.first] += r.size
			change[r.last+1] -= r.size
		}
	}
	live, peak := 0, 0
	for _, c := range change {
		live += c
		peak = max(peak, live)
	}
	return 4 * peak
}
