// Package strided looks at float32 arrays in another order of their axes, and
// copies them into that order: in tiles that fit the caches, on all processors,
// into memory that the caller bounds.
package strided

import "slices"

// View looks at float32 storage through a stride per axis, so that a
// transposition costs nothing until the elements are needed in order.
type View struct {
	Data   []float32
	Shape  []int
	Stride []int // in elements
}

// COrder is a view of row-major data.
func COrder(data []float32, shape []int) View {
	stride := make([]int, len(shape))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		stride[i] = step
		step *= shape[i]
	}
	return View{data, slices.Clone(shape), stride}
}

// FortranOrder is a view of column-major data.
func FortranOrder(data []float32, shape []int) View {
	stride := make([]int, len(shape))
	step := 1
	for i, d := range shape {
		stride[i] = step
		step *= d
	}
	return View{data, slices.Clone(shape), stride}
}

// Permute makes axis axes[i] of v the result's axis i.
func (v View) Permute(axes ...int) View {
	p := View{Data: v.Data}
	for _, a := range axes {
		p.Shape = append(p.Shape, v.Shape[a])
		p.Stride = append(p.Stride, v.Stride[a])
	}
	return p
}

// Transpose reverses the axes.
func (v View) Transpose() View {
	p := View{v.Data, slices.Clone(v.Shape), slices.Clone(v.Stride)}
	slices.Reverse(p.Shape)
	slices.Reverse(p.Stride)
	return p
}

// Split replaces an axis by several whose extents multiply to its own.
func (v View) Split(axis int, extents ...int) View {
	p := View{Data: v.Data}
	for a, d := range v.Shape {
		if a != axis {
			p.Shape = append(p.Shape, d)
			p.Stride = append(p.Stride, v.Stride[a])
			continue
		}
		inner := COrder(nil, extents)
		for i := range inner.Stride {
			inner.Stride[i] *= v.Stride[a]
		}
		p.Shape = append(p.Shape, inner.Shape...)
		p.Stride = append(p.Stride, inner.Stride...)
	}
	return p
}

// Elements is the number of elements in view, which may be fewer than in the
// storage.
func (v View) Elements() int {
	n := 1
	for _, d := range v.Shape {
		n *= d
	}
	return n
}

// Contiguous reports whether the elements lie in C order.
func (v View) Contiguous() bool {
	step := 1
	for i := len(v.Shape) - 1; i >= 0; i-- {
		if v.Shape[i] != 1 && v.Stride[i] != step {
			return false
		}
		step *= v.Shape[i]
	}
	return true
}

// simplified is a view of the same elements in the same order without axes of
// one element, and with neighbouring axes joined where one stride does for
// both.
func (v View) simplified() View {
	s := View{Data: v.Data}
	for a, d := range v.Shape {
		if d == 1 {
			continue
		}
		last := len(s.Shape) - 1
		if last >= 0 && s.Stride[last] == d*v.Stride[a] {
			s.Shape[last] *= d
			s.Stride[last] = v.Stride[a]
			continue
		}
		s.Shape = append(s.Shape, d)
		s.Stride = append(s.Stride, v.Stride[a])
	}
	return s
}

// part is the view of count indices of one axis.
func (v View) part(axis, from, count int) View {
	p := View{v.Data[from*v.Stride[axis]:], slices.Clone(v.Shape), v.Stride}
	p.Shape[axis] = count
	return p
}
