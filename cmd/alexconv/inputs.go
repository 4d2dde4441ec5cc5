package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/alexconv/alexconv/classify"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// seededBound is the magnitude of seeded inputs, that of an image of 8-bit
// pixels around its mean.
const seededBound = 128

// inputFlags say what a model is fed with.
type inputFlags struct {
	pictureFlags
	files []string
	seed  uint64
}

func (f *inputFlags) add(c *cobra.Command) {
	f.addFiles(c)
	c.Flags().Uint64Var(&f.seed, "seed", 0, "seed of the reproducible inputs that are used where no file is given")
}

// addFiles leaves --seed out.
func (f *inputFlags) addFiles(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.files, "input", nil, "[NAME=]FILE: .npy, .npz (keys are input names), a picture, a folder of pictures, or - (repeatable)")
	f.pictureFlags.add(c)
}

// feed is what a model is fed with: arrays for its inputs, and pictures that
// are yet to be decoded for one of them.
type feed struct {
	arrays   map[string]*ir.Tensor // by value name
	input    *ir.Value             // that the pictures are for
	pictures []classify.Picture
	loader   classify.Loader
}

// preprocess is how the pictures are turned into numbers, nil without pictures.
func (d *feed) preprocess() *pixels.Record {
	if len(d.pictures) == 0 {
		return nil
	}
	r := d.loader.Preprocess.Record()
	return &r
}

// describe says in words where the numbers come from.
func (f *inputFlags) describe() string {
	if len(f.files) == 0 {
		return fmt.Sprint("seed ", f.seed)
	}
	return strings.Join(f.files, ", ")
}

// names are the pictures' names.
func (d *feed) names() []string {
	var list []string
	for _, p := range d.pictures {
		list = append(list, p.Name)
	}
	return list
}

// tensors decodes all pictures into one batch and gives a tensor for every
// input.
func (d *feed) tensors(c *cobra.Command) (map[string]*ir.Tensor, error) {
	if len(d.pictures) > 0 {
		t, err := d.loader.Batch(c.Context(), d.pictures)
		if err != nil {
			return nil, err
		}
		d.arrays[d.input.Name] = t
	}
	return d.arrays, nil
}

// read gives a tensor for every input of the graph, by value name.
func (f *inputFlags) read(g *ir.Graph) (map[string]*ir.Tensor, error) {
	d, err := f.gather(g)
	if err != nil {
		return nil, err
	}
	return d.tensors(f.command)
}

// gather reads arrays and finds pictures.
func (f *inputFlags) gather(g *ir.Graph) (*feed, error) {
	d := &feed{arrays: make(map[string]*ir.Tensor)}
	if len(f.files) == 0 {
		if flag := f.given(); flag != "" {
			return nil, usagef("%s says how pictures are preprocessed, and no picture is given", flag)
		}
		for _, n := range g.Nodes {
			if in, ok := n.Op.(*ir.Input); ok {
				v := n.Outputs[0]
				d.arrays[v.Name] = ir.Seeded(v.Blob, f.seed, seededBound, in.Shape...)
			}
		}
		return d, nil
	}
	for _, argument := range f.files {
		if err := f.take(d, g, argument); err != nil {
			return nil, err
		}
	}
	if flag := f.given(); flag != "" && len(d.pictures) == 0 {
		return nil, usagef("%s says how pictures are preprocessed, and only arrays are given", flag)
	}
	for _, v := range g.Inputs() {
		if d.arrays[v.Name] == nil && d.input != v {
			return nil, fmt.Errorf("input %q is missing; give --input %s=FILE", v.Blob, v.Blob)
		}
	}
	return d, nil
}

// take adds what one argument names.
func (f *inputFlags) take(d *feed, g *ir.Graph, argument string) error {
	name, path := splitInput(g, argument)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		pictures, err := classify.Folder(path)
		if err != nil {
			return err
		}
		for i := range pictures {
			pictures[i].Name = filepath.ToSlash(filepath.Join(path, pictures[i].Name))
		}
		return f.takePictures(d, g, name, path, pictures)
	}
	if path != "-" && pixels.HasExtension(path) {
		return f.takePictures(d, g, name, path, []classify.Picture{classify.File(path)})
	}
	data, err := f.bytes(path)
	if err != nil {
		return err
	}
	if npy.Detect(data) == npy.Unknown && pixels.Detect(data) {
		read := func() ([]byte, error) { return data, nil }
		return f.takePictures(d, g, name, path, []classify.Picture{{Name: path, Read: read}})
	}
	arrays, err := readArrays(name, path, data, limitsOf(f.command))
	if err != nil {
		return err
	}
	for _, a := range arrays {
		v, err := findInput(g, a.Name)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if d.arrays[v.Name] != nil || d.input == v {
			return fmt.Errorf("%s: input %q is given twice", path, v.Blob)
		}
		d.arrays[v.Name] = a.Tensor
	}
	return nil
}

func (f *inputFlags) bytes(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(f.command.InOrStdin())
	}
	return os.ReadFile(path)
}

// readArrays reads an .npz, or any other file as .npy.
func readArrays(name, path string, data []byte, limits ir.Limits) ([]npy.NamedTensor, error) {
	if npy.Detect(data) == npy.NPZ {
		arrays, err := npy.ReadNPZ(data, limits)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return arrays, nil
	}
	t, err := npy.ReadArray(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return []npy.NamedTensor{{Name: name, Tensor: t}}, nil
}

// takePictures adds pictures to the batch of one input.
func (f *inputFlags) takePictures(d *feed, g *ir.Graph, name, path string, pictures []classify.Picture) error {
	v, err := findInput(g, name)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case d.arrays[v.Name] != nil:
		return fmt.Errorf("%s: input %q is given twice", path, v.Blob)
	case d.input != nil && d.input != v:
		return ir.Errorf(ir.ErrUnsupported, "%s: pictures are for one input, and %q has some already", path, d.input.Blob)
	case d.input == nil:
		d.input = v
		if d.loader, err = f.loader(g, v); err != nil {
			return err
		}
	}
	d.pictures = append(d.pictures, pictures...)
	return nil
}

// loader says how pictures are turned into an input.
func (f *pictureFlags) loader(g *ir.Graph, input *ir.Value) (classify.Loader, error) {
	shape := g.Producers()[input].Op.(*ir.Input).Shape
	if len(shape) != 4 {
		return classify.Loader{}, ir.Errorf(ir.ErrInvalid, "input %q is %v, not a batch of pictures", input.Blob, shape)
	}
	p, err := f.preprocess(g)
	if err != nil {
		return classify.Loader{}, err
	}
	if err := p.Check(shape[1]); err != nil {
		return classify.Loader{}, fmt.Errorf("preprocessing as %s: %w", p.Record().Preset, err)
	}
	return classify.Loader{Preprocess: p, Input: shape, Limits: limitsOf(f.command)}, nil
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

// shapesOf are the shapes of given inputs.
func shapesOf(inputs map[string]*ir.Tensor) map[string]ir.Shape {
	shapes := make(map[string]ir.Shape, len(inputs))
	for name, t := range inputs {
		shapes[name] = t.Shape
	}
	return shapes
}
