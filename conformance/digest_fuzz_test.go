package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/formats/tf"
	"github.com/alexconv/alexconv/ir"
)

// FuzzEveryFormatKeepsTheDigest takes any prototxt that is a small net, fills it
// with weights, writes it in every format that can hold it and reads it back.
func FuzzEveryFormatKeepsTheDigest(f *testing.F) {
	nets, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "deploy.prototxt"))
	if err != nil || len(nets) == 0 {
		f.Fatal(nets, err)
	}
	for _, path := range nets {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := caffe.ReadTopology(text, caffe.ReadOptions{Limits: ir.Limits{Values: 1 << 12}})
		if err != nil || large(g) {
			return
		}
		if err := g.SeedWeights(1, 1); err != nil {
			return
		}
		want, err := ir.Digest(g)
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []convert.Format{convert.Caffemodel, convert.ONNX, convert.GraphDef, convert.NPY, convert.NPZ} {
			var b bytes.Buffer
			if err := convert.Write(t.Context(), &b, g, format, convert.SaveOptions{}); err != nil {
				continue // the format cannot say it
			}
			back, err := readBack(g, format, b.Bytes())
			if err != nil {
				t.Errorf("%s: what was written is refused: %v", format, err)
				continue
			}
			if got, err := ir.Digest(back); got != want {
				t.Errorf("%s: digest %s (%v), want %s", format, got, err, want)
			}
		}
	})
}

// large reports a net whose values or weights take a fuzzer too long.
func large(g *ir.Graph) bool {
	const most = 1 << 14
	shapes, err := g.Infer(nil)
	if err != nil {
		return true
	}
	total := 0
	for _, n := range g.Nodes {
		signature, err := n.Op.Infer(shapes.Of(n.Inputs))
		if err != nil {
			return true
		}
		for _, shape := range signature.Outputs {
			total += shape.Elements()
		}
		for _, p := range signature.Params {
			total += p.Shape.Elements()
		}
		if total > most {
			return true
		}
	}
	return false
}

// readBack reads what was written of a graph. Weights alone go into the topology
// that belongs to them: a caffemodel's is written with it, and gives names to
// layers without one.
func readBack(g *ir.Graph, format convert.Format, data []byte) (*ir.Graph, error) {
	switch format {
	case convert.ONNX:
		return onnx.Read(data, onnx.ReadOptions{})
	case convert.GraphDef:
		return tf.Read(data, tf.ReadOptions{})
	}
	if format == convert.Caffemodel {
		text, err := caffe.WriteTopology(g)
		if err != nil {
			return nil, err
		}
		back, err := caffe.ReadTopology(text, caffe.ReadOptions{})
		if err != nil {
			return nil, err
		}
		return back, caffe.LoadWeights(back, data, caffe.ReadOptions{})
	}
	back := g.Clone()
	for _, n := range back.Nodes {
		n.Params = nil
	}
	return back, npy.LoadWeights(back, data, npy.ReadOptions{})
}
