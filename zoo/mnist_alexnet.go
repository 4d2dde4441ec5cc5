package zoo

import (
	"fmt"

	"github.com/alexconv/alexconv/ir"
)

// mnistAlexNet is the "AlexNet" of Damien's TensorFlow-Examples for 28x28
// digits: three SAME convolutions of 3x3 without groups, each followed by relu,
// a SAME pool of 2x2 at stride 2 (28, 14, 7, 4), normalisation (depth radius 4,
// a window of 9; alpha .001/9) and dropout, then two fully connected layers of
// 1024 with relu and one of 10. The output is logits: the script applies
// softmax only in its loss.
//
// The script keeps with a probability of 0.8, so it drops with 0.2. Its weights
// are called wc1 to wc3, wd1, wd2 and out.
var mnistAlexNet = Net{
	Name:     "mnist_alexnet",
	Origin:   "TensorFlow-Examples, alexnet for MNIST",
	Traits:   "3 convs of 3x3; pool before norm (window 9); dropout after every norm; logits",
	Sizes:    []int{28},
	HeadGain: 0.1,
	Build: func() *ir.Graph {
		b := newBuilder("MNISTAlexNet", "data", 1, 1, 28, 28)
		for i, channels := range []int{64, 128, 256} {
			named := func(kind string) string { return fmt.Sprint(kind, i+1) }
			b.layer(named("conv"), conv(channels, same(3, 1), 1))
			b.inPlace(named("relu"), &ir.ReLU{})
			b.layer(named("pool"), maxPool(same(2, 2)))
			b.layer(named("norm"), &ir.LRN{Size: 2*4 + 1, C: .001 / 9, Beta: 0.75, K: 1})
			b.inPlace(named("drop"), &ir.Dropout{Ratio: 0.2})
		}
		b.layer("fc1", dense(1024))
		b.inPlace("relu_fc1", &ir.ReLU{})
		b.layer("fc2", dense(1024))
		b.inPlace("relu_fc2", &ir.ReLU{})
		b.layer("fc3", dense(10))
		return b.done()
	},
}
