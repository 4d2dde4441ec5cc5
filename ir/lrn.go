package ir

// Region is the neighbourhood over which local response normalisation sums.
type Region int

// The regions of local response normalisation.
const (
	Across Region = iota // Size channels at one position
	Within               // Size x Size positions of one channel
)

func (r Region) String() string { return [...]string{"across", "within"}[r] }

// LRN is local response normalisation, y = x / (K + C * sum of x^2)^Beta, the
// sum over the region around x with zeros outside the tensor (Krizhevsky et
// al. 2012, section 3.3).
//
// C multiplies the sum itself: Caffe's and ONNX's alpha is C*Size across
// channels, Caffe's is C*Size*Size within a channel, TensorFlow's alpha is C.
// The window of an even Size has its larger half after the centre.
type LRN struct {
	Region Region
	Size   int
	C      float32
	Beta   float32
	K      float32
	// InPlace is Caffe's result when the layer overwrites its input across
	// channels: the input is lost before it is used, so y is
	// (K + C * sum)^(-2*Beta).
	InPlace bool
}

// Type is "LRN".
func (*LRN) Type() string { return "LRN" }

// Infer keeps the shape, which must have four axes.
func (o *LRN) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	switch {
	case len(in[0]) != 4:
		return Signature{}, Errorf(ErrInvalid, "the input must have 4 axes (num, channels, height, width), it is %v", in[0])
	case o.Size <= 0:
		return Signature{}, Errorf(ErrInvalid, "the window size must be positive, it is %d", o.Size)
	case o.C != o.C || o.Beta != o.Beta || o.K != o.K:
		return Signature{}, Errorf(ErrInvalid, "alpha, beta and k must not be NaN, they are %v, %v and %v", o.C, o.Beta, o.K)
	case o.Region == Within && o.Size%2 == 0:
		return Signature{}, Errorf(ErrInvalid, "the window size within a channel must be odd, it is %d", o.Size)
	}
	return same(in)
}

func (o *LRN) canonical([]Shape) Op {
	c := *o
	c.InPlace = o.InPlace && o.Region == Across
	return &c
}
