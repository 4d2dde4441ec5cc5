package caffe

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/internal/guard"
	"github.com/alexconv/alexconv/ir"
)

const hdf5Files = "../../testdata/hdf5"

// ipGraph is the net of ip.
func ipGraph(t testing.TB) *ir.Graph {
	t.Helper()
	g, err := ReadTopology([]byte(ip), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestLoadHDF5(t *testing.T) {
	values := []*ir.Tensor{{Shape: ir.Shape{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}}, {Shape: ir.Shape{2}, Data: []float32{7, 8}}}
	negative := []*ir.Tensor{{Shape: ir.Shape{2, 3}, Data: []float32{-1, -2, -3, -4, -5, -6}}, values[1]}
	for _, c := range []struct {
		file string
		want []*ir.Tensor
	}{
		{"float32", values},
		{"float64", values},
		{"float16", values},
		{"big_endian", values},
		{"big_endian_float64", values},
		{"int32", values},
		{"uint8", values},
		{"negative_int16", negative},
		{"compact", values},
		{"more_layers", values},
		{"many_links", values},
	} {
		g := ipGraph(t)
		if err := LoadHDF5(g, readFile(t, hdf5Files, c.file+".h5"), ReadOptions{}); err != nil {
			t.Errorf("%s: %v", c.file, err)
		} else if diff := cmp.Diff(c.want, g.Nodes[1].Params); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.file, diff)
		}
	}
}

func TestLoadHDF5Refuses(t *testing.T) {
	for _, c := range []struct {
		file, says string
		kind       error
	}{
		{"chunked", `layer "ip": blob 0 of the weights file: byte 2984: data layout of class 2 is not supported`, ir.ErrUnsupported},
		{"gzip", `compressed datasets are not supported`, ir.ErrUnsupported},
		{"latest", `byte 8: superblock version 3 is not supported`, ir.ErrUnsupported},
		{"complex", `numbers of class 6 in 8 bytes are not supported`, ir.ErrUnsupported},
		{"text", `layer "ip": blob 0`, ir.ErrUnsupported},
		{"no_data", `the file has no group /data`, ir.ErrInvalid},
		{"no_bias", `layer "ip": the weights file has no blob 1 for it, only ["0"]`, ir.ErrInvalid},
		{"no_blobs", `layer "ip": the weights file has no blob 0 for it, only []`, ir.ErrInvalid},
		{"no_layer", `layer "ip": has no weights`, ir.ErrInvalid},
		{"one_blob_more", `layer "ip": the weights file has 3 blobs for it, the layer has 2`, ir.ErrInvalid},
		{"other_name", `layer "ip": the weights file has no blob 1 for it, only ["0" "bias"]`, ir.ErrInvalid},
		{"transposed", `has shape 3x2, the layer needs 2x3`, ir.ErrInvalid},
		{"never_written", `the dataset's values were never written`, ir.ErrInvalid},
		{"group_for_a_blob", `layer "ip": blob 0 of the weights file: the object has no datatype message`, ir.ErrInvalid},
		{"dataset_for_a_layer", `layer "ip": its group in the weights file: byte 1832: not a group with a symbol table`, ir.ErrUnsupported},
		{"soft_link", `layer "ip": its group in the weights file: "ip" is a soft link`, ir.ErrUnsupported},
		{"hard_link", `has shape 2x3, the layer needs 2`, ir.ErrInvalid},
	} {
		g := ipGraph(t)
		err := LoadHDF5(g, readFile(t, hdf5Files, c.file+".h5"), ReadOptions{})
		if err == nil || !strings.Contains(err.Error(), c.says) || !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %q, which is %v", c.file, err, c.says, c.kind)
		}
		if len(g.Nodes[1].Params) > 0 {
			t.Errorf("%s: the graph has changed", c.file)
		}
	}
}

// TestHDF5EqualsCaffemodel reads what Caffe wrote in both forms.
func TestHDF5EqualsCaffemodel(t *testing.T) {
	compared := 0
	for _, name := range cases(t, false) {
		weights, err := os.ReadFile(filepath.Join(fixtures, name, "weights.caffemodel.h5"))
		if errors.Is(err, os.ErrNotExist) {
			continue // the net has a name that HDF5 cannot hold
		}
		if err != nil {
			t.Fatal(err)
		}
		g, err := ReadTopology(readFile(t, fixtures, name, "deploy.prototxt"), ReadOptions{})
		if err != nil {
			continue // TestFixtures says whether it should be
		}
		h := g.Clone()
		if err := LoadWeights(g, readFile(t, fixtures, name, "weights.caffemodel"), ReadOptions{}); err != nil {
			continue
		}
		if err := LoadHDF5(h, weights, ReadOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compared++
		for i, n := range g.Nodes {
			if !cmp.Equal(n.Params, h.Nodes[i].Params) {
				t.Errorf("%s: layer %q: other parameters than the caffemodel's", name, n.Name)
			}
		}
	}
	if compared < 80 {
		t.Errorf("only %d cases were compared", compared)
	}
}

func TestTruncatedHDF5(t *testing.T) {
	whole := readFile(t, hdf5Files, "float32.h5")
	for n := range whole {
		if err := LoadHDF5(ipGraph(t), whole[:n], ReadOptions{}); !errors.Is(err, ir.ErrInvalid) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(whole), err)
		}
	}
}

// FuzzHDF5 feeds the HDF5 reader: whatever loads fills the net's shapes.
func FuzzHDF5(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(hdf5Files, "*.h5"))
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, name := range files {
		f.Add(readFile(f, name))
	}
	topology := ipGraph(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		g := topology.Clone()
		var err error
		guard.Read(t, src, func() { err = LoadHDF5(g, bytes.Clone(src), ReadOptions{}) })
		if err != nil {
			return
		}
		if _, err := g.Validate(); err != nil {
			t.Fatal(err)
		}
		if err := g.CheckWeights(); err != nil {
			t.Fatal(err)
		}
	})
}
