package conformance

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// lenetFolder holds a real trained LeNet and the MNIST test images. They are
// other people's work and not part of this repository.
func lenetFolder(t *testing.T) string {
	folder := "../../shared/fixtures/lenet"
	if !exists(folder) {
		t.Skipf("%s is absent: the real LeNet is not part of this repository", folder)
	}
	return folder
}

func TestLeNetHasOneDigestInEveryFormat(t *testing.T) {
	folder := lenetFolder(t)
	topology := filepath.Join(folder, "deploy.prototxt")
	digest := digestOf(t, topology+"+"+filepath.Join(folder, "weights.caffemodel"))
	for _, name := range []string{"kaffe.npy", "kaffe_py2.npy", "list_style.npy", "list_style_py2.npy", "params.npz"} {
		if got := digestOf(t, topology+"+"+filepath.Join(folder, name)); got != digest {
			t.Errorf("%s: digest %s, the caffemodel's is %s", name, got, digest)
		}
	}

	// Every ordered pair of targets, one after the other.
	dir := t.TempDir()
	targets := []string{"a.onnx", "b.npy", "c.npz", "d.prototxt+d.caffemodel"}
	opened := func(name string) string {
		switch name {
		case "b.npy", "c.npz":
			return topology + "+" + filepath.Join(dir, name)
		}
		return in(dir, name)
	}
	from := topology + "+" + filepath.Join(folder, "weights.caffemodel")
	for _, first := range targets {
		save(t, from, in(dir, first))
		for _, second := range targets {
			if second == first {
				continue
			}
			save(t, opened(first), in(dir, second))
			if got := digestOf(t, opened(second)); got != digest {
				t.Errorf("%s written from %s: digest %s, want %s", second, first, got, digest)
			}
			save(t, from, in(dir, first))
		}
	}
}

func TestLeNetClassifiesMNISTAsCaffeDoes(t *testing.T) {
	folder := lenetFolder(t)
	m, err := convert.Open(filepath.Join(folder, "deploy.prototxt")+"+"+filepath.Join(folder, "weights.caffemodel"), convert.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	images := readIDX(t, filepath.Join(folder, "mnist", "t10k-images-idx3-ubyte.gz"), 16)
	labels := readIDX(t, filepath.Join(folder, "mnist", "t10k-labels-idx1-ubyte.gz"), 8)
	const caffe = 9914
	for _, engine := range engines {
		right, err := countRight(m.Graph, engine.options, images, labels)
		if err != nil {
			t.Fatal(err)
		}
		if right != caffe {
			t.Errorf("%s: %d of %d right, Caffe has %d", engine.name, right, len(labels), caffe)
		}
	}
}

// countRight counts how many images, pixels times 0.00390625, have their label
// as the most probable class.
func countRight(g *ir.Graph, o runtime.Options, images, labels []byte) (int, error) {
	const batch, pixels, classes = 100, 28 * 28, 10
	x := ir.NewTensor(batch, 1, 28, 28)
	o.Inputs = map[string]ir.Shape{"data": x.Shape}
	p, err := runtime.Compile(g, o)
	if err != nil {
		return 0, err
	}
	defer p.Close()
	right := 0
	for start := 0; start < len(labels); start += batch {
		for i := range x.Data {
			x.Data[i] = float32(images[start*pixels+i]) * 0.00390625
		}
		outputs, err := p.Run(context.Background(), map[string]*ir.Tensor{"data": x}, nil)
		if err != nil {
			return 0, err
		}
		prob := outputs["prob"].Data
		for i := range batch {
			best := 0
			for c := range classes {
				if prob[i*classes+c] > prob[i*classes+best] {
					best = c
				}
			}
			if best == int(labels[start+i]) {
				right++
			}
		}
	}
	return right, nil
}

// readIDX reads the payload of a gzipped IDX file behind a header of the given
// length.
func readIDX(t *testing.T, path string, header int) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) <= header {
		t.Fatal(fmt.Errorf("%s holds %d bytes", path, len(data)))
	}
	return data[header:]
}
