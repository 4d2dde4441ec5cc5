package check

import "github.com/alexconv/alexconv/ir"

// pool warns about a pooling whose result over the given input depends on a
// rule that differs between programs.
func (r *report) pool(name string, o *ir.Pool, x ir.Shape) {
	if o.InPlace {
		r.warn(InPlaceResult, name, "Caffe's pooling over its own input reads what it has written; other programs give another result")
	}
	if o.Global {
		return
	}
	for i, in := range x[2:] {
		begin, end := o.Pads(i, in)
		positions := o.Positions(i, in)
		last := (positions-1)*o.Stride[i] - begin
		overhang := last + o.Extent(i) - in - end
		switch turned, unclipped := turnedPositions(o, i, in); {
		case last >= in:
			r.warn(PoolOutside, name, "the last of %d windows over an extent of %d begins at %d, outside: its result is not from the input", positions, in, last)
		case positions != unclipped:
			r.warn(PoolRounding, name, "an extent of %d gives %d windows: a last one that begins in the end padding is %s, and programs differ in that", in, positions, kept(o.Clip))
		case positions != turned:
			r.warn(PoolRounding, name, "an extent of %d gives %d windows rounding %s, %d rounding %s: a program that has one rounding alone gives another shape", in, positions, rounding(o.Ceil), turned, rounding(!o.Ceil))
		case o.Kind == ir.Average && (begin > 0 || end > 0):
			r.warn(PoolPadding, name, "an average over padding that is %s in the divisor: programs differ in whether they count it", counted(o.CountPad))
		case o.Kind == ir.Average && overhang > 0:
			r.warn(PoolPadding, name, "an average whose last window reaches %d positions beyond its input, which are not counted: programs differ in whether they count them", overhang)
		default:
			continue
		}
		return
	}
}

// turnedPositions is the number of windows under the other rounding, and under
// the other rule for a last window in the padding.
func turnedPositions(o *ir.Pool, axis, in int) (rounded, clipped int) {
	r, c := *o, *o
	r.Ceil, c.Clip = !o.Ceil, !o.Clip
	return r.Positions(axis, in), c.Positions(axis, in)
}

func kept(clip bool) string {
	if clip {
		return "dropped"
	}
	return "kept"
}

func counted(count bool) string {
	if count {
		return "counted"
	}
	return "not counted"
}

func rounding(ceil bool) string {
	if ceil {
		return "up"
	}
	return "down"
}
