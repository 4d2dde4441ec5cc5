package verify

import (
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/runtime"
)

// suspect is the first layer that fails: a node that the values under test were
// said to be computed by.
type suspect struct {
	*target
	rules
	node *ir.Node
	// other is the node of the other model; nil where values are recorded ones.
	other *ir.Node
	// spatial is (C, H, W) of a value that a fully connected layer flattens.
	spatial ir.Shape
	// first says that the node reads an input of the graph.
	first bool
}

// mistake is a layer as it would be if something had gone wrong with it.
type mistake struct {
	code, evidence string
	op             ir.Op
	params         []*ir.Tensor
	// fitted parameters were estimated from values and are near the other's at best.
	fitted bool
}

// explain adds what explains a failed target of a node to the causes. Other is
// the node of the other model that computed it, nil for a recorded value.
func (j *judge) explain(n, other *ir.Node, t *target, causes []Cause, attributes differences) ([]Cause, error) {
	if t.exact == nil || t.layer.Estimated {
		return causes, nil
	}
	return j.suspect(n, other, t).explain(causes, attributes)
}

// suspect is a target of a node, with what the hypotheses ask about it.
func (j *judge) suspect(n, other *ir.Node, t *target) *suspect {
	s := &suspect{target: t, rules: j.rules, node: n, other: other}
	producers := j.graph.Producers()
	source := producers[n.Inputs[0]]
	for isView(source.Op) || ir.PassesThrough(source.Op) {
		source = producers[source.Inputs[0]]
	}
	_, s.first = source.Op.(*ir.Input)
	if o, matrix := n.Op.(*ir.FullyConnected); matrix {
		shape := j.shapes[n.Inputs[0]]
		if axis, err := ir.Axis(o.Axis, len(shape)); err == nil {
			s.spatial = j.spatial(n.Inputs[0], shape[axis:].Elements())
		}
	}
	return s
}

// explainFirst explains the first target that fails, in node order.
func (j *judge) explainFirst(causes []Cause) ([]Cause, error) {
	for _, n := range j.graph.Nodes {
		for _, v := range n.Outputs {
			if t := j.targets[v]; t != nil && t.layer.Verdict == Fail && len(n.Inputs) > 0 {
				return j.explain(n, nil, t, causes, nil)
			}
		}
	}
	return causes, nil
}

// spatial is the shape without batch of the value with four axes that v is a
// view of, if it has the given number of elements.
func (j *judge) spatial(v *ir.Value, elements int) ir.Shape {
	producers := j.graph.Producers()
	for {
		if shape := j.shapes[v]; len(shape) == 4 {
			if shape = shape[1:]; shape.Elements() == elements {
				return shape
			}
			return nil
		}
		p := producers[v]
		if !isView(p.Op) && !ir.PassesThrough(p.Op) {
			return nil
		}
		v = p.Inputs[0]
	}
}

// explain tries the causes that concern the layer, and then mistakes with its
// parameters and attributes, until one turns the layer's function into the one
// that the values under test were computed by. It gives the causes to report.
func (s *suspect) explain(causes []Cause, attributes differences) ([]Cause, error) {
	layer := s.layer.Name
	before := s.layer.BoundUsed
	explained := false
	for i := range causes {
		c := &causes[i]
		if c.Layer != layer {
			continue
		}
		op := attributes.applied(s.node.Op, c.Code)
		if op == nil {
			continue
		}
		after, ok, err := s.try(op, s.node.Params)
		if err != nil {
			return nil, err
		}
		if ok {
			c.Before, c.After = before, Number(after)
			explained = explained || after <= 1 && s.broken == ""
		}
	}
	if explained {
		return causes, nil
	}
	for _, guess := range hypotheses {
		for _, m := range guess(s) {
			// Parameters that are known to differ settle most guesses.
			if (s.broken != "" && !m.fitted || before <= 1) && !s.matches(m) {
				continue
			}
			after, ok, err := s.try(m.op, m.params)
			if err != nil {
				return nil, err
			}
			if !ok || after > 1 {
				continue
			}
			c := newCause(m.code, layer, "%s", m.evidence)
			c.Before, c.After = before, Number(after)
			return append(causes, c), nil
		}
	}
	if s.broken == "" {
		return causes, nil
	}
	code := "WEIGHTS"
	if s.rearranged() {
		code = "WEIGHTS_PERMUTED"
	}
	return append(causes, newCause(code, layer, "%s", s.broken)), nil
}

// rearranged reports whether every parameter of the other model has the
// reference's values, in whatever order.
func (s *suspect) rearranged() bool {
	for i, p := range s.node.Params {
		if !slices.Equal(sorted(p.Data), sorted(s.other.Params[i].Data)) {
			return false
		}
	}
	return true
}

// applied is the operation with every difference of a code, nil if there is
// none that can be applied.
func (list differences) applied(op ir.Op, code string) ir.Op {
	var result ir.Op
	for _, d := range list {
		if d.code == code && d.apply != nil {
			if result == nil {
				result = op
			}
			result = d.apply(result)
		}
	}
	return result
}

// try evaluates the layer as it would be and gives the share of the bound on
// rounding that the values under test then use. It is not ok where the shapes do
// not fit.
func (s *suspect) try(op ir.Op, params []*ir.Tensor) (used float64, ok bool, err error) {
	var shapes []ir.Shape
	for _, t := range s.in {
		shapes = append(shapes, t.Shape)
	}
	signature, err := op.Infer(shapes)
	if err != nil || len(signature.Outputs) != 1 || !signature.Outputs[0].Equal(s.subject.Shape) || len(signature.Params) != len(params) {
		return 0, false, nil
	}
	out, err := apply(s.ctx, op, params, s.in, runtime.Options{Threads: s.threads})
	if err != nil {
		return 0, false, err
	}
	limits, err := s.of(&ir.Node{Op: op, Params: params}, s.in, out)
	if err != nil {
		return 0, false, err
	}
	for i, x := range out[0].Data {
		limit := 0.0
		if limits[0].limit != nil {
			limit = limits[0].limit[i]
		}
		if math.IsNaN(float64(x)) != math.IsNaN(float64(s.subject.Data[i])) {
			return 0, false, nil
		}
		used = max(used, share(difference64(s.subject.Data[i], x), limit))
	}
	return used, true, nil
}

// matches reports whether a mistake's parameters are those of the other model.
func (s *suspect) matches(m mistake) bool {
	if s.other == nil || len(m.params) != len(s.other.Params) {
		return false
	}
	return parameterDifference(&ir.Node{Op: m.op, Params: m.params}, s.other) == ""
}
