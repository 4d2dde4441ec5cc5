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
	b.add(func(x *execution) error {
		dst := x.data[out.buffer]
		out.clearPadding(dst)
		return x.each(out.batch*out.height, func(_, task int) {
			batch, y := task/out.height, task%out.height
			for column := range out.width {
				to := dst[out.at(batch, y, column):]
				for _, f := range in {
					to = to[copy(to, x.data[f.buffer][f.at(batch, y, column):][:f.channels]):]
				}
			}
		})
	}, n)
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
	b.add(func(x *execution) error {
		src := x.data[in.buffer]
		for _, f := range out {
			f.clearPadding(x.data[f.buffer])
		}
		return x.each(in.batch*in.height, func(_, task int) {
			batch, y := task/in.height, task%in.height
			for column := range in.width {
				from := src[in.at(batch, y, column):]
				for _, f := range out {
					from = from[copy(x.data[f.buffer][f.at(batch, y, column):][:f.channels], from):]
				}
			}
		})
	}, n)
	return true
}
