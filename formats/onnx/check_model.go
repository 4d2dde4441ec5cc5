package onnx

import (
	"github.com/alexconv/alexconv/formats/internal/wire"
	"github.com/alexconv/alexconv/ir"
)

// checkModel examines what stands around the graph.
func (c *checker) checkModel() {
	m := c.model
	newest := irVersion(NewestOpset)
	switch {
	case m.irVersion <= 0:
		c.error(codeIRVersion, "", "the model says no ir_version")
	case m.irVersion > newest:
		c.error(codeIRVersion, "", "ir_version is %d; the newest that is known is %d", m.irVersion, newest)
	}
	seen := make(map[string]bool)
	for _, o := range m.opsets {
		domain := o.domain
		if defaultDomain(domain) {
			domain = ""
			c.opset = int(min(max(o.version, 0), NewestOpset))
			if o.version < OldestRead || o.version > NewestOpset {
				c.error(codeOpset, "", "opset %d is not known; %d to %d are", o.version, OldestRead, NewestOpset)
			}
		}
		if seen[domain] {
			c.error(codeOpset, "", "operator set %s is imported twice", wire.Quote(o.domain))
		}
		seen[domain] = true
	}
	if !seen[""] {
		c.error(codeOpset, "", "the default operator set is not imported")
	}
	keys := make(map[string]bool)
	for _, p := range m.metadata {
		if keys[p.key] {
			c.error(codeMetadata, "", "metadata %s is given twice", wire.Quote(p.key))
		}
		keys[p.key] = true
	}
	if m.graph.name == "" {
		c.error(codeName, "", "the graph has no name")
	}
}

// checkDeclarations examines the graph's inputs and outputs by themselves.
func (c *checker) checkDeclarations() {
	g := c.model.graph
	for _, list := range []struct {
		what   string
		values []*valueInfo
	}{{"input", g.inputs}, {"output", g.outputs}} {
		seen := make(map[string]bool)
		for _, v := range list.values {
			switch {
			case v.name == "":
				c.error(codeName, "", "an %s has no name", list.what)
				continue
			case seen[v.name]:
				c.error(codeSSA, v.name, "is declared as an %s twice", list.what)
			case v.kind == 0:
				c.error(codeType, v.name, "%s has no element type", list.what)
			case !v.ranked:
				c.error(codeShape, v.name, "%s has no shape", list.what)
			}
			seen[v.name] = true
		}
	}
	if len(g.outputs) == 0 {
		c.error(codeUndefined, "", "the graph has no outputs")
	}
}

// checkInitialisers examines the constants by themselves; their bytes were held
// against type and dims when they were decoded.
func (c *checker) checkInitialisers() {
	g := c.model.graph
	inputs := make(map[string]*valueInfo)
	for _, v := range g.inputs {
		inputs[v.name] = v
	}
	seen := make(map[string]bool)
	for _, t := range g.initialisers {
		declared := inputs[t.name]
		switch {
		case t.name == "":
			c.error(codeName, "", "an initialiser has no name")
			continue
		case seen[t.name]:
			c.error(codeSSA, t.name, "is an initialiser twice")
		case t.kind == 0:
			c.error(codeType, t.name, "initialiser has no element type")
		case declared == nil && c.model.irVersion > 0 && initialisersAreInputs(c.model.irVersion):
			c.error(codeInput, t.name, "initialiser is not declared as an input, as ir_version %d demands", c.model.irVersion)
		case declared != nil && declared.kind != t.kind:
			c.error(codeType, t.name, "initialiser is %v, the input of its name %v", t.kind, declared.kind)
		case declared != nil && !fitsShape(declared, t.shape()):
			c.error(codeShape, t.name, "initialiser is %v, the input of its name %s", t.shape(), declared.shapeText())
		}
		seen[t.name] = true
		if t.kind.floating() && t.kind != elementFloat {
			c.warn(codePrecision, t.name, "holds %v values; alexconv computes in float32", t.kind)
		}
	}
}

// fitsShape reports whether a declaration allows a shape.
func fitsShape(v *valueInfo, shape ir.Shape) bool {
	if !v.ranked {
		return true
	}
	if len(v.dims) != len(shape) {
		return false
	}
	for i, d := range v.dims {
		if d.known && d.value != int64(shape[i]) {
			return false
		}
	}
	return true
}

// checkDigest holds the graph against the digest that its writer noted.
func (c *checker) checkDigest(g *ir.Graph) error {
	for _, p := range c.model.metadata {
		if p.key != digestKey {
			continue
		}
		got, err := ir.Digest(g)
		if err != nil {
			return err
		}
		if got != p.value {
			c.error(codeDigest, "", "the digest is %s, the model was written with %s: its graph or weights changed since", got, wire.Quote(p.value))
		}
	}
	return nil
}
