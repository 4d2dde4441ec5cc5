package convert

import (
	"io"
	"path/filepath"

	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/ir"
)

// externalSuffix makes the name of the file of weights beside an ONNX model.
const externalSuffix = ".data"

// onnxTargets are the model at path and, where the weights are in a file of
// their own, that file.
func onnxTargets(g *ir.Graph, path string, o SaveOptions) (targets []Target, err error) {
	var model, data io.WriterTo
	err = ir.CatchFaults(func() error {
		options, err := o.onnx(g)
		if err != nil {
			return err
		}
		options.External, options.SplitWeights = filepath.Base(path)+externalSuffix, o.ExternalData
		model, data, err = onnx.Encode(g, options)
		return err
	})
	if err != nil {
		return nil, err
	}
	targets = []Target{{Path: path, Write: writes(model)}}
	if data != nil {
		targets = append(targets, Target{Path: path + externalSuffix, Write: writes(data)})
	}
	return targets, nil
}

func writes(content io.WriterTo) func(io.Writer) error {
	return func(w io.Writer) error { _, err := content.WriteTo(w); return err }
}

// onnx are the options for one graph.
func (o SaveOptions) onnx(g *ir.Graph) (options onnx.WriteOptions, err error) {
	options = onnx.WriteOptions{Opset: o.Opset, DynamicBatch: o.DynamicBatch, Version: o.Version}
	if o.EmbedDigest {
		options.Digest, err = ir.Digest(g)
	}
	return options, err
}
