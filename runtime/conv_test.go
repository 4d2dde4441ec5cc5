package runtime

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestConvByHand(t *testing.T) {
	x := tensor(ir.Shape{1, 2, 3, 3},
		1, 2, 3, 4, 5, 6, 7, 8, 9,
		10, 20, 30, 40, 50, 60, 70, 80, 90)
	weights := tensor(ir.Shape{1, 2, 2, 2}, 1, 0, 0, -1, 0.5, 0, 0, 0)
	op := &ir.Conv{OutChannels: 1, Window: ir.NewWindow(2, 2), Group: 1, Axis: 1, Bias: true}
	got := apply(t, op, []*ir.Tensor{weights, tensor(ir.Shape{1}, 100)}, x)[0]
	check(t, got, tensor(ir.Shape{1, 1, 2, 2}, 100-4+5, 100-4+10, 100-4+20, 100-4+25))
}

// TestConvAgainstScatter compares with the transposed loop: every input element
// is added to every output that its kernel taps reach.
func TestConvAgainstScatter(t *testing.T) {
	cases := []struct {
		name string
		in   ir.Shape
		op   ir.Conv
	}{
		{"1-D", ir.Shape{2, 3, 7}, ir.Conv{OutChannels: 2, Window: window("k3"), Group: 1, Axis: 1}},
		{"bias", ir.Shape{1, 3, 5, 6}, ir.Conv{OutChannels: 4, Window: window("k3", "k2"), Group: 1, Axis: 1, Bias: true}},
		{"groups", ir.Shape{2, 4, 5, 5}, ir.Conv{OutChannels: 6, Window: window("k3", "k3"), Group: 2, Axis: 1, Bias: true}},
		{"depthwise", ir.Shape{1, 4, 5, 5}, ir.Conv{OutChannels: 8, Window: window("k3", "k3"), Group: 4, Axis: 1}},
		{"stride leaves a rest", ir.Shape{1, 1, 8, 9}, ir.Conv{OutChannels: 2, Window: window("k3 s2", "k3 s4"), Group: 1, Axis: 1}},
		{"dilation", ir.Shape{1, 2, 9, 9}, ir.Conv{OutChannels: 2, Window: window("k3 d2", "k2 d3"), Group: 1, Axis: 1}},
		{"pad on one side", ir.Shape{1, 2, 4, 4}, ir.Conv{OutChannels: 2, Window: window("k3 b2", "k3 e1"), Group: 1, Axis: 1}},
		{"pad beyond the kernel", ir.Shape{1, 1, 3, 3}, ir.Conv{OutChannels: 1, Window: window("k2 b3 e3", "k2 b3 e3"), Group: 1, Axis: 1, Bias: true}},
		{"same, even total", ir.Shape{1, 1, 7, 7}, ir.Conv{OutChannels: 1, Window: same(ir.SameUpper, "k3 s2", "k3"), Group: 1, Axis: 1}},
		{"same, odd total at the end", ir.Shape{1, 1, 8, 8}, ir.Conv{OutChannels: 1, Window: same(ir.SameUpper, "k4", "k11 s4"), Group: 1, Axis: 1}},
		{"same, odd total at the start", ir.Shape{1, 1, 8, 8}, ir.Conv{OutChannels: 1, Window: same(ir.SameLower, "k4", "k11 s4"), Group: 1, Axis: 1}},
		{"3-D", ir.Shape{1, 2, 5, 6, 7}, ir.Conv{OutChannels: 3, Window: window("k2 s2", "k3 b1 e1", "k4 d2"), Group: 1, Axis: 1, Bias: true}},
		{"axis 2", ir.Shape{2, 2, 3, 6, 7}, ir.Conv{OutChannels: 3, Window: window("k3", "k3"), Group: 1, Axis: 2, Bias: true}},
		{"axis from the end", ir.Shape{2, 3, 6, 7}, ir.Conv{OutChannels: 3, Window: window("k3", "k3"), Group: 1, Axis: -3}},
		{"alone after the division", ir.Shape{1, 1, 2, 2}, ir.Conv{OutChannels: 1, Window: window("k3 s2", "k3 s2"), Group: 1, Axis: 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := c.op.Infer([]ir.Shape{c.in})
			if err != nil {
				t.Fatal(err)
			}
			x := ir.Seeded("x", 1, 1, c.in...)
			var params []*ir.Tensor
			for _, p := range s.Params {
				params = append(params, ir.Seeded(p.Role, 1, 1, p.Shape...))
			}
			check(t, apply(t, &c.op, params, x)[0], scatter(&c.op, x, params, s.Outputs[0]))
		})
	}
}

func scatter(o *ir.Conv, x *ir.Tensor, params []*ir.Tensor, out ir.Shape) *ir.Tensor {
	axis, _ := ir.Axis(o.Axis, len(x.Shape))
	batch, channels := x.Shape[:axis].Elements(), x.Shape[axis]
	in, positions, weights := x.Shape[axis+1:], out[axis+1:], params[0]
	y := make([]float64, out.Elements())
	for i := range y {
		if o.Bias {
			y[i] = float64(params[1].Data[i/positions.Elements()%o.OutChannels])
		}
	}
	for n := range batch {
		for c := range channels {
			for p := range in.Elements() {
				for k := range ir.Shape(o.Kernel).Elements() {
					q, ok := reached(o, in, positions, p, k)
					if !ok {
						continue
					}
					per := o.OutChannels / o.Group
					for i := range per {
						channel := c/(channels/o.Group)*per + i
						filter := channel*(channels/o.Group) + c%(channels/o.Group)
						y[(n*o.OutChannels+channel)*positions.Elements()+q] +=
							float64(weights.Data[filter*ir.Shape(o.Kernel).Elements()+k]) *
								float64(x.Data[(n*channels+c)*in.Elements()+p])
					}
				}
			}
		}
	}
	t := ir.NewTensor(out...)
	for i, v := range y {
		t.Data[i] = float32(v)
	}
	return t
}

// reached is the output position that input position p feeds through kernel tap
// k, if there is one.
func reached(o *ir.Conv, in, out ir.Shape, p, k int) (q int, ok bool) {
	step := 1
	for axis := len(in) - 1; axis >= 0; axis-- {
		begin, _ := o.Pads(axis, in[axis])
		at := p%in[axis] + begin - k%o.Kernel[axis]*o.Dilation[axis]
		if at < 0 || at%o.Stride[axis] != 0 || at/o.Stride[axis] >= out[axis] {
			return 0, false
		}
		q += at / o.Stride[axis] * step
		p, k, step = p/in[axis], k/o.Kernel[axis], step*out[axis]
	}
	return q, true
}
