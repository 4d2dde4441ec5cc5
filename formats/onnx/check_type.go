package onnx

import "github.com/alexconv/alexconv/formats/internal/wire"

// checkTypes follows the element types through the graph, as far as the
// operations say them, and holds them against each other and against what is
// declared.
func (c *checker) checkTypes() {
	g := c.model.graph
	types := make(map[string]elementType)
	for _, v := range g.inputs {
		types[v.name] = v.kind
	}
	for _, t := range g.initialisers {
		types[t.name] = t.kind
	}
	for _, n := range g.nodes {
		if s, _ := schemaOf(n.opType, c.opset); s != nil && defaultDomain(n.domain) {
			c.typesOf(n, s.types, types)
		}
	}
	for _, list := range [][]*valueInfo{g.values, g.outputs} {
		for _, v := range list {
			if is := types[v.name]; is != 0 && v.kind != 0 && is != v.kind {
				c.error(codeType, v.name, "is declared as %v, but is %v", v.kind, is)
			}
		}
	}
}

// typesOf examines the inputs of a node and notes the types of its outputs.
func (c *checker) typesOf(n *node, s signature, types map[string]elementType) {
	var common elementType
	for i, name := range n.inputs {
		is := types[name]
		want := is
		switch letter(s.inputs, i) {
		case 'i':
			want = elementInt64
		case 'b':
			want = elementBool
		case 'T':
			if common == 0 {
				common = is
			}
			want = common
		}
		if name != "" && is != 0 && is != want {
			c.error(codeType, displayName(n), "input %d of %s, %s, is %v; it must be %v", i, n.opType, wire.Quote(name), is, want)
		}
	}
	for i, name := range n.outputs {
		switch letter(s.outputs, i) {
		case 'i':
			types[name] = elementInt64
		case 'b':
			types[name] = elementBool
		case 'T':
			types[name] = common
		default:
			types[name] = attributeElementType(n)
		}
	}
}

// attributeElementType is the type that Cast and the constants say in an
// attribute, 0 if there is none.
func attributeElementType(n *node) elementType {
	for _, a := range n.attributes {
		switch {
		case n.opType == "Cast" && a.name == "to":
			return elementType(a.int)
		case n.opType == "Constant" && a.name == "value" && a.tensor != nil,
			n.opType == "ConstantOfShape" && a.name == "value" && a.tensor != nil:
			return a.tensor.kind
		case n.opType == "Constant" && (a.name == "value_float" || a.name == "value_floats"):
			return elementFloat
		case n.opType == "Constant" && (a.name == "value_int" || a.name == "value_ints"):
			return elementInt64
		}
	}
	return 0
}
