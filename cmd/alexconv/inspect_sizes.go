package main

import (
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/alexconv/alexconv/ir"
)

// sizeTrace is the shape of every layer's first output for one input size, up
// to the layer that refuses the size.
type sizeTrace struct {
	Size    int        `json:"size"`
	Shapes  []ir.Shape `json:"shapes"`
	Refusal string     `json:"refusal,omitempty"`
	refused *ir.Node   // the layer that refuses
}

// inspectSizes puts the shape traces for several input sizes side by side.
func (a *app) inspectSizes(model string, g *ir.Graph, sizes []int) error {
	var traces []sizeTrace
	for _, size := range sizes {
		trace, err := traceSize(g, size)
		if err != nil {
			return modelError(model, err)
		}
		traces = append(traces, trace)
	}
	if a.json {
		var layers []string
		for _, n := range g.Nodes {
			layers = append(layers, n.Name)
		}
		return a.printJSON(map[string]any{"layers": layers, "traces": traces})
	}
	header := table.Row{"layer", "op"}
	for _, t := range traces {
		header = append(header, fmt.Sprintf("at %d", t.Size))
	}
	out := a.newTable(append(header, ""))
	together := true
	for i, n := range g.Nodes {
		row := table.Row{n.Name, n.Op.Type()}
		for _, t := range traces {
			row = append(row, t.at(i))
		}
		mark := ""
		if _, input := n.Op.(*ir.Input); !input {
			equal := sameAt(traces, i)
			switch {
			case slices.ContainsFunc(traces, func(t sizeTrace) bool { return t.refused == n }):
				mark = "<- does not fit"
			case equal && !together:
				mark = "<- the same from here"
			case !equal && together:
				mark = "<- they part here"
			}
			together = equal
		}
		out.AppendRow(append(row, mark))
	}
	out.Render()
	fmt.Fprintln(a.stdout)
	for _, t := range traces {
		verdict := "every layer fits"
		if t.Refusal != "" {
			verdict = t.Refusal
		}
		fmt.Fprintf(a.stdout, "at %d: %s\n", t.Size, verdict)
	}
	return nil
}

func (t sizeTrace) at(i int) string {
	switch {
	case i < len(t.Shapes):
		return t.Shapes[i].String()
	case i == len(t.Shapes):
		return "does not fit"
	}
	return ""
}

func sameAt(traces []sizeTrace, i int) bool {
	for _, t := range traces[1:] {
		if t.at(i) != traces[0].at(i) {
			return false
		}
	}
	return true
}

// traceSize infers shapes for square inputs of the given size.
func traceSize(g *ir.Graph, size int) (sizeTrace, error) {
	inputs := make(map[string]ir.Shape)
	for _, n := range g.Nodes {
		in, ok := n.Op.(*ir.Input)
		if !ok {
			continue
		}
		if len(in.Shape) != 4 {
			return sizeTrace{}, ir.Errorf(ir.ErrInvalid, "input %q is %v, not a batch of pictures with a size", n.Outputs[0].Blob, in.Shape)
		}
		inputs[n.Outputs[0].Name] = ir.Shape{in.Shape[0], in.Shape[1], size, size}
	}
	trace := sizeTrace{Size: size}
	shapes, err := g.Infer(inputs)
	if err != nil {
		trace.Refusal = err.Error()
	}
	for _, n := range g.Nodes {
		shape, ok := shapes[firstOutput(n)]
		if !ok {
			trace.refused = n
			return trace, nil
		}
		trace.Shapes = append(trace.Shapes, shape)
	}
	trace.refused, err = sameParams(g, shapes)
	if err != nil {
		trace.Refusal = err.Error()
	}
	return trace, nil
}

// sameParams refuses shapes for which a layer, the one returned, would need
// other parameters than for the declared inputs.
func sameParams(g *ir.Graph, shapes ir.Shapes) (*ir.Node, error) {
	declared, err := g.Infer(nil)
	if err != nil {
		return nil, err
	}
	for _, n := range g.Nodes {
		want, err := n.Op.Infer(declared.Of(n.Inputs))
		if err != nil {
			return n, err
		}
		got, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			return n, err
		}
		for i, p := range want.Params {
			if !got.Params[i].Shape.Equal(p.Shape) {
				return n, n.Errorf(ir.ErrInvalid, "%s would be %v, the model has %v: the weights do not fit", p.Role, got.Params[i].Shape, p.Shape)
			}
		}
	}
	return nil, nil
}

func firstOutput(n *ir.Node) *ir.Value {
	if len(n.Outputs) == 0 {
		return nil
	}
	return n.Outputs[0]
}
