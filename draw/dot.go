package draw

import (
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"

	"github.com/alexconv/alexconv/ir"
)

// WriteDOT writes what [New] draws as a digraph for graphviz to lay out: the same
// blocks, folded and collapsed alike, with the shapes on the edges. Style and
// Width do not count.
func WriteDOT(w io.Writer, g *ir.Graph, o Options) error {
	d, err := newDiagram(g, o)
	if err != nil {
		return err
	}
	out := &dotGraph{multi.NewDirectedGraph(), o.Direction}
	var before *port // what leaves the run before
	for _, r := range d.runs(o.Collapse) {
		for _, s := range r.sections {
			for _, b := range s.blocks {
				out.AddNode(dotNode{b, r.times})
				for _, in := range b.inputs {
					if s.entry != nil && in == *s.entry {
						in = *before
					}
					out.SetLine(dotLine{out.NewLine(out.Node(int64(in.block.index)), out.Node(int64(b.index))), in})
				}
			}
			if s.exit != nil && (s.entry == nil || *s.exit != *s.entry) {
				before = s.exit
			}
		}
	}
	text, err := dot.MarshalMulti(out, quoted(g.Name), "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// dotGraph, dotNode and dotLine are what gonum's encoder asks for attributes.
type dotGraph struct {
	*multi.DirectedGraph
	direction Direction
}

// DOTAttributers gives the attributes of the graph, of all nodes and of all
// edges.
func (g *dotGraph) DOTAttributers() (graph, node, edge encoding.Attributer) {
	rank := "TB"
	if g.direction == Right {
		rank = "LR"
	}
	return dotAttributes{{Key: "rankdir", Value: rank}},
		dotAttributes{{Key: "shape", Value: "box"}, {Key: "style", Value: `"rounded,filled"`}, {Key: "fontname", Value: quoted("Helvetica")}, {Key: "fontsize", Value: "11"}},
		dotAttributes{{Key: "fontname", Value: quoted("Helvetica")}, {Key: "fontsize", Value: "10"}, {Key: "color", Value: quoted(inkOf("edge").stroke[0])}}
}

type dotAttributes []encoding.Attribute

// Attributes is the list itself.
func (a dotAttributes) Attributes() []encoding.Attribute { return a }

type dotNode struct {
	*block
	times int
}

// ID is the block's place in the graph.
func (n dotNode) ID() int64 { return int64(n.index) }

// DOTID is a name that graphviz takes.
func (n dotNode) DOTID() string { return fmt.Sprintf("n%d", n.index) }

// Attributes are the label and the colours of the block's kind.
func (n dotNode) Attributes() []encoding.Attribute {
	head := n.parts[0]
	lines := append([]string{head.names()}, head.lines(oneLine, letterings["note"])...)
	var joined []string
	for _, p := range n.parts[1:] {
		joined = append(joined, chipText(p))
	}
	if len(joined) > 0 {
		lines = append(lines, strings.Join(joined, " | "))
	}
	if n.times > 1 {
		lines = append(lines, fmt.Sprintf("×%d", n.times))
	}
	tone := inkOf(string(kindOf(n.head().Op)))
	return []encoding.Attribute{
		{Key: "label", Value: quoted(strings.Join(lines, "\n"))},
		{Key: "color", Value: quoted(tone.stroke[0])}, {Key: "fillcolor", Value: quoted(tone.fill[0])},
	}
}

type dotLine struct {
	graph.Line
	from port
}

// Attributes are the label with the shape.
func (l dotLine) Attributes() []encoding.Attribute {
	return []encoding.Attribute{{Key: "label", Value: quoted(l.from.block.outputs[l.from.output].label())}}
}

func inkOf(class string) ink {
	for _, i := range inks {
		if i.class == class {
			return i
		}
	}
	return ink{}
}

// quoted is a string in DOT's double quotes.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(printable(text)) + `"`
}
