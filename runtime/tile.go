package runtime

import "github.com/alexconv/alexconv/ir"

// tile copies the axes from Axis on, as one run, several times over.
func tile(w workers, o *ir.Tile, x, y *ir.Tensor) error {
	axis, err := ir.Axis(o.Axis, len(x.Shape))
	if err != nil {
		return err
	}
	run := x.Shape[axis:].Elements()
	return w.each(y.Shape[:axis].Elements()*o.Tiles, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(y.Data[i*run:][:run], x.Data[i/o.Tiles*run:])
		}
	})
}
