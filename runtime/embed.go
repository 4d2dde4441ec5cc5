package runtime

import "github.com/alexconv/alexconv/ir"

// embed copies one row of the table at a time. Where a row is missing the error
// names the first.
func embed(w workers, n *ir.Node, o *ir.Embed, x *ir.Tensor, y *ir.Tensor) error {
	for i, v := range x.Data {
		if !(v > -1 && v < float32(o.Entries)) {
			return n.Errorf(ir.ErrInvalid, "element %d of its input is %v; it must be an index from 0 to %d", i, v, o.Entries-1)
		}
	}
	return w.each(len(x.Data), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := y.Data[i*o.Units:][:o.Units]
			copy(row, n.Params[0].Data[int(x.Data[i])*o.Units:])
			if o.Bias {
				for u := range row {
					row[u] += n.Params[1].Data[u]
				}
			}
		}
	})
}
