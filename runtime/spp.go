package runtime

import "github.com/alexconv/alexconv/ir"

// spp pools level by level and joins the planes of each batch element.
func spp(w workers, o *ir.SPP, x, y *ir.Tensor) error {
	batch := x.Shape[0]
	at, stride := 0, y.Shape[1:].Elements()
	for level := range o.Levels {
		op, err := o.Level(level, x.Shape)
		if err != nil {
			return err
		}
		s, err := op.Infer([]ir.Shape{x.Shape})
		if err != nil {
			return err
		}
		pooled := ir.NewTensor(s.Outputs[0]...)
		if err := pool(w, op, x, pooled); err != nil {
			return err
		}
		size := len(pooled.Data) / max(batch, 1)
		for n := range batch {
			copy(y.Data[n*stride+at:], pooled.Data[n*size:][:size])
		}
		at += size
	}
	return nil
}
