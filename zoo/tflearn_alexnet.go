package zoo

import "github.com/alexconv/alexconv/ir"

// tflearnAlexNet is tflearn's example for the 17 classes of the Oxford flowers
// (examples/images/alexnet.py). Convolutions and pools are all SAME, also with
// stride, so that fc6 sees 8x8 positions of a 227x227 image; there are no
// groups; pooling comes before normalisation, and pool5 is normalised too; the
// fully connected layers end in tanh. Normalisation has tflearn's defaults:
// radius 5, which is a window of 11, and alpha 1e-4.
//
// tflearn numbers its weights Conv2D, Conv2D_1, FullyConnected and so on.
var tflearnAlexNet = Net{
	Name:     "tflearn_alexnet",
	Origin:   "tflearn, examples/images/alexnet.py",
	Traits:   "all SAME; pool before norm (window 11), also after pool5; no groups; tanh",
	Sizes:    []int{227},
	HeadGain: 1,
	Build: func() *ir.Graph {
		norm := &ir.LRN{Size: 2*5 + 1, C: 1e-4, Beta: 0.75, K: 1}
		pool := maxPool(same(3, 2))

		b := newBuilder("TFLearnAlexNet", "data", 1, 3, 227, 227)
		b.layer("conv1", conv(96, same(11, 4), 1))
		b.inPlace("relu1", &ir.ReLU{})
		b.layer("pool1", pool)
		b.layer("norm1", norm)
		b.layer("conv2", conv(256, same(5, 1), 1))
		b.inPlace("relu2", &ir.ReLU{})
		b.layer("pool2", pool)
		b.layer("norm2", norm)
		b.layer("conv3", conv(384, same(3, 1), 1))
		b.inPlace("relu3", &ir.ReLU{})
		b.layer("conv4", conv(384, same(3, 1), 1))
		b.inPlace("relu4", &ir.ReLU{})
		b.layer("conv5", conv(256, same(3, 1), 1))
		b.inPlace("relu5", &ir.ReLU{})
		b.layer("pool5", pool)
		b.layer("norm5", norm)
		b.layer("fc6", dense(4096))
		b.inPlace("tanh6", &ir.Tanh{})
		b.inPlace("drop6", &ir.Dropout{Ratio: 0.5})
		b.layer("fc7", dense(4096))
		b.inPlace("tanh7", &ir.Tanh{})
		b.inPlace("drop7", &ir.Dropout{Ratio: 0.5})
		b.layer("fc8", dense(17))
		b.layer("prob", &ir.Softmax{Axis: 1})
		return b.done()
	},
}
