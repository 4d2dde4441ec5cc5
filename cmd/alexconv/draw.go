package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/draw"
	"github.com/alexconv/alexconv/ir"
)

// drawFlags are the flags of draw.
type drawFlags struct {
	open      openFlags
	out, to   string
	direction string
	theme     string
	style     string
	collapse  bool
	size      string
	batch     int
	width     float64
	scale     float64
}

// pictureFormats are the names that --to takes, which are the extensions too.
var pictureFormats = []string{"svg", "png", "dot"}

func (a *app) drawCommand() *cobra.Command {
	var f drawFlags
	c := &cobra.Command{
		Use:   "draw MODEL -o x.svg|x.png|x.dot",
		Short: "Draw the layers of a model",
		Long: `Draws the layers with the parameters that matter and the shapes between them. A topology is enough.
What follows a layer value by value (an activation, a dropout, a normalisation by channel) is part of its box.
The α of an LRN is as Caffe and ONNX write it, divided by the window.

The flow breaks into columns, or with --direction lr into rows, so that the picture fits a page that is
--width wide; a long net is then taller than the page and scrolls. --collapse draws layers that repeat once,
in a frame that says how often. --style volumes draws the values to scale, as the AlexNet paper does.

An SVG follows the viewer's preference for light or dark unless --theme says which; its text can be selected
and searched. A .dot is for graphviz.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("direction") && f.style == draw.Volumes.String() {
				f.direction = draw.Right.String()
			}
			return a.draw(c, args[0], f)
		},
	}
	f.open.add(c)
	flags := c.Flags()
	flags.StringVarP(&f.out, "output", "o", "", "where to write: x.svg, x.png, x.dot, or - with --to")
	flags.StringVar(&f.to, "to", "", "format, overruling the name: svg, png, dot")
	flags.StringVar(&f.direction, "direction", draw.Down.String(), "tb (top to bottom) or lr (left to right)")
	flags.StringVar(&f.theme, "theme", draw.Auto.String(), "auto, light or dark")
	flags.StringVar(&f.style, "style", draw.Boxes.String(), "boxes or volumes")
	flags.BoolVar(&f.collapse, "collapse", false, "draw layers that repeat once")
	flags.StringVar(&f.size, "size", "", "height and width of pictures, such as 224 or 224x320 (default: as declared)")
	flags.IntVar(&f.batch, "batch", 0, "batch size (0: as declared)")
	flags.Float64Var(&f.width, "width", draw.PageWidth, "width of the page in pixels (0: any, the flow is not broken)")
	flags.Float64Var(&f.scale, "scale", 2, "PNG: pixels of the image per pixel of the page")
	return c
}

func (a *app) draw(c *cobra.Command, model string, f drawFlags) error {
	format, err := f.format()
	if err != nil {
		return err
	}
	if format == "png" && f.out == "-" && isTerminal(a.stdout) {
		return usagef("--to png: say where to write, -o x.png, or use a pipe")
	}
	o, theme, err := f.options()
	if err != nil {
		return &usageError{err}
	}
	m, err := a.open(model, f.open)
	if err != nil {
		return err
	}
	defer m.Close()
	if o.Inputs, err = f.inputs(m.Graph); err != nil {
		return err
	}
	write, err := picture(m.Graph, format, o, theme, f.scale)
	if err != nil {
		return modelError(model, err)
	}
	if f.out == "-" {
		return write(a.stdout)
	}
	if err := convert.RefuseInput(f.out, m.Paths); err != nil {
		return err
	}
	return a.reportShown(convert.WriteFiles(c.Context(), convert.Target{Path: f.out, Write: write}))
}

// format is that of --to, or the one that the output's name says.
func (f drawFlags) format() (string, error) {
	format := f.to
	if format == "" {
		format = strings.ToLower(strings.TrimPrefix(filepath.Ext(f.out), "."))
	}
	switch {
	case f.out == "":
		return "", usagef("say where to write: -o x.svg, x.png or x.dot")
	case f.to != "" && !slices.Contains(pictureFormats, f.to):
		return "", usagef("--to %q: want svg, png or dot", f.to)
	case !slices.Contains(pictureFormats, format):
		return "", usagef("-o %s: the name says no format of a picture; use .svg, .png, .dot, or --to", f.out)
	case !(f.scale > 0):
		return "", usagef("--scale %v: must be positive", f.scale)
	case f.width < 0:
		return "", usagef("--width %v: must not be negative", f.width)
	}
	return format, nil
}

func (f drawFlags) options() (o draw.Options, theme draw.Theme, err error) {
	o.Collapse, o.Width = f.collapse, f.width
	if f.width == 0 {
		o.Width = -1
	}
	if o.Direction, err = draw.ParseDirection(f.direction); err != nil {
		return o, theme, err
	}
	if o.Style, err = draw.ParseStyle(f.style); err != nil {
		return o, theme, err
	}
	if o.Style == draw.Volumes && o.Direction != draw.Right {
		return o, theme, fmt.Errorf("--style volumes: the volumes stand from left to right, which --direction %v contradicts", o.Direction)
	}
	theme, err = draw.ParseTheme(f.theme)
	return o, theme, err
}

// picture lays the graph out and returns what writes it in a format.
func picture(g *ir.Graph, format string, o draw.Options, theme draw.Theme, scale float64) (func(io.Writer) error, error) {
	if format == "dot" {
		return func(w io.Writer) error { return draw.WriteDOT(w, g, o) }, nil
	}
	d, err := draw.New(g, o)
	if err != nil {
		return nil, err
	}
	if format == "png" {
		return func(w io.Writer) error { return d.WritePNG(w, theme, scale) }, nil
	}
	return func(w io.Writer) error { return d.WriteSVG(w, theme) }, nil
}

// inputs are the shapes that --size and --batch ask for.
func (f drawFlags) inputs(g *ir.Graph) (map[string]ir.Shape, error) {
	height, width, err := parseSize(f.size)
	if err != nil {
		return nil, err
	}
	if f.batch < 0 {
		return nil, usagef("--batch %d: must not be negative", f.batch)
	}
	shapes := make(map[string]ir.Shape)
	for _, n := range g.Nodes {
		in, ok := n.Op.(*ir.Input)
		if !ok || len(in.Shape) == 0 {
			continue
		}
		shape := in.Shape.Clone()
		if f.batch > 0 {
			shape[0] = f.batch
		}
		if height > 0 && len(shape) == 4 {
			shape[2], shape[3] = height, width
		}
		shapes[n.Outputs[0].Name] = shape
	}
	return shapes, nil
}

// parseSize reads N or HxW; nothing is 0 and 0.
func parseSize(text string) (height, width int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	first, second, both := strings.Cut(text, "x")
	if !both {
		second = first
	}
	height, err1 := strconv.Atoi(first)
	width, err2 := strconv.Atoi(second)
	if err1 != nil || err2 != nil || height <= 0 || width <= 0 {
		return 0, 0, usagef("--size %q: want a number, or HEIGHTxWIDTH", text)
	}
	return height, width, nil
}
