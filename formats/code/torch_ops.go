package code

import (
	"fmt"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// module adds the line of the constructor that makes a layer's module with its
// weights, and gives the attribute that holds it.
func (p *program) module(module string, transposed bool) (string, error) {
	key, err := p.key(p.layer.Name)
	if err != nil {
		return "", err
	}
	attribute := "self." + p.attrs.free(p.layer.Name)
	rest := ""
	if transposed {
		rest = ", transposed=True"
	}
	p.init = append(p.init, fmt.Sprintf("%s = take(%s, weights, %s%s)", attribute, module, key, rest))
	return attribute, nil
}

func torchConv(p *program, o *ir.Conv) error {
	if err := p.windowed(o.Window, "a convolution"); err != nil {
		return err
	}
	x := p.in()
	edges := convPads(o, x[2:])
	rest := ""
	if o.Stride[0] != 1 || o.Stride[1] != 1 {
		rest += ", stride=" + tuple(o.Stride...)
	}
	data := p.x()
	even := edges[0][0] == edges[0][1] && edges[1][0] == edges[1][1]
	switch {
	case o.Same != ir.Explicit:
		p.use("torch_pad")
		p.use("same_pads")
		lower := ""
		if o.Same == ir.SameLower {
			lower = ", lower=True"
		}
		data = fmt.Sprintf("pad(%s, same_pads(%s.shape[2:], %s, %s%s))", data, data, tuple(o.Extent(0), o.Extent(1)), tuple(o.Stride...), lower)
	case !even:
		p.use("torch_pad")
		data = fmt.Sprintf("pad(%s, %s)", data, pairsText(edges))
	case edges != [2][2]int{}:
		rest += ", padding=" + tuple(edges[0][0], edges[1][0])
	}
	if o.Dilation[0] != 1 || o.Dilation[1] != 1 {
		rest += ", dilation=" + tuple(o.Dilation...)
	}
	if o.Group > 1 {
		rest += fmt.Sprintf(", groups=%d", o.Group)
	}
	if !o.Bias {
		rest += ", bias=False"
	}
	module, err := p.module(fmt.Sprintf("nn.Conv2d(%d, %d, %s%s)", x[1], o.OutChannels, tuple(o.Kernel...), rest), false)
	if err != nil {
		return err
	}
	p.assign("%s(%s)", module, data)
	return nil
}

func torchPool(p *program, o *ir.Pool) error {
	if err := p.pooled(o); err != nil {
		return err
	}
	average := o.Kind == ir.Average
	switch {
	case o.Global && average:
		p.assign("%s.mean((2, 3), keepdim=True)", p.x())
		return nil
	case o.Global:
		p.assign("%s.amax((2, 3), keepdim=True)", p.x())
		return nil
	}
	function, name := "F.max_pool2d", "max_pool"
	if average {
		function, name = "F.avg_pool2d", "average_pool"
	}
	if !o.Ceil && !o.Padded() && o.Same == ir.Explicit {
		p.assign("%s(%s, %s, %s)", function, p.x(), tuple(o.Kernel...), tuple(o.Stride...))
		return nil
	}
	p.use("torch_" + name)
	p.use("torch_pad")
	p.ownPool(o, name, p.x()+".shape[2:]")
	return nil
}

// torchLRN writes local_response_norm, which divides alpha by the size.
func torchLRN(p *program, o *ir.LRN) error {
	n, err := p.lrnNumbers(o, float32(o.Size))
	if err != nil {
		return err
	}
	p.assign("F.local_response_norm(%s, %d, alpha=%s, beta=%s, k=%s)", p.x(), o.Size, n[1], n[2], n[0])
	return nil
}

func torchReLU(p *program, o *ir.ReLU) error {
	if o.Slope == 0 {
		p.assign("F.relu(%s)", p.x())
		return nil
	}
	slope, err := number(o.Slope)
	if err != nil {
		return err
	}
	p.assign("F.leaky_relu(%s, %s)", p.x(), slope)
	return nil
}

func torchFullyConnected(p *program, o *ir.FullyConnected) error {
	x := p.in()
	axis, err := ir.Axis(o.Axis, len(x))
	if err != nil {
		return err
	}
	bias := ""
	if !o.Bias {
		bias = ", bias=False"
	}
	module, err := p.module(fmt.Sprintf("nn.Linear(%d, %d%s)", x[axis:].Elements(), o.Units, bias), o.Transposed)
	if err != nil {
		return err
	}
	data := p.x()
	if axis < len(x)-1 {
		data = fmt.Sprintf("torch.flatten(%s, %d)", data, axis)
	}
	p.assign("%s(%s)", module, data)
	return nil
}

func torchSoftmax(p *program, o *ir.Softmax) error {
	p.assign("F.softmax(%s, dim=%d)", p.x(), o.Axis)
	return nil
}

func torchEltwise(p *program, o *ir.Eltwise) error {
	y, err := p.eltwise(o, "torch.maximum")
	if err == nil {
		p.assign("%s", y)
	}
	return err
}

func torchConcat(p *program, o *ir.Concat) error {
	p.assign("torch.cat([%s], dim=%d)", strings.Join(p.xs(), ", "), o.Axis)
	return nil
}

func torchSlice(p *program, o *ir.Slice) error {
	return p.slice("torch.split", "dim", o.Axis)
}

func torchFlatten(p *program, o *ir.Flatten) error {
	p.assign("torch.flatten(%s, %d, %d)", p.x(), o.Axis, o.EndAxis)
	return nil
}

func torchReshape(p *program, _ *ir.Reshape) error {
	p.assign("%s.reshape(%s)", p.x(), batchFree(p.in(), p.out()))
	return nil
}

// torchDropout drops in training only.
func torchDropout(p *program, o *ir.Dropout) error {
	ratio, err := number(o.Ratio)
	if err != nil {
		return err
	}
	p.assign("F.dropout(%s, %s, self.training)", p.x(), ratio)
	return nil
}
