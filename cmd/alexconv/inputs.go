package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// seededBound is the magnitude of seeded inputs, that of an image of 8-bit
// pixels around its mean.
const seededBound = 128

// inputFlags say what a model is fed with.
type inputFlags struct {
	files []string
	seed  uint64
	mean  []float32
	scale float32
	order string
}

func (f *inputFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.files, "input", nil, "[NAME=]FILE: .npy, .npz (keys are input names), .png or .jpg (repeatable)")
	c.Flags().Uint64Var(&f.seed, "seed", 0, "seed of the reproducible inputs that are used where no file is given")
	c.Flags().Float32SliceVar(&f.mean, "mean", pixels.Caffe.Mean, "pictures: what to subtract, one value or one per channel")
	c.Flags().Float32Var(&f.scale, "scale", 1, "pictures: factor after the mean is subtracted")
	c.Flags().StringVar(&f.order, "channel-order", "bgr", "pictures: bgr or rgb")
}

// read gives a tensor for every input of the graph, by value name.
func (f *inputFlags) read(g *ir.Graph) (map[string]*ir.Tensor, error) {
	inputs := make(map[string]*ir.Tensor)
	if len(f.files) == 0 {
		for _, n := range g.Nodes {
			if in, ok := n.Op.(*ir.Input); ok {
				v := n.Outputs[0]
				inputs[v.Name] = ir.Seeded(v.Blob, f.seed, seededBound, in.Shape...)
			}
		}
		return inputs, nil
	}
	for _, argument := range f.files {
		if err := f.readFile(g, argument, inputs); err != nil {
			return nil, err
		}
	}
	for _, v := range g.Inputs() {
		if inputs[v.Name] == nil {
			return nil, fmt.Errorf("input %q is missing; give --input %s=FILE", v.Blob, v.Blob)
		}
	}
	return inputs, nil
}

func (f *inputFlags) readFile(g *ir.Graph, argument string, inputs map[string]*ir.Tensor) error {
	name, path := splitInput(g, argument)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var arrays []npy.NamedTensor
	switch extension := strings.ToLower(filepath.Ext(path)); {
	case npy.Detect(data) == npy.NPZ:
		if arrays, err = npy.ReadNPZ(data); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	case slices.Contains([]string{".png", ".jpg", ".jpeg"}, extension):
		t, err := f.readPicture(g, name, data)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		arrays = []npy.NamedTensor{{Name: name, Tensor: t}}
	default:
		t, err := npy.ReadArray(data)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		arrays = []npy.NamedTensor{{Name: name, Tensor: t}}
	}
	for _, a := range arrays {
		v, err := findInput(g, a.Name)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if inputs[v.Name] != nil {
			return fmt.Errorf("%s: input %q is given twice", path, v.Blob)
		}
		inputs[v.Name] = a.Tensor
	}
	return nil
}

// splitInput parts NAME=FILE where NAME is an input of the graph; a file name
// may contain an equals sign itself.
func splitInput(g *ir.Graph, argument string) (name, path string) {
	if name, path, ok := strings.Cut(argument, "="); ok {
		if _, err := os.Stat(argument); err != nil {
			return name, path
		}
		if _, err := findInput(g, name); err == nil {
			return name, path
		}
	}
	return "", argument
}

// findInput finds a graph's input by its blob's name; no name is the only one.
func findInput(g *ir.Graph, name string) (*ir.Value, error) {
	var names []string
	for _, v := range g.Inputs() {
		if v.Blob == name || v.Name == name {
			return v, nil
		}
		names = append(names, v.Blob)
	}
	switch {
	case name == "" && len(names) == 1:
		return g.Inputs()[0], nil
	case name == "":
		return nil, ir.Errorf(ir.ErrInvalid, "the model has inputs %s; give NAME=FILE", strings.Join(names, ", "))
	}
	return nil, ir.Errorf(ir.ErrInvalid, "the model has no input %q; it has %s", name, strings.Join(names, ", "))
}

func (f *inputFlags) readPicture(g *ir.Graph, name string, data []byte) (*ir.Tensor, error) {
	v, err := findInput(g, name)
	if err != nil {
		return nil, err
	}
	shape := g.Producers()[v].Op.(*ir.Input).Shape
	if len(shape) != 4 {
		return nil, ir.Errorf(ir.ErrInvalid, "input %q is %v, not a batch of pictures", v.Blob, shape)
	}
	order, err := pixels.ParseOrder(f.order)
	if err != nil {
		return nil, &usageError{err}
	}
	picture, err := pixels.Decode(data)
	if err != nil {
		return nil, err
	}
	mean := f.mean
	if shape[1] == 1 && len(mean) > 1 {
		mean = nil
	}
	return pixels.Preprocess{Order: order, Mean: mean, Scale: f.scale}.Tensor(picture, shape[1], shape[2], shape[3])
}

// shapesOf are the shapes of given inputs.
func shapesOf(inputs map[string]*ir.Tensor) map[string]ir.Shape {
	shapes := make(map[string]ir.Shape, len(inputs))
	for name, t := range inputs {
		shapes[name] = t.Shape
	}
	return shapes
}
