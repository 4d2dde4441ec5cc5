package convert

import (
	"context"
	"errors"

	"github.com/alexconv/alexconv/check"
	"github.com/alexconv/alexconv/formats/onnx"
	"github.com/alexconv/alexconv/ir"
)

// errBroken is the reading of a model whose findings say why it cannot be read.
var errBroken = errors.New("the model is broken")

// Check opens a model and gives what there is to say about it: first what its
// format's rules say (ONNX; see [onnx.Check]), then what is likely to be wrong
// in any format (see [check.Graph]). The error is that of [Open] for a model
// that cannot be read and about which there is nothing more to say.
func Check(ctx context.Context, text string, o OpenOptions) ([]ir.Finding, error) {
	var findings []ir.Finding
	o.findings = &findings
	m, err := OpenContext(ctx, text, o)
	if errors.Is(err, errBroken) {
		return findings, nil
	}
	if err != nil {
		return nil, err
	}
	defer m.Close()
	more, err := check.Graph(m.Graph)
	return append(findings, more...), err
}

// readONNX reads a model, and examines it where findings are wanted.
func (o OpenOptions) readONNX(src []byte, options onnx.ReadOptions) (*ir.Graph, error) {
	if o.findings == nil {
		return onnx.Read(src, options)
	}
	g, findings, err := onnx.Check(src, options)
	*o.findings = append(*o.findings, findings...)
	if err == nil && g == nil {
		err = errBroken
	}
	return g, err
}
