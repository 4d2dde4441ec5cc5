package ir

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Shape is the extent of a tensor along each axis, outermost first. An empty
// Shape is a scalar of one element.
type Shape []int

// MaxElements bounds the number of elements in one tensor, so that sizes in
// bytes stay within an int32-safe range on every platform's allocator.
const MaxElements = math.MaxInt32

// Elements is the product of the extents.
func (s Shape) Elements() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Check refuses negative extents and products above [MaxElements].
func (s Shape) Check() error {
	n := 1
	for axis, d := range s {
		if d < 0 {
			return Errorf(ErrInvalid, "axis %d of shape %v is negative", axis, s)
		}
		if d > 0 && n > MaxElements/d {
			return Errorf(ErrLimit, "shape %v has more than %d elements", s, MaxElements)
		}
		n *= d
	}
	return nil
}

// Equal reports whether both shapes have the same rank and extents.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// Clone returns a copy that shares nothing with s.
func (s Shape) Clone() Shape { return slices.Clone(s) }

// String is the extents joined with x, such as 1x3x227x227, and "scalar" for
// the empty shape.
func (s Shape) String() string {
	if len(s) == 0 {
		return "scalar"
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 {
			b.WriteByte('x')
		}
		b.WriteString(strconv.Itoa(d))
	}
	return b.String()
}

// Axis resolves an axis that may count from the end (-1 is the last) against
// a rank.
func Axis(axis, rank int) (int, error) {
	resolved := axis
	if axis < 0 {
		resolved += rank
	}
	if resolved < 0 || resolved >= rank {
		return 0, Errorf(ErrInvalid, "axis %d is out of range for %d axes", axis, rank)
	}
	return resolved, nil
}
