package zoo

import "github.com/alexconv/alexconv/ir"

// bvlcAlexNet is the AlexNet of Caffe's model zoo (models/bvlc_alexnet): conv1
// without padding on 227x227, normalisation before pooling with alpha 1e-4
// divided by the window of 5, pools rounded up, two groups in conv2, conv4 and
// conv5. It differs from the paper (Krizhevsky et al. 2012) in k = 1 where the
// paper has 2, in the division of alpha, and in normalising across what were
// two towers.
var bvlcAlexNet = Net{
	Name:     "bvlc_alexnet",
	Origin:   "Caffe, models/bvlc_alexnet",
	Traits:   "norm before pool, pools rounded up, groups in conv2, conv4, conv5",
	Sizes:    []int{227, 224},
	HeadGain: 0.03,
	Build: func() *ir.Graph {
		norm := &ir.LRN{Size: 5, C: float32(1e-4) / 5, Beta: 0.75, K: 1}
		pool := maxPoolCeil(square(3, 2, 0))

		b := newBuilder("AlexNet", "data", 1, 3, 227, 227)
		b.layer("conv1", conv(96, square(11, 4, 0), 1))
		b.inPlace("relu1", &ir.ReLU{})
		b.layer("norm1", norm)
		b.layer("pool1", pool)
		b.layer("conv2", conv(256, square(5, 1, 2), 2))
		b.inPlace("relu2", &ir.ReLU{})
		b.layer("norm2", norm)
		b.layer("pool2", pool)
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
