package zoo

import "github.com/alexconv/alexconv/ir"

// tfAlexNet is what the TensorFlow script computes that people load
// bvlc_alexnet.npy into (Guerzhoy's myalexnet_forward, University of Toronto).
// It has bvlc_alexnet's layers, weights and normalisation (depth radius 2,
// alpha 2e-5, bias 1), and no dropout, but every convolution is SAME and every
// pool VALID.
//
// In conv2 to conv5, whose stride is 1, SAME is Caffe's padding at every size.
// In conv1 it is 4 pixels on every side of a 227x227 image, for 57 positions
// instead of 55: all numbers change, while pool2, pool5 and the classifier have
// bvlc_alexnet's shapes again. VALID pools round down.
var tfAlexNet = Net{
	Name:     "tf_alexnet",
	Origin:   "the TensorFlow script that loads bvlc_alexnet.npy",
	Traits:   "bvlc_alexnet with conv1 SAME and pools VALID",
	Sizes:    []int{227, 224},
	HeadGain: 0.03,
	Build: func() *ir.Graph {
		norm := &ir.LRN{Size: 2*2 + 1, C: 2e-5, Beta: 0.75, K: 1}
		pool := maxPool(square(3, 2, 0))

		b := newBuilder("TFAlexNet", "data", 1, 3, 227, 227)
		b.layer("conv1", conv(96, same(11, 4), 1))
		b.inPlace("relu1", &ir.ReLU{})
		b.layer("norm1", norm)
		b.layer("pool1", pool)
		b.layer("conv2", conv(256, same(5, 1), 2))
		b.inPlace("relu2", &ir.ReLU{})
		b.layer("norm2", norm)
		b.layer("pool2", pool)
		b.layer("conv3", conv(384, same(3, 1), 1))
		b.inPlace("relu3", &ir.ReLU{})
		b.layer("conv4", conv(384, same(3, 1), 2))
		b.inPlace("relu4", &ir.ReLU{})
		b.layer("conv5", conv(256, same(3, 1), 2))
		b.inPlace("relu5", &ir.ReLU{})
		b.layer("pool5", pool)
		b.layer("fc6", dense(4096))
		b.inPlace("relu6", &ir.ReLU{})
		b.layer("fc7", dense(4096))
		b.inPlace("relu7", &ir.ReLU{})
		b.layer("fc8", dense(1000))
		b.layer("prob", &ir.Softmax{Axis: 1})
		return b.done()
	},
}
