// Command make writes the topologies of this folder: well-known networks, with the
// layer names under which their trained weights are published. Equal sources give
// equal bytes.
//
//	go run ./testdata/nets/make.go testdata/nets
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: make DIR")
		os.Exit(2)
	}
	for _, n := range []struct {
		file, about string
		size        int
		layers      func(*net)
	}{
		{"vgg16", "VGG-16: Simonyan and Zisserman 2014, configuration D.", 224, vgg16},
		{"googlenet", "GoogLeNet: Szegedy et al. 2014, without its auxiliary classifiers.", 224, googlenet},
		{"squeezenet", "SqueezeNet 1.1: Iandola et al. 2016.", 227, squeezenet},
		{"nin", "Network in Network, for ImageNet: Lin et al. 2013.", 224, nin},
		{"resnet50", "ResNet-50: He et al. 2015.", 224, resnet50},
		{"mobilenet", "MobileNet-v1, width 1: Howard et al. 2017.", 224, mobilenet},
	} {
		w := &net{}
		fmt.Fprintf(&w.text, "# %s\n# Written by make.go.\nname: %q\n", n.about, n.file)
		w.layer("data", "Input", "", "data", fmt.Sprintf("input_param { shape { dim: 1 dim: 3 dim: %d dim: %d } }", n.size, n.size))
		n.layers(w)
		if err := os.WriteFile(filepath.Join(os.Args[1], n.file+".prototxt"), w.text.Bytes(), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "make:", err)
			os.Exit(1)
		}
	}
}

// net is a prototxt under construction, one layer a line. Top is the blob that
// was written last.
type net struct {
	text bytes.Buffer
	top  string
}

// layer writes a layer; bottoms are separated by spaces.
func (n *net) layer(name, kind, bottoms, top, params string) {
	fmt.Fprintf(&n.text, "layer { name: %q type: %q", name, kind)
	for bottom := range strings.FieldsSeq(bottoms) {
		fmt.Fprintf(&n.text, " bottom: %q", bottom)
	}
	fmt.Fprintf(&n.text, " top: %q", top)
	if params != "" {
		fmt.Fprintf(&n.text, " %s", params)
	}
	n.text.WriteString(" }\n")
	n.top = top
}

// conv writes a convolution of the last blob; params are what follows
// num_output.
func (n *net) conv(name string, outputs int, params string) {
	n.layer(name, "Convolution", n.top, name, fmt.Sprintf("convolution_param { num_output: %d %s }", outputs, params))
}

func (n *net) pool(name, params string) {
	n.layer(name, "Pooling", n.top, name, fmt.Sprintf("pooling_param { %s }", params))
}

func (n *net) fullyConnected(name string, units int) {
	n.layer(name, "InnerProduct", n.top, name, fmt.Sprintf("inner_product_param { num_output: %d }", units))
}

func (n *net) dropout(name string, ratio float64) {
	n.layer(name, "Dropout", n.top, n.top, fmt.Sprintf("dropout_param { dropout_ratio: %g }", ratio))
}

// norm writes the normalisation that AlexNet brought up.
func (n *net) norm(name string) {
	n.layer(name, "LRN", n.top, name, "lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }")
}

// relu overwrites the last blob.
func (n *net) relu(name string) { n.layer(name, "ReLU", n.top, n.top, "") }

func (n *net) softmax() { n.layer("prob", "Softmax", n.top, "prob", "") }

func vgg16(n *net) {
	for block, convs := range []struct{ count, outputs int }{{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}} {
		for i := range convs.count {
			id := fmt.Sprintf("%d_%d", block+1, i+1)
			n.conv("conv"+id, convs.outputs, "pad: 1 kernel_size: 3")
			n.relu("relu" + id)
		}
		n.pool(fmt.Sprintf("pool%d", block+1), "pool: MAX kernel_size: 2 stride: 2")
	}
	for _, id := range []string{"6", "7"} {
		n.fullyConnected("fc"+id, 4096)
		n.relu("relu" + id)
		n.dropout("drop"+id, 0.5)
	}
	n.fullyConnected("fc8", 1000)
	n.softmax()
}

func googlenet(n *net) {
	conv := func(prefix, suffix string, outputs int, params string) {
		n.conv(prefix+suffix, outputs, params)
		n.relu(prefix + "relu_" + suffix)
	}
	pool := func(name string) { n.pool(name, "pool: MAX kernel_size: 3 stride: 2") }
	inception := func(id string, one, reduce3, three, reduce5, five, projection int) {
		prefix, from := "inception_"+id+"/", n.top
		conv(prefix, "1x1", one, "kernel_size: 1")
		n.top = from
		conv(prefix, "3x3_reduce", reduce3, "kernel_size: 1")
		conv(prefix, "3x3", three, "pad: 1 kernel_size: 3")
		n.top = from
		conv(prefix, "5x5_reduce", reduce5, "kernel_size: 1")
		conv(prefix, "5x5", five, "pad: 2 kernel_size: 5")
		n.top = from
		n.pool(prefix+"pool", "pool: MAX kernel_size: 3 stride: 1 pad: 1")
		conv(prefix, "pool_proj", projection, "kernel_size: 1")
		n.layer(prefix+"output", "Concat", strings.Join([]string{prefix + "1x1", prefix + "3x3", prefix + "5x5", prefix + "pool_proj"}, " "), prefix+"output", "")
	}
	conv("conv1/", "7x7_s2", 64, "pad: 3 kernel_size: 7 stride: 2")
	pool("pool1/3x3_s2")
	n.norm("pool1/norm1")
	conv("conv2/", "3x3_reduce", 64, "kernel_size: 1")
	conv("conv2/", "3x3", 192, "pad: 1 kernel_size: 3")
	n.norm("conv2/norm2")
	pool("pool2/3x3_s2")
	inception("3a", 64, 96, 128, 16, 32, 32)
	inception("3b", 128, 128, 192, 32, 96, 64)
	pool("pool3/3x3_s2")
	inception("4a", 192, 96, 208, 16, 48, 64)
	inception("4b", 160, 112, 224, 24, 64, 64)
	inception("4c", 128, 128, 256, 24, 64, 64)
	inception("4d", 112, 144, 288, 32, 64, 64)
	inception("4e", 256, 160, 320, 32, 128, 128)
	pool("pool4/3x3_s2")
	inception("5a", 256, 160, 320, 32, 128, 128)
	inception("5b", 384, 192, 384, 48, 128, 128)
	n.pool("pool5/7x7_s1", "pool: AVE kernel_size: 7 stride: 1")
	n.dropout("pool5/drop_7x7_s1", 0.4)
	n.fullyConnected("loss3/classifier", 1000)
	n.softmax()
}

func squeezenet(n *net) {
	pool := func(name string) { n.pool(name, "pool: MAX kernel_size: 3 stride: 2") }
	fire := func(id, squeeze, expand int) {
		prefix := fmt.Sprintf("fire%d/", id)
		conv := func(suffix string, outputs int, params string) {
			n.conv(prefix+suffix, outputs, params)
			n.relu(prefix + "relu_" + suffix)
		}
		conv("squeeze1x1", squeeze, "kernel_size: 1")
		from := n.top
		conv("expand1x1", expand, "kernel_size: 1")
		n.top = from
		conv("expand3x3", expand, "pad: 1 kernel_size: 3")
		n.layer(prefix+"concat", "Concat", prefix+"expand1x1 "+prefix+"expand3x3", prefix+"concat", "")
	}
	n.conv("conv1", 64, "kernel_size: 3 stride: 2")
	n.relu("relu_conv1")
	pool("pool1")
	fire(2, 16, 64)
	fire(3, 16, 64)
	pool("pool3")
	fire(4, 32, 128)
	fire(5, 32, 128)
	pool("pool5")
	fire(6, 48, 192)
	fire(7, 48, 192)
	fire(8, 64, 256)
	fire(9, 64, 256)
	n.dropout("drop9", 0.5)
	n.conv("conv10", 1000, "kernel_size: 1")
	n.relu("relu_conv10")
	n.pool("pool10", "pool: AVE global_pooling: true")
	n.softmax()
}

func nin(n *net) {
	relus := 0
	conv := func(name string, outputs int, params string) {
		n.conv(name, outputs, params)
		n.relu(fmt.Sprintf("relu%d", relus))
		relus++
	}
	pool := func(name string) { n.pool(name, "pool: MAX kernel_size: 3 stride: 2") }
	conv("conv1", 96, "kernel_size: 11 stride: 4")
	conv("cccp1", 96, "kernel_size: 1")
	conv("cccp2", 96, "kernel_size: 1")
	pool("pool1")
	conv("conv2", 256, "pad: 2 kernel_size: 5")
	conv("cccp3", 256, "kernel_size: 1")
	conv("cccp4", 256, "kernel_size: 1")
	pool("pool2")
	conv("conv3", 384, "pad: 1 kernel_size: 3")
	conv("cccp5", 384, "kernel_size: 1")
	conv("cccp6", 384, "kernel_size: 1")
	pool("pool3")
	n.dropout("drop", 0.5)
	conv("conv4-1024", 1024, "pad: 1 kernel_size: 3")
	conv("cccp7-1024", 1024, "kernel_size: 1")
	conv("cccp8-1024", 1000, "kernel_size: 1")
	n.pool("pool4", "pool: AVE kernel_size: 6 stride: 1")
	n.softmax()
}

// normalise writes the two layers that Caffe has for a batch normalisation; both
// overwrite the last blob.
func (n *net) normalise(norm, scale string) {
	n.layer(norm, "BatchNorm", n.top, n.top, "batch_norm_param { use_global_stats: true }")
	n.layer(scale, "Scale", n.top, n.top, "scale_param { bias_term: true }")
}

func resnet50(n *net) {
	conv := func(id string, outputs int, params string) {
		n.conv("res"+id, outputs, params+" bias_term: false")
		n.normalise("bn"+id, "scale"+id)
	}
	n.conv("conv1", 64, "pad: 3 kernel_size: 7 stride: 2")
	n.normalise("bn_conv1", "scale_conv1")
	n.relu("conv1_relu")
	n.pool("pool1", "pool: MAX kernel_size: 3 stride: 2")
	for i, stage := range []struct{ blocks, inner, stride int }{{3, 64, 1}, {4, 128, 2}, {6, 256, 2}, {3, 512, 2}} {
		for j := range stage.blocks {
			block := fmt.Sprintf("%d%c", i+2, 'a'+j)
			from, shortcut, first := n.top, n.top, "kernel_size: 1"
			if j == 0 {
				first += fmt.Sprintf(" stride: %d", stage.stride)
				conv(block+"_branch1", 4*stage.inner, first)
				shortcut = n.top
			}
			n.top = from
			conv(block+"_branch2a", stage.inner, first)
			n.relu("res" + block + "_branch2a_relu")
			conv(block+"_branch2b", stage.inner, "pad: 1 kernel_size: 3")
			n.relu("res" + block + "_branch2b_relu")
			conv(block+"_branch2c", 4*stage.inner, "kernel_size: 1")
			n.layer("res"+block, "Eltwise", shortcut+" "+n.top, "res"+block, "")
			n.relu("res" + block + "_relu")
		}
	}
	n.pool("pool5", "pool: AVE kernel_size: 7 stride: 1")
	n.fullyConnected("fc1000", 1000)
	n.softmax()
}

func mobilenet(n *net) {
	conv := func(name, relu string, outputs int, params string) {
		n.conv(name, outputs, params+" bias_term: false")
		n.normalise(name+"/bn", name+"/scale")
		n.relu(relu)
	}
	conv("conv1", "relu1", 32, "pad: 1 kernel_size: 3 stride: 2")
	channels := 32
	for _, block := range []struct {
		id              string
		stride, outputs int
	}{
		{"2_1", 1, 64}, {"2_2", 2, 128}, {"3_1", 1, 128}, {"3_2", 2, 256}, {"4_1", 1, 256}, {"4_2", 2, 512},
		{"5_1", 1, 512}, {"5_2", 1, 512}, {"5_3", 1, 512}, {"5_4", 1, 512}, {"5_5", 1, 512}, {"5_6", 2, 1024}, {"6", 1, 1024},
	} {
		conv("conv"+block.id+"/dw", "relu"+block.id+"/dw", channels, fmt.Sprintf("pad: 1 kernel_size: 3 stride: %d group: %d", block.stride, channels))
		conv("conv"+block.id+"/sep", "relu"+block.id+"/sep", block.outputs, "kernel_size: 1")
		channels = block.outputs
	}
	n.pool("pool6", "pool: AVE global_pooling: true")
	n.conv("fc7", 1000, "kernel_size: 1")
	n.softmax()
}
