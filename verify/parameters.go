package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// parameterUlps is how far parameters may lie apart and still be the same
// number rounded twice, such as a statistic that one format stores divided.
const parameterUlps = 2

// parameterDifference says how the parameters of two nodes of one type and
// shape differ, nothing if they do not, or by rounding only. The numbers of a
// run need not show it: the sum over a thousand weights rounded to float16
// deviates by less than the bound on its own rounding.
func parameterDifference(reference, other *ir.Node) string {
	if reference.Op.Type() != other.Op.Type() || len(reference.Params) != len(other.Params) {
		return ""
	}
	for i := range reference.Params {
		a, b := oriented(reference, i), oriented(other, i)
		if a == b || !a.Shape.Equal(b.Shape) || slices.Equal(ir.BytesOf(a.Data), ir.BytesOf(b.Data)) {
			continue
		}
		different, largest := 0, 0.0
		for k, v := range a.Data {
			d := math.Abs(float64(v) - float64(b.Data[k]))
			if within(v, b.Data[k]) {
				continue
			}
			different++
			largest = max(largest, d)
		}
		if different > 0 {
			return fmt.Sprintf("%d of %d values of parameter %d differ, by up to %.2g", different, len(a.Data), i, largest)
		}
	}
	return ""
}

// within reports whether two parameters are the same number but for rounding.
func within(a, b float32) bool {
	if a == b || a != a && b != b {
		return true
	}
	size := max(math.Abs(float64(a)), math.Abs(float64(b)))
	return math.Abs(float64(a)-float64(b)) <= parameterUlps*2*unit*size
}

// oriented is parameter i of a node, a matrix as (units, in).
func oriented(n *ir.Node, i int) *ir.Tensor {
	t := n.Params[i]
	if o, ok := n.Op.(*ir.FullyConnected); ok && o.Transposed && i == 0 {
		return transposed(t)
	}
	return t
}

func transposed(t *ir.Tensor) *ir.Tensor {
	rows, columns := t.Shape[0], t.Shape[1]
	m := ir.NewTensor(columns, rows)
	for i := range rows {
		for j := range columns {
			m.Data[j*rows+i] = t.Data[i*columns+j]
		}
	}
	return m
}
