package check

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// The codes of what Graph finds; docs/check.md explains each.
const (
	WeightNaN        = "WEIGHT_NAN"
	WeightInf        = "WEIGHT_INF"
	WeightZero       = "WEIGHT_ZERO"
	WeightMissing    = "WEIGHT_MISSING"
	VarianceNegative = "VARIANCE_NEGATIVE"
	PoolRounding     = "POOL_ROUNDING"
	PoolOutside      = "POOL_OUTSIDE"
	PoolPadding      = "POOL_PADDING"
	InPlaceResult    = "IN_PLACE_RESULT"
)

// Graph gives the findings about a valid graph, those about weights first, in
// node order. Shapes are those of the declared inputs.
func Graph(g *ir.Graph) ([]ir.Finding, error) {
	shapes, err := g.Infer(nil)
	if err != nil {
		return nil, err
	}
	var r report
	r.weights(g)
	for _, n := range g.Nodes {
		switch op := n.Op.(type) {
		case *ir.Pool:
			r.pool(n.Name, op, shapes.Of(n.Inputs)[0])
		case *ir.LRN:
			if op.InPlace {
				r.warn(InPlaceResult, n.Name, "Caffe's normalisation over its own input gives scale^(-2 beta); other programs give another result")
			}
		}
	}
	return r.findings, nil
}

// report collects findings.
type report struct{ findings []ir.Finding }

func (r *report) error(code, node, format string, args ...any) {
	r.findings = append(r.findings, ir.Finding{Code: code, Severity: ir.SeverityError, Node: node, Text: fmt.Sprintf(format, args...)})
}

func (r *report) warn(code, node, format string, args ...any) {
	r.findings = append(r.findings, ir.Finding{Code: code, Severity: ir.SeverityWarning, Node: node, Text: fmt.Sprintf(format, args...)})
}
