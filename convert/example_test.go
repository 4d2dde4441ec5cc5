package convert_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/sample"
)

// sampleFiles writes the embedded model and gives its name.
func sampleFiles() (folder, model string) {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	topology, weights := filepath.Join(folder, "deploy.prototxt"), filepath.Join(folder, "weights.caffemodel")
	for path, data := range map[string][]byte{topology: sample.Prototxt, weights: sample.Caffemodel} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			log.Fatal(err)
		}
	}
	return folder, topology + "+" + weights
}

// A Caffe model becomes an ONNX file, weights copied from file to file.
func Example() {
	folder, model := sampleFiles()
	defer os.RemoveAll(folder)
	ctx := context.Background()

	m, err := convert.OpenContext(ctx, model, convert.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	out := filepath.Join(folder, "model.onnx")
	if _, err := convert.Save(ctx, m.Graph, out, convert.SaveOptions{Source: m}); err != nil {
		log.Fatal(err)
	}

	written, err := convert.OpenContext(ctx, out, convert.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer written.Close()
	before, err := ir.Digest(m.Graph)
	if err != nil {
		log.Fatal(err)
	}
	after, err := ir.Digest(written.Graph)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the same model:", before == after)
	// Output: the same model: true
}

// Errors say where something is wrong, and errors.Is and errors.As tell what
// kind it is.
func ExampleSave_errors() {
	folder, model := sampleFiles()
	defer os.RemoveAll(folder)
	m, err := convert.Open(model, convert.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	_, err = convert.Save(context.Background(), m.Graph, m.Spec.Topology, convert.SaveOptions{})
	fmt.Println("there already:", errors.Is(err, fs.ErrExist))
	_, err = convert.Open("zoo:alexnot", convert.OpenOptions{})
	fmt.Println("invalid:", errors.Is(err, ir.ErrInvalid))
	topology, err := convert.Open("zoo:bvlc_alexnet", convert.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	_, err = convert.Save(context.Background(), topology.Graph, filepath.Join(folder, "x.onnx"), convert.SaveOptions{})
	fmt.Println("no weights:", errors.Is(err, ir.ErrNoWeights))
	var inFile *convert.FileError
	fmt.Println("in a file:", errors.As(err, &inFile) && filepath.Base(inFile.Path) == "x.onnx")
	// Output:
	// there already: true
	// invalid: true
	// no weights: true
	// in a file: true
}
