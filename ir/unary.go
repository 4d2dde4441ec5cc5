package ir

// Abs is |x|.
type Abs struct{}

// Type is "Abs".
func (*Abs) Type() string { return "Abs" }

// Infer keeps the shape.
func (*Abs) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Abs) canonical([]Shape) Op { return o }

// ELU is the exponential linear unit, max(x, 0) + Alpha*(exp(min(x, 0)) - 1)
// (Clevert et al. 2015, equation 15).
type ELU struct{ Alpha float32 }

// Type is "ELU".
func (*ELU) Type() string { return "ELU" }

// Infer keeps the shape.
func (*ELU) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *ELU) canonical([]Shape) Op { return o }

// Softplus is log(1 + exp(x)), which Caffe calls BNLL. It overflows nowhere:
// for positive x it is x + log(1 + exp(-x)).
type Softplus struct{}

// Type is "Softplus".
func (*Softplus) Type() string { return "Softplus" }

// Infer keeps the shape.
func (*Softplus) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Softplus) canonical([]Shape) Op { return o }

// Swish is x/(1 + exp(-Beta*x)) (Ramachandran et al. 2017, section 2).
type Swish struct{ Beta float32 }

// Type is "Swish".
func (*Swish) Type() string { return "Swish" }

// Infer keeps the shape.
func (*Swish) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Swish) canonical([]Shape) Op { return o }

// Clip is max(Min, min(x, Max)): Min throughout where Min exceeds Max, and Min
// for NaN, as in Caffe.
type Clip struct{ Min, Max float32 }

// Type is "Clip".
func (*Clip) Type() string { return "Clip" }

// Infer keeps the shape.
func (*Clip) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Clip) canonical([]Shape) Op { return o }

// Threshold is 1 where x is greater than Limit, else 0.
type Threshold struct{ Limit float32 }

// Type is "Threshold".
func (*Threshold) Type() string { return "Threshold" }

// Infer keeps the shape.
func (*Threshold) Infer(in []Shape) (Signature, error) { return same(in) }

func (o *Threshold) canonical([]Shape) Op { return o }
