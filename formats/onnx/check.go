package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// The codes of what Check finds. Those that begin with ONNX are about the
// format's own rules and are errors; docs/check.md explains each.
const (
	codeIRVersion   = "ONNX_IR_VERSION"
	codeOpset       = "ONNX_OPSET"
	codeMetadata    = "ONNX_METADATA"
	codeName        = "ONNX_NAME"
	codeSSA         = "ONNX_SSA"
	codeOrder       = "ONNX_ORDER"
	codeUndefined   = "ONNX_UNDEFINED"
	codeInput       = "ONNX_INPUT"
	codeType        = "ONNX_TYPE"
	codeShape       = "ONNX_SHAPE"
	codeDomain      = "ONNX_DOMAIN"
	codeOperation   = "ONNX_OPERATION"
	codeArity       = "ONNX_ARITY"
	codeAttribute   = "ONNX_ATTRIBUTE"
	codeInvalid     = "MODEL_INVALID"
	codeUnsupported = "MODEL_UNSUPPORTED"
	codeDigest      = "DIGEST_MISMATCH"

	codeUnusedInitialiser = "INITIALIZER_UNUSED"
	codeUnusedNode        = "NODE_UNUSED"
	codeUnusedInput       = "INPUT_UNUSED"
	codePrecision         = "WEIGHT_PRECISION"
	codeSoftmax           = "SOFTMAX_FLATTENS"
	codeAutoPad           = "AUTO_PAD"
)

// Check examines a model for what the ONNX project's checker with full_check
// refuses, and for what that lets pass. The graph is what [Read] gives, nil if
// the model cannot be read, which is then among the findings. An error means
// that the bytes are no ONNX model at all, or use a construct that is not
// examined, such as a subgraph.
func Check(src []byte, o ReadOptions) (*ir.Graph, []ir.Finding, error) {
	m, err := decodeModel(src, o)
	if err != nil {
		return nil, nil, err
	}
	c := &checker{model: m}
	c.checkModel()
	c.checkDeclarations()
	c.checkInitialisers()
	c.checkOrder()
	for _, n := range m.graph.nodes {
		c.checkNode(n)
	}
	c.checkTypes()
	broken := slices.ContainsFunc(c.findings, func(f ir.Finding) bool { return f.Severity == ir.SeverityError })
	if !broken {
		c.checkUse()
	}
	r, err := readModel(m, o)
	switch {
	case err == nil:
		c.checkShapes(r)
		err = c.checkDigest(r.graph)
		return r.graph, c.findings, err
	case !broken:
		c.unreadable(err)
	}
	return nil, c.findings, nil
}

// checker collects what it finds in one model.
type checker struct {
	model    *model
	opset    int // of the default domain, 0 where that is not known
	findings []ir.Finding
}

func (c *checker) error(code, node, format string, args ...any) {
	c.findings = append(c.findings, ir.Finding{Code: code, Severity: ir.SeverityError, Node: node, Text: fmt.Sprintf(format, args...)})
}

func (c *checker) warn(code, node, format string, args ...any) {
	c.findings = append(c.findings, ir.Finding{Code: code, Severity: ir.SeverityWarning, Node: node, Text: fmt.Sprintf(format, args...)})
}

// unreadable reports why a model that breaks no rule of the format is refused.
func (c *checker) unreadable(err error) {
	code, node := codeInvalid, ""
	if errors.Is(err, ir.ErrUnsupported) || errors.Is(err, ir.ErrLimit) {
		code = codeUnsupported
	}
	var placed *ir.NodeError
	if errors.As(err, &placed) {
		node, err = placed.Node, placed.Err
	}
	c.error(code, node, "%v", err)
}
