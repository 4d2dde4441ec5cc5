package onnx

import (
	"github.com/alexconv/alexconv/formats/internal/wire"
)

// checkNode holds a node against what its operator set declares.
func (c *checker) checkNode(n *node) {
	name := displayName(n)
	if len(n.inputs) == 0 && len(n.outputs) == 0 {
		c.error(codeArity, name, "has neither inputs nor outputs")
	}
	if !c.imports(n.domain) {
		c.error(codeDomain, name, "domain %s is not imported", wire.Quote(n.domain))
		return
	}
	if !defaultDomain(n.domain) || c.opset == 0 {
		return // the reader refuses it
	}
	s, since := schemaOf(n.opType, c.opset)
	switch {
	case s == nil && since > 0:
		c.error(codeOperation, name, "%s needs opset %d, this is %d", n.opType, since, c.opset)
	case s == nil:
		c.error(codeOperation, name, "operation %s is not known", wire.Quote(n.opType))
	case s.deprecated:
		c.error(codeOperation, name, "%s is no operation any more from opset %d on", n.opType, s.since)
	default:
		c.checkArity(n, s)
		c.checkAttributes(n, s)
		c.checkPortable(n)
	}
}

func (c *checker) imports(domain string) bool {
	for _, o := range c.model.opsets {
		if o.domain == domain || defaultDomain(domain) && defaultDomain(o.domain) {
			return true
		}
	}
	return defaultDomain(domain) // its absence is a finding of its own
}

func (c *checker) checkArity(n *node, s *schema) {
	name := displayName(n)
	if !s.inputs.holds(len(n.inputs)) {
		c.error(codeArity, name, "%s has %d inputs, opset %d wants %v", n.opType, len(n.inputs), c.opset, s.inputs)
		return
	}
	if !s.outputs.holds(len(n.outputs)) {
		c.error(codeArity, name, "%s has %d outputs, opset %d wants %v", n.opType, len(n.outputs), c.opset, s.outputs)
	}
	for i, input := range n.inputs {
		if input == "" && i < s.inputs.least {
			c.error(codeArity, name, "input %d of %s is left out", i, n.opType)
		}
	}
}

func (c *checker) checkAttributes(n *node, s *schema) {
	name := displayName(n)
	given := make(map[string]bool)
	for _, a := range n.attributes {
		want, known := s.attributes[a.name]
		switch {
		case a.name == "":
			c.error(codeAttribute, name, "an attribute of %s has no name", n.opType)
		case given[a.name]:
			c.error(codeAttribute, name, "attribute %s is given twice", wire.Quote(a.name))
		case !known:
			c.error(codeAttribute, name, "%s has no attribute %s in opset %d", n.opType, wire.Quote(a.name), c.opset)
		case a.untyped:
			c.error(codeAttribute, name, "attribute %s has no type", wire.Quote(a.name))
		case a.kind != want:
			c.error(codeAttribute, name, "attribute %s has type %v instead of %v", wire.Quote(a.name), a.kind, want)
		case a.holds != 0 && a.holds != a.kind:
			c.error(codeAttribute, name, "attribute %s says type %v and holds %v", wire.Quote(a.name), a.kind, a.holds)
		}
		given[a.name] = true
	}
	for _, required := range s.required {
		if !given[required] {
			c.error(codeAttribute, name, "%s needs attribute %s", n.opType, wire.Quote(required))
		}
	}
}

// checkPortable warns about forms that programs and opsets read differently.
func (c *checker) checkPortable(n *node) {
	for _, a := range n.attributes {
		if a.name == "auto_pad" && (a.string == "SAME_UPPER" || a.string == "SAME_LOWER") {
			c.warn(codeAutoPad, displayName(n), "auto_pad %s is deprecated and depends on the input's size; write pads", a.string)
		}
	}
	if n.opType != "Softmax" && n.opType != "LogSoftmax" || c.opset >= 13 {
		return
	}
	axis := int64(1)
	for _, a := range n.attributes {
		if a.name == "axis" {
			axis = a.int
		}
	}
	rank := c.rank(n.inputs)
	if axis != -1 && rank > 0 && axis != int64(rank)-1 {
		c.warn(codeSoftmax, displayName(n), "before opset 13 %s takes all axes from %d on together; from then on only that one", n.opType, axis)
	}
}

// rank is the declared number of axes of a node's first input, 0 if unknown.
func (c *checker) rank(inputs []string) int {
	g := c.model.graph
	for _, list := range [][]*valueInfo{g.inputs, g.values} {
		for _, v := range list {
			if len(inputs) > 0 && v.name == inputs[0] && v.ranked {
				return len(v.dims)
			}
		}
	}
	return 0
}
