package npy

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// nets are graphs that need every rule of the layouts.
var nets = []struct {
	name  string
	input ir.Shape
	build func(*net)
}{
	{"grouped filters", ir.Shape{1, 4, 5, 6}, func(b *net) {
		b.add("conv", &ir.Conv{OutChannels: 6, Window: window(3), Group: 2, Axis: 1, Bias: true})
	}},
	{"pointwise filters without bias", ir.Shape{1, 4, 5, 6}, func(b *net) {
		b.add("conv", &ir.Conv{OutChannels: 6, Window: window(1), Group: 1, Axis: 1})
	}},
	{"filters over three axes", ir.Shape{1, 2, 4, 5, 6}, func(b *net) {
		b.add("conv", &ir.Conv{OutChannels: 3, Window: ir.NewWindow(2, 3, 4), Group: 1, Axis: 1, Bias: true})
	}},
	{"filters of a deconvolution", ir.Shape{1, 4, 5, 6}, func(b *net) {
		b.add("deconv", &ir.Deconv{OutChannels: 6, Window: ir.NewWindow(2, 3), Group: 2, Axis: 1, Bias: true})
	}},
	{"a matrix behind an image", ir.Shape{1, 3, 4, 5}, func(b *net) {
		b.add("fc", &ir.FullyConnected{Units: 7, Axis: 1, Bias: true})
	}},
	{"a matrix behind one pixel", ir.Shape{1, 30, 1, 1}, func(b *net) {
		b.add("fc", &ir.FullyConnected{Units: 7, Axis: 1, Bias: true})
	}},
	{"a matrix behind one row", ir.Shape{1, 3, 1, 5}, func(b *net) {
		b.add("fc", &ir.FullyConnected{Units: 7, Axis: 1, Bias: true})
	}},
	{"a stored transpose behind an image", ir.Shape{1, 3, 4, 5}, func(b *net) {
		b.add("fc", &ir.FullyConnected{Units: 7, Axis: 1, Transposed: true})
	}},
	{"a stored transpose", ir.Shape{1, 6}, func(b *net) {
		b.add("fc", &ir.FullyConnected{Units: 7, Axis: 1, Transposed: true})
	}},
	{"a matrix over the last axis of an image", ir.Shape{2, 3, 4, 5}, func(b *net) {
		b.add("fc", &ir.FullyConnected{Units: 7, Axis: -1})
	}},
	{"a flattened image", ir.Shape{1, 3, 4, 5}, func(b *net) {
		b.add("flat", &ir.Flatten{Axis: 1, EndAxis: -1})
		b.add("relu", &ir.ReLU{})
		b.add("drop", &ir.Dropout{Ratio: 0.5})
		b.add("fc", &ir.FullyConnected{Units: 7, Axis: 1})
	}},
	{"normalisation with a scale", ir.Shape{1, 3, 4, 5}, func(b *net) {
		b.add("bn", &ir.BatchNorm{Eps: 1e-5})
		b.add("scale", &ir.Scale{Axis: 1, NumAxes: 1, Bias: true})
	}},
	{"normalisation with a scale without offset", ir.Shape{1, 3, 4, 5}, func(b *net) {
		b.add("bn", &ir.BatchNorm{Eps: 1e-5})
		b.add("scale", &ir.Scale{Axis: 1, NumAxes: 1})
	}},
	{"normalisation alone", ir.Shape{1, 3, 4, 5}, func(b *net) {
		b.add("bn", &ir.BatchNorm{Eps: 1e-5})
	}},
	{"a slash in a name", ir.Shape{1, 3}, func(b *net) {
		b.add("inc/fc", &ir.FullyConnected{Units: 2, Axis: 1})
	}},
	{"no weights", ir.Shape{1, 3}, func(b *net) { b.add("relu", &ir.ReLU{}) }},
}

// TestRoundTrip writes each net in every form and reads back the same bits.
func TestRoundTrip(t *testing.T) {
	for _, c := range nets {
		b := newNet(c.input)
		c.build(b)
		want := b.seed(t)
		for form, file := range everyForm(t, want) {
			t.Run(c.name+"/"+form, func(t *testing.T) {
				got := topology(want)
				if err := LoadWeights(got, file, ReadOptions{}); err != nil {
					t.Fatal(err)
				}
				sameWeights(t, got, want)
			})
		}
	}
}

// TestRowOrder pins the order of a matrix's rows in the file. Weight (0, i)
// of the graph is i, so the file's one column lists where each row comes from.
func TestRowOrder(t *testing.T) {
	hwc := []float32{0, 4, 1, 5, 2, 6, 3, 7} // of C, H, W = 2, 2, 2
	chw := []float32{0, 1, 2, 3, 4, 5, 6, 7}
	for _, c := range []struct {
		name  string
		input ir.Shape
		build func(*net)
		want  []float32
	}{
		{"an image", ir.Shape{1, 2, 2, 2}, func(*net) {}, hwc},
		{"a flattened image", ir.Shape{1, 2, 2, 2}, func(b *net) { b.add("f", &ir.Flatten{Axis: 1, EndAxis: -1}) }, hwc},
		{"a reshaped image", ir.Shape{1, 2, 2, 2}, func(b *net) { b.add("r", &ir.Reshape{Dims: []int{0, -1}, NumAxes: -1}) }, hwc},
		{"a flattened image through activations", ir.Shape{1, 2, 2, 2}, func(b *net) {
			b.add("f", &ir.Flatten{Axis: 1, EndAxis: -1})
			b.add("relu", &ir.ReLU{})
			b.add("drop", &ir.Dropout{})
			b.add("tanh", &ir.Tanh{})
		}, hwc},
		{"one pixel", ir.Shape{1, 8, 1, 1}, func(*net) {}, chw},
		{"features", ir.Shape{1, 8}, func(*net) {}, chw},
		{"averages of channels", ir.Shape{1, 8, 2, 2}, func(b *net) { b.add("r", &ir.Reduction{Kind: ir.ReduceMean, Axis: 2, Coefficient: 1}) }, chw},
		{"an image behind a matrix of its size", ir.Shape{1, 2, 2, 2}, func(b *net) {
			b.add("fc0", &ir.FullyConnected{Units: 8, Axis: 1})
		}, chw},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newNet(c.input)
			c.build(b)
			fc := b.add("fc", &ir.FullyConnected{Units: 1, Axis: 1})
			g := b.seed(t)
			fc.Params[0] = &ir.Tensor{Shape: ir.Shape{1, 8}, Data: chw}
			layers, err := writable(g, dictLayers)
			if err != nil {
				t.Fatal(err)
			}
			got := pack(t, layers[len(layers)-1].slots[0].view())
			if !sameTensor(&ir.Tensor{Data: got}, &ir.Tensor{Data: c.want}) {
				t.Errorf("rows %v, want %v", got, c.want)
			}
		})
	}
}

// TestDeconvolutionLayout pins the order of a deconvolution's filters, which is
// that of TensorFlow's conv2d_transpose: height, width, out/group, in.
func TestDeconvolutionLayout(t *testing.T) {
	b := newNet(ir.Shape{1, 2, 3, 3})
	n := b.add("deconv", &ir.Deconv{OutChannels: 3, Window: ir.NewWindow(1, 2), Group: 1, Axis: 1})
	g := b.seed(t)
	// Weight (in, out, 0, column) is 100*in + 10*out + column.
	n.Params[0] = &ir.Tensor{Shape: ir.Shape{2, 3, 1, 2}, Data: []float32{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}}
	layers, err := writable(g, dictLayers)
	if err != nil {
		t.Fatal(err)
	}
	slot := layers[0].slots[0]
	if shape := slot.layout.shape(slot.shape); !shape.Equal(ir.Shape{1, 2, 3, 2}) {
		t.Errorf("shape %v", shape)
	}
	want := []float32{0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121}
	if got := pack(t, slot.view()); !sameTensor(&ir.Tensor{Data: got}, &ir.Tensor{Data: want}) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestArchiveOfWhatTheDictLacks writes parameters that only an archive has.
func TestArchiveOfWhatTheDictLacks(t *testing.T) {
	b := newNet(ir.Shape{2, 3})
	b.add("table", &ir.Embed{Entries: 4, Units: 5, Bias: true})
	b.add("bias", &ir.Bias{Axis: 1, NumAxes: 2})
	b.add("slope", &ir.PReLU{Shared: true})
	want := b.seed(t)
	var file bytes.Buffer
	if err := WriteNPZ(&file, want); err != nil {
		t.Fatal(err)
	}
	got := topology(want)
	if err := LoadWeights(got, file.Bytes(), ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	sameWeights(t, got, want)
}

// TestWriteRefuses names the layer that the dict, or any weights file, cannot
// express.
func TestWriteRefuses(t *testing.T) {
	image := ir.Shape{1, 3, 4, 5}
	for _, c := range []struct {
		name  string
		input ir.Shape
		build func(*net)
		npz   bool // refused in an archive as well
		want  string
	}{
		{"a scale alone", image, func(b *net) {
			b.add("s", &ir.Scale{Axis: 1, NumAxes: 1})
		}, false, `layer "s": the .npy dict has no entry for the parameters of a Scale layer here; use .npz`},
		{"a scale over rows behind a normalisation", image, func(b *net) {
			b.add("bn", &ir.BatchNorm{})
			b.add("s", &ir.Scale{Axis: 2, NumAxes: 1})
		}, false, `layer "s": the .npy dict has no entry for the parameters of a Scale layer here; use .npz`},
		{"learned slopes", image, func(b *net) {
			b.add("p", &ir.PReLU{})
		}, false, `layer "p": the .npy dict has no entry for the parameters of a PReLU layer here; use .npz`},
		{"a learned bias", image, func(b *net) {
			b.add("b", &ir.Bias{Axis: 1, NumAxes: 1})
		}, false, `layer "b": the .npy dict has no entry for the parameters of a Bias layer here; use .npz`},
		{"a table", ir.Shape{1, 3}, func(b *net) {
			b.add("e", &ir.Embed{Entries: 4, Units: 2, Bias: true})
		}, false, `layer "e": the .npy dict has no entry for the parameters of a Embed layer here; use .npz`},
		{"a matrix behind a pyramid", image, func(b *net) {
			b.add("spp", &ir.SPP{Levels: 2})
			b.add("fc", &ir.FullyConnected{Units: 2, Axis: 1})
		}, false, `layer "fc": its input mixes flattened images with other features, which the .npy dict orders differently; use .npz`},
		{"a matrix behind a repeated flattened image", image, func(b *net) {
			b.add("f", &ir.Flatten{Axis: 1, EndAxis: -1})
			b.add("t", &ir.Tile{Axis: 1, Tiles: 2})
			b.add("fc", &ir.FullyConnected{Units: 2, Axis: 1})
		}, false, `layer "fc": its input mixes flattened images with other features, which the .npy dict orders differently; use .npz`},
		{"a matrix behind row sums", image, func(b *net) {
			b.add("r", &ir.Reduction{Axis: 3, Coefficient: 1})
			b.add("fc", &ir.FullyConnected{Units: 2, Axis: 1})
		}, false, `layer "fc": its input mixes flattened images with other features, which the .npy dict orders differently; use .npz`},
		{"a normalised flattened image", image, func(b *net) {
			b.add("f", &ir.Flatten{Axis: 1, EndAxis: -1})
			b.add("bn", &ir.BatchNorm{})
		}, false, `layer "bn": its channels are the features of a flattened image, which the .npy dict orders differently; use .npz`},
		{"two flattened images joined", image, func(b *net) {
			first := b.add("f1", &ir.Flatten{Axis: 1, EndAxis: -1})
			second := &ir.Node{Name: "f2", Op: &ir.Flatten{Axis: 1, EndAxis: -1}, Inputs: first.Inputs}
			b.push(second)
			b.push(&ir.Node{Name: "c", Op: &ir.Concat{Axis: 1}, Inputs: []*ir.Value{first.Outputs[0], second.Outputs[0]}})
			b.add("fc", &ir.FullyConnected{Units: 2, Axis: 1})
		}, false, `layer "fc": its input mixes flattened images with other features, which the .npy dict orders differently; use .npz`},
		{"names that differ by a slash", ir.Shape{1, 3}, func(b *net) {
			b.add("x/y", &ir.FullyConnected{Units: 2, Axis: 1})
			b.add("x_y", &ir.FullyConnected{Units: 2, Axis: 1})
		}, false, `layer "x_y": layer "x/y" has the same key "x_y" in a numpy weights file`},
		{"no name", ir.Shape{1, 3}, func(b *net) {
			b.add("fc", &ir.FullyConnected{Units: 2, Axis: 1}).Name = ""
		}, true, `unnamed FullyConnected layer: a layer without a name has no key in a numpy weights file`},
		{"a name that is not UTF-8", ir.Shape{1, 3}, func(b *net) {
			b.add("fc\xf9", &ir.FullyConnected{Units: 2, Axis: 1})
		}, true, `layer "fc\xf9": the name is not UTF-8, as a key in a numpy weights file must be`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newNet(c.input)
			c.build(b)
			g := b.seed(t)
			var out bytes.Buffer
			err := WriteWeights(&out, g, WriteOptions{})
			if err == nil || err.Error() != c.want || !errors.Is(err, ir.ErrUnsupported) {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("%d bytes were written", out.Len())
			}
			if err := WriteNPZ(&out, g); (err != nil) != c.npz {
				t.Errorf("in an archive: error %v", err)
			}
		})
	}
	b := newNet(ir.Shape{1, 3})
	b.add("fc", &ir.FullyConnected{Units: 2, Axis: 1})
	if err := WriteWeights(&bytes.Buffer{}, b.graph, WriteOptions{}); !errors.Is(err, ir.ErrNoWeights) {
		t.Errorf("a topology alone: error %v", err)
	}
	if err := WriteWeights(&bytes.Buffer{}, b.seed(t), WriteOptions{Pickle: 3}); err == nil || !strings.Contains(err.Error(), "protocol 3") {
		t.Errorf("protocol 3: error %v", err)
	}
}

func pack(t *testing.T, v strided.View) []float32 {
	t.Helper()
	packed, err := v.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packed
}
