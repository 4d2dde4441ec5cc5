package zoo

import "github.com/alexconv/alexconv/ir"

// torchvisionAlexNet is torchvision.models.alexnet as torch exports it to ONNX
// at 224x224. It follows Krizhevsky, "One weird trick for parallelizing
// convolutional neural networks" (2014): 64, 192, 384, 256 and 256 channels,
// conv1 padded by 2, no groups and no normalisation; pools round down. In the
// classifier dropout comes before each of the first two fully connected layers,
// and the output is logits.
//
// The adaptive average pool to 6x6 is exported as the window that it has at the
// exported size, 1x1, which changes nothing.
var torchvisionAlexNet = Net{
	Name:     "torchvision_alexnet",
	Origin:   "torchvision, as exported to ONNX",
	Traits:   "64 channels in conv1, padded by 2; no norm, no groups; pools rounded down; logits",
	Sizes:    []int{224, 227},
	HeadGain: 0.005,
	Build: func() *ir.Graph {
		pool := maxPool(square(3, 2, 0))

		b := newBuilder("TorchvisionAlexNet", "data", 1, 3, 224, 224)
		b.layer("conv1", conv(64, square(11, 4, 2), 1))
		b.inPlace("relu1", &ir.ReLU{})
		b.layer("pool1", pool)
		b.layer("conv2", conv(192, square(5, 1, 2), 1))
		b.inPlace("relu2", &ir.ReLU{})
		b.layer("pool2", pool)
		b.layer("conv3", conv(384, square(3, 1, 1), 1))
		b.inPlace("relu3", &ir.ReLU{})
		b.layer("conv4", conv(256, square(3, 1, 1), 1))
		b.inPlace("relu4", &ir.ReLU{})
		b.layer("conv5", conv(256, square(3, 1, 1), 1))
		b.inPlace("relu5", &ir.ReLU{})
		b.layer("pool5", pool)
		b.layer("avgpool", &ir.Pool{Kind: ir.Average, Window: square(1, 1, 0)})
		b.inPlace("drop6", &ir.Dropout{Ratio: 0.5})
		b.layer("fc6", dense(4096))
		b.inPlace("relu6", &ir.ReLU{})
		b.inPlace("drop7", &ir.Dropout{Ratio: 0.5})
		b.layer("fc7", dense(4096))
		b.inPlace("relu7", &ir.ReLU{})
		b.layer("fc8", dense(1000))
		return b.done()
	},
}
