package runtime

import (
	"context"
	"time"

	"github.com/alexconv/alexconv/ir"
)

// LayerTime is how long one node took in one run, together with the nodes
// behind it that were fused into it.
type LayerTime struct {
	Nodes    []*ir.Node
	Duration time.Duration
}

// Profile evaluates the graph once, as [Plan.Run] does without a visitor, and
// times its layers in the order in which they run; the list has the same layers
// every time. Conversions between memory layouts count for the layer that asks
// for them, those of the graph's outputs for none. Nodes that the plan has
// dropped, because they pass their input through or because their inputs are
// computed where they would copy them, are not listed.
func (p *Plan) Profile(ctx context.Context, inputs map[string]*ir.Tensor) ([]LayerTime, error) {
	if err := p.checkInputs(inputs); err != nil {
		return nil, err
	}
	if p.fast != nil {
		return p.fast.profile(ctx, p, inputs)
	}
	var times []LayerTime
	start := time.Now()
	_, err := p.runReference(ctx, inputs, func(n *ir.Node, v *ir.Value, _ *ir.Tensor) (*ir.Tensor, error) {
		now := time.Now()
		if _, ok := n.Op.(*ir.Input); !ok && v == n.Outputs[0] {
			times = append(times, LayerTime{[]*ir.Node{n}, now.Sub(start)})
		}
		start = now
		return nil, nil
	})
	return times, err
}
