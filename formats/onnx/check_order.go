package onnx

import "github.com/alexconv/alexconv/formats/internal/wire"

// checkOrder examines who writes and who reads each value: single assignment,
// every value written before it is read.
func (c *checker) checkOrder() {
	g := c.model.graph
	writers := make(map[string]*node)
	for _, n := range g.nodes {
		for _, name := range n.outputs {
			if writers[name] == nil {
				writers[name] = n
			}
		}
	}
	known := map[string]bool{"": true}
	for _, v := range g.inputs {
		known[v.name] = true
	}
	for _, t := range g.initialisers {
		known[t.name] = true
	}
	for _, n := range g.nodes {
		for _, name := range n.inputs {
			switch {
			case known[name]:
			case writers[name] != nil:
				c.error(codeOrder, displayName(n), "reads %s before node %s has written it", wire.Quote(name), wire.Quote(displayName(writers[name])))
			default:
				c.error(codeUndefined, displayName(n), "reads %s, which nothing writes", wire.Quote(name))
			}
		}
		for _, name := range n.outputs {
			if name != "" && known[name] {
				c.error(codeSSA, displayName(n), "writes %s, which is written already", wire.Quote(name))
			}
			known[name] = true
		}
	}
	for _, v := range g.outputs {
		if !known[v.name] {
			c.error(codeUndefined, v.name, "nothing writes this output")
		}
	}
}

// checkUse warns about what no output depends on.
func (c *checker) checkUse() {
	g := c.model.graph
	needed := make(map[string]bool)
	for _, v := range g.outputs {
		needed[v.name] = true
	}
	// From behind, once, is enough where the nodes are in order.
	for i := len(g.nodes) - 1; i >= 0; i-- {
		n := g.nodes[i]
		used := false
		for _, name := range n.outputs {
			used = used || needed[name] && name != ""
		}
		if !used {
			c.warn(codeUnusedNode, displayName(n), "no output of the model depends on this node")
			continue
		}
		for _, name := range n.inputs {
			needed[name] = true
		}
	}
	constants := make(map[string]bool)
	for _, t := range g.initialisers {
		constants[t.name] = true
		if !needed[t.name] && t.name != "" {
			c.warn(codeUnusedInitialiser, t.name, "no output of the model depends on this initialiser of %v", t.shape())
		}
	}
	for _, v := range g.inputs {
		if !needed[v.name] && !constants[v.name] && v.name != "" {
			c.warn(codeUnusedInput, v.name, "no output of the model depends on this input")
		}
	}
}
