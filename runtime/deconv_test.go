package runtime

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestDeconv(t *testing.T) {
	deconv := func(outputs, group int, w ir.Window) *ir.Deconv {
		return &ir.Deconv{OutChannels: outputs, Window: w, Group: group, Axis: 1}
	}
	line := func(kernel, stride, dilation, begin, end int) ir.Window {
		return ir.Window{Kernel: []int{kernel}, Stride: []int{stride}, Dilation: []int{dilation}, PadBegin: []int{begin}, PadEnd: []int{end}}
	}
	with := func(o *ir.Deconv, change func(*ir.Deconv)) *ir.Deconv { change(o); return o }
	pair := tensor(ir.Shape{1, 1, 2}, 1, 10)
	three := tensor(ir.Shape{1, 1, 3}, 1, 2, 3)
	cases := []struct {
		name     string
		op       *ir.Deconv
		params   []*ir.Tensor
		in, want *ir.Tensor
	}{
		{"kernels overlap", deconv(1, 1, line(3, 1, 1, 0, 0)), []*ir.Tensor{three}, pair, tensor(ir.Shape{1, 1, 4}, 1, 12, 23, 30)},
		{"stride", deconv(1, 1, line(3, 2, 1, 0, 0)), []*ir.Tensor{three}, pair, tensor(ir.Shape{1, 1, 5}, 1, 2, 13, 20, 30)},
		{"a stride that leaves gaps", deconv(1, 1, line(1, 2, 1, 0, 0)), []*ir.Tensor{tensor(ir.Shape{1, 1, 1}, 4)}, pair, tensor(ir.Shape{1, 1, 3}, 4, 0, 40)},
		{"dilation", deconv(1, 1, line(3, 1, 2, 0, 0)), []*ir.Tensor{three}, pair, tensor(ir.Shape{1, 1, 6}, 1, 10, 2, 20, 3, 30)},
		{"pads cut", deconv(1, 1, line(3, 1, 1, 1, 0)), []*ir.Tensor{three}, pair, tensor(ir.Shape{1, 1, 3}, 12, 23, 30)},
		{"pads cut at the end", deconv(1, 1, line(3, 1, 1, 0, 2)), []*ir.Tensor{three}, pair, tensor(ir.Shape{1, 1, 2}, 1, 12)},
		{"output padding beyond the kernels", with(deconv(1, 1, line(3, 1, 1, 0, 0)), func(o *ir.Deconv) { o.OutputPad = []int{1} }),
			[]*ir.Tensor{three}, pair, tensor(ir.Shape{1, 1, 5}, 1, 12, 23, 30, 0)},
		{"output padding gives back what pads cut", with(deconv(1, 1, line(3, 1, 1, 0, 2)), func(o *ir.Deconv) { o.OutputPad = []int{1} }),
			[]*ir.Tensor{three}, pair, tensor(ir.Shape{1, 1, 3}, 1, 12, 23)},
		{"bias", with(deconv(2, 1, line(1, 1, 1, 0, 0)), func(o *ir.Deconv) { o.Bias = true }),
			[]*ir.Tensor{tensor(ir.Shape{1, 2, 1}, 1, -1), tensor(ir.Shape{2}, 100, 200)}, pair, tensor(ir.Shape{1, 2, 2}, 101, 110, 199, 190)},
		{"channels add up", deconv(1, 1, line(1, 1, 1, 0, 0)), []*ir.Tensor{tensor(ir.Shape{2, 1, 1}, 1, 100)},
			tensor(ir.Shape{1, 2, 2}, 1, 2, 3, 4), tensor(ir.Shape{1, 1, 2}, 301, 402)},
		{"groups do not", deconv(4, 2, line(1, 1, 1, 0, 0)), []*ir.Tensor{tensor(ir.Shape{2, 2, 1}, 1, 2, 10, 20)},
			tensor(ir.Shape{1, 2, 1}, 3, 5), tensor(ir.Shape{1, 4, 1}, 3, 6, 50, 100)},
		{"leading axes are batch", with(deconv(1, 1, line(2, 1, 1, 0, 0)), func(o *ir.Deconv) { o.Axis = -2 }),
			[]*ir.Tensor{tensor(ir.Shape{1, 1, 2}, 1, 2)}, tensor(ir.Shape{2, 1, 1, 1}, 3, 5), tensor(ir.Shape{2, 1, 1, 2}, 3, 6, 5, 10)},
		{"a plane", deconv(1, 1, ir.NewWindow(2, 2)), []*ir.Tensor{tensor(ir.Shape{1, 1, 2, 2}, 1, 2, 3, 4)},
			tensor(ir.Shape{1, 1, 1, 2}, 1, 10), tensor(ir.Shape{1, 1, 2, 3}, 1, 12, 20, 3, 34, 40)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { check(t, apply(t, c.op, c.params, c.in)[0], c.want) })
	}
}
