package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// structureDifferences names what distinguishes the two graphs beyond the
// attributes of paired layers.
func structureDifferences(a *alignment) []Cause {
	causes := a.orderDifferences()
	causes = append(causes, a.extraLayers(a.left, "the other")...)
	causes = append(causes, a.extraLayers(a.right, "the reference")...)
	causes = append(causes, a.dropoutDifferences()...)
	causes = append(causes, a.bakedBatches()...)
	return append(causes, a.otherNames()...)
}

// source is the stage that computes the first input of a stage's node, nil for
// an input of the graph.
func (s *side) source(at *stage) *stage {
	if len(at.node.Inputs) == 0 {
		return nil
	}
	return s.of[at.node.Inputs[0]]
}

// orderDifferences finds pairs of a normalisation and a pooling that follow each
// other in both graphs, in different order.
func (a *alignment) orderDifferences() []Cause {
	var causes []Cause
	for _, second := range a.left.stages {
		first := a.left.source(second)
		if first == nil || a.partner[second] == nil || a.partner[first] == nil || !normAndPool(first, second) {
			continue
		}
		if a.right.source(a.partner[first]) == a.partner[second] {
			causes = append(causes, newCause("LRN_POOL_ORDER", first.layer(), "%s comes before %s in the reference, after it in the other", first.layer(), second.layer()))
		}
	}
	return causes
}

func normAndPool(x, y *stage) bool {
	types := []string{x.node.Op.Type(), y.node.Op.Type()}
	return slices.Contains(types, "LRN") && slices.Contains(types, "Pool")
}

// extraLayers names the layers of one side without counterpart whose absence
// has a name.
func (a *alignment) extraLayers(s *side, lacking string) []Cause {
	var causes []Cause
	for _, at := range s.stages {
		if a.partner[at] != nil {
			continue
		}
		var c Cause
		switch {
		case at.node.Op.Type() == "LRN":
			c = newCause("LRN_EXTRA", at.layer(), "%s does not have this normalisation", lacking)
		case at.node.Op.Type() == "Softmax" && at.output:
			c = newCause("OUTPUT_IS_LOGITS", at.layer(), "%s returns what the softmax reads", lacking)
		case isActivation(at.node.Op):
			c = newCause("FC_ACTIVATION", at.layer(), "%s does not have this %s", lacking, at.node.Op.Type())
		default:
			continue
		}
		c.lone = true
		causes = append(causes, c)
	}
	return causes
}

// sameRatio is how far two ratios may lie apart, one of which was rounded to 16
// bits.
const sameRatio = 1e-3

// dropoutDifferences compares the ratios of dropouts of one name, which matter in
// training only.
func (a *alignment) dropoutDifferences() []Cause {
	ratios := make(map[string]float32)
	for _, n := range a.right.graph.Nodes {
		if o, ok := n.Op.(*ir.Dropout); ok {
			ratios[n.Name] = o.Ratio
		}
	}
	var causes []Cause
	for _, n := range a.left.graph.Nodes {
		o, ok := n.Op.(*ir.Dropout)
		other, both := ratios[n.Name]
		if !ok || !both || math.Abs(float64(o.Ratio)-float64(other)) < sameRatio {
			continue
		}
		c := newCause("DROPOUT_KEEP_VS_RATIO", n.Name, "the probability to drop is %g in the reference, %g in the other", o.Ratio, other)
		if math.Abs(float64(o.Ratio)+float64(other)-1) < 1e-6 {
			c.Evidence += ", the one's probability to keep"
		}
		causes = append(causes, c)
	}
	return causes
}

// bakedBatches finds reshapes to a batch size in numbers on one side only.
func (a *alignment) bakedBatches() []Cause {
	left, right := baked(a.left.graph), baked(a.right.graph)
	switch {
	case left == nil && right != nil:
		return []Cause{newCause("BATCH_BAKED", right.Name, "the other reshapes to a batch of %d", right.Op.(*ir.Reshape).Dims[0])}
	case left != nil && right == nil:
		return []Cause{newCause("BATCH_BAKED", left.Name, "the reference reshapes to a batch of %d", left.Op.(*ir.Reshape).Dims[0])}
	}
	return nil
}

func baked(g *ir.Graph) *ir.Node {
	for _, n := range g.Nodes {
		if o, ok := n.Op.(*ir.Reshape); ok && o.Axis == 0 && len(o.Dims) > 0 && o.Dims[0] > 0 {
			return n
		}
	}
	return nil
}

// otherNames says which layers were paired although no name agrees.
func (a *alignment) otherNames() []Cause {
	var first *stage
	count := 0
	for _, s := range a.left.stages {
		match := a.partner[s]
		if match == nil || isView(s.node.Op) || s.node.Name == match.node.Name && s.node.Name != "" || overlap(s.names, match.names) {
			continue
		}
		if count++; first == nil {
			first = s
		}
	}
	if first == nil {
		return nil
	}
	names := fmt.Sprintf("%q with %q", first.layer(), a.partner[first].layer())
	if count == 1 {
		return []Cause{newCause("NAME_MAP", first.layer(), "one layer is paired by structure, %s", names)}
	}
	return []Cause{newCause("NAME_MAP", first.layer(), "%d layers are paired by structure, such as %s", count, names)}
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(name string) bool { return slices.Contains(b, name) })
}
