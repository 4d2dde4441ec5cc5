package pixels

import (
	"slices"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Caffe is the preprocessing of Caffe's nets for ImageNet: BGR from 0 to 255
// minus the mean pixel of the training set, the picture resized to the input,
// as Caffe's Python Transformer and its classification example do.
var Caffe = Preprocess{
	Preset: "caffe",
	Order:  BGR,
	Range:  1,
	Mean:   Mean{Values: []float32{104, 117, 123}},
	Scale:  1,
}

// presets are the known families' ways.
var presets = []Preprocess{
	Caffe,
	// The TensorFlow script that loads bvlc_alexnet.npy subtracts from a picture
	// the mean of all its own samples and then means to turn RGB into BGR.
	{Preset: "tf_alexnet", Order: BGR, Range: 1, Mean: Mean{PerPicture: true}, Scale: 1},
	// torchvision's transforms for its ImageNet weights: Resize(256),
	// CenterCrop(224), ToTensor, Normalize.
	{
		Preset:     "torchvision",
		Order:      RGB,
		Convention: TorchvisionConvention,
		Resize:     Resize{Kind: ShortSide, Height: 256, Width: 256},
		Range:      255,
		Mean:       Mean{Values: []float32{0.485, 0.456, 0.406}},
		Scale:      1,
		Std:        []float32{0.229, 0.224, 0.225},
	},
	// Caffe's LeNet: grey from 0 to 255, times 0.00390625.
	{Preset: "mnist", Order: BGR, Range: 1, Scale: 1.0 / 256},
	// RGB or grey from 0 to 1, as TensorFlow's MNIST reader and tflearn's
	// flowers have it.
	{Preset: "unit", Order: RGB, Convention: TorchvisionConvention, Range: 255, Scale: 1},
}

// Presets are the names that [Preset] knows.
func Presets() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = p.Preset
	}
	return names
}

// Preset is a family's preprocessing by name: caffe, tf_alexnet, torchvision,
// mnist or unit.
func Preset(name string) (Preprocess, error) {
	i := slices.IndexFunc(presets, func(p Preprocess) bool { return p.Preset == name })
	if i < 0 {
		return Preprocess{}, ir.Errorf(ir.ErrInvalid, "unknown preset %q (want %s)", name, strings.Join(Presets(), ", "))
	}
	return presets[i], nil
}

// Family is the name of the preset that a graph's layers speak for: by the
// channels of its first picture input, and by what tells the AlexNets apart,
// which survives a conversion. It is "caffe" where nothing speaks against it; a
// net that torchvision trained but that is not its AlexNet looks as Caffe's
// does, so there the preset must be given.
func Family(g *ir.Graph) string {
	var first *ir.Conv
	var grouped, norm, tanh, grey bool
	for _, n := range g.Nodes {
		switch op := n.Op.(type) {
		case *ir.Input:
			grey = grey || len(op.Shape) == 4 && op.Shape[1] == 1
		case *ir.Conv:
			if first == nil {
				first = op
			}
			grouped = grouped || op.Group > 1
		case *ir.LRN:
			norm = true
		case *ir.Tanh:
			tanh = true
		}
	}
	eleven := first != nil && slices.Equal(first.Window.Kernel, []int{11, 11}) && slices.Equal(first.Window.Stride, []int{4, 4})
	switch {
	case grey && norm, tanh && eleven:
		return "unit"
	case grey:
		return "mnist"
	case eleven && !norm && !grouped && first.OutChannels == 64:
		return "torchvision"
	case eleven && norm && grouped && samePadded(first.Window):
		return "tf_alexnet"
	}
	return Caffe.Preset
}

// samePadded reports whether an 11x11/4 window has the padding that SAME gives
// it on 227x227 or 224x224. The paper's net is padded too, by 1 and 2.
func samePadded(w ir.Window) bool {
	return w.Same != ir.Explicit || w.PadBegin[0] >= 3 && w.PadEnd[0] == 4
}
