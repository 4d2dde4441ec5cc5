package main

import (
	"fmt"
	"image"
	"io"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/weights"
)

// weightsFlags are the flags of weights.
type weightsFlags struct {
	open  openFlags
	out   string
	layer string
	order string
	scale string
	zoom  int
}

func (a *app) weightsCommand() *cobra.Command {
	f := weightsFlags{open: openFlags{resident: true}}
	c := &cobra.Command{
		Use:   "weights MODEL",
		Short: "Describe the weights of a model, and draw its first filters",
		Long: `Lists the learned tensors with their range, mean, deviation, share of zeros and histogram, and how many
values are NaN or infinite. A histogram goes from minus to plus the largest magnitude.

-o x.png or x.svg draws the filters of the first convolution over a picture, or of --layer, in colour. All
have one scale, in which grey is 0, unless --filter-scale is each.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.weights(c, args[0], f) },
	}
	f.open.add(c)
	flags := c.Flags()
	flags.StringVarP(&f.out, "output", "o", "", "where to draw the filters: x.png or x.svg")
	flags.StringVar(&f.layer, "layer", "", "the convolution whose filters are drawn (default: the first that has 1 or 3 channels)")
	flags.StringVar(&f.order, "channel-order", "bgr", "bgr or rgb: what the filters' three channels are")
	flags.StringVar(&f.scale, "filter-scale", "shared", "shared: one scale for all filters, grey is 0; each: every filter from its least to its largest value")
	flags.IntVar(&f.zoom, "zoom", 5, "pixels per weight")
	return c
}

func (a *app) weights(c *cobra.Command, model string, f weightsFlags) error {
	order, err := weights.ParseOrder(f.order)
	if err != nil {
		return usagef("--channel-order: %w", err)
	}
	scale, err := weights.ParseScale(f.scale)
	if err != nil {
		return usagef("--filter-scale: %w", err)
	}
	extension := strings.ToLower(filepath.Ext(f.out))
	switch {
	case f.out != "" && extension != ".png" && extension != ".svg":
		return usagef("-o %s: want x.png or x.svg", f.out)
	case f.zoom < 1 || f.zoom > 64:
		return usagef("--zoom %d: want 1 to 64", f.zoom)
	}
	m, err := a.open(model, f.open)
	if err != nil {
		return err
	}
	defer m.Close()
	list, err := weights.Describe(m.Graph)
	if err != nil {
		return modelError(model, err)
	}
	if f.out != "" {
		n, err := filtersOf(m.Graph, f.layer)
		if err != nil {
			return modelError(model, err)
		}
		if err := convert.RefuseInput(f.out, m.Paths); err != nil {
			return err
		}
		sheet := weights.Sheet(n.Params[0], order, scale)
		write := func(w io.Writer) error { return writeSheet(w, sheet, extension, f.zoom) }
		if _, err := convert.WriteFiles(c.Context(), convert.Target{Path: f.out, Write: write}); err != nil {
			return err
		}
		a.progress("wrote the filters of %s to %s", n.Name, f.out)
	}
	if a.json {
		return a.printJSON(map[string]any{"parameters": list})
	}
	a.printWeights(list)
	return nil
}

func writeSheet(w io.Writer, sheet *image.NRGBA, extension string, zoom int) error {
	if extension == ".svg" {
		return weights.WriteSVG(w, sheet, zoom)
	}
	return weights.WritePNG(w, sheet, zoom)
}

// filtersOf is the convolution of a name, or without one the first, whose filters
// can be drawn.
func filtersOf(g *ir.Graph, layer string) (*ir.Node, error) {
	if layer == "" {
		if n := weights.FirstFilters(g); n != nil {
			return n, nil
		}
		return nil, ir.Errorf(ir.ErrUnsupported, "no convolution has filters over 1 or 3 channels to draw")
	}
	for _, n := range g.Nodes {
		if _, ok := n.Op.(*ir.Conv); !ok || n.Name != layer {
			continue
		}
		if !weights.Shows(n.Params[0]) {
			return nil, n.Errorf(ir.ErrUnsupported, "its filters are %v; only those over 1 or 3 channels and up to 64x64 can be drawn", n.Params[0].Shape)
		}
		return n, nil
	}
	return nil, ir.Errorf(ir.ErrInvalid, "the model has no convolution %q", layer)
}

func (a *app) printWeights(list []weights.Parameter) {
	t := a.newTable(table.Row{"layer", "parameter", "shape", "values", "min", "max", "mean", "deviation", "zeros", "NaN", "Inf", "histogram"}, 4, 5, 6, 7, 8, 9, 10, 11)
	total := weights.Statistics{}
	for _, p := range list {
		t.AppendRow(table.Row{
			p.Layer, p.Role, p.Shape, thousands(int64(p.Count)), short(p.Min), short(p.Max), short(p.Mean), short(p.Deviation),
			zeroShare(p.Statistics), thousands(int64(p.NaN)), thousands(int64(p.Inf)), bars(p.Histogram),
		})
		total.Count += p.Count
		total.Zeros += p.Zeros
		total.NaN += p.NaN
		total.Inf += p.Inf
	}
	t.AppendFooter(table.Row{"total", "", "", thousands(int64(total.Count)), "", "", "", "", "", thousands(int64(total.NaN)), thousands(int64(total.Inf))})
	t.Render()
	fmt.Fprintf(a.stdout, "\n%d parameters, %d of %s values are 0\n", len(list), total.Zeros, max(thousands(int64(total.Count)), "0"))
}

func short(v float64) string { return fmt.Sprintf("%.3g", v) }

func zeroShare(s weights.Statistics) string {
	if s.Zeros == 0 {
		return ""
	}
	return fmt.Sprintf("%.2g%%", 100*s.Sparsity)
}

// bars draws counts as characters, pairs of bins together; a bin that is not
// empty is seen.
func bars(counts []int) string {
	const levels = " ▁▂▃▄▅▆▇█"
	heights := []rune(levels)
	most := 1
	var pairs []int
	for i := 0; i+1 < len(counts); i += 2 {
		pairs = append(pairs, counts[i]+counts[i+1])
		most = max(most, counts[i]+counts[i+1])
	}
	var b strings.Builder
	for _, n := range pairs {
		level := (n*(len(heights)-1) + most - 1) / most
		b.WriteRune(heights[level])
	}
	return b.String()
}
