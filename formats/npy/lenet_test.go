package npy

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// lenetFile reads a file of the real LeNet, which may not be committed.
func lenetFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "fixtures", "lenet", name))
	if err != nil {
		t.Skip("shared/fixtures/lenet is not beside the repository")
	}
	return data
}

// lenet is the topology of the real LeNet.
func lenet() *ir.Graph {
	b := newNet(ir.Shape{10, 1, 28, 28})
	b.add("conv1", &ir.Conv{OutChannels: 20, Window: window(5), Group: 1, Axis: 1, Bias: true})
	b.add("pool1", &ir.Pool{Window: spaced(window(2), 2)})
	b.add("conv2", &ir.Conv{OutChannels: 50, Window: window(5), Group: 1, Axis: 1, Bias: true})
	b.add("pool2", &ir.Pool{Window: spaced(window(2), 2)})
	b.add("ip1", &ir.FullyConnected{Units: 500, Axis: 1, Bias: true})
	b.add("relu1", &ir.ReLU{})
	b.add("ip2", &ir.FullyConnected{Units: 10, Axis: 1, Bias: true})
	b.add("prob", &ir.Softmax{Axis: 1})
	return b.graph
}

// TestLeNetFiles reads the four forms that caffe-tensorflow wrote and holds
// every parameter against Caffe's own blobs, bit for bit.
func TestLeNetFiles(t *testing.T) {
	want := lenet()
	if err := LoadWeights(want, lenetFile(t, "params.npz"), ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kaffe.npy", "kaffe_py2.npy", "list_style.npy", "list_style_py2.npy"} {
		t.Run(name, func(t *testing.T) {
			got := lenet()
			if err := LoadWeights(got, lenetFile(t, name), ReadOptions{}); err != nil {
				t.Fatal(err)
			}
			sameWeights(t, got, want)
		})
	}
}

// TestLeNetRoundTrip writes what it reads, in every form, and reads it back.
func TestLeNetRoundTrip(t *testing.T) {
	want := lenet()
	if err := LoadWeights(want, lenetFile(t, "kaffe.npy"), ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, file := range everyForm(t, want) {
		t.Run(name, func(t *testing.T) {
			got := lenet()
			if err := LoadWeights(got, file, ReadOptions{}); err != nil {
				t.Fatal(err)
			}
			sameWeights(t, got, want)
			for again, file2 := range everyForm(t, got) {
				if again == name && !bytes.Equal(file, file2) {
					t.Error("the bytes are not stable")
				}
			}
		})
	}
}

// TestLeNetEqualsKaffe holds what is written against the file that
// caffe-tensorflow wrote: names, order, shapes, the order of elements in
// memory, and every byte of every array.
func TestLeNetEqualsKaffe(t *testing.T) {
	original := lenetFile(t, "kaffe.npy")
	want, err := readWeights(original, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	g := lenet()
	if err := LoadWeights(g, original, ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, protocol := range []int{2, 4} {
		var b bytes.Buffer
		if err := WriteWeights(&b, g, WriteOptions{Pickle: protocol}); err != nil {
			t.Fatal(err)
		}
		got, err := readWeights(b.Bytes(), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("protocol %d: the arrays differ from caffe-tensorflow's", protocol)
		}
	}
}

// TestLeNetCaffeOrder shows that params.npz comes back byte for byte as arrays.
func TestLeNetCaffeOrder(t *testing.T) {
	original := lenetFile(t, "params.npz")
	g := lenet()
	if err := LoadWeights(g, original, ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteNPZ(&b, g); err != nil {
		t.Fatal(err)
	}
	want, err := ReadNPZ(original, ir.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadNPZ(b.Bytes(), ir.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	sameArrays(t, got, want)
}
