package onnx

import (
	"math"
	"strconv"

	"github.com/alexconv/alexconv/ir"
)

// readLRN reads LRN, whose alpha is divided by the size in float32.
func readLRN(c *call) {
	size := c.int("size", 0)
	o := &ir.LRN{
		Region: ir.Across,
		Size:   size,
		Beta:   c.float("beta", 0.75),
		K:      c.float("bias", 1),
	}
	alpha := c.float("alpha", 1e-4)
	if size > 0 {
		o.C = alpha / float32(size)
	}
	c.emit(o)
}

// alphaFor is the alpha for which float32(alpha/n) == c: of the candidates the
// one with the shortest decimal, then the nearest to c*n. Where no float32
// gives c, it is the nearest.
func alphaFor(c float32, n int) float32 {
	middle := float32(float64(c) * float64(n))
	best, length := middle, math.MaxInt
	try := func(alpha float32) {
		if alpha/float32(n) != c {
			return
		}
		if text := len(strconv.FormatFloat(float64(alpha), 'g', -1, 32)); text < length {
			best, length = alpha, text
		}
	}
	// A quotient's unit in the last place spans at most two of alpha's.
	const reach = 3
	down, up := middle, middle
	try(middle)
	for range reach {
		down, up = math.Nextafter32(down, float32(math.Inf(-1))), math.Nextafter32(up, float32(math.Inf(1)))
		try(down)
		try(up)
	}
	return best
}

// writeLRN writes LRN where it means the same, and in steps where it does not:
// ONNX has no region within a channel and no result of Caffe's in-place layer,
// and its runtimes refuse an even size.
func writeLRN(l *lowering, o *ir.LRN) error {
	x := l.inputs[0]
	if o.Region == ir.Across && o.Size%2 == 1 && !o.InPlace {
		l.result("LRN", []string{x},
			floatAttribute("alpha", alphaFor(o.C, o.Size)),
			floatAttribute("beta", o.Beta),
			floatAttribute("bias", o.K),
			intAttribute("size", o.Size))
		return nil
	}
	square := l.step("Mul", []string{x, x})
	before, after := (o.Size-1)/2, o.Size/2
	count := o.Size
	var mean string
	if o.Region == ir.Within {
		count *= o.Size
		w := ir.NewWindow(o.Size, o.Size)
		mean = l.step("AveragePool", []string{square}, l.averageAttributes(w, []int{before, before}, []int{after, after})...)
	} else {
		// Channels become a spatial axis, along which a window can slide.
		shape := l.in[0]
		planes := l.reshaped(square, []int{0, 1, shape[1], -1})
		w := ir.NewWindow(o.Size, 1)
		mean = l.step("AveragePool", []string{planes}, l.averageAttributes(w, []int{before, 0}, []int{after, 0})...)
		mean = l.reshaped(mean, append([]int{0}, shape[1:]...))
	}
	scaled := l.step("Mul", []string{mean, l.scalar("alpha", alphaFor(o.C, count))})
	sum := l.step("Add", []string{scaled, l.scalar("k", o.K)})
	if o.InPlace && o.Region == ir.Across {
		l.result("Pow", []string{sum, l.scalar("beta", -2*o.Beta)})
		return nil
	}
	l.result("Div", []string{x, l.step("Pow", []string{sum, l.scalar("beta", o.Beta)})})
	return nil
}

// averageAttributes are those of an average that divides by the whole window.
func (l *lowering) averageAttributes(w ir.Window, begin, end []int) []*attribute {
	list := append(windowAttributes(w, begin, end), boolAttribute("count_include_pad", true))
	if l.opset >= 10 {
		list = append(list, boolAttribute("ceil_mode", false))
	}
	if l.opset >= 19 {
		list = append(list, intsAttribute("dilations", w.Dilation...))
	}
	return list
}
