package ir

// BatchNorm normalises each channel (axis 1): (x - mean)/sqrt(variance + Eps).
//
// Parameters: mean and variance, one value per channel, ready to use (Caffe's
// moving sums already divided by their scale factor). With BatchStats mean and
// biased variance are those of the input itself, and there are no parameters.
type BatchNorm struct {
	Eps        float32
	BatchStats bool
}

// Type is "BatchNorm".
func (*BatchNorm) Type() string { return "BatchNorm" }

// Infer keeps the shape; a one-dimensional input is a single channel.
func (o *BatchNorm) Infer(in []Shape) (Signature, error) {
	s, err := same(in)
	if err != nil {
		return s, err
	}
	channels := Shape{1}
	if len(in[0]) > 1 {
		channels[0] = in[0][1]
	}
	if !o.BatchStats {
		s.Params = []Param{{"mean", channels}, {"variance", channels}}
	}
	return s, nil
}

func (o *BatchNorm) canonical([]Shape) Op { return o }
