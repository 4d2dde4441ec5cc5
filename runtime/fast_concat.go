package runtime

import "github.com/alexconv/alexconv/ir"

// concat adds a concatenation of the channels of images that are computed as pixels.
func (b *builder) concat(n *ir.Node, o *ir.Concat) bool {
	axis, err := ir.Axis(o.Axis, len(b.shape(n.Outputs[0])))
	if err != nil || axis != 1 || !b.images(n.Outputs[0]) {
		return false
	}
	for _, v := range n.Inputs {
		if b.native[v] != pixels {
			return false
		}
	}
	in := b.readAll(n.Inputs, pixels)
	out := b.write(n.Outputs[0], pixels)
	b.addImages(imageLoop{out.batch, out.height, []*form{out}, func(x *execution, at place, y int) {
		for column := range out.width {
			to := x.data[out.buffer][out.at(at, y, column):]
			for _, f := range in {
				to = to[copy(to, x.data[f.buffer][f.at(at, y, column):][:f.channels]):]
			}
		}
	}}, n)
	return true
}

// slice adds a division of the channels of images that are computed as pixels.
func (b *builder) slice(n *ir.Node, o *ir.Slice) bool {
	axis, err := ir.Axis(o.Axis, len(b.shape(n.Inputs[0])))
	if err != nil || axis != 1 || b.native[n.Inputs[0]] != pixels {
		return false
	}
	in := b.read(n.Inputs[0], pixels)
	var out []*form
	for _, v := range n.Outputs {
		out = append(out, b.write(v, pixels))
	}
	b.addImages(imageLoop{in.batch, in.height, out, func(x *execution, at place, y int) {
		for column := range in.width {
			from := x.data[in.buffer][in.at(at, y, column):]
			for _, f := range out {
				from = from[copy(x.data[f.buffer][f.at(at, y, column):][:f.channels], from):]
			}
		}
	}}, n)
	return true
}
