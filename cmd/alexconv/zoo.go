package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

func (a *app) zooCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "zoo",
		Short: "List the built-in nets",
		Long: `Lists the nets that people call AlexNet: where each comes from, what sets it apart, its input and
the other sizes that the same weights fit, its classes and its number of parameters.

A net is a topology: zoo:NAME wherever a MODEL is asked for, zoo:NAME+WEIGHTS with weights of its
own, zoo:NAME?seed=N with weights from a formula.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.listZoo() },
	}
	c.AddCommand(a.zooShowCommand())
	return c
}

// listedNet is one row of the list.
type listedNet struct {
	Name    string   `json:"name"`
	Origin  string   `json:"origin"`
	Traits  string   `json:"traits"`
	Input   ir.Shape `json:"input"`
	Sizes   []int    `json:"sizes"`
	Classes int      `json:"classes"`
	Params  int64    `json:"params"`
}

func (a *app) listZoo() error {
	var list []listedNet
	for _, n := range zoo.Nets() {
		f, err := n.Figures()
		if err != nil {
			return err
		}
		list = append(list, listedNet{n.Name, n.Origin, n.Traits, f.Input, n.Sizes, f.Classes, f.Params})
	}
	if a.json {
		return a.printJSON(list)
	}
	t := a.newTable(table.Row{"net", "input", "classes", "parameters", "where from", "what sets it apart"}, 3, 4)
	for _, n := range list {
		input := n.Input[1:].String()
		for _, size := range n.Sizes[1:] {
			input += fmt.Sprintf(", %d", size)
		}
		t.AppendRow(table.Row{n.Name, input, n.Classes, thousands(n.Params), n.Origin, n.Traits})
	}
	t.Style().Box.PaddingLeft = "" // names start their lines
	t.SuppressTrailingSpaces()
	t.Render()
	return nil
}

// showOptions are the flags of zoo show.
type showOptions struct {
	as     string
	out    string
	seed   uint64
	seeded bool // --seed was given
	force  bool
}

func (a *app) zooShowCommand() *cobra.Command {
	var o showOptions
	c := &cobra.Command{
		Use:   "show NAME",
		Short: "Write a built-in net as a prototxt or as ONNX",
		Long: `Prints a built-in net as a prototxt, or writes it to the file that -o names. A prototxt has numbers
for padding: SAME becomes the pads that it means for the net's declared input. A layer that needs
more before than after is refused by name; ONNX and zoo:NAME itself have it.

--as onnx writes an ONNX file, which always holds weights: those that zoo:NAME?seed=N has.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.seeded = c.Flags().Changed("seed")
			return a.showNet(c.Context(), args[0], o)
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.as, "as", "prototxt", "prototxt or onnx")
	flags.StringVarP(&o.out, "output", "o", "", "where to write (default: stdout)")
	addForce(c, &o.force)
	flags.Uint64Var(&o.seed, "seed", 2012, "onnx: the seed of the formula's weights")
	return c
}

func (a *app) showNet(ctx context.Context, name string, o showOptions) error {
	switch {
	case o.as != "prototxt" && o.as != "onnx":
		return usagef("--as %q: want prototxt or onnx", o.as)
	case o.as == "onnx" && o.out == "" && isTerminal(a.stdout):
		return usagef("--as onnx: say where to write, -o x.onnx, or use a pipe")
	case o.as != "onnx" && o.seeded:
		return usagef("--seed: a prototxt has no weights; use --as onnx")
	}
	net, err := zoo.Find(name)
	if err != nil {
		return err
	}
	if o.as == "onnx" {
		g, err := net.Seeded(o.seed)
		if err != nil {
			return modelError("zoo:"+name, err)
		}
		if o.out == "" {
			return convert.Write(ctx, a.stdout, g, convert.ONNX, convert.SaveOptions{})
		}
		return a.reportShown(a.save(ctx, g, o.out, convert.SaveOptions{To: convert.ONNX, Force: o.force}))
	}
	text, err := prototxtOf(net)
	if err != nil {
		return modelError("zoo:"+name, err)
	}
	write := func(w io.Writer) error { _, err := w.Write(text); return err }
	if o.out == "" {
		return write(a.stdout)
	}
	return a.reportShown(convert.WriteFiles(ctx, convert.Target{Path: o.out, Write: write, New: !o.force}))
}

// prototxtOf is the net as Caffe reads it, for its declared input. Where Caffe
// has no form for it, the error says where to go instead.
func prototxtOf(net zoo.Net) ([]byte, error) {
	g, err := convert.ResolvePadding(net.Build())
	if err != nil {
		return nil, err
	}
	text, err := caffe.WriteTopology(g)
	if errors.Is(err, ir.ErrUnsupported) {
		return nil, fmt.Errorf("%w; write it with --as onnx -o %s.onnx", err, net.Name)
	}
	return text, err
}

func (a *app) reportShown(outputs []convert.Output, err error) error {
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"outputs": outputs})
	}
	for _, out := range outputs {
		fmt.Fprintf(a.stdout, "wrote %s (%.2f MB)\n", out.Path, float64(out.Bytes)/1e6)
	}
	return nil
}
