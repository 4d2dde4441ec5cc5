package ir

// SPP is spatial pyramid pooling (He et al. 2014): at level i, from 0 to
// Levels-1, a pooling into about 2^i x 2^i bins, and the results of all levels,
// each flattened behind the batch, joined. A single level is a pooling alone.
type SPP struct {
	Kind   PoolKind
	Levels int
}

// maxLevels is the height of a pyramid whose last level has as many bins as a
// tensor can have elements.
const maxLevels = 16

// Type is "SPP".
func (*SPP) Type() string { return "SPP" }

// Infer gives (N, C*bins), or (N, C, 1, 1) for one level.
func (o *SPP) Infer(in []Shape) (Signature, error) {
	if err := arity(in, 1); err != nil {
		return Signature{}, err
	}
	if o.Levels < 1 || o.Levels > maxLevels {
		return Signature{}, Errorf(ErrInvalid, "the pyramid's height must lie between 1 and %d, it is %d", maxLevels, o.Levels)
	}
	joined := 0
	for level := range o.Levels {
		pool, err := o.Level(level, in[0])
		if err != nil {
			return Signature{}, err
		}
		s, err := pool.Infer(in)
		if err != nil || o.Levels == 1 {
			return s, err
		}
		plane := s.Outputs[0][1:]
		if err := plane.Check(); err != nil {
			return Signature{}, err
		}
		if plane.Elements() > MaxElements-joined {
			return Signature{}, Errorf(ErrLimit, "the joined levels have more than %d elements", MaxElements)
		}
		joined += plane.Elements()
	}
	return Signature{Outputs: []Shape{{in[0][0], joined}}}, nil
}

// Level is the pooling of one level for an input (N, C, H, W): windows of
// ceil(extent/2^level), as far apart, padded on both sides by half of what they
// exceed the input by, rounded up. As in Caffe, where that padding is not
// smaller than the window there is no such pooling.
func (o *SPP) Level(level int, x Shape) (*Pool, error) {
	if len(x) != 4 {
		return nil, Errorf(ErrInvalid, "the input must have 4 axes (num, channels, height, width), it is %v", x)
	}
	bins := 1 << level
	p := &Pool{Kind: o.Kind, Ceil: true, CountPad: o.Kind == Average, Window: NewWindow(ceilDiv(x[2], bins), ceilDiv(x[3], bins))}
	for i, kernel := range p.Kernel {
		excess := (bins - x[2+i]%bins) % bins
		pad := (excess + 1) / 2
		if pad >= max(kernel, 1) {
			return nil, Errorf(ErrInvalid, "level %d of the pyramid pads by %d, which must be less than its window of %d (input %v)", level, pad, kernel, x)
		}
		p.Stride[i], p.PadBegin[i], p.PadEnd[i] = kernel, pad, pad
	}
	p.Clip = p.Padded()
	return p, nil
}

func (o *SPP) canonical([]Shape) Op { return o }
