package npy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// fixture reads a file that testdata/npy/make.py wrote with numpy.
func fixture(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "npy", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// small is the net that the weights of make.py belong to.
func small() *ir.Graph {
	b := newNet(ir.Shape{1, 2, 4, 5})
	conv := window(3)
	conv.Kernel[0] = 2
	b.add("conv1", &ir.Conv{OutChannels: 4, Window: conv, Group: 1, Axis: 1, Bias: true})
	b.add("relu1", &ir.ReLU{})
	b.add("fc1", &ir.FullyConnected{Units: 5, Axis: 1, Bias: true})
	b.add("fc2", &ir.FullyConnected{Units: 3, Axis: 1, Bias: true})
	return b.graph
}

// formula is element i of the array with the given salt, as in make.py.
func formula(i, salt int) float32 { return float32((37*i+salt)%97-48) / 16 }

// smallWeights computes the net's parameters in the graph's layout, one index
// at a time.
func smallWeights() *ir.Graph {
	g := small()
	vector := func(n, salt int) *ir.Tensor {
		t := ir.NewTensor(n)
		for i := range t.Data {
			t.Data[i] = formula(i, salt)
		}
		return t
	}
	filters, fc1, fc2 := ir.NewTensor(4, 2, 2, 3), ir.NewTensor(5, 36), ir.NewTensor(3, 5)
	i := 0
	for o := range 4 {
		for c := range 2 {
			for h := range 2 {
				for w := range 3 {
					filters.Data[i] = formula(((h*3+w)*2+c)*4+o, 1)
					i++
				}
			}
		}
	}
	i = 0
	for unit := range 5 {
		for c := range 4 {
			for h := range 3 {
				for w := range 3 {
					fc1.Data[i] = formula(((h*3+w)*4+c)*5+unit, 3)
					i++
				}
			}
		}
	}
	for unit := range 3 {
		for in := range 5 {
			fc2.Data[unit*5+in] = formula(in*3+unit, 5)
		}
	}
	for _, n := range g.Nodes {
		switch n.Name {
		case "conv1":
			n.Params = []*ir.Tensor{filters, vector(4, 2)}
		case "fc1":
			n.Params = []*ir.Tensor{fc1, vector(5, 4)}
		case "fc2":
			n.Params = []*ir.Tensor{fc2, vector(3, 6)}
		}
	}
	return g
}

// TestForms reads the same weights in every form that numpy writes them in.
func TestForms(t *testing.T) {
	want := smallWeights()
	flat := map[string]string{
		"conv1_W": "conv1/weights", "conv1_b": "conv1/biases",
		"fc1_W": "fc1/weights", "fc1_b": "fc1/biases",
		"fc2_W": "fc2/weights", "fc2_b": "fc2/biases",
	}
	for _, c := range []struct {
		file string
		o    ReadOptions
	}{
		{file: "dict_p0.npy"}, {file: "dict_p1.npy"}, {file: "dict_p2.npy"},
		{file: "dict_p3.npy"}, {file: "dict_p4.npy"}, {file: "dict_p5.npy"},
		{file: "fortran_p0.npy"}, {file: "fortran_p1.npy"}, {file: "fortran_p2.npy"},
		{file: "fortran_p3.npy"}, {file: "fortran_p4.npy"}, {file: "fortran_p5.npy"},
		{file: "list_p2.npy"}, {file: "list_p4.npy"}, {file: "tuple.npy"},
		{file: "ordered.npy"}, {file: "saved.npy"}, {file: "readonly_p5.npy"}, {file: "bytes_keys.npy"},
		{file: "dict_f2.npy"}, {file: "dict_f8.npy"}, {file: "dict_f2_p5.npy"}, {file: "dict_f8_p5.npy"},
		{file: "dict_be_f2.npy"}, {file: "dict_be_f4.npy"}, {file: "dict_be_f8.npy"},
		{file: "dict_be_f2_p5.npy"}, {file: "dict_be_f4_p5.npy"}, {file: "dict_be_f8_p5.npy"},
		{file: "py2_dict.npy"}, {file: "py2_list.npy"}, {file: "py2_dict_quoted.npy"}, {file: "py2_list_quoted.npy"},
		{file: "core2_p2.npy"}, {file: "core2_p4.npy"}, {file: "core2_p5.npy"},
		{file: "names_tflearn.npy"}, {file: "names_script.npy"}, {file: "names_by_role.npy"},
		{file: "names_flat.npz", o: ReadOptions{Map: flat}},
		{file: "names_tflearn.npy", o: ReadOptions{Map: map[string]string{
			"Conv2D": "conv1", "FullyConnected": "fc1", "FullyConnected_1": "fc2",
		}}},
		{file: "stored.npz"}, {file: "deflated.npz"}, {file: "caffe.npz"},
	} {
		t.Run(c.file, func(t *testing.T) {
			got := small()
			if err := LoadWeights(got, fixture(t, c.file), c.o); err != nil {
				t.Fatal(err)
			}
			sameWeights(t, got, want)
		})
	}
}

// TestPlain reads arrays of every dtype and order, each holding 0 to 5.
func TestPlain(t *testing.T) {
	counting := &ir.Tensor{Shape: ir.Shape{2, 3}, Data: []float32{0, 1, 2, 3, 4, 5}}
	for _, c := range []struct {
		files string
		want  *ir.Tensor
	}{
		{"f2 f4 f8 be_f2 be_f4 be_f8", counting},
		{"i1 i2 i4 i8 be_i2 be_i4 be_i8", counting},
		{"u1 u2 u4 u8 be_u2 be_u4 be_u8", counting},
		{"fortran fortran_be_f8 v2 v3 py2_long other_keys", counting},
		{"b1", &ir.Tensor{Shape: ir.Shape{2, 3}, Data: []float32{0, 1, 1, 1, 1, 1}}},
		{"scalar", &ir.Tensor{Shape: ir.Shape{}, Data: []float32{2.5}}},
		{"empty", &ir.Tensor{Shape: ir.Shape{0, 3}, Data: []float32{}}},
	} {
		for _, name := range strings.Fields(c.files) {
			t.Run(name, func(t *testing.T) {
				got, err := ReadArray(fixture(t, "plain_"+name+".npy"))
				if err != nil {
					t.Fatal(err)
				}
				if !sameTensor(got, c.want) {
					t.Errorf("read %v %v, want %v %v", got.Shape, got.Data, c.want.Shape, c.want.Data)
				}
			})
		}
	}
}

// TestArchive keeps the order of keys, one of which has a slash.
func TestArchive(t *testing.T) {
	got, err := ReadNPZ(fixture(t, "plain.npz"), ir.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	sameArrays(t, got, []NamedTensor{
		{"inc/out", &ir.Tensor{Shape: ir.Shape{2, 3}, Data: []float32{0, 1, 2, 3, 4, 5}}},
		{"b", &ir.Tensor{Shape: ir.Shape{3, 2}, Data: []float32{0, 3, 1, 4, 2, 5}}},
	})
}

// TestZeroCopy shows that little-endian float32 data is not copied.
func TestZeroCopy(t *testing.T) {
	data := fixture(t, "plain_f4.npy")
	tensor, err := ReadArray(data)
	if err != nil {
		t.Fatal(err)
	}
	if !ir.ViewsFiles() {
		t.Skip("this machine needs a copy")
	}
	data[len(data)-1] ^= 0x80
	if tensor.Data[5] != -5 {
		t.Error("the tensor is a copy of the file")
	}
}
