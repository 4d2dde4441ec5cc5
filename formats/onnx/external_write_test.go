package onnx

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// split encodes a graph in two files.
func split(t *testing.T, g *ir.Graph) (model, data []byte) {
	t.Helper()
	first, second, err := Encode(g, WriteOptions{External: "net.data", SplitWeights: true})
	if err != nil {
		t.Fatal(err)
	}
	return written(t, first), written(t, second)
}

func written(t *testing.T, from io.WriterTo) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := from.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d bytes of %d: %v", n, b.Len(), err)
	}
	return b.Bytes()
}

func TestSplitWeightsReadBack(t *testing.T) {
	g := alexNet(t)
	model, data := split(t, g)
	back, err := Read(model, ReadOptions{External: func(location string) ([]byte, error) {
		if location != "net.data" {
			t.Errorf("location %q", location)
		}
		return data, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := digest(t, back), digest(t, g); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	if diff := cmp.Diff(descriptions(g), descriptions(back)); diff != "" {
		t.Error(diff)
	}
	again, moreData := split(t, g)
	if !bytes.Equal(model, again) || !bytes.Equal(data, moreData) {
		t.Error("encoding twice gives different bytes")
	}
}

// TestSplitWeightsArePlaced holds offsets and lengths against the tensors.
func TestSplitWeightsArePlaced(t *testing.T) {
	model, data := split(t, alexNet(t))
	m, err := decodeProto(model, ir.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	end, inside, outside := int64(0), 0, 0
	for _, x := range m.graph.initialisers {
		size := int64(4 * x.shape().Elements())
		if x.external == nil {
			inside++
			if size >= smallestOutside {
				t.Errorf("%s of %d bytes is in the model", x.name, size)
			}
			continue
		}
		outside++
		e := x.external
		if e.offset%alignment != 0 || e.offset < end || e.length != size || size < smallestOutside {
			t.Errorf("%s of %d bytes: offset %d, length %d; the last ended at %d", x.name, size, e.offset, e.length, end)
		}
		for i, v := range data[end:e.offset] {
			if v != 0 {
				t.Fatalf("byte %d between tensors is %d", end+int64(i), v)
			}
		}
		end = e.offset + e.length
	}
	if end != int64(len(data)) || inside == 0 || outside == 0 {
		t.Errorf("%d bytes, %d are used; %d tensors inside, %d outside", len(data), end, inside, outside)
	}
}

func TestSmallWeightsAreNotSplit(t *testing.T) {
	g := opCases[0].graph(t)
	for _, o := range []WriteOptions{
		{External: "net.data"},
		{SplitWeights: true},
		{External: "net.data", SplitWeights: true}, // every tensor is below 1 KiB
	} {
		if _, data, err := Encode(g, o); err != nil || data != nil {
			t.Errorf("%+v: data %v, %v", o, data, err)
		}
	}
}

// TestLargeWeightsAreSplit has weights of more than 2 GiB, which nothing
// touches.
func TestLargeWeightsAreSplit(t *testing.T) {
	if strconv.IntSize < 64 {
		t.Skip("a 32-bit process cannot hold the weights")
	}
	const units, width = 1 << 14, 1 << 14
	b := newBuilder(t)
	x := b.input("x", 1, width)
	weights := make([]float32, units*width)
	g := b.graph(x)
	for i := range 3 {
		out := &ir.Value{Name: "y" + strconv.Itoa(i)}
		g.Nodes = append(g.Nodes, &ir.Node{
			Name: out.Name, Op: &ir.FullyConnected{Units: units, Axis: 1}, Inputs: []*ir.Value{x}, Outputs: []*ir.Value{out},
			Params: []*ir.Tensor{{Shape: ir.Shape{units, width}, Data: weights}},
		})
	}
	g.Outputs = g.Nodes[3].Outputs
	if _, _, err := Encode(g, WriteOptions{}); !errors.Is(err, ir.ErrLimit) {
		t.Errorf("in one file: %v, want a limit", err)
	}
	model, data, err := Encode(g, WriteOptions{External: "net.data"})
	if err != nil || data == nil {
		t.Fatalf("data %v, %v", data, err)
	}
	if n := len(written(t, model)); n > 1<<16 {
		t.Errorf("the model takes %d bytes", n)
	}
}
