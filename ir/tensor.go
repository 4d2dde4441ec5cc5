package ir

// Tensor is a dense float32 array in row-major order.
//
// Data may be a read-only view into a mapped file: whoever wants to change it
// makes a copy first. len(Data) equals Shape.Elements().
type Tensor struct {
	// Name is set when several nodes share the parameter under a name of its
	// own (Caffe's param { name }), else empty.
	Name  string
	Shape Shape
	Data  []float32
}

// NewTensor allocates a tensor of zeros.
func NewTensor(shape ...int) *Tensor {
	s := Shape(shape).Clone()
	return &Tensor{Shape: s, Data: make([]float32, s.Elements())}
}

// Reshaped is a tensor over the same data with another shape of as many
// elements.
func (t *Tensor) Reshaped(shape Shape) *Tensor {
	return &Tensor{Name: t.Name, Shape: shape.Clone(), Data: t.Data}
}

// Check refuses a shape that Data does not fill exactly.
func (t *Tensor) Check() error {
	if err := t.Shape.Check(); err != nil {
		return err
	}
	if n := t.Shape.Elements(); n != len(t.Data) {
		return Errorf(ErrInvalid, "shape %v needs %d values, %d present", t.Shape, n, len(t.Data))
	}
	return nil
}
