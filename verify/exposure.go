package verify

import (
	"cmp"
	"slices"

	"github.com/alexconv/alexconv/ir"
)

// dependsOnSize reports whether a difference may have an effect at one input
// size and none at another.
func dependsOnSize(code string) bool {
	switch code {
	case "POOL_ROUNDING", "POOL_PAD_END", "PAD", "PAD_ASYMMETRIC", "PAD_CONV1_SAME":
		return true
	}
	return false
}

// usualSizes are heights of square inputs that nets are used with.
var usualSizes = []int{28, 32, 64, 96, 112, 128, 192, 224, 227, 231, 256, 299, 320, 384, 448, 512}

// searched is how far from the declared size others are tried.
const searched = 64

// exposingInput looks for an input size at which the shapes of a layer and its
// counterpart part: a usual one that is near the declared one, else the nearest.
// It is empty where the models have several inputs, or where no size within reach
// shows anything.
func exposingInput(a *alignment, at *stage) string {
	if len(a.left.inputs) != 1 || len(a.right.inputs) != 1 {
		return ""
	}
	declared := a.left.inputs[0].declared()
	if len(declared) != 4 {
		return ""
	}
	var offsets []int
	for d := 1; d <= searched; d++ {
		offsets = append(offsets, -d, d)
	}
	usual := func(offset int) bool {
		return slices.Contains(usualSizes, declared[2]+offset) && declared[2] == declared[3]
	}
	slices.SortStableFunc(offsets, func(x, y int) int {
		if usual(x) != usual(y) {
			if usual(x) {
				return -1
			}
			return 1
		}
		return cmp.Compare(max(x, -x), max(y, -y))
	})
	for _, offset := range offsets {
		size := declared.Clone()
		size[2], size[3] = size[2]+offset, size[3]+offset
		if size[2] > 0 && size[3] > 0 && a.partsAt(at, size) {
			return size.String()
		}
	}
	return ""
}

// partsAt reports whether a layer and its counterpart have different shapes for
// an input, at a point where both models still have one.
func (a *alignment) partsAt(at *stage, input ir.Shape) bool {
	x, y := a.left.inferred(input)[at.value], a.right.inferred(input)[a.partner[at].value]
	return x != nil && y != nil && !x.Equal(y)
}

// inferred is the shapes for an input, up to where the model does not take it.
func (s *side) inferred(input ir.Shape) ir.Shapes {
	shapes, _ := s.graph.Infer(map[string]ir.Shape{s.inputs[0].value.Name: input})
	return shapes
}
