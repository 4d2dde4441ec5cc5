package zoo

import "github.com/alexconv/alexconv/ir"

// caffeNet is Caffe's reference model (models/bvlc_reference_caffenet). It is
// bvlc_alexnet but for one thing: after conv1 and conv2 it pools first and
// normalises what is left. Every weight and every shape behind pool1 and norm1
// agrees with bvlc_alexnet's, so that exchanging the two goes unnoticed until
// numbers are compared.
var caffeNet = Net{
	Name:     "caffenet",
	Origin:   "Caffe, models/bvlc_reference_caffenet",
	Traits:   "bvlc_alexnet with pool before norm",
	Sizes:    []int{227, 224},
	HeadGain: 0.03,
	Build: func() *ir.Graph {
		norm := &ir.LRN{Size: 5, C: float32(1e-4) / 5, Beta: 0.75, K: 1}
		pool := maxPoolCeil(square(3, 2, 0))

		b := newBuilder("CaffeNet", "data", 1, 3, 227, 227)
		b.layer("conv1", conv(96, square(11, 4, 0), 1))
		b.inPlace("relu1", &ir.ReLU{})
		b.layer("pool1", pool)
		b.layer("norm1", norm)
		b.layer("conv2", conv(256, square(5, 1, 2), 2))
		b.inPlace("relu2", &ir.ReLU{})
		b.layer("pool2", pool)
		b.layer("norm2", norm)
		b.layer("conv3", conv(384, square(3, 1, 1), 1))
		b.inPlace("relu3", &ir.ReLU{})
		b.layer("conv4", conv(384, square(3, 1, 1), 2))
		b.inPlace("relu4", &ir.ReLU{})
		b.layer("conv5", conv(256, square(3, 1, 1), 2))
		b.inPlace("relu5", &ir.ReLU{})
		b.layer("pool5", pool)
		b.layer("fc6", dense(4096))
		b.inPlace("relu6", &ir.ReLU{})
		b.inPlace("drop6", &ir.Dropout{Ratio: 0.5})
		b.layer("fc7", dense(4096))
		b.inPlace("relu7", &ir.ReLU{})
		b.inPlace("drop7", &ir.Dropout{Ratio: 0.5})
		b.layer("fc8", dense(1000))
		b.layer("prob", &ir.Softmax{Axis: 1})
		return b.done()
	},
}
