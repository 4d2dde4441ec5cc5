package draw

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// block is what a picture shows of one node, of those that joined it, and of
// their like where sections are collapsed.
type block struct {
	index   int
	parts   []part
	inputs  []port // what the head reads
	outputs []output
	size    size // as measured by the look
}

// part is one node of a block, the head first, with those of further sections
// that it stands for.
type part struct {
	nodes    []*ir.Node
	captions []caption
}

// port is an output of a block.
type port struct {
	block  *block
	output int
}

// output is a value that leaves a block: in one shape per section that the block
// stands for.
type output struct {
	shapes []ir.Shape
	read   bool // by another block
}

// diagram is a graph as blocks, in topological order.
type diagram struct {
	blocks []*block
	title  title
}

// title is what the line over a picture says.
type title struct{ name, figures string }

func newDiagram(g *ir.Graph, o Options) (*diagram, error) {
	shapes, err := g.Infer(o.Inputs)
	if err != nil {
		return nil, err
	}
	d := &diagram{}
	if d.title, err = titleOf(g, shapes); err != nil {
		return nil, err
	}
	d.fold(g, shapes)
	if len(d.blocks) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "the model has no layers to draw")
	}
	if len(d.blocks) > maxVertices {
		return nil, ir.Errorf(ir.ErrLimit, "%d layers are too many for a picture, the limit is %d", len(d.blocks), maxVertices)
	}
	return d, nil
}

// fold makes the blocks. A node joins the block whose last value it reads if
// nothing else reads that value. Splits that the reader added are lines, not
// blocks.
func (d *diagram) fold(g *ir.Graph, shapes ir.Shapes) {
	from := make(map[*ir.Value]port)
	readers := make(map[*ir.Value]int) // by the value that a split copies
	origin := make(map[*ir.Value]*ir.Value)
	resolve := func(v *ir.Value) *ir.Value {
		if source, ok := origin[v]; ok {
			return source
		}
		return v
	}
	for _, n := range g.Nodes {
		if isLine(n) {
			for _, v := range n.Outputs {
				origin[v] = resolve(n.Inputs[0])
			}
			continue
		}
		for _, v := range n.Inputs {
			readers[resolve(v)]++
		}
	}
	for _, v := range g.Outputs {
		readers[resolve(v)]++
	}
	for _, n := range g.Nodes {
		if isLine(n) {
			continue
		}
		p := part{nodes: []*ir.Node{n}, captions: []caption{captionOf(n.Op, shapes.Of(n.Inputs))}}
		if joins(n.Op) && len(n.Inputs) == 1 && readers[resolve(n.Inputs[0])] == 1 {
			b := from[resolve(n.Inputs[0])].block
			if _, input := b.head().Op.(*ir.Input); !input && len(b.outputs) == 1 {
				b.parts = append(b.parts, p)
				b.outputs[0].shapes[0] = shapes[n.Outputs[0]]
				from[n.Outputs[0]] = port{b, 0}
				continue
			}
		}
		b := &block{index: len(d.blocks), parts: []part{p}}
		for _, v := range n.Inputs {
			at := from[resolve(v)]
			at.block.outputs[at.output].read = true
			b.inputs = append(b.inputs, at)
		}
		for i, v := range n.Outputs {
			b.outputs = append(b.outputs, output{shapes: []ir.Shape{shapes[v]}})
			from[v] = port{b, i}
		}
		d.blocks = append(d.blocks, b)
	}
}

// isLine reports whether a node only lets several others read one value.
func isLine(n *ir.Node) bool {
	s, ok := n.Op.(*ir.Split)
	return ok && s.Implicit && len(n.Inputs) == 1
}

func (b *block) head() *ir.Node { return b.parts[0].nodes[0] }

// name is the layer's, or its first value's where it has none.
func name(n *ir.Node) string {
	if n.Name == "" && len(n.Outputs) > 0 {
		return n.Outputs[0].Name
	}
	return n.Name
}

func titleOf(g *ir.Graph, shapes ir.Shapes) (title, error) {
	var total ir.Cost
	layers := 0
	for _, n := range g.Nodes {
		if !isLine(n) {
			layers++
		}
		cost, err := n.Cost(shapes)
		if err != nil {
			return title{}, err
		}
		total = total.Add(cost)
	}
	t := title{name: g.Name}
	t.figures = fmt.Sprintf("%d layers", layers)
	if total.Params > 0 {
		t.figures += fmt.Sprintf(" · %s parameters", short(total.Params))
	}
	if total.MACs > 0 {
		t.figures += fmt.Sprintf(" · %s multiply-adds", short(total.MACs))
	}
	return t, nil
}

// short is a count with three digits.
func short(n int64) string {
	v, unit := float64(n), ""
	for _, u := range []string{"K", "M", "G", "T", "P"} {
		if v < 999.5 {
			break
		}
		v, unit = v/1000, " "+u
	}
	return fmt.Sprintf("%.3g%s", v, unit)
}
