package npy

import (
	"github.com/alexconv/alexconv/formats/internal/strided"
	"github.com/alexconv/alexconv/ir"
)

// layout says how a dict of weights stores one parameter. The zero layout
// stores it as the graph has it.
type layout struct {
	// filter: (out, in/group, kernel...) in the graph, (kernel..., in/group,
	// out) in the file. A deconvolution's is (in, out/group, kernel...) and
	// (kernel..., out/group, in), as TensorFlow's conv2d_transpose has it;
	// caffe-tensorflow writes none.
	filter bool
	// matrix: (out, in) in the graph, (in, out) in the file.
	matrix bool
	// transposed: the graph has a matrix as (in, out) already.
	transposed bool
	// spatial is the C, H, W that in counts in the graph, where the file
	// counts H, W, C. It is nil where both count alike.
	spatial ir.Shape
}

// shape is the shape of the array in the file.
func (l layout) shape(graph ir.Shape) ir.Shape {
	switch {
	case l.filter:
		return l.stored(strided.COrder(nil, graph)).Shape
	case l.matrix && !l.transposed:
		return ir.Shape{graph[1], graph[0]}
	}
	return graph
}

// stored looks at a parameter of the graph in the file's order of axes. A
// matrix with spatial rows has its first axis split into H, W, C.
func (l layout) stored(v strided.View) strided.View {
	switch {
	case l.filter:
		var axes []int
		for a := 2; a < len(v.Shape); a++ {
			axes = append(axes, a)
		}
		return v.Permute(append(axes, 1, 0)...)
	case l.matrix:
		if !l.transposed {
			v = v.Transpose()
		}
		if l.spatial == nil {
			return v
		}
		return v.Split(0, l.spatial...).Permute(1, 2, 0, 3)
	}
	return v
}

// loaded looks at an array of the file in the graph's order of axes.
func (l layout) loaded(v strided.View) strided.View {
	switch {
	case l.filter:
		last := len(v.Shape) - 1
		axes := []int{last, last - 1}
		for a := range last - 1 {
			axes = append(axes, a)
		}
		return v.Permute(axes...)
	case l.matrix:
		if l.spatial != nil {
			c, h, w := l.spatial[0], l.spatial[1], l.spatial[2]
			v = v.Split(0, h, w, c).Permute(2, 0, 1, 3)
		}
		if l.transposed {
			return v
		}
		if l.spatial == nil {
			return v.Transpose()
		}
		return v.Permute(3, 0, 1, 2)
	}
	return v
}
