package caffe

import (
	"math"

	"github.com/alexconv/alexconv/ir"
)

var lrnLayer = &layerType{
	name:    "LRN",
	bottoms: exactly(1), tops: exactly(1),
	inPlace: func(op ir.Op) bool {
		lrn := op.(*ir.LRN)
		return lrn.Region == ir.Within || lrn.InPlace
	},
	op: (*ir.LRN)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("lrn_param")
		size, alpha := p.num("local_size", 5), p.float("alpha", 1)
		if size%2 == 0 {
			return nil, l.errorAt(p.place("local_size"), "local_size must be odd, it is %d", size)
		}
		op := &ir.LRN{Size: size, C: alpha / float32(size), Beta: p.float("beta", 0.75), K: p.float("k", 1)}
		if p.choice("norm_region", "ACROSS_CHANNELS") == "WITHIN_CHANNEL" {
			// The sum is an average pooling's, and its shift is always 1.
			op.Region, op.C, op.K = ir.Within, alpha/(float32(size)*float32(size)), 1
		}
		op.InPlace = l.overwrites() && op.Region == ir.Across
		return op, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.LRN), l.addMessage("lrn_param")
		divisor := float32(op.Size)
		if op.Region == ir.Within {
			divisor *= float32(op.Size)
		}
		switch {
		case op.Size%2 == 0:
			return refuse(n, "its window of %d is even", op.Size)
		case op.Region == ir.Within && op.K != 1:
			return refuse(n, "k is %v, within a channel Caffe always has 1", op.K)
		case op.InPlace && op.Region == ir.Across && l.str("bottom") != l.str("top"):
			return refuse(n, "it is what the layer computes in place, but its input is needed elsewhere")
		}
		p.addNum("local_size", op.Size)
		p.addFloat("alpha", multiplier(op.C, divisor))
		p.addFloat("beta", op.Beta)
		if op.Region == ir.Within {
			p.addChoice("norm_region", "WITHIN_CHANNEL")
		}
		if op.K != 1 {
			p.addFloat("k", op.K)
		}
		return nil
	},
}

// multiplier is the alpha that gives c again when Caffe divides it in float32,
// or the nearest where there is none.
func multiplier(c, divisor float32) float32 {
	alpha := c * divisor
	for _, a := range []float32{alpha, math.Nextafter32(alpha, 0), math.Nextafter32(alpha, math.MaxFloat32)} {
		if a/divisor == c {
			return a
		}
	}
	return alpha
}

var batchNormLayer = &layerType{
	name:    "BatchNorm",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.BatchNorm)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("batch_norm_param")
		for i, spec := range l.message.messages("param") {
			if rate := spec.float("lr_mult", 1); i < 3 && rate != 0 {
				return nil, l.errorAt(spec.at, "the statistics are not learned: lr_mult must be 0, it is %v", rate)
			}
		}
		return &ir.BatchNorm{
			Eps:        p.float("eps", 1e-5),
			BatchStats: !p.flag("use_global_stats", l.phase == Test),
		}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.BatchNorm), l.addMessage("batch_norm_param")
		p.addFlag("use_global_stats", !op.BatchStats)
		p.addFloat("eps", op.Eps)
		return nil
	},
	blobs: &blobRule{
		shapes: batchNormBlobs,
		load: func(op ir.Op, blobs []*ir.Tensor) []*ir.Tensor {
			if op.(*ir.BatchNorm).BatchStats {
				return nil
			}
			return []*ir.Tensor{divided(blobs[0], blobs[2]), divided(blobs[1], blobs[2])}
		},
		store: func(op ir.Op, in ir.Shape, params []*ir.Tensor) []*ir.Tensor {
			shapes := batchNormBlobs(in)
			factor := ir.NewTensor(1)
			if op.(*ir.BatchNorm).BatchStats {
				return []*ir.Tensor{ir.NewTensor(shapes[0]...), ir.NewTensor(shapes[1]...), factor}
			}
			factor.Data[0] = 1
			return []*ir.Tensor{params[0], params[1], factor}
		},
	},
}

// batchNormBlobs are the shapes of the moving sums of mean and variance and of
// their scale factor.
func batchNormBlobs(in ir.Shape) []ir.Shape {
	channels := 1
	if len(in) > 1 {
		channels = in[1]
	}
	return []ir.Shape{{channels}, {channels}, {1}}
}

// divided is a moving sum over its scale factor: times 1/factor in float32, or
// zeros where the factor is 0.
func divided(sum, factor *ir.Tensor) *ir.Tensor {
	f := factor.Data[0]
	if f == 1 {
		return sum
	}
	var reciprocal float32
	if f != 0 {
		reciprocal = 1 / f
	}
	t := ir.NewTensor(sum.Shape...)
	for i, v := range sum.Data {
		t.Data[i] = v * reciprocal
	}
	return t
}

var scaleLayer = &layerType{
	name:    "Scale",
	bottoms: count{1, 2}, tops: exactly(1), inPlace: always,
	op:   (*ir.Scale)(nil),
	fill: map[string]float32{"scale": 1},
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("scale_param")
		return &ir.Scale{Axis: p.num("axis", 1), NumAxes: p.num("num_axes", 1), Bias: p.flag("bias_term", false)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Scale), l.addMessage("scale_param")
		p.addNum("axis", op.Axis)
		if len(n.Inputs) == 1 {
			p.addNum("num_axes", op.NumAxes)
		}
		if op.Bias {
			p.addFlag("bias_term", true)
		}
		return nil
	},
}

var biasLayer = &layerType{
	name:    "Bias",
	bottoms: count{1, 2}, tops: exactly(1), inPlace: always,
	op: (*ir.Bias)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("bias_param")
		return &ir.Bias{Axis: p.num("axis", 1), NumAxes: p.num("num_axes", 1)}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.Bias), l.addMessage("bias_param")
		p.addNum("axis", op.Axis)
		if len(n.Inputs) == 1 {
			p.addNum("num_axes", op.NumAxes)
		}
		return nil
	},
}

var mvnLayer = &layerType{
	name:    "MVN",
	bottoms: exactly(1), tops: exactly(1), inPlace: always,
	op: (*ir.MVN)(nil),
	read: func(l *layer, _ []ir.Shape) (ir.Op, error) {
		p := l.message.message("mvn_param")
		return &ir.MVN{
			AcrossChannels: p.flag("across_channels", false),
			MeanOnly:       !p.flag("normalize_variance", true),
			Eps:            p.float("eps", 1e-9),
		}, nil
	},
	write: func(n *ir.Node, l *message) error {
		op, p := n.Op.(*ir.MVN), l.addMessage("mvn_param")
		if op.MeanOnly {
			p.addFlag("normalize_variance", false)
		}
		if op.AcrossChannels {
			p.addFlag("across_channels", true)
		}
		p.addFloat("eps", op.Eps)
		return nil
	},
}
