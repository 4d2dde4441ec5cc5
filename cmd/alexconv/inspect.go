package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

func (a *app) inspectCommand() *cobra.Command {
	var (
		open  openFlags
		sizes []int
		batch int
	)
	c := &cobra.Command{
		Use:   "inspect MODEL",
		Short: "List layers, shapes, parameters and work",
		Long: `Lists the layers of a model with their attributes, output shapes, parameters, floating-point operations
and activation memory. With --size 224,227 the shapes for several input sizes stand side by side, and the
first layer at which they part is marked.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := a.open(args[0], open)
			if err != nil {
				return err
			}
			defer m.Close()
			if len(sizes) > 0 {
				return a.inspectSizes(args[0], m.Graph, sizes)
			}
			r, err := inspect(m.Graph, batch)
			if err != nil {
				return modelError(args[0], err)
			}
			if a.json {
				return a.printJSON(r)
			}
			a.printInspection(r)
			return nil
		},
	}
	open.add(c)
	c.Flags().IntSliceVar(&sizes, "size", nil, "heights and widths of the input to compare, such as 224,227")
	c.Flags().IntVar(&batch, "batch", 0, "batch size (0: as declared)")
	return c
}

// inspection is what inspect says of a model.
type inspection struct {
	Name       string           `json:"name"`
	HasWeights bool             `json:"has_weights"`
	Layers     []inspectedLayer `json:"layers"`
	Inputs     map[string][]int `json:"inputs"`
	Outputs    map[string][]int `json:"outputs"`
	Total      inspectedCost    `json:"total"`
	// PeakActivationBytes is what the fast engine needs at once between inputs
	// and outputs; 0 for a topology, which cannot be run.
	PeakActivationBytes int `json:"peak_activation_bytes,omitempty"`
}

type inspectedLayer struct {
	Name       string            `json:"name"`
	Op         string            `json:"op"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Outputs    []inspectedValue  `json:"outputs"`
	inspectedCost

	attributes []ir.Attribute
}

type inspectedValue struct {
	Name  string `json:"name"`
	Blob  string `json:"blob"`
	Shape []int  `json:"shape"`
}

type inspectedCost struct {
	Params          int64 `json:"params"`
	FLOPs           int64 `json:"flops"`
	ActivationBytes int64 `json:"activation_bytes"`
}

func inspect(g *ir.Graph, batch int) (*inspection, error) {
	var given map[string]ir.Shape
	if batch > 0 {
		given = make(map[string]ir.Shape)
		for _, n := range g.Nodes {
			if in, ok := n.Op.(*ir.Input); ok && len(in.Shape) > 0 {
				shape := in.Shape.Clone()
				shape[0] = batch
				given[n.Outputs[0].Name] = shape
			}
		}
	}
	shapes, err := g.Infer(given)
	if err != nil {
		return nil, err
	}
	r := &inspection{Name: g.Name, HasWeights: g.CheckWeights() == nil, Inputs: map[string][]int{}, Outputs: map[string][]int{}}
	for _, v := range g.Inputs() {
		r.Inputs[v.Blob] = shapes[v]
	}
	for _, v := range g.Outputs {
		r.Outputs[v.Name] = shapes[v]
	}
	var total ir.Cost
	for _, n := range g.Nodes {
		cost, err := n.Cost(shapes)
		if err != nil {
			return nil, err
		}
		total = total.Add(cost)
		l := inspectedLayer{Name: n.Name, Op: n.Op.Type(), inspectedCost: costOf(cost), attributes: ir.Attributes(n.Op)}
		for _, v := range n.Outputs {
			l.Outputs = append(l.Outputs, inspectedValue{v.Name, v.Blob, shapes[v]})
		}
		for _, attribute := range l.attributes {
			if l.Attributes == nil {
				l.Attributes = make(map[string]string)
			}
			l.Attributes[attribute.Name] = attribute.Value
		}
		r.Layers = append(r.Layers, l)
	}
	r.Total = costOf(total)
	if r.HasWeights {
		p, err := runtime.Compile(g, runtime.Options{Engine: runtime.Fast, Inputs: given})
		if err != nil {
			return nil, err
		}
		defer p.Close()
		r.PeakActivationBytes = p.ActivationBytes()
	}
	return r, nil
}

func costOf(c ir.Cost) inspectedCost {
	return inspectedCost{Params: c.Params, FLOPs: c.FLOPs(), ActivationBytes: 4 * c.Activations}
}

// newTable is a borderless table whose columns after the first few are
// aligned right.
func (a *app) newTable(header table.Row, right ...int) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(a.stdout)
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.Header = text.FormatDefault
	style.Format.Footer = text.FormatDefault
	t.SetStyle(style)
	t.AppendHeader(header)
	var columns []table.ColumnConfig
	for _, n := range right {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	return t
}

func (a *app) printInspection(r *inspection) {
	t := a.newTable(table.Row{"layer", "op", "attributes", "output", "params", "MFLOP", "KiB"}, 5, 6, 7)
	for _, l := range r.Layers {
		t.AppendRow(table.Row{l.Name, l.Op, brief(l.attributes), shapesText(l.Outputs),
			thousands(l.Params), tenths(l.FLOPs, 1e6), tenths(l.ActivationBytes, 1024)})
	}
	t.AppendFooter(table.Row{"total", "", "", "", thousands(r.Total.Params), tenths(r.Total.FLOPs, 1e6), tenths(r.Total.ActivationBytes, 1024)})
	t.Render()
	weights := "a topology without weights"
	if r.HasWeights {
		weights = fmt.Sprintf("%.2f MB of float32 weights, %.2f MB of activations at the peak (fast engine)",
			float64(4*r.Total.Params)/1e6, float64(r.PeakActivationBytes)/1e6)
	}
	fmt.Fprintf(a.stdout, "\n%s: %d layers, %s\n", r.Name, len(r.Layers), weights)
}

// usual are attributes that say nothing new.
var usual = map[ir.Attribute]bool{
	{Name: "Stride", Value: "1,1"}:   true,
	{Name: "Dilation", Value: "1,1"}: true,
	{Name: "PadBegin", Value: "0,0"}: true,
	{Name: "PadEnd", Value: "0,0"}:   true,
	{Name: "Axis", Value: "1"}:       true,
	{Name: "Group", Value: "1"}:      true,
}

// brief is the attributes in a line, without the usual ones.
func brief(list []ir.Attribute) string {
	var parts []string
	for _, attribute := range list {
		if !usual[attribute] {
			parts = append(parts, strings.ToLower(attribute.Name)+"="+attribute.Value)
		}
	}
	return strings.Join(parts, " ")
}

func shapesText(values []inspectedValue) string {
	var parts []string
	for _, v := range values {
		parts = append(parts, ir.Shape(v.Shape).String())
	}
	return strings.Join(parts, " ")
}

// thousands groups digits in threes.
func thousands(n int64) string {
	if n == 0 {
		return ""
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func tenths(n int64, unit float64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(n)/unit, 'f', 1, 64)
}
