package zoo

import "github.com/alexconv/alexconv/ir"

// krizhevsky2012 is the net of Krizhevsky, Sutskever and Hinton, "ImageNet
// Classification with Deep Convolutional Neural Networks", NIPS 2012, with its
// two towers, one per GPU, of 48, 128, 192, 192 and 128 channels.
//
// The towers meet where the paper's figure 2 has them meet, in conv3 and in the
// fully connected layers. Elsewhere they are the two groups of one layer
// (conv2, conv4, conv5), which computes what two layers side by side would and
// takes weights in the shape in which people exchange them; conv1 sees the
// whole image in both towers and is one layer too.
//
// Normalisation is the operation that would tell: section 3.3 sums over all
// kernels of a layer, but between conv1 and conv3 neither GPU has the other's
// maps, and the layer definitions for two GPUs that go with cuda-convnet
// normalise 48 and 48 channels (rnorm1a, rnorm1b). So norm1 and norm2 are
// written as a slice, a normalisation per tower, and a concatenation. The
// constants are k = 2, n = 5, beta = 0.75 and alpha = 1e-4, which multiplies
// the sum without a division by n.
//
// The paper prints an input of 224x224, from which an 11x11 window at stride 4
// gives no 55 positions; the 3 missing pixels are 1 before and 2 after, and
// 227x227 gives 55 too. Pools round up, as cuda-convnet's do; at both sizes
// nothing depends on it.
var krizhevsky2012 = Net{
	Name:     "krizhevsky2012",
	Origin:   "the paper, NIPS 2012",
	Traits:   "two towers, also in norm1 and norm2; k = 2, alpha not divided; conv1 padded 1 before, 2 after",
	Sizes:    []int{224, 227},
	HeadGain: 0.03,
	Build: func() *ir.Graph {
		norm := &ir.LRN{Size: 5, C: 1e-4, Beta: 0.75, K: 2}
		pool := maxPoolCeil(square(3, 2, 0))
		first := square(11, 4, 1)
		first.PadEnd = []int{2, 2}

		b := newBuilder("Krizhevsky2012", "data", 1, 3, 224, 224)
		b.layer("conv1", conv(48+48, first, 1))
		b.inPlace("relu1", &ir.ReLU{})
		b.inTowers("norm1", norm)
		b.layer("pool1", pool)
		b.layer("conv2", conv(128+128, square(5, 1, 2), 2))
		b.inPlace("relu2", &ir.ReLU{})
		b.inTowers("norm2", norm)
		b.layer("pool2", pool)
		b.layer("conv3", conv(192+192, square(3, 1, 1), 1))
		b.inPlace("relu3", &ir.ReLU{})
		b.layer("conv4", conv(192+192, square(3, 1, 1), 2))
		b.inPlace("relu4", &ir.ReLU{})
		b.layer("conv5", conv(128+128, square(3, 1, 1), 2))
		b.inPlace("relu5", &ir.ReLU{})
		b.layer("pool5", pool)
		b.layer("fc6", dense(2048+2048))
		b.inPlace("relu6", &ir.ReLU{})
		b.inPlace("drop6", &ir.Dropout{Ratio: 0.5})
		b.layer("fc7", dense(2048+2048))
		b.inPlace("relu7", &ir.ReLU{})
		b.inPlace("drop7", &ir.Dropout{Ratio: 0.5})
		b.layer("fc8", dense(1000))
		b.layer("prob", &ir.Softmax{Axis: 1})
		return b.done()
	},
}
