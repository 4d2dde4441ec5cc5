package golden

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
)

func tensor(values ...float32) *ir.Tensor {
	return &ir.Tensor{Shape: ir.Shape{len(values)}, Data: values}
}

func sample() *File {
	return &File{
		Record: Record{Schema: Schema, Digest: "ab", Inputs: []string{"data"}, Outputs: []string{"prob"}, Fed: "seed 1", Tolerance: "auto", Engine: "fast"},
		Values: []npy.NamedTensor{{Name: "data", Tensor: tensor(1, 2)}, {Name: "inc/a", Tensor: tensor(3)}, {Name: "prob", Tensor: tensor(0.5, 0.25)}},
	}
}

func written(t *testing.T, f *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	data := written(t, sample())
	if !bytes.Equal(data, written(t, sample())) {
		t.Error("the same values give other bytes")
	}
	got, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" || !got.Golden() {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

func TestAnyOtherArchiveIsNoGolden(t *testing.T) {
	var b bytes.Buffer
	z := npy.NewNPZWriter(&b)
	if err := errors.Join(z.Write("prob", tensor(1)), z.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := Read(b.Bytes())
	if err != nil || f.Golden() || f.Tensors()["prob"] == nil {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestDamagedRecordsAreRefused(t *testing.T) {
	cases := []struct {
		name, text string
		kind       error
		want       string
	}{
		{"no JSON", "{", ir.ErrInvalid, "unexpected end"},
		{"a later schema", `{"schema": 2}`, ir.ErrUnsupported, "schema 2 is not known"},
		{"no schema", `{}`, ir.ErrUnsupported, "schema 0"},
		{"an unknown field", `{"schema": 1, "colour": 3}`, ir.ErrInvalid, "colour"},
		{"a value that is not there", `{"schema": 1, "outputs": ["prob"]}`, ir.ErrInvalid, `value "prob" is not in the file`},
	}
	for _, c := range cases {
		var b bytes.Buffer
		z := npy.NewNPZWriter(&b)
		if err := errors.Join(z.WriteText(Key, c.text), z.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(b.Bytes()); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	var b bytes.Buffer
	z := npy.NewNPZWriter(&b)
	if err := errors.Join(z.Write(Key, tensor(-1)), z.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(b.Bytes()); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("elements that are no bytes: %v", err)
	}
}

func TestInputsFor(t *testing.T) {
	graph := func(names ...string) *ir.Graph {
		g := &ir.Graph{}
		for _, name := range names {
			g.Nodes = append(g.Nodes, &ir.Node{Op: &ir.Input{Shape: ir.Shape{2}}, Outputs: []*ir.Value{{Name: name, Blob: name}}})
		}
		return g
	}
	two := sample()
	two.Inputs = []string{"data", "inc/a"}
	cases := []struct {
		name  string
		file  *File
		graph *ir.Graph
		want  map[string]*ir.Tensor
	}{
		{"the same name", sample(), graph("data"), map[string]*ir.Tensor{"data": tensor(1, 2)}},
		{"another name for the only one", sample(), graph("image"), map[string]*ir.Tensor{"image": tensor(1, 2)}},
		{"two by name", two, graph("inc/a", "data"), map[string]*ir.Tensor{"data": tensor(1, 2), "inc/a": tensor(3)}},
		{"two, one of them unknown", two, graph("data", "other"), nil},
	}
	for _, c := range cases {
		got, err := c.file.InputsFor(c.graph)
		if diff := cmp.Diff(c.want, got); diff != "" || (err != nil) != (c.want == nil) {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}
